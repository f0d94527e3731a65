"""Serves an ASGI application on a port of this process, beside whatever else runs in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from captpathfinder.errors import CaptPathfinderError
from captpathfinder.library_internals import serve_without_signals


class PortTakenError(CaptPathfinderError):
    """The port is in use, or the address is not this machine's."""


@asynccontextmanager
async def serving(
    application: ASGIApp,
    *,
    host: str,
    port: int,
    name: str,
    trusted_proxies: Collection[str] = (),
    most_at_once: int | None = None,
) -> AsyncIterator[None]:
    """Serve for as long as the block runs. `name` is the variable that names the port.

    Only what `trusted_proxies` (addresses or networks) say of whom they forward for is believed: the caller's
    address, and whether it came over https. Beyond `most_at_once` connections the answer is 503.

    Raises `PortTakenError`.
    """
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        lifespan="off",
        limit_concurrency=most_at_once,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    try:
        sockets = [config.bind_socket()]
    except SystemExit:
        raise PortTakenError(
            f"{name} {port} cannot be had on {host}: choose another, or 0 for none"
        ) from None
    task = asyncio.create_task(serve_without_signals(server, sockets))
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)
