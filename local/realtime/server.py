"""The HTTP side: accepting websockets, health, and the fault controls; and the life of the whole server."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging

from aiohttp import WSCloseCode, web
from pydantic import ValidationError

from local.realtime.auth import Authenticator, AuthError
from local.realtime.changes import UNAUTHORIZED, Renderer, refused_data
from local.realtime.channel import FAULT_CHECK, Channel, Context
from local.realtime.clock import Clock, SystemClock
from local.realtime.faults import (
    ExpireTokens,
    FaultAdapter,
    FaultBoard,
    Immediate,
    Refusal,
    RefuseUpgrades,
    RepeatSubscribed,
    Reset,
    Restart,
)
from local.realtime.feed import ChangeFeed
from local.realtime.session import Session, reset_transport
from local.realtime.settings import Settings
from local.realtime.slot import Connection

log = logging.getLogger(__name__)

WEBSOCKET_PATH = "/realtime/v1/websocket"
PROTOCOL_VERSION = "1.0.0"


class RealtimeServer:
    """A Realtime server; use it as `async with RealtimeServer(settings) as server`."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._sessions: set[Session] = set()
        self._delayed: set[asyncio.Task[None]] = set()
        self._late_until = 0.0
        listening: dict[Channel, None] = {}
        self._context = Context(
            settings=settings,
            clock=self._clock,
            authenticator=Authenticator(settings.jwt_secret, settings.publishable_key, settings.secret_key),
            faults=FaultBoard(self._clock),
            feed=ChangeFeed(settings, self._clock, lambda: bool(listening), self._deliver),
            listening=listening,
        )
        self.counters = {"connections": 0, "refused": 0, "delivered": 0, "dropped": 0}
        self._runner: web.AppRunner | None = None
        self.port = settings.port

    @property
    def polls(self) -> int:
        """How often the slot has been read."""
        return self._context.feed.polls

    @property
    def url(self) -> str:
        """What a client is given, without `/websocket`."""
        return f"ws://{self._settings.host}:{self.port}/realtime/v1"

    async def __aenter__(self) -> RealtimeServer:
        app = web.Application()
        app.add_routes(
            [
                web.get(WEBSOCKET_PATH, self._serve_websocket),
                web.get("/health", self._serve_health),
                web.get("/_faults", self._serve_faults),
                web.post("/_faults", self._serve_fault),
                web.delete("/_faults", self._serve_clear),
            ]
        )
        # Keys travel in the query string, so there is no access log. Handlers end by `stop`, not by force.
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        log.info("listening on http://%s:%d", self._settings.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._context.faults.clear()
        await self._end_sessions(reset=False)
        for task in list(self._delayed):
            task.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _end_sessions(self, *, reset: bool) -> None:
        sessions = list(self._sessions)
        for session in sessions:
            session.detach()
        if reset:
            for session in sessions:
                session.reset()
        else:
            # A client that does not answer the close must not hold the server up.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2.0):
                    await asyncio.gather(
                        *(session.close(WSCloseCode.SERVICE_RESTART) for session in sessions)
                    )
        await self._context.feed.stop()

    # -- changes ----------------------------------------------------------------------------------------

    async def _deliver(self, connection: Connection, batch: list[str]) -> None:
        faults = self._context.faults
        listeners = list(self._context.listening)
        if not listeners:
            return
        renderer = Renderer(connection, self._settings.max_record_bytes)
        for delivery in await renderer.render(batch, listeners):
            channel = delivery.listener
            # Rendering took a moment, in which the channel may have gone.
            if not isinstance(channel, Channel) or channel not in self._context.listening:
                continue
            if faults.deaf or faults.take_drop():
                self.counters["dropped"] += 1
                continue
            data = delivery.data
            if faults.take_unauthorized():
                change = delivery.change
                data = refused_data(change.schema, change.table, change.action, UNAUTHORIZED)
            self._send_change(channel, data, delivery.ids)

    def _send_change(self, channel: Channel, data: str, ids: tuple[int, ...]) -> None:
        # A change never overtakes an earlier one that is still held back.
        now = self._clock.monotonic()
        due = max(now + self._context.faults.delay, self._late_until)
        if due <= now:
            self.counters["delivered"] += 1
            channel.deliver(data, ids)
            return
        self._late_until = due
        task = asyncio.create_task(self._send_late(due - now, channel, data, ids))
        self._delayed.add(task)
        task.add_done_callback(self._delayed.discard)

    async def _send_late(self, delay: float, channel: Channel, data: str, ids: tuple[int, ...]) -> None:
        await self._clock.sleep(delay)
        if channel in self._context.listening:
            self.counters["delivered"] += 1
            channel.deliver(data, ids)

    # -- websocket --------------------------------------------------------------------------------------

    async def _serve_websocket(self, request: web.Request) -> web.StreamResponse:
        faults = self._context.faults
        while faults.silent:
            await self._clock.sleep(FAULT_CHECK)
        refused = faults.refused_upgrades
        if refused is not None:
            self.counters["refused"] += 1
            return _refuse_upgrade(request, refused)
        version = request.query.get("vsn", PROTOCOL_VERSION)
        if version != PROTOCOL_VERSION:
            return web.json_response(
                {"message": f"protocol version {version} is not served, only {PROTOCOL_VERSION}"}, status=400
            )
        key = request.headers.get("x-api-key") or request.query.get("apikey", "")
        try:
            identity = self._context.authenticator.connection(key, self._clock.time())
        except AuthError as error:
            self.counters["refused"] += 1
            return web.json_response({"message": str(error)}, status=401)
        # Pongs are sent by the session, which can be told to be silent; hosted compresses nothing.
        websocket = web.WebSocketResponse(autoping=False, compress=False, timeout=1.0)
        await websocket.prepare(request)
        transport = request.transport
        if transport is None:
            return websocket
        session = Session(self._context, websocket, transport, identity)
        self._sessions.add(session)
        self.counters["connections"] += 1
        try:
            await session.run()
        finally:
            self._sessions.discard(session)
        return websocket

    # -- health and faults ------------------------------------------------------------------------------

    async def _serve_health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"} | self._state())

    async def _serve_faults(self, request: web.Request) -> web.Response:
        _require_loopback(request)
        return web.json_response({"active": self._context.faults.active()} | self._state())

    async def _serve_fault(self, request: web.Request) -> web.Response:
        _require_loopback(request)
        try:
            fault = FaultAdapter.validate_json(await request.read())
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            return web.json_response({"message": "no such fault", "details": details}, status=400)
        if isinstance(fault, Reset | Restart | ExpireTokens | RepeatSubscribed):
            await self._apply(fault)
        else:
            self._context.faults.set(fault)
        log.info("fault: %s", fault)
        return await self._serve_faults(request)

    async def _serve_clear(self, request: web.Request) -> web.Response:
        _require_loopback(request)
        self._context.faults.clear()
        return await self._serve_faults(request)

    async def _apply(self, fault: Immediate) -> None:
        channels = [channel for session in self._sessions for channel in session.channels]
        match fault:
            case Reset():
                for session in list(self._sessions):
                    session.reset()
            case ExpireTokens():
                for channel in channels:
                    channel.expire()
            case RepeatSubscribed():
                for channel in list(self._context.listening):
                    channel.confirm()
            case Restart(seconds=seconds, how=how):
                refusal: Refusal = "503" if how == "stop" else "reset"
                self._context.faults.set(
                    RefuseUpgrades(fault="refuse_upgrades", seconds=seconds, how=refusal)
                )
                await self._end_sessions(reset=how == "kill")

    def _state(self) -> dict[str, object]:
        return {
            "connected": len(self._sessions),
            "joined": sum(len(session.channels) for session in self._sessions),
            "listening": len(self._context.listening),
            "slot": self._context.feed.listening,
            "polls": self.polls,
            **self.counters,
        }


def _refuse_upgrade(request: web.Request, how: Refusal) -> web.StreamResponse:
    if how == "reset" and isinstance(request.transport, asyncio.Transport):
        reset_transport(request.transport)
    return web.json_response({"message": "service unavailable"}, status=503)


def _require_loopback(request: web.Request) -> None:
    # Whoever may break the server on purpose must be on its machine.
    if request.remote is None or not ipaddress.ip_address(request.remote).is_loopback:
        raise web.HTTPForbidden(text="faults can be controlled from this machine only")
