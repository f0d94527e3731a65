"""Real servers on loopback that stand for Teams, Slack, a receiver of webhooks and a community's API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Request:
    """What a server was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """Answers what it was told to, in order, then what it usually does; keeps what it was sent."""

    usually: Answer
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append(Request(request.method, request.path_qs, dict(request.headers), body))
        answer = self.answers.pop(0) if self.answers else self.usually
        return web.Response(status=answer.status, text=answer.body, headers=dict(answer.headers))


@asynccontextmanager
async def serve(usually: Answer) -> AsyncIterator[Server]:
    """A server that runs until the end of the block."""
    server = Server(usually)
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        server.url = site.name.replace("localhost", "127.0.0.1")
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()
