"""The official Python client against this server sees what it saw against the hosted one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from realtime import AsyncRealtimeClient
from realtime.types import RealtimePostgresChangesListenEvent, RealtimeSubscribeStates

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database, Serve
from tests.realtime.support import SECRET_KEY, token, until

SUBSCRIBED = RealtimeSubscribeStates.SUBSCRIBED
CHANNEL_ERROR = RealtimeSubscribeStates.CHANNEL_ERROR
CLOSED = RealtimeSubscribeStates.CLOSED


class Watched:
    """A client with one channel; records everything its callbacks are told."""

    def __init__(self, server: RealtimeServer, key: str, **options: Any) -> None:  # noqa: ANN401
        self.client = AsyncRealtimeClient(server.url, key, **options)
        self.states: list[RealtimeSubscribeStates] = []
        self.changes: list[dict[str, Any]] = []
        self.listening = 0

    async def subscribe(self, table: str = "t") -> None:
        channel = self.client.channel("room1")
        channel.on_postgres_changes(
            RealtimePostgresChangesListenEvent.All,
            schema="public",
            table=table,
            callback=lambda payload: self.changes.append(dict(payload["data"])),
        )
        channel.on_system(lambda _: self._listens())
        await channel.subscribe(lambda state, _: self.states.append(state))

    def _listens(self) -> None:
        self.listening += 1


@contextlib.asynccontextmanager
async def watched(server: RealtimeServer, key: str = SECRET_KEY, **options: Any) -> AsyncIterator[Watched]:  # noqa: ANN401
    watch = Watched(server, key, **options)
    try:
        yield watch
    finally:
        await watch.client.close()


async def fault(server: RealtimeServer, name: str, **details: float | str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{server.port}/_faults", json={"fault": name, **details}) as response,
    ):
        assert response.status == 200


async def test_it_gets_an_insert_within_a_second_at_the_hosted_pace(serve: Serve, db: Database) -> None:
    server = await serve(poll_busy=0.1, poll_idle=0.5)
    async with watched(server) as watch:
        await watch.subscribe()
        await until(lambda: watch.listening == 1)
        assert watch.states == [SUBSCRIBED]
        inserted = time.monotonic()
        db.execute("insert into public.t (id, body, n) values (1, 'a', 2)")
        await until(lambda: watch.changes)
        assert time.monotonic() - inserted < 1.0
        assert watch.changes[0]["record"]["body"] == "a"
        assert watch.changes[0]["type"] == "INSERT"


async def test_after_a_reset_it_is_subscribed_again_and_the_gap_is_lost(
    server: RealtimeServer, db: Database
) -> None:
    async with watched(server) as watch:
        await watch.subscribe()
        await until(lambda: watch.listening == 1)
        await fault(server, "reset")
        db.execute("insert into public.t (id) values (1)")
        await until(lambda: server.counters["connections"] == 2 and watch.listening == 2)
        assert watch.states == [SUBSCRIBED, CHANNEL_ERROR, SUBSCRIBED]
        db.execute("insert into public.t (id) values (2)")
        await until(lambda: any(change["record"]["id"] == 2 for change in watch.changes))


async def test_a_stopped_server_is_found_again_when_it_is_back(server: RealtimeServer, db: Database) -> None:
    async with watched(server, initial_backoff=0.05) as watch:
        await watch.subscribe()
        await until(lambda: watch.listening == 1)
        await fault(server, "restart", seconds=0.4)
        await until(lambda: watch.listening == 2)
        assert server.counters["refused"] >= 2
        assert watch.states == [SUBSCRIBED, CHANNEL_ERROR, SUBSCRIBED]
        db.execute("insert into public.t (id) values (1)")
        await until(lambda: watch.changes)


async def test_a_server_away_for_long_ends_it_for_good_without_a_callback(
    server: RealtimeServer, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with watched(server, initial_backoff=0.01) as watch:
        await watch.subscribe()
        await until(lambda: watch.listening == 1)
        await fault(server, "restart", seconds=60, how="kill")
        await until(lambda: "failed permanently after 5 attempts" in caplog.text)
        assert watch.states == [SUBSCRIBED, CHANNEL_ERROR]
        # Its listening task ends with the exception that nobody retrieves; here it is.
        task = watch.client._listen_task
        assert task is not None
        with pytest.raises(Exception):  # noqa: B017, PT011
            await task


async def test_an_expired_token_closes_its_channel_for_good_and_keeps_the_socket(
    server: RealtimeServer,
) -> None:
    async with watched(server, token()) as watch:
        await watch.subscribe()
        await until(lambda: watch.listening == 1)
        await fault(server, "expire_tokens")
        await until(lambda: CLOSED in watch.states)
        assert watch.states == [SUBSCRIBED, CHANNEL_ERROR, CLOSED]
        assert watch.client.is_connected
        assert watch.client.channels == {}


async def test_a_table_outside_the_publication_ends_closed(server: RealtimeServer) -> None:
    async with watched(server) as watch:
        await watch.subscribe("nopub")
        await until(lambda: CLOSED in watch.states)
        assert watch.states == [SUBSCRIBED, CHANNEL_ERROR, CLOSED]


@pytest.mark.parametrize("table", ["unreadable", "keyless"])
async def test_it_does_not_understand_a_row_that_may_not_be_told(
    server: RealtimeServer, db: Database, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    async with watched(server) as watch:
        await watch.subscribe(table)
        await until(lambda: watch.listening == 1)
        db.execute(f"insert into public.{table} values (1)")  # noqa: S608 (a name from this file)
        await until(lambda: "Unrecognized message format" in caplog.text)
        assert watch.changes == []
        assert watch.states == [SUBSCRIBED]


async def test_deafness_shows_in_nothing_but_missing_rows(server: RealtimeServer, db: Database) -> None:
    async with watched(server) as watch:
        await watch.subscribe()
        await until(lambda: watch.listening == 1)
        await fault(server, "deaf", seconds=0.5)
        db.execute("insert into public.t (id) values (1)")
        polls = server.polls
        await until(lambda: server.polls > polls + 3)
        async with aiohttp.ClientSession() as session:
            await session.delete(f"http://127.0.0.1:{server.port}/_faults")
        db.execute("insert into public.t (id) values (2)")
        await until(lambda: watch.changes)
        assert [change["record"]["id"] for change in watch.changes] == [2]
        assert watch.states == [SUBSCRIBED]
        assert watch.client.is_connected


async def test_it_leaves_and_a_new_channel_of_the_same_name_works(
    server: RealtimeServer, db: Database
) -> None:
    async with watched(server) as watch:
        await watch.subscribe()
        await watch.client.channels["realtime:room1"].unsubscribe()
        await until(lambda: CLOSED in watch.states)
        await watch.subscribe()
        await until(lambda: watch.listening >= 1)
        db.execute("insert into public.t (id) values (1)")
        await until(lambda: watch.changes)
