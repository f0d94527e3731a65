"""The frames are those recorded between the official client and the hosted server, field by field."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
import pytest
from psycopg import sql
from realtime.message import ServerMessageAdapter

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database
from tests.realtime.support import PUBLISHABLE_KEY, RawClient, changes, raw_client, token

COLUMNS = (
    '[{"name": "id", "type": "int8"},{"name": "body", "type": "text"},'
    '{"name": "n", "type": "int4"},{"name": "created_at", "type": "timestamptz"}]'
)
# As recorded; only ids and times are masked, as `mask` masks what arrives.
JOINED = (
    '{"ref":"1","payload":{"status":"ok","response":{"postgres_changes":['
    '{"id":<id>,"event":"INSERT","schema":"public","table":"t"},'
    '{"id":<id>,"event":"UPDATE","schema":"public","table":"t"},'
    '{"id":<id>,"event":"DELETE","schema":"public","table":"t"}]}},'
    '"event":"phx_reply","topic":"realtime:room1"}'
)
HEARTBEAT = '{"ref":null,"payload":{"status":"ok","response":{}},"event":"phx_reply","topic":"phoenix"}'
SUBSCRIBED = (
    '{"ref":null,"payload":{"message":"Subscribed to PostgreSQL","status":"ok",'
    '"extension":"postgres_changes","channel":"room1"},"event":"system","topic":"realtime:room1"}'
)
INSERTED = (
    '{"ref":null,"payload":{"data":{"table":"t","type":"INSERT","record":'
    '{"n": 0, "id": 2, "body": "row 0", "created_at": "<time>+00:00"},'
    f'"columns":{COLUMNS},"errors":null,"schema":"public","commit_timestamp":"<commit>"}},'
    '"ids":[<id>]},"event":"postgres_changes","topic":"realtime:room1"}'
)
UPDATED = (
    '{"ref":null,"payload":{"data":{"table":"t","type":"UPDATE","record":'
    '{"n": 1, "id": 2, "body": "row 0", "created_at": "<time>+00:00"},'
    f'"columns":{COLUMNS},"errors":null,"schema":"public","commit_timestamp":"<commit>",'
    '"old_record":{"id": 2}},"ids":[<id>]},"event":"postgres_changes","topic":"realtime:room1"}'
)
DELETED = (
    f'{{"ref":null,"payload":{{"data":{{"table":"t","type":"DELETE","columns":{COLUMNS},'
    '"errors":null,"schema":"public","commit_timestamp":"<commit>",'
    '"old_record":{"id": 2}},"ids":[<id>]},"event":"postgres_changes","topic":"realtime:room1"}'
)


def mask(text: str) -> str:
    text = re.sub(r'"id":\d+', '"id":<id>', text)
    text = re.sub(r'"ids":\[\d+\]', '"ids":[<id>]', text)
    text = re.sub(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}\+00:00"', '"<time>+00:00"', text)
    return re.sub(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"', '"<commit>"', text)


async def test_a_session_matches_the_recorded_one_to_the_byte(client: RawClient, db: Database) -> None:
    await client.join("realtime:room1", *(changes(event) for event in ("INSERT", "UPDATE", "DELETE")))
    await client.send("heartbeat", "phoenix", {})
    joined = await client.receive_text()
    assert mask(joined) == JOINED
    assert await client.receive_text() == HEARTBEAT
    assert await client.receive_text() == SUBSCRIBED

    db.execute("insert into public.t (id, body, n) values (2, 'row 0', 0)")
    db.execute("update public.t set n = 1")
    db.execute("delete from public.t")
    received = [await client.receive_text() for _ in range(3)]
    assert [mask(text) for text in received] == [INSERTED, UPDATED, DELETED]

    announced = [entry["id"] for entry in json.loads(joined)["payload"]["response"]["postgres_changes"]]
    assert [json.loads(text)["payload"]["ids"] for text in received] == [[id_] for id_ in announced]
    assert len(set(announced)) == 3


async def test_every_frame_of_a_session_is_one_the_official_client_understands(
    client: RawClient, db: Database
) -> None:
    await client.join("realtime:room1", changes())
    db_changes = "insert into public.t (n) values (1); update public.t set n = 2; delete from public.t"
    texts = [await client.receive_text() for _ in range(2)]
    db.execute(db_changes)
    texts += [await client.receive_text() for _ in range(3)]
    await client.send("phx_leave", "realtime:room1", {}, "2")
    texts += [await client.receive_text() for _ in range(2)]
    for text in texts:
        ServerMessageAdapter.validate_json(text)


async def test_ids_depend_on_the_parameters_alone(server: RealtimeServer, client: RawClient) -> None:
    async with raw_client(server.url) as other:
        first = await client.subscribe(changes("INSERT"), changes("UPDATE"))
        second = await other.subscribe(changes("UPDATE"), topic="realtime:elsewhere")
    ids = [entry["id"] for entry in first["payload"]["response"]["postgres_changes"]]
    assert second["payload"]["response"]["postgres_changes"][0]["id"] == ids[1] != ids[0]


async def test_a_table_outside_the_publication_is_refused_as_recorded(client: RawClient) -> None:
    await client.join("realtime:w", changes(table="nopub"))
    assert (await client.receive())["payload"]["status"] == "ok"
    assert await client.receive_text() == (
        '{"ref":null,"payload":{"message":"Unable to subscribe to changes with given parameters. '
        "Please check Realtime is enabled for the given connect parameters: "
        '[event: *, schema: public, table: nopub, filters: [], select: nil]","status":"error",'
        '"extension":"postgres_changes","channel":"w"},"event":"system","topic":"realtime:w"}'
    )
    await client.alive()


@pytest.mark.parametrize(
    ("table", "error"),
    [("unreadable", "Error 401: Unauthorized"), ("keyless", "Error 400: Bad Request, no primary key")],
)
async def test_a_row_that_may_not_be_told_arrives_as_an_error(
    client: RawClient, db: Database, table: str, error: str
) -> None:
    await client.subscribe(changes(table=table))
    db.execute(sql.SQL("insert into {} values (1)").format(sql.Identifier("public", table)))
    frame = await client.receive()
    assert frame["event"] == "postgres_changes"
    assert frame["payload"]["data"] == {
        "table": table,
        "type": "INSERT",
        "record": {},
        "columns": [],
        "errors": [error],
        "schema": "public",
        "commit_timestamp": None,
    }


async def test_a_row_over_one_mebibyte_arrives_with_its_small_columns_only(
    client: RawClient, db: Database
) -> None:
    await client.subscribe(changes())
    db.execute("insert into public.t (id, body, n) values (7, repeat('x', 1024 * 1024), 3)")
    data = (await client.receive())["payload"]["data"]
    assert data["errors"] == ["Error 413: Payload Too Large"]
    assert data["record"].keys() == {"id", "n", "created_at"}
    assert [column["name"] for column in data["columns"]] == ["id", "body", "n", "created_at"]


async def test_leaving_is_answered_and_closes_the_channel(client: RawClient, db: Database) -> None:
    await client.subscribe(changes())
    await client.send("phx_leave", "realtime:room1", {}, "9")
    assert await client.receive() == {
        "ref": "9",
        "payload": {"status": "ok", "response": {}},
        "event": "phx_reply",
        "topic": "realtime:room1",
    }
    closed = '{"ref":"1","payload":{},"event":"phx_close","topic":"realtime:room1"}'
    assert await client.receive_text() == closed
    await client.subscribe(changes("UPDATE"), topic="realtime:other")
    db.execute("insert into public.t (id) values (1); update public.t set n = 5")
    assert (await client.receive())["topic"] == "realtime:other"


async def test_joining_again_closes_the_first_join(client: RawClient) -> None:
    await client.subscribe(changes())
    await client.join("realtime:room1", changes())
    assert await client.receive() == {
        "ref": "1",
        "payload": {},
        "event": "phx_close",
        "topic": "realtime:room1",
    }
    assert (await client.receive())["ref"] == "2"


async def test_a_channel_without_subscriptions_gets_no_system_message(client: RawClient) -> None:
    await client.join("realtime:room1")
    assert (await client.receive())["payload"] == {"status": "ok", "response": {"postgres_changes": []}}
    await client.alive()


async def test_what_is_not_understood_is_answered_or_ends_the_connection(client: RawClient) -> None:
    await client.send("broadcast", "realtime:nowhere", {}, "4")
    assert (await client.receive())["payload"] == {
        "status": "error",
        "response": {"reason": "unmatched topic"},
    }
    await client.send("phx_join", "elsewhere:x", {}, "5")
    assert (await client.receive())["payload"]["response"] == {"reason": "unmatched topic"}
    await client.send("phx_join", "realtime:x", {"config": {"postgres_changes": "all"}}, "6")
    assert "InvalidJoinPayload" in (await client.receive())["payload"]["response"]["reason"]
    await client.websocket.send_str("not JSON")
    assert await client.receive_close() == 1011


async def test_values_keep_their_types_and_digits(client: RawClient, db: Database) -> None:
    db.execute("create type public.mood as enum ('calm', 'busy')")
    db.execute(
        "create table public.typed (id uuid primary key, amount numeric(30, 10), big bigint, ok boolean,"
        " doc jsonb, raw bytea, tags text[], code char(3), short varchar(4), day date, mood public.mood,"
        " nothing text)"
    )
    db.execute("alter publication supabase_realtime add table public.typed")
    db.execute("grant select on public.typed to service_role")
    try:
        await client.subscribe(changes(table="typed"))
        db.execute(
            "insert into public.typed values ('00000000-0000-0000-0000-000000000001',"
            " 12345678901234567890.0123456789, 9007199254740993, true, '{\"a\": [1.50, null]}',"
            " '\\xdeadbeef', array['x', 'y \"z\"'], 'abc', 'wxyz', '2026-02-28', 'busy', null)"
        )
        text = await client.receive_text()
    finally:
        db.execute("drop table public.typed; drop type public.mood")
    # Python's floats would lose these, so the text is what is looked at.
    assert '"amount": 12345678901234567890.0123456789' in text
    assert '"doc": {"a": [1.50, null]}' in text
    record: dict[str, Any] = json.loads(text)["payload"]["data"]["record"]
    assert record.pop("amount")
    assert record == {
        "id": "00000000-0000-0000-0000-000000000001",
        "big": 9007199254740993,
        "ok": True,
        "doc": {"a": [1.5, None]},
        "raw": "\\xdeadbeef",
        "tags": ["x", 'y "z"'],
        "code": "abc",
        "short": "wxyz",
        "day": "2026-02-28",
        "mood": "busy",
        "nothing": None,
    }
    types = {c["name"]: c["type"] for c in json.loads(text)["payload"]["data"]["columns"]}
    assert (types["code"], types["short"], types["tags"], types["mood"]) == (
        "bpchar",
        "varchar",
        "_text",
        "mood",
    )


@pytest.mark.parametrize(
    "key", ["", "sb_secret_wrong", "sb_publishable_", "not-a-jwt", "expired", "wrong-signature"]
)
async def test_a_bad_key_is_answered_401_instead_of_the_upgrade(server: RealtimeServer, key: str) -> None:
    made = {"expired": token(lifetime=-5), "wrong-signature": token(secret="another " + "secret" * 6)}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with raw_client(server.url, made.get(key, key)):
            pass
    assert refused.value.status == 401


@pytest.mark.parametrize("key", ["publishable", "anon", "service_role"])
async def test_new_and_legacy_keys_are_accepted(server: RealtimeServer, db: Database, key: str) -> None:
    async with raw_client(server.url, PUBLISHABLE_KEY if key == "publishable" else token(key)) as client:
        await client.subscribe(changes())
        db.execute("insert into public.t (n) values (1)")
        assert (await client.receive())["payload"]["data"]["record"]["n"] == 1
