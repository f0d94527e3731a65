"""The frames are those recorded between the official client and the real server."""

from __future__ import annotations

import aiohttp
import pytest
from realtime.message import ServerMessageAdapter

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database
from tests.realtime.support import PUBLISHABLE_KEY, RawClient, changes, raw_client, slot_was_read

COLUMNS = [
    {"name": "id", "type": "int8"},
    {"name": "body", "type": "text"},
    {"name": "n", "type": "int4"},
    {"name": "j", "type": "jsonb"},
    {"name": "created_at", "type": "timestamptz"},
]


async def test_a_session_is_the_recorded_one(client: RawClient, db: Database) -> None:
    entries = [changes(event) for event in ("INSERT", "UPDATE", "DELETE")]
    reply = await client.join(*entries)
    ids = [entry["id"] for entry in reply["payload"]["response"]["postgres_changes"]]
    assert len(set(ids)) == 3
    answered = [{"id": id_, **entry} for id_, entry in zip(ids, entries, strict=True)]
    assert reply == {
        "ref": "1",
        "payload": {"status": "ok", "response": {"postgres_changes": answered}},
        "event": "phx_reply",
        "topic": "realtime:room1",
    }
    assert await client.receive() == {
        "ref": None,
        "payload": {
            "message": "Subscribed to PostgreSQL",
            "status": "ok",
            "extension": "postgres_changes",
            "channel": "room1",
        },
        "event": "system",
        "topic": "realtime:room1",
    }
    await client.alive()

    stamp = "2026-11-23 09:40:26.645558+00"
    db.execute("insert into public.t values (2, 'row 0', 0, '{\"a\": [1]}', %s)", [stamp])
    db.execute("update public.t set n = 1")
    db.execute("delete from public.t")
    frames = [await client.receive() for _ in range(3)]
    assert [frame["payload"]["ids"] for frame in frames] == [[id_] for id_ in ids]
    data = [frame["payload"]["data"] for frame in frames]
    assert {frame.pop("commit_timestamp")[10:20:9] for frame in data} == {"T."}
    about = {"table": "t", "schema": "public", "errors": None}
    record = {
        "id": 2,
        "body": "row 0",
        "n": 0,
        "j": {"a": [1]},
        "created_at": "2026-11-23T09:40:26.645558+00:00",
    }
    assert data == [
        about | {"type": "INSERT", "record": record, "columns": COLUMNS},
        about | {"type": "UPDATE", "record": record | {"n": 1}, "columns": COLUMNS, "old_record": {"id": 2}},
        about | {"type": "DELETE", "columns": COLUMNS[:1], "old_record": {"id": 2}},
    ]


async def test_the_official_client_understands_every_frame(client: RawClient, db: Database) -> None:
    await client.send("phx_join", "realtime:room1", {"config": {"postgres_changes": [changes()]}}, "1")
    texts = [await client.websocket.receive_str() for _ in range(2)]
    db.execute("insert into public.t (id) values (1); update public.t set n = 2; delete from public.t")
    texts += [await client.websocket.receive_str() for _ in range(3)]
    await client.send("phx_leave", "realtime:room1", {}, "2")
    texts += [await client.websocket.receive_str() for _ in range(2)]
    kinds = [type(ServerMessageAdapter.validate_json(text)).__name__ for text in texts]
    assert len(kinds) == 7
    assert len(set(kinds)) == 4


async def test_a_filter_lets_through_what_it_says(client: RawClient, db: Database) -> None:
    await client.subscribe(changes("UPDATE", filter="body=eq.pending"))
    db.execute("insert into public.t (id, body) values (1, 'pending'), (2, 'x')")
    db.execute("update public.t set body = 'running' where id = 1; update public.t set body = 'pending'")
    assert sorted([await client.receive_id(), await client.receive_id()]) == [1, 2]
    await client.alive()


async def test_a_table_outside_the_publication_is_refused_as_recorded(client: RawClient) -> None:
    await client.join(changes(table="nopub", filter="id=eq.1"))
    assert (await client.receive())["payload"] == {
        "message": "Unable to subscribe to changes with given parameters. Please check Realtime is enabled "
        "for the given connect parameters: [event: *, schema: public, table: nopub, "
        'filters: [{"id", "eq", "1", false}], select: nil]',
        "status": "error",
        "extension": "postgres_changes",
        "channel": "room1",
    }
    await client.alive()


async def test_a_row_over_one_mebibyte_arrives_with_its_small_columns_only(
    client: RawClient, db: Database
) -> None:
    await client.subscribe(changes())
    db.execute("insert into public.t (id, body, n) values (7, repeat('x', 1024 * 1024), 3)")
    data = (await client.receive())["payload"]["data"]
    assert data["errors"] == ["Error 413: Payload Too Large"]
    assert data["record"].keys() == {"id", "n", "j", "created_at"}
    assert data["columns"] == COLUMNS


async def test_the_publishable_key_sees_that_there_was_a_row_and_nothing_of_it(
    server: RealtimeServer, db: Database
) -> None:
    async with raw_client(server.port, PUBLISHABLE_KEY) as client:
        await client.subscribe(changes())
        db.execute("insert into public.t (id, body) values (1, 'secret')")
        data = (await client.receive())["payload"]["data"]
    assert (data["record"], data["errors"]) == ({}, ["Error 401: Unauthorized"])


@pytest.mark.parametrize("key", ["", "sb_secret_other", "ключ"])
async def test_any_other_key_is_refused_before_the_upgrade(server: RealtimeServer, key: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        async with raw_client(server.port, key):
            pass


async def test_leaving_and_joining_again_close_the_first_join(client: RawClient, db: Database) -> None:
    await client.subscribe(changes())
    await client.send("phx_join", "realtime:room1", {"config": {"postgres_changes": [changes()]}}, "2")
    closed = {"ref": "1", "payload": {}, "event": "phx_close", "topic": "realtime:room1"}
    assert await client.receive() == closed
    assert (await client.receive())["ref"] == "2"
    await client.listens()
    await client.send("phx_leave", "realtime:room1", {}, "9")
    assert (await client.receive())["ref"] == "9"
    assert await client.receive() == closed | {"ref": "2"}
    db.execute("insert into public.t (id) values (1)")
    await slot_was_read(db)
    await client.subscribe(changes(), topic="realtime:other")
    db.execute("insert into public.t (id) values (2)")
    assert await client.receive_id() == 2


async def test_a_malformed_frame_ends_the_connection_and_an_unknown_one_is_answered(
    client: RawClient,
) -> None:
    await client.send("broadcast", "realtime:room1", {}, "5")
    assert (await client.receive())["payload"] == {
        "status": "error",
        "response": {"reason": "unmatched topic"},
    }
    await client.websocket.send_str("[]")
    assert await client.receive_close() == 1011
