"""`/healthz`, `/readyz` and `/metrics` for whatever watches the worker, on a loopback port. 0: off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captpathfinder import __version__
from captpathfinder.context import Context
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.telemetry.metrics import DatabaseCollector, WorkerCollector
from captpathfinder.web.serving import serving
from captpathfinder.worker.loop import Worker

log = get_logger("health")


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


def checks(worker: Worker, context: Context) -> Starlette:
    """The two checks, 200 or 503 with the state as JSON, and the metrics."""
    registry = context.metrics.registry
    slots = context.settings.worker_concurrency
    database = DatabaseCollector(
        lambda: context.api.call("stats"), context.api.health, monotonic=context.monotonic
    )
    registry.register(
        WorkerCollector(worker, slots, monotonic=context.monotonic, now=context.database_clock.now)
    )
    registry.register(database)

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse(state_of(worker, context), 200 if is_alive(worker, context) else 503)

    async def readyz(_: Request) -> JSONResponse:
        return JSONResponse(state_of(worker, context), 200 if is_ready(worker, context) else 503)

    async def metrics(request: Request) -> Response:
        await database.refresh()
        write, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(write(registry), media_type=media_type)

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    )


@asynccontextmanager
async def serve_health(worker: Worker, context: Context) -> AsyncIterator[None]:
    """Serve the checks for as long as the block runs. Raises `PortTakenError`."""
    settings = context.settings
    if settings.health_port == 0:
        yield
        return
    application = checks(worker, context)
    async with serving(application, host=settings.health_host, port=settings.health_port, name="HEALTH_PORT"):
        log.info("health checks are served", port=settings.health_port)
        yield
