"""The slot: when it listens, when it cannot, and what a restart of Postgres looks like."""

from __future__ import annotations

import asyncio
import dataclasses

from local.postgres import Cluster
from local.realtime.server import RealtimeServer
from local.realtime.settings import Settings
from tests.realtime.conftest import Database
from tests.realtime.support import RawClient, changes, control, raw_client, until


async def test_the_pace_is_the_one_measured_on_the_real_server() -> None:
    settings = Settings("", "", "")
    assert (settings.poll_busy, settings.poll_idle, settings.cold_start) == (0.1, 0.5, 2.4)


async def test_a_cold_server_joins_at_once_and_loses_what_comes_before_it_listens(
    settings: Settings, db: Database
) -> None:
    async with (
        RealtimeServer(dataclasses.replace(settings, cold_start=0.5)) as server,
        raw_client(server.port) as client,
    ):
        await client.join(changes())
        db.execute("insert into public.t (id) values (1)")
        await client.listens()
        db.execute("insert into public.t (id) values (2)")
        assert await client.receive_id() == 2


async def test_a_restart_of_postgres_is_silent_for_clients_and_loses_the_rows_of_the_gap(
    settings: Settings, cluster: Cluster, db: Database
) -> None:
    # Long enough for the row of the gap: were it made too late, it would be delivered, and the test fail.
    async with (
        RealtimeServer(dataclasses.replace(settings, reconnect=3)) as server,
        raw_client(server.port) as client,
    ):
        await client.subscribe(changes())
        await asyncio.to_thread(cluster.restart)
        with cluster.connect("supabase_admin", autocommit=True) as again:
            again.execute("set synchronous_commit = on")
            again.execute("insert into public.t (id) values (1)")
            # No frame, no close: the next thing that arrives is the answer to a heartbeat.
            await client.alive()
            await until(lambda: again.execute("select from pg_replication_slots").fetchall())
            again.execute("insert into public.t (id) values (2)")
        assert await client.receive_id() == 2


async def test_who_joins_while_postgres_is_away_hears_when_it_is_back(
    client: RawClient, cluster: Cluster
) -> None:
    await asyncio.to_thread(cluster.stop)
    try:
        await client.join(changes())
        await client.alive()
    finally:
        await asyncio.to_thread(cluster.restart)
    await client.listens()


async def test_without_leave_to_use_wal2json_it_joins_and_never_listens(
    server: RealtimeServer, client: RawClient, db: Database
) -> None:
    """As the real server on a Postgres whose `output_plugin_libraries` does not name it."""
    known = (
        db.execute("select from pg_settings where name = 'output_plugin_libraries'").fetchone() is not None
    )
    if known:
        db.execute("alter role supabase_admin set output_plugin_libraries = 'pgoutput'")
    try:
        await client.join(changes())
        if known:
            await client.alive()
            assert (await control(server.port))["listening"] == 0
    finally:
        db.execute("alter role supabase_admin reset all")
    await client.listens()


async def test_no_slot_is_left_when_the_server_stops(settings: Settings, db: Database) -> None:
    async with RealtimeServer(settings) as server, raw_client(server.port) as client:
        await client.subscribe(changes())
        assert db.execute("select count(*) from pg_replication_slots").fetchone() == (1,)
    await until(lambda: db.execute("select count(*) from pg_replication_slots").fetchone() == (0,))
