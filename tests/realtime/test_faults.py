"""Each kind of trouble of the hosted server can be had on command, and ends when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database, Serve
from tests.realtime.support import MovableClock, RawClient, changes, raw_client, until


class Controls:
    """The fault controls of a server, over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, server: RealtimeServer, clock: MovableClock) -> None:
        self.server = server
        self.clock = clock
        self._session = session
        self._url = f"http://127.0.0.1:{server.port}/_faults"

    async def post(self, fault: str, **details: float | str) -> dict[str, Any]:
        async with self._session.post(self._url, json={"fault": fault, **details}) as response:
            assert response.status == 200, await response.text()
            state: dict[str, Any] = await response.json()
            return state

    async def post_raw(self, body: str) -> tuple[int, dict[str, Any]]:
        async with self._session.post(self._url, data=body) as response:
            return response.status, await response.json()

    async def get(self) -> dict[str, Any]:
        async with self._session.get(self._url) as response:
            state: dict[str, Any] = await response.json()
            return state

    async def delete(self) -> None:
        async with self._session.delete(self._url) as response:
            assert response.status == 200


@pytest.fixture
async def faults(serve: Serve) -> AsyncIterator[Controls]:
    clock = MovableClock()
    server = await serve(clock)
    async with aiohttp.ClientSession() as session:
        yield Controls(session, server, clock)


@pytest.fixture
async def client(faults: Controls) -> AsyncIterator[RawClient]:
    async with raw_client(faults.server.url) as client:
        await client.subscribe(changes("INSERT"))
        yield client


def insert(db: Database, *ids: int) -> None:
    for id_ in ids:
        db.execute("insert into public.t (id) values (%s)", [id_])


async def received(client: RawClient) -> int:
    frame = await client.receive()
    assert frame["event"] == "postgres_changes", frame
    id_: int = frame["payload"]["data"]["record"]["id"]
    return id_


async def assert_serves(faults: Controls, db: Database, id_: int = 1000) -> None:
    async with raw_client(faults.server.url) as fresh:
        await fresh.subscribe(changes("INSERT"))
        insert(db, id_)
        assert await received(fresh) == id_


async def assert_refused(faults: Controls, expected: type[aiohttp.ClientError]) -> None:
    with pytest.raises(expected):
        async with raw_client(faults.server.url):
            pass


async def test_reset_ends_every_connection_without_a_goodbye(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("reset")
    assert await client.receive_close() == 1006
    await assert_serves(faults, db)


async def test_a_stop_closes_with_1012_and_refuses_until_it_is_over(
    faults: Controls, client: RawClient, db: Database
) -> None:
    closed = asyncio.create_task(client.receive_close())
    await faults.post("restart", seconds=9)
    assert await closed == 1012
    assert (await faults.get())["slot"] is False
    await assert_refused(faults, aiohttp.WSServerHandshakeError)
    faults.clock.advance(8)
    await assert_refused(faults, aiohttp.WSServerHandshakeError)
    faults.clock.advance(1.1)
    await assert_serves(faults, db)


async def test_a_kill_resets_and_resets_whoever_comes_until_it_is_over(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("restart", seconds=21, how="kill")
    assert await client.receive_close() == 1006
    for _ in range(3):
        await assert_refused(faults, aiohttp.ClientConnectionError)
    faults.clock.advance(21.1)
    await assert_serves(faults, db)


@pytest.mark.parametrize(
    ("how", "error"),
    [("503", aiohttp.WSServerHandshakeError), ("reset", aiohttp.ClientConnectionError)],
)
async def test_refused_upgrades_leave_old_connections_alone(
    faults: Controls, client: RawClient, db: Database, how: str, error: type[aiohttp.ClientError]
) -> None:
    await faults.post("refuse_upgrades", seconds=60, how=how)
    await assert_refused(faults, error)
    insert(db, 1)
    assert await received(client) == 1
    faults.clock.advance(61)
    await assert_serves(faults, db)


async def test_silence_sends_nothing_not_even_a_pong_and_loses_what_it_swallows(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("silent", seconds=70)
    await client.websocket.ping(b"anybody?")
    await client.send("heartbeat", "phoenix", {})
    delivered = (await faults.get())["delivered"]
    insert(db, 1)
    await until(lambda: faults.server.counters["delivered"] > delivered)
    # A newcomer is accepted by the machine, but gets no answer.
    newcomer = asyncio.create_task(assert_serves(faults, db))
    with pytest.raises(TimeoutError):
        await client.receive(deadline=0.3)
    assert not newcomer.done()
    faults.clock.advance(71)
    await newcomer
    # The heartbeat was read late; the row of the silence is gone; the newcomer's row follows.
    assert (await client.receive())["event"] == "phx_reply"
    assert await received(client) == 1000


async def test_the_deaf_answer_heartbeats_and_joins_but_hear_nothing_and_miss_it_for_good(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("deaf", seconds=30)
    insert(db, 1)
    await client.join("realtime:later", changes("INSERT"))
    assert (await client.receive())["payload"]["status"] == "ok"
    polls = (await faults.get())["polls"]
    await until(lambda: faults.server.polls > polls + 3)
    await client.alive()
    faults.clock.advance(31)
    assert (await client.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
    insert(db, 2)
    assert {await received(client), await received(client)} == {2}


async def test_expired_tokens_close_the_channels_and_leave_the_socket(
    faults: Controls, client: RawClient
) -> None:
    await faults.post("expire_tokens")
    system = await client.receive()
    assert system["payload"] == {
        "message": "Token has expired 0 seconds ago",
        "status": "error",
        "extension": "system",
        "channel": "room1",
    }
    assert await client.receive() == {
        "ref": "1",
        "payload": {},
        "event": "phx_close",
        "topic": "realtime:room1",
    }
    await client.alive()


async def test_a_refused_subscription_reads_like_an_unpublished_table(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("refuse_subscription", times=1)
    await client.join("realtime:w", changes())
    assert (await client.receive())["payload"]["status"] == "ok"
    payload = (await client.receive())["payload"]
    assert payload["status"] == "error"
    assert payload["message"].startswith("Unable to subscribe to changes with given parameters. Please check")
    await client.subscribe(changes("INSERT"), topic="realtime:again")


async def test_unauthorized_changes_come_without_their_row(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("unauthorized", times=1)
    insert(db, 1, 2)
    data = (await client.receive())["payload"]["data"]
    assert data["errors"] == ["Error 401: Unauthorized"]
    assert (data["record"], data["columns"], data["commit_timestamp"]) == ({}, [], None)
    assert await received(client) == 2


async def test_the_next_changes_can_be_dropped(faults: Controls, client: RawClient, db: Database) -> None:
    await faults.post("drop_changes", times=2)
    insert(db, 1, 2, 3)
    assert await received(client) == 3
    assert (await faults.get())["dropped"] == 2


async def test_changes_can_be_dropped_by_chance(faults: Controls, client: RawClient, db: Database) -> None:
    await faults.post("drop_changes", probability=0.5)
    db.execute("insert into public.t (id) select generate_series(1, 400)")
    await until(lambda: sum(faults.server.counters[name] for name in ("dropped", "delivered")) == 400)
    # Six standard deviations to either side.
    assert 140 <= faults.server.counters["dropped"] <= 260
    await faults.delete()
    insert(db, 1000)
    ids = [await received(client)]
    while ids[-1] != 1000:
        ids.append(await received(client))
    assert len(ids) == faults.server.counters["delivered"]
    assert ids == sorted(ids)


async def test_delayed_changes_come_late_and_in_order(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("delay_changes", delay=50)
    insert(db, 1)
    await until(lambda: 50 in [round(pause) for pause in faults.clock.slept])
    await faults.delete()
    insert(db, 2)
    await until(lambda: len([pause for pause in faults.clock.slept if pause > 49]) == 2)
    await client.alive()
    faults.clock.advance(50)
    assert [await received(client), await received(client)] == [1, 2]


async def test_the_news_of_being_subscribed_can_be_repeated(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("repeat_subscribed")
    assert (await client.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
    insert(db, 1)
    assert await received(client) == 1


async def test_a_cold_subscription_loses_the_rows_before_it_listens(
    faults: Controls, client: RawClient, db: Database
) -> None:
    await faults.post("cold", wait=40)
    async with raw_client(faults.server.url) as cold:
        await cold.join("realtime:room1", changes("INSERT"))
        assert (await cold.receive())["payload"]["status"] == "ok"
        insert(db, 1)
        assert await received(client) == 1
        await cold.alive()
        faults.clock.advance(40)
        assert (await cold.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
        insert(db, 2)
        assert await received(cold) == 2
    # Once was asked for.
    await assert_serves(faults, db)


async def test_faults_are_shown_with_what_is_left_of_them_and_cleared(faults: Controls) -> None:
    await faults.post("deaf", seconds=30)
    await faults.post("drop_changes", times=3)
    faults.clock.advance(10)
    deaf, dropping = (await faults.get())["active"]
    assert deaf["fault"] == "deaf"
    assert 15 < deaf["seconds_left"] <= 20
    assert (dropping["fault"], dropping["times_left"]) == ("drop_changes", 3)
    await faults.delete()
    assert (await faults.get())["active"] == []


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "not JSON",
        '{"fault": "unheard_of"}',
        '{"fault": "restart"}',
        '{"fault": "silent", "seconds": -1}',
        '{"fault": "deaf", "secnods": 5}',
        '{"fault": "drop_changes", "probability": 0.5, "times": 3}',
    ],
)
async def test_a_fault_that_cannot_be_is_refused(faults: Controls, body: str) -> None:
    status, answer = await faults.post_raw(body)
    assert status == 400
    assert answer["details"]
    assert (await faults.get())["active"] == []


async def test_faults_are_controlled_from_the_same_machine_only(
    faults: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aiohttp.web.BaseRequest.remote", "192.0.2.7")
    with pytest.raises(aiohttp.ContentTypeError) as refused:
        await faults.post_raw('{"fault": "deaf"}')
    assert refused.value.status == 403
