"""A raw Phoenix client, a clock that can be moved, and waiting for conditions."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import jwt

from local.realtime.clock import SystemClock

JWT_SECRET = "a-jwt-secret-of-at-least-thirty-two-bytes"
PUBLISHABLE_KEY = "sb_publishable_for_tests"
SECRET_KEY = "sb_secret_for_tests"
DEADLINE = 10.0

Frame = dict[str, Any]


class MovableClock(SystemClock):
    """The machine's clock, moved on by `advance`; remembers every sleep it was asked for."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._offset = 0.0
        self._moved = asyncio.Event()

    def time(self) -> float:
        return super().time() + self._offset

    def monotonic(self) -> float:
        return super().monotonic() + self._offset

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        due = self.monotonic() + seconds
        while True:
            moved = self._moved
            try:
                async with asyncio.timeout(max(0.0, due - self.monotonic())):
                    await moved.wait()
            except TimeoutError:
                return

    def advance(self, seconds: float) -> None:
        self._offset += seconds
        self._moved.set()
        self._moved = asyncio.Event()


class RawClient:
    """Sends and receives frames as they are."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self._ref = 0

    async def send(self, event: str, topic: str, payload: Frame, ref: str | None = None) -> str | None:
        await self.websocket.send_json(
            {"event": event, "payload": payload, "topic": topic, "ref": ref, "join_ref": ref}
        )
        return ref

    async def join(self, topic: str, *changes: Frame, token: str | None = None) -> str:
        """Send a join as the official client does; return its ref."""
        self._ref += 1
        config = {
            "broadcast": {"ack": False, "self": False},
            "presence": {"key": "", "enabled": False},
            "private": False,
            "postgres_changes": list(changes),
        }
        payload: Frame = {"config": config}
        if token is not None:
            payload["access_token"] = token
        await self.send("phx_join", topic, payload, str(self._ref))
        return str(self._ref)

    async def subscribe(
        self, *changes: Frame, topic: str = "realtime:room1", token: str | None = None
    ) -> Frame:
        """Join and wait until changes are listened for; return the join's reply."""
        await self.join(topic, *changes, token=token)
        reply = await self.receive()
        assert (reply["topic"], reply["payload"]["status"]) == (topic, "ok"), reply
        system = await self.receive()
        assert (system["topic"], system["payload"]["message"]) == (topic, "Subscribed to PostgreSQL"), system
        return reply

    async def receive(self, deadline: float = DEADLINE) -> Frame:
        frame = json.loads(await self.receive_text(deadline))
        assert isinstance(frame, dict)
        return frame

    async def receive_text(self, deadline: float = DEADLINE) -> str:
        async with asyncio.timeout(deadline):
            text: str = await self.websocket.receive_str()
        return text

    async def receive_close(self, deadline: float = DEADLINE) -> int | None:
        """Read to the end; return the close code (1006: gone without a goodbye)."""
        async with asyncio.timeout(deadline):
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
async def raw_client(url: str, key: str = SECRET_KEY) -> AsyncIterator[RawClient]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/websocket", params={"apikey": key, "vsn": "1.0.0"}) as websocket,
    ):
        yield RawClient(websocket)


def token(
    role: str = "service_role", *, lifetime: float = 3600, secret: str = JWT_SECRET, **claims: str
) -> str:
    return jwt.encode({"role": role, "exp": int(time.time() + lifetime), **claims}, secret, "HS256")


def changes(event: str = "*", table: str = "t", **more: str | list[str]) -> Frame:
    return {"event": event, "schema": "public", "table": table, **more}


async def until(condition: Callable[[], object], deadline: float = DEADLINE) -> None:
    """Wait for a condition, looking often; fail after `deadline` seconds."""
    limit = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < limit, "the condition was not met in time"
        await asyncio.sleep(0.01)
