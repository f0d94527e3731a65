"""Each kind of trouble of the real server can be had on command, and ends when told."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database
from tests.realtime.support import RawClient, changes, control, raw_client, slot_was_read


@pytest.fixture
async def listening(client: RawClient) -> RawClient:
    await client.subscribe(changes("INSERT"))
    return client


def insert(db: Database, number: int) -> None:
    db.execute("insert into public.t (id) values (%s)", [number])


async def test_reset_ends_every_connection_without_a_goodbye(
    server: RealtimeServer, listening: RawClient, db: Database
) -> None:
    await control(server.port, "POST", fault="reset")
    assert await listening.receive_close() == 1006
    async with raw_client(server.port) as fresh:
        await fresh.subscribe(changes())
        insert(db, 1)
        assert await fresh.receive_id() == 1


@pytest.mark.parametrize(
    ("how", "code", "refusal"),
    [("stop", 1012, aiohttp.WSServerHandshakeError), ("kill", 1006, aiohttp.ClientConnectionError)],
)
async def test_a_restart_closes_and_refuses_until_it_is_over(
    server: RealtimeServer, listening: RawClient, how: str, code: int, refusal: type[Exception]
) -> None:
    # The server waits for the answer to its close, which the client gives by reading.
    closed, _ = await asyncio.gather(
        listening.receive_close(), control(server.port, "POST", fault="restart", seconds=3600, how=how)
    )
    assert closed == code
    with pytest.raises(refusal):
        async with raw_client(server.port):
            pass
    await control(server.port, "DELETE")
    async with raw_client(server.port) as fresh:
        await fresh.subscribe(changes())


async def test_refused_upgrades_leave_old_connections_alone(
    server: RealtimeServer, listening: RawClient, db: Database
) -> None:
    await control(server.port, "POST", fault="refuse_upgrades")
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        async with raw_client(server.port):
            pass
    insert(db, 1)
    assert await listening.receive_id() == 1


async def test_silence_answers_late_and_loses_what_it_swallows(
    server: RealtimeServer, listening: RawClient, db: Database
) -> None:
    await control(server.port, "POST", fault="silent")
    insert(db, 1)
    await slot_was_read(db)
    await listening.send("heartbeat", "phoenix", {}, "1")
    await control(server.port, "DELETE")
    assert (await listening.receive())["ref"] == "1"
    insert(db, 2)
    assert await listening.receive_id() == 2


async def test_the_deaf_answer_heartbeats_and_joins_but_hear_nothing_and_miss_it_for_good(
    server: RealtimeServer, listening: RawClient, db: Database
) -> None:
    await control(server.port, "POST", fault="deaf")
    async with raw_client(server.port) as joined:
        await joined.join(changes("INSERT"))
        insert(db, 1)
        await joined.alive()
        await slot_was_read(db)
        await control(server.port, "DELETE")
        await joined.listens()
    await listening.alive()


async def test_expired_tokens_close_the_channels_and_leave_the_socket(
    server: RealtimeServer, listening: RawClient
) -> None:
    await control(server.port, "POST", fault="expire_tokens")
    assert (await listening.receive())["payload"] == {
        "message": "Token has expired 0 seconds ago",
        "status": "error",
        "extension": "system",
        "channel": "room1",
    }
    closed = {"ref": "1", "payload": {}, "event": "phx_close", "topic": "realtime:room1"}
    assert await listening.receive() == closed
    await listening.subscribe(changes())


async def test_a_refused_subscription_reads_like_an_unpublished_table(
    server: RealtimeServer, client: RawClient
) -> None:
    await control(server.port, "POST", fault="refuse_subscription")
    await client.join(changes())
    assert (await client.receive())["payload"]["message"].startswith("Unable to subscribe to changes")


async def test_unauthorized_changes_come_without_their_row(
    server: RealtimeServer, listening: RawClient, db: Database
) -> None:
    await control(server.port, "POST", fault="unauthorized")
    insert(db, 1)
    assert (await listening.receive())["payload"]["data"] == {
        "table": "t",
        "type": "INSERT",
        "record": {},
        "columns": [],
        "errors": ["Error 401: Unauthorized"],
        "schema": "public",
        "commit_timestamp": None,
    }


async def test_dropped_changes_are_lost_until_cleared(
    server: RealtimeServer, listening: RawClient, db: Database
) -> None:
    assert (await control(server.port, "POST", fault="drop_changes"))["faults"] == ["drop_changes"]
    insert(db, 1)
    await slot_was_read(db)
    await control(server.port, "DELETE")
    insert(db, 2)
    assert await listening.receive_id() == 2


async def test_the_news_of_being_subscribed_can_be_repeated(
    server: RealtimeServer, listening: RawClient
) -> None:
    await control(server.port, "POST", fault="repeat_subscribed")
    await listening.listens()


@pytest.mark.parametrize(
    "body", ["", "{}", '{"fault": "none"}', '{"fault": "deaf", "seconds": -1}', '{"fault": "deaf", "x": 1}']
)
async def test_a_fault_that_cannot_be_is_refused(server: RealtimeServer, body: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{server.port}/_faults", data=body) as response,
    ):
        assert response.status == 400
        assert (await response.json())["message"] == "no such fault"
