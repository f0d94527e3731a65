"""What the project promises over HTTP and WebSockets, and needs of the platform, whichever it runs on."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from realtime import AsyncRealtimeClient
from realtime.types import RealtimePostgresChangesListenEvent

from tests.contract.platform import SERVICES, Answer, Platform

RPC = "/rest/v1/rpc"
# Seconds until a wait has failed; what is waited for comes in two or three.
PATIENCE = 120


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
            "select pathfinder.enqueue('realtime_test', null, '{}', %s, -1)",
            [f"contract:{secrets.token_hex(8)}"],
        )
    claimed = call_function(platform, "claim_outbox", key, {"worker": "w", "kinds": ["realtime_test"]})
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


async def test_a_queued_job_is_heard_over_realtime(platform: Platform) -> None:
    await hear_of_a_job(platform)


async def hear_of_a_job(platform: Platform) -> None:
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
        await asyncio.wait_for(listening.wait(), PATIENCE)
        async with await psycopg.AsyncConnection.connect(platform.dsn, autocommit=True) as connection:
            cursor = await connection.execute(
                "select pathfinder.enqueue('realtime_test', null, '{}', %s)",
                [f"contract:{secrets.token_hex(8)}"],
            )
            row = await cursor.fetchone()
        assert row is not None
        change = await asyncio.wait_for(heard.get(), PATIENCE)
        assert change["record"]["id"] == row[0]
    finally:
        await client.close()


@pytest.fixture
def signed(platform: Platform) -> Iterator[bytes]:
    """The key of a source that signs with HMAC, in the community of the platform's own source."""
    key = secrets.token_urlsafe(32)
    with psycopg.connect(platform.dsn, autocommit=True) as db:
        try:
            db.execute(
                "insert into public.webhook_sources"
                " (name, community, auth_kind, header_name, signature_prefix)"
                " select 'contract-signed', community, 'hmac', 'x-signature', 'sha256='"
                " from public.webhook_sources where name = %s",
                [platform.source],
            )
            row = db.execute(
                "select public.set_webhook_secret('contract-signed', %s, interval '0') ->> 'status'", [key]
            ).fetchone()
            assert row == ("set",)
            yield key.encode()
        finally:
            db.execute("delete from public.webhook_sources where name = 'contract-signed'")


def as_written(spelling: str, user: str) -> bytes:
    """A webhook in one of the spellings that platforms send and a careless gateway would write anew."""
    event = profile_update(userId=user, value="CFO", username="Zoë/中")
    compact = json.dumps(event)
    match spelling:
        case "compact":
            text = json.dumps(event, separators=(",", ":"))
        case "pretty":
            text = json.dumps(event, indent=2)
        case "crlf":
            text = json.dumps(event, indent="\t").replace("\n", "\r\n")
        case "utf-8":
            text = json.dumps(event, ensure_ascii=False)
        case "escaped":
            text = compact.replace("/", "\\/").replace("C", "\\u0043")
        case "duplicate keys":
            text = '{"value": "Clerk", ' + compact[1:]
        case "numbers":
            text = compact[:-1] + ', "score": 1.0, "big": 12345678901234567890.10, "small": 1E-2}'
        case _:
            text = f" \n\t {compact} \n "
    return text.encode()


@pytest.mark.parametrize(
    "spelling",
    ["compact", "pretty", "crlf", "utf-8", "escaped", "duplicate keys", "numbers", "padded"],
)
def test_a_signature_holds_over_the_text_as_it_was_sent(
    platform: Platform, signed: bytes, spelling: str
) -> None:
    body = as_written(spelling, secrets.token_hex(8))
    headers = {
        "Content-Type": "application/json",
        "X-Signature": "sha256=" + hmac.new(signed, body, "sha256").hexdigest(),
    }
    path = f"{RPC}/community_webhook?apikey={platform.publishable_key}"
    altered = platform.call("POST", path, body + b" ", headers)
    assert altered.status == 401, altered.text
    accepted = platform.call("POST", path, body, headers)
    assert accepted.status == 200, accepted.text
    result = fields(accepted)["result"]
    assert isinstance(result, dict)
    assert (result["status"], result["seniority_level"]) == ("processed", "csuite")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_restart_under_load_loses_no_webhook_and_doubles_none(
    platform: Platform, service: str
) -> None:
    """The sender sends again until it is answered, as a queue in front of it would."""
    if service not in platform.restart:
        pytest.skip(f"{service} is not ours to restart here")
    sent: list[str] = []
    restarted = threading.Event()

    def post_until_answered(body: dict[str, str]) -> None:
        limit = time.monotonic() + PATIENCE
        while True:
            try:
                answer = post_webhook(platform, body)
            except OSError:
                answer = None
            if answer is not None and answer.status == 200:
                return
            assert time.monotonic() < limit, answer
            time.sleep(0.05)

    def send() -> None:
        after = 0
        while after < 5:
            body = profile_update()
            sent.append(body["userId"])
            post_until_answered(body)
            after += restarted.is_set()

    with ThreadPoolExecutor(4) as senders:
        sending = [senders.submit(send) for _ in range(3)]
        try:
            await asyncio.to_thread(platform.restart[service])
        finally:
            restarted.set()
        await asyncio.gather(*map(asyncio.wrap_future, sending))
    wanted = sorted((user, 1) for user in sent)
    limit = time.monotonic() + PATIENCE
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        # What was answered `queued` is processed by a tick.
        while True:
            found = connection.execute(
                "select user_id, count(*) from public.detections where user_id = any (%s) group by 1", [sent]
            ).fetchall()
            if sorted(found) == wanted or time.monotonic() > limit:
                break
            await asyncio.sleep(0.2)
    assert sorted(found) == wanted
    await hear_of_a_job(platform)


@pytest.mark.parametrize(
    ("form", "stored_as", "served_as", "content"),
    [
        ("html", "text/html", "text/plain", b"<h1>a</h1>"),
        ("csv", "text/csv", "text/csv", "name,Zo\u00eb\r\n1,2\r\n".encode()),
        ("pdf", "application/pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)) * 4096),
    ],
)
def test_a_report_is_stored_privately_and_downloaded_by_its_signed_link(
    form: str, stored_as: str, served_as: str, content: bytes, platform: Platform
) -> None:
    key = f"contract/{secrets.token_hex(8)}.{form}"
    secret = {"apikey": platform.secret_key}
    storage = "/storage/v1/object"
    if platform.call("GET", "/storage/v1/bucket/reports", headers=secret).status != 200:
        bucket = json.dumps({"id": "reports", "name": "reports", "public": False}).encode()
        platform.call("POST", "/storage/v1/bucket", bucket, secret | {"Content-Type": "application/json"})

    # As a form, as the official clients upload.
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="file"; filename="report.{form}"\r\n'
        f"Content-Type: {stored_as}\r\n\r\n"
    )
    stored = platform.call(
        "POST",
        f"{storage}/reports/{key}",
        head.encode() + content + b"\r\n--edge--\r\n",
        secret | {"Content-Type": "multipart/form-data; boundary=edge"},
    )
    assert stored.status == 200, stored.text
    try:
        publishable = {"apikey": platform.publishable_key}
        assert platform.call("GET", f"{storage}/reports/{key}", headers=publishable).status in (400, 403, 404)
        assert platform.call("GET", f"{storage}/public/reports/{key}").status in (400, 401, 403, 404)

        link = sign(platform, key, seconds=3600)
        opened = platform.call("GET", link)
        assert (opened.status, opened.body) == (200, content)
        # Supabase Lite forgets the type of a CSV file; a browser saves it all the same.
        assert opened.content_type in (served_as, "application/octet-stream")
        assert opened.content_type != "text/html"
        assert platform.call("GET", link[:-4]).status in (400, 401, 403)

        short = sign(platform, key, seconds=1)
        limit = time.monotonic() + PATIENCE
        while platform.call("GET", short).status == 200:
            assert time.monotonic() < limit, "a link outlives its time"
            time.sleep(0.2)
    finally:
        platform.call("DELETE", f"{storage}/reports/{key}", headers=secret)


def sign(platform: Platform, key: str, *, seconds: int) -> str:
    """Return a whole URL that opens an object for so long."""
    answer = platform.call(
        "POST",
        f"/storage/v1/object/sign/reports/{key}",
        json.dumps({"expiresIn": seconds}).encode(),
        {"apikey": platform.secret_key, "Content-Type": "application/json"},
    )
    return f"{platform.url}/storage/v1{fields(answer)['signedURL']}"
