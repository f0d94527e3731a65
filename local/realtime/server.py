"""The HTTP side: accepting websockets, health, and the fault controls; and the life of the whole server."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from local.realtime.faults import IMMEDIATE, Fault, Faults
from local.realtime.feed import Feed
from local.realtime.session import Session, reset_transport
from local.realtime.settings import Settings

log = logging.getLogger(__name__)


class RealtimeServer:
    """A Realtime server, for loopback only: `async with RealtimeServer(settings) as server`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._faults = Faults()
        self._feed = Feed(settings, self._deliver)
        self._sessions: set[Session] = set()
        self._runner: web.AppRunner
        self.port = settings.port

    async def __aenter__(self) -> RealtimeServer:
        app = web.Application()
        app.add_routes(
            [
                web.get("/realtime/v1/websocket", self._serve_websocket),
                web.get("/health", self._serve_state),
                web.get("/_faults", self._serve_state),
                web.post("/_faults", self._serve_fault),
                web.delete("/_faults", self._serve_clear),
            ]
        )
        # Keys travel in the query string, so there is no access log. Handlers end with their session.
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        self.port = self._runner.addresses[0][1]
        log.info("listening on http://%s:%d", self._settings.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._faults.clear()
        await self._end_sessions(reset=False)
        await self._runner.cleanup()

    async def _end_sessions(self, *, reset: bool) -> None:
        sessions = list(self._sessions)
        for session in sessions:
            session.detach()
            if reset:
                session.reset()
        if not reset:
            # A client that does not answer the close must not hold the server up.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2.0):
                    await asyncio.gather(*(session.close() for session in sessions))
        await self._feed.stop()

    def _deliver(self, data: dict[str, Any]) -> None:
        if not (self._faults.has("deaf") or self._faults.has("drop_changes")):
            for session in self._sessions:
                session.deliver(data)

    async def _serve_websocket(self, request: web.Request) -> web.StreamResponse:
        await self._faults.over("silent")
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return web.Response(status=503)
        if self._faults.has("refuse_upgrades"):
            if self._faults.how == "kill":
                reset_transport(transport)
            return web.json_response({"message": "failure to get a peer from the ring-balancer"}, status=503)
        key = request.headers.get("apikey") or request.query.get("apikey", "")
        is_secret = _same(key, self._settings.secret_key)
        if not is_secret and not _same(key, self._settings.publishable_key):
            return web.json_response({"message": "Unauthorized: Unknown API key"}, status=401)
        # Pongs are sent by the session, which can be told to be silent.
        websocket = web.WebSocketResponse(autoping=False, compress=False, timeout=1.0)
        await websocket.prepare(request)
        session = Session(websocket, transport, self._faults, self._feed, may_select=is_secret)
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)
        return websocket

    async def _serve_state(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "status": "ok",
                "faults": self._faults.active(),
                "connected": len(self._sessions),
                "listening": sum(session.listening for session in self._sessions),
            }
        )

    async def _serve_fault(self, request: web.Request) -> web.Response:
        try:
            fault = Fault.model_validate_json(await request.read())
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            return web.json_response({"message": "no such fault", "details": details}, status=400)
        log.info("fault: %s", fault)
        if fault.fault in IMMEDIATE:
            await self._apply(fault)
        else:
            self._faults.how = fault.how
            self._faults.set(fault.fault, fault.seconds)
        return await self._serve_state(request)

    async def _serve_clear(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return await self._serve_state(request)

    async def _apply(self, fault: Fault) -> None:
        if fault.fault == "restart":
            self._faults.how = fault.how
            self._faults.set("refuse_upgrades", fault.seconds)
            await self._end_sessions(reset=fault.how == "kill")
            return
        for session in list(self._sessions):
            match fault.fault:
                case "reset":
                    session.reset()
                case "expire_tokens":
                    session.expire()
                case _:
                    session.confirm()


def _same(key: str, known: str) -> bool:
    return hmac.compare_digest(key.encode(), known.encode())
