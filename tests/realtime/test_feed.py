"""The slot: when it is made and dropped, how often it is read, and what a restart of Postgres looks like."""

from __future__ import annotations

import asyncio

from local.postgres import Cluster
from local.realtime.server import RealtimeServer
from local.realtime.settings import Settings
from tests.realtime.conftest import Database, Serve
from tests.realtime.support import SECRET_KEY, MovableClock, RawClient, changes, raw_client, until

BUSY, IDLE = 0.1, 0.5


def slots(db: Database) -> int:
    row = db.execute("select count(*) from pg_replication_slots").fetchone()
    return int(row[0]) if row else 0


async def polled(server: RealtimeServer) -> None:
    """Wait until the slot has been read some times more."""
    polls = server.polls
    await until(lambda: server.polls > polls + 3)


async def test_the_slot_is_read_every_half_second_and_every_tenth_while_there_are_changes(
    serve: Serve, db: Database
) -> None:
    clock = MovableClock()
    server = await serve(clock, poll_busy=BUSY, poll_idle=IDLE)
    async with raw_client(server.url) as client:
        await client.subscribe(changes())
        await until(lambda: clock.slept.count(IDLE) >= 2)
        assert BUSY not in clock.slept
        clock.slept.clear()
        db.execute("insert into public.t (id) values (1)")
        await client.receive()
        await until(lambda: len(clock.slept) >= 2 and clock.slept[-1] == IDLE)
        assert [pause for pause in clock.slept if pause != IDLE] == [BUSY]
        assert clock.slept.index(BUSY) == len(clock.slept) - 2


async def test_the_defaults_are_the_intervals_measured_on_the_hosted_server() -> None:

    settings = Settings(dsn="", secret_key="-")
    assert (settings.poll_busy, settings.poll_idle, settings.cold_start) == (0.1, 0.5, 2.4)


async def test_a_cold_server_joins_at_once_and_listens_later_and_a_warm_one_at_once(
    serve: Serve, db: Database
) -> None:
    clock = MovableClock()
    server = await serve(clock, cold_start=100)
    async with raw_client(server.url) as client:
        await client.join("realtime:room1", changes())
        assert (await client.receive())["payload"]["status"] == "ok"
        db.execute("insert into public.t (id) values (1)")
        await client.alive()
        clock.advance(100)
        assert (await client.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
        db.execute("insert into public.t (id) values (2)")
        assert (await client.receive())["payload"]["data"]["record"]["id"] == 2
        # Nothing moves the clock here.
        await client.subscribe(changes("UPDATE"), topic="realtime:room2")


async def test_nothing_is_decoded_before_the_first_subscription_or_long_after_the_last(
    serve: Serve, db: Database
) -> None:
    clock = MovableClock()
    server = await serve(clock, linger=600)
    assert slots(db) == 0
    async with raw_client(server.url) as client:
        await client.subscribe(changes())
        assert slots(db) == 1
        clock.advance(700)
        await polled(server)
        assert slots(db) == 1
    await polled(server)
    clock.advance(500)
    await polled(server)
    assert slots(db) == 1
    clock.advance(200)
    await until(lambda: slots(db) == 0)
    async with raw_client(server.url) as client:
        await client.subscribe(changes())
        assert slots(db) == 1


async def test_a_restart_of_postgres_is_silent_for_clients_and_loses_the_rows_of_the_gap(
    serve: Serve, cluster: Cluster, db: Database
) -> None:
    clock = MovableClock()
    server = await serve(clock, reconnect=21)
    async with raw_client(server.url) as client:
        await client.subscribe(changes())
        await asyncio.to_thread(cluster.restart)
        await until(lambda: 21 in clock.slept)
        with cluster.connect("supabase_admin", autocommit=True) as again:
            again.execute("set synchronous_commit = on")
            again.execute("insert into public.t (id) values (1)")
            # No frame, no close: the next thing that arrives is the answer to a heartbeat.
            await client.alive()
            clock.advance(21)
            await until(lambda: slots(again) == 1)
            again.execute("insert into public.t (id) values (2)")
            assert (await client.receive())["payload"]["data"]["record"]["id"] == 2
            await client.alive()


async def test_who_joins_while_postgres_is_away_hears_when_it_is_back(
    serve: Serve, cluster: Cluster, db: Database
) -> None:
    server = await serve()
    await asyncio.to_thread(cluster.stop)
    try:
        async with raw_client(server.url) as client:
            await client.join("realtime:room1", changes())
            assert (await client.receive())["payload"]["status"] == "ok"
            await client.alive()
            await asyncio.to_thread(cluster.restart)
            assert (await client.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
    finally:
        await asyncio.to_thread(cluster.start)


async def test_the_publication_is_heeded_at_each_read(client: RawClient, db: Database) -> None:
    await client.subscribe(changes(table="*"))
    db.execute("alter publication supabase_realtime add table public.nopub")
    db.execute("insert into public.nopub values (1)")
    assert (await client.receive())["payload"]["data"]["table"] == "nopub"
    db.execute("alter publication supabase_realtime set (publish = 'update')")
    try:
        db.execute("insert into public.nopub values (2); update public.nopub set id = 3 where id = 1")
        data = (await client.receive())["payload"]["data"]
        assert (data["type"], data["record"], data["old_record"]) == ("UPDATE", {"id": 3}, {"id": 1})
    finally:
        db.execute("alter publication supabase_realtime set (publish = 'insert, update, delete, truncate')")


async def test_odd_names_are_decoded(client: RawClient, db: Database) -> None:
    db.execute('create table public."Odd, name.*" ("a ""b"" {0} %s" int primary key)')
    db.execute('alter publication supabase_realtime add table public."Odd, name.*"')
    db.execute('grant select on public."Odd, name.*" to service_role')
    try:
        await client.subscribe(changes(table="Odd, name.*"))
        db.execute('insert into public."Odd, name.*" values (1)')
        assert (await client.receive())["payload"]["data"]["record"] == {'a "b" {0} %s': 1}
    finally:
        db.execute('drop table public."Odd, name.*"')


async def test_no_slot_is_left_when_the_server_stops(serve: Serve, cluster: Cluster, db: Database) -> None:

    settings = Settings(dsn=cluster.dsn("supabase_admin"), secret_key=SECRET_KEY, cold_start=0)
    async with RealtimeServer(settings) as server, raw_client(server.url) as client:
        await client.subscribe(changes())
        assert slots(db) == 1
    await until(lambda: slots(db) == 0)
