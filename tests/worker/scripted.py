"""A project on loopback that keeps an outbox in memory, so that a worker can be watched within the test.

It answers what PostgREST would for the functions that a worker calls, unless `answers` says otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from captpathfinder.context import Context, open_context
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.schema import SCHEMA

# The database's time, which is nobody else's.
DATABASE_NOW = datetime(2031, 3, 1, 12, 0, tzinfo=UTC)
KEY = "sb_secret_" + "x" * 20


@dataclass
class Outbox:
    """Jobs that the next claims hand out, and every call in its order."""

    url: str = ""
    waiting: list[list[dict[str, Any]]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    # What a function is answered, in this order, before it is answered as usual.
    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    due: list[str] = field(default_factory=list)
    now: Callable[[], datetime] = lambda: DATABASE_NOW

    def count(self, function: str) -> int:
        """How often a function was called."""
        return sum(name == function for name, _ in self.calls)

    def arguments(self, function: str) -> list[dict[str, Any]]:
        """What a function was called with."""
        return [given for name, given in self.calls if name == function]

    def add(self, *jobs: dict[str, Any]) -> None:
        """Have one claim hand these jobs out."""
        self.waiting.append([job(**changes) for changes in jobs])

    async def rpc(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        given = dict(request.query) if request.method == "GET" else await request.json()
        self.calls.append((name, given))
        if self.answers.get(name):
            status, body = self.answers[name].pop(0)
            return web.json_response(body, status=status)
        return web.json_response(self._usual(name, given))

    def _usual(self, name: str, given: dict[str, Any]) -> object:
        if name == "claim_outbox":
            lease = (self.now() + timedelta(seconds=given["lease_seconds"])).isoformat()
            jobs = self.waiting.pop(0) if self.waiting else []
            return [{"lease_expires_at": lease, "created_at": self.now().isoformat(), **job} for job in jobs]
        if name == "health":
            return {"status": "ok", "reasons": [], "checks": {"database": {"migration": SCHEMA}}}
        return {
            "heartbeat": self.now().isoformat(),
            "extend_lease": self.now().isoformat(),
            "fail_outbox": "pending",
        }.get(name, True)

    async def outbox(self, request: web.Request) -> web.Response:
        self.calls.append(("outbox", dict(request.query)))
        return web.json_response([{"run_at": moment} for moment in self.due])


def job(**changes: object) -> dict[str, Any]:
    """A job of a kind that a test handles itself."""
    return {"id": 1, "kind": "test", "attempt": 1, "document": {}, **changes}


@asynccontextmanager
async def scripted(**changes: object) -> AsyncIterator[tuple[Outbox, Context]]:
    """The project, and a worker's context for it."""
    outbox = Outbox()
    application = web.Application()
    application.router.add_post("/rest/v1/rpc/{name}", outbox.rpc)
    application.router.add_get("/rest/v1/rpc/{name:health}", outbox.rpc)
    application.router.add_get("/rest/v1/outbox", outbox.outbox)
    async with TestServer(application) as server:
        outbox.url = str(server.make_url("")).rstrip("/")
        known: dict[str, Any] = {
            "supabase_url": outbox.url,
            "SUPABASE_SECRET_KEY": KEY,
            "realtime_enabled": False,
            "worker_poll_seconds": 0.2,
            "worker_poll_idle_seconds": 0.4,
            **changes,
        }
        async with open_context(Settings(**known)) as context:
            yield outbox, context
