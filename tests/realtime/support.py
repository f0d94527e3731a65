"""A raw Phoenix client, and the fault controls of a server."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import psycopg

PUBLISHABLE_KEY = "sb_publishable_for_tests"
SECRET_KEY = "sb_secret_for_tests"
# A failure, not an expectation: whatever is waited for comes in some milliseconds on a machine that is idle.
DEADLINE = 60.0

Frame = dict[str, Any]


class RawClient:
    """Sends and receives frames as they are."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self._ref = 0

    async def send(self, event: str, topic: str, payload: Frame, ref: str | None = None) -> None:
        await self.websocket.send_json(
            {"event": event, "payload": payload, "topic": topic, "ref": ref, "join_ref": ref}
        )

    async def join(self, *changes: Frame, topic: str = "realtime:room1") -> Frame:
        """Send a join as the official client does; return its reply."""
        self._ref += 1
        config = {
            "broadcast": {"ack": False, "self": False},
            "private": False,
            "postgres_changes": list(changes),
        }
        await self.send("phx_join", topic, {"config": config, "access_token": SECRET_KEY}, str(self._ref))
        reply = await self.receive()
        assert (reply["topic"], reply["ref"]) == (topic, str(self._ref))
        return reply

    async def subscribe(self, *changes: Frame, topic: str = "realtime:room1") -> Frame:
        """Join and wait until changes are listened for; return the join's reply."""
        reply = await self.join(*changes, topic=topic)
        await self.listens(topic)
        return reply

    async def listens(self, topic: str = "realtime:room1") -> None:
        system = await self.receive()
        assert (system["topic"], system["payload"]["message"]) == (topic, "Subscribed to PostgreSQL"), system

    async def receive(self) -> Frame:
        async with asyncio.timeout(DEADLINE):
            frame = json.loads(await self.websocket.receive_str())
        assert isinstance(frame, dict)
        return frame

    async def receive_id(self) -> int:
        """Return the id of the row that is announced next."""
        frame = await self.receive()
        assert frame["event"] == "postgres_changes", frame
        return int(frame["payload"]["data"]["record"]["id"])

    async def receive_close(self) -> int | None:
        """Read to the end; return the close code (1006: gone without a goodbye)."""
        async with asyncio.timeout(DEADLINE):
            async for _ in self.websocket:
                pass
        return self.websocket.close_code

    async def alive(self) -> None:
        """Assert that a heartbeat is the next thing answered: nothing else is under way."""
        await self.send("heartbeat", "phoenix", {})
        assert await self.receive() == {
            "ref": None,
            "payload": {"status": "ok", "response": {}},
            "event": "phx_reply",
            "topic": "phoenix",
        }


@contextlib.asynccontextmanager
async def raw_client(port: int, key: str = SECRET_KEY) -> AsyncIterator[RawClient]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"http://127.0.0.1:{port}/realtime/v1/websocket", params={"apikey": key, "vsn": "1.0.0"}
        ) as websocket,
    ):
        yield RawClient(websocket)


async def control(port: int, method: str = "GET", **fault: float | str) -> Frame:
    """Ask for a fault (POST), for an end of all (DELETE), or for the state; return the state."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}/_faults", json=fault or None) as response,
    ):
        state: Frame = await response.json()
        assert response.status == 200, state
        return state


def changes(event: str = "*", table: str = "t", **more: str) -> Frame:
    return {"event": event, "schema": "public", "table": table, **more}


async def until(condition: Callable[[], object]) -> None:
    """Wait for what no frame tells of: something in the database."""
    async with asyncio.timeout(DEADLINE):
        while not condition():  # noqa: ASYNC110 (the database raises no event of ours)
            await asyncio.sleep(0.02)


async def slot_was_read(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Wait until all that is committed by now has been read from the slot."""
    row = db.execute("select pg_current_wal_lsn()::text").fetchone()
    read = "select confirmed_flush_lsn >= %s::pg_lsn from pg_replication_slots"
    await until(lambda: db.execute(read, row).fetchone() == (True,))
