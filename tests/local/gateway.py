"""What tests of the gateway share: keys, and an upstream that says what reached it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from aiohttp import WSMsgType, web

from local.lite import Keys

KEYS = Keys("sb_publishable_abc", "sb_secret_def", "a-secret-of-more-than-thirty-two-bytes")
TOKEN = "control-token"
ANON = {"apikey": KEYS.publishable}
SERVICE = {"apikey": KEYS.secret}
LIMIT = 10_000


def legacy_key(role: str, **claims: object) -> str:
    return jwt.encode({"role": role, "iss": "supabase", **claims}, KEYS.jwt_secret, "HS256")


@dataclass
class Upstream:
    """What stands behind the gateway: tells what it got, and answers what it is told to."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, web.Response] = field(default_factory=dict)
    websocket_end: asyncio.Future[int | None] | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self.websocket(request)
        seen = {
            "method": request.method,
            "path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(),
        }
        self.requests.append(seen)
        return self.answers.get(request.path) or web.json_response(seen)

    async def websocket(self, request: web.Request) -> web.WebSocketResponse:
        if request.query.get("refuse"):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(autoping=False, autoclose=False, max_msg_size=0)
        await socket.prepare(request)
        async for message in socket:
            match message.type, message.data:
                case WSMsgType.TEXT, "close":
                    await socket.close(code=4001, message=b"enough")
                case WSMsgType.TEXT, "vanish":
                    assert request.transport is not None
                    request.transport.abort()
                case WSMsgType.TEXT, "ping me":
                    await socket.ping(b"from upstream")
                case WSMsgType.TEXT, text:
                    await socket.send_str(text)
                case WSMsgType.PING, data:
                    await socket.pong(data)
                case WSMsgType.PONG, data:
                    await socket.send_str(f"pong {data.decode()}")
        if self.websocket_end is not None:
            self.websocket_end.set_result(socket.close_code)
        return socket


async def get(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, Any]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.json()


CONTROL = {"X-Control-Token": TOKEN}


async def set_fault(client: aiohttp.ClientSession, **fault: object) -> None:
    async with client.post("/_faults", json=fault, headers=CONTROL) as answer:
        assert answer.status == 200, await answer.text()
