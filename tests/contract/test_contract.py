"""What the project promises over HTTP and WebSockets, and needs of the platform, whichever it runs on."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from typing import Any

import psycopg
import pytest
from realtime import AsyncRealtimeClient
from realtime.types import RealtimePostgresChangesListenEvent

from tests.contract.platform import Answer, Platform

RPC = "/rest/v1/rpc"


def basic(platform: Platform, password: str | None = None) -> str:
    pair = f"{platform.username}:{platform.password if password is None else password}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def post_webhook(
    platform: Platform, body: object, *, password: str | None = None, key: str | None = None
) -> Answer:
    """Post as the platform does: the key in the URL, user name and secret as Basic authentication."""
    return platform.call(
        "POST",
        f"{RPC}/community_webhook?apikey={platform.publishable_key if key is None else key}",
        body if isinstance(body, bytes) else json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": basic(platform, password)},
    )


def profile_update(**fields: str) -> dict[str, str]:
    return {
        "userId": secrets.token_hex(8),
        "username": "Jane Doe",
        "profileFieldId": "123",
        "profileField": "Job Title",
        "value": "VP Sales",
        "oldValue": "Clerk",
    } | fields


def call_function(platform: Platform, name: str, key: str, body: object = None) -> Answer:
    return platform.call(
        "POST",
        f"{RPC}/{name}",
        json.dumps({} if body is None else body).encode(),
        {"Content-Type": "application/json", "apikey": key},
    )


def fields(answer: Answer) -> dict[str, object]:
    assert isinstance(answer.json, dict), answer.text
    return answer.json


def test_webhook_is_accepted_once_and_recognised_again(platform: Platform) -> None:
    body = profile_update(username="Zoë \u4e2d \U0001f600")
    first = post_webhook(platform, body)
    assert first.status == 200, first.text
    result = fields(first)["result"]
    assert isinstance(result, dict)
    assert fields(first)["status"] == "accepted"
    assert isinstance(result.pop("event_id"), int)
    assert result == {
        "status": "processed",
        "user_id": body["userId"],
        "is_senior": True,
        "seniority_level": "vp",
    }
    again = fields(post_webhook(platform, body))["result"]
    assert isinstance(again, dict)
    assert again["status"] == "duplicate"
    with psycopg.connect(platform.dsn) as connection:
        kept = connection.execute(
            "select username, title from public.user_state where user_id = %s", [body["userId"]]
        ).fetchall()
    assert kept == [(body["username"], body["value"])]


def test_refusals_have_their_status_and_say_what_to_change(platform: Platform) -> None:
    wrong_secret = post_webhook(platform, profile_update(), password="wrong")
    incomplete = post_webhook(platform, {"value": "CEO"})
    for answer, status in ((wrong_secret, 401), (incomplete, 400)):
        assert answer.status == status, answer.text
        assert fields(answer)["message"]
        assert fields(answer)["hint"]
        assert platform.password not in answer.text
    assert post_webhook(platform, b"{not json").status == 400
    assert post_webhook(platform, profile_update(), key="sb_publishable_wrong").status == 401


def test_a_stranger_may_post_webhooks_and_nothing_else(platform: Platform) -> None:
    key = platform.publishable_key
    for table in ("events_raw", "user_state", "detections", "outbox", "webhook_sources", "settings"):
        assert platform.call("GET", f"/rest/v1/{table}", headers={"apikey": key}).status in (401, 403), table
    for function in ("health", "stats", "claim_outbox", "redrive_outbox", "send_digests"):
        body = {"worker": "stranger"} if function == "claim_outbox" else {}
        assert call_function(platform, function, key, body).status in (401, 403, 404), function
    assert platform.call("GET", "/rest/v1/outbox").status == 401


def test_the_secret_key_works_the_queue_and_reaches_no_secrets(platform: Platform) -> None:
    key = platform.secret_key
    with psycopg.connect(platform.dsn) as connection:
        connection.execute(
            "select pathfinder.enqueue('channel_test', null, '{}', %s, -1)", [secrets.token_hex(8)]
        )
    claimed = call_function(platform, "claim_outbox", key, {"worker": "w", "kinds": ["channel_test"]})
    assert claimed.status == 200, claimed.text
    assert isinstance(claimed.json, list)
    job = claimed.json[0]
    answer = call_function(
        platform, "complete_outbox", key, {"job_id": job["id"], "worker": "w", "attempt": job["attempt"]}
    )
    assert (answer.status, answer.json) == (200, True)
    rows = platform.call("GET", f"/rest/v1/outbox?id=eq.{job['id']}&select=status", headers={"apikey": key})
    assert rows.json == [{"status": "done"}]
    for path, profile in (("/rest/v1/webhook_secrets", "public"), ("/rest/v1/webhook_secrets", "pathfinder")):
        answer = platform.call("GET", path, headers={"apikey": key, "Accept-Profile": profile})
        assert answer.status in (403, 404, 406), (profile, answer.text)


def test_health_answers_503_exactly_when_it_is_down(platform: Platform) -> None:
    answer = call_function(platform, "health", platform.secret_key)
    state = fields(answer)["status"]
    assert state in ("ok", "degraded", "down")
    assert answer.status == (503 if state == "down" else 200)
    assert bool(fields(answer)["reasons"]) is (state != "ok")


async def test_a_queued_job_is_heard_over_realtime_within_a_second_or_so(platform: Platform) -> None:
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    listening = asyncio.Event()
    client = AsyncRealtimeClient(
        platform.url.replace("http", "ws", 1) + "/realtime/v1", platform.secret_key, auto_reconnect=False
    )
    try:
        channel = client.channel("contract")
        channel.on_postgres_changes(
            RealtimePostgresChangesListenEvent.Insert,
            schema="public",
            table="outbox",
            callback=lambda payload: heard.put_nowait(dict(payload["data"])),
        )
        channel.on_system(lambda _: listening.set())
        await channel.subscribe()
        await asyncio.wait_for(listening.wait(), 30)
        async with await psycopg.AsyncConnection.connect(platform.dsn, autocommit=True) as connection:
            cursor = await connection.execute(
                "select pathfinder.enqueue('channel_test', null, '{}', %s)", [secrets.token_hex(8)]
            )
            row = await cursor.fetchone()
        start = time.monotonic()
        assert row is not None
        change = await asyncio.wait_for(heard.get(), 20)
        assert change["record"]["id"] == row[0]
        # The server polls every half second when idle; the rest is for a busy machine.
        assert time.monotonic() - start < 3
    finally:
        await client.close()


@pytest.mark.parametrize(
    ("form", "stored_as", "served_as"),
    [("html", "text/html", "text/plain"), ("csv", "text/csv", "text/csv")],
)
def test_a_report_is_stored_privately_and_opened_by_its_signed_link(
    form: str, stored_as: str, served_as: str, platform: Platform
) -> None:
    key = f"contract/{secrets.token_hex(8)}.{form}"
    secret = {"apikey": platform.secret_key}
    storage = "/storage/v1/object"
    text = "a,b\r\n1,2\r\n"
    if platform.call("GET", "/storage/v1/bucket/reports", headers=secret).status != 200:
        bucket = json.dumps({"id": "reports", "name": "reports", "public": False}).encode()
        platform.call("POST", "/storage/v1/bucket", bucket, secret | {"Content-Type": "application/json"})

    # As a form, as the official clients upload.
    form_body = (
        f'--edge\r\nContent-Disposition: form-data; name="file"; filename="report.{form}"\r\n'
        f"Content-Type: {stored_as}\r\n\r\n{text}\r\n--edge--\r\n"
    )
    stored = platform.call(
        "POST",
        f"{storage}/reports/{key}",
        form_body.encode(),
        secret | {"Content-Type": "multipart/form-data; boundary=edge"},
    )
    assert stored.status == 200, stored.text
    publishable = {"apikey": platform.publishable_key}
    assert platform.call("GET", f"{storage}/reports/{key}", headers=publishable).status in (400, 403, 404)
    assert platform.call("GET", f"{storage}/public/reports/{key}").status in (400, 401, 403, 404)

    signed = platform.call(
        "POST",
        f"{storage}/sign/reports/{key}",
        b'{"expiresIn": 60}',
        secret | {"Content-Type": "application/json"},
    )
    link = f"{platform.url}/storage/v1{fields(signed)['signedURL']}"
    opened = platform.call("GET", link)
    assert (opened.status, opened.text) == (200, text)
    # Supabase Lite forgets the type of a CSV file; a browser saves it all the same.
    assert opened.content_type in (served_as, "application/octet-stream")
    assert opened.content_type != "text/html"
    assert platform.call("GET", link[:-4]).status in (400, 401, 403)
