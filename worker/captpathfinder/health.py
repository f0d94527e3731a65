"""`/healthz` and `/readyz` for container platforms, on a loopback port. Off when the port is 0."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from captpathfinder import __version__
from captpathfinder.context import Context
from captpathfinder.errors import CaptPathfinderError
from captpathfinder.logs import get_logger
from captpathfinder.worker import Worker

log = get_logger("health")


class PortTakenError(CaptPathfinderError):
    """The port of the health checks is in use."""


def state_of(worker: Worker, context: Context) -> dict[str, Any]:
    """What the checks answer with. Ages are in seconds; None: never."""
    now = context.monotonic()

    def age(moment: float | None) -> float | None:
        return None if moment is None else round(now - moment, 1)

    return {
        "version": __version__,
        "worker": worker.name,
        "up_seconds": age(worker.started_at),
        "in_flight": worker.in_flight,
        "looked_seconds_ago": age(worker.looked_at),
        "claimed_seconds_ago": age(worker.claimed_at),
        "realtime": worker.realtime_state,
        "stopping": worker.is_stopping,
        "error": worker.last_error,
    }


def is_alive(worker: Worker, context: Context) -> bool:
    """Whether the loop turns: it looked lately, or all its slots are busy."""
    settings = context.settings
    longest = 2 * max(settings.worker_poll_idle_seconds, 300.0) + 60.0
    looked = worker.looked_at if worker.looked_at is not None else worker.started_at
    return worker.in_flight >= settings.worker_concurrency or context.monotonic() - looked < longest


def is_ready(worker: Worker, context: Context) -> bool:
    """Whether it can do its work: Supabase answered its last question, and it has not been told to stop."""
    return worker.claimed_at is not None and worker.last_error is None and not worker.is_stopping


def application(worker: Worker, context: Context) -> Starlette:
    """The two checks: 200 or 503, with the state as JSON."""

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse(state_of(worker, context), 200 if is_alive(worker, context) else 503)

    async def readyz(_: Request) -> JSONResponse:
        return JSONResponse(state_of(worker, context), 200 if is_ready(worker, context) else 503)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz)])


@asynccontextmanager
async def serve_health(worker: Worker, context: Context) -> AsyncIterator[None]:
    """Serve the checks for as long as the block runs. Raises `PortTakenError`."""
    settings = context.settings
    if settings.health_port == 0:
        yield
        return
    config = uvicorn.Config(
        application(worker, context),
        host=settings.health_host,
        port=settings.health_port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    try:
        sockets = [config.bind_socket()]
    except SystemExit:
        raise PortTakenError(
            f"HEALTH_PORT {settings.health_port} is taken on {settings.health_host}: choose another, or 0"
        ) from None
    # `serve` would take over the signal handlers; what it wraps does not.
    task = asyncio.create_task(server._serve(sockets))
    log.info("health checks are served", port=settings.health_port)
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)
