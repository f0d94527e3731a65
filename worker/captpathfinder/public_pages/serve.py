"""Serves the public pages on a port of their own, beside the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from captpathfinder.context import Context
from captpathfinder.public_pages.site import PublicPages
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.web.serving import serving

log = get_logger("public_pages")

# A person waits, in seconds.
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
# Connections at once; more are told to come back.
MOST_AT_ONCE = 64


@asynccontextmanager
async def serve_public_pages(context: Context) -> AsyncIterator[None]:
    """Serve them for as long as the block runs, unless `PUBLIC_PORT` is 0. Raises `PortTakenError`."""
    settings, links = context.settings, context.links
    if settings.public_port == 0 or links is None:
        yield
        return
    async with SupabaseApi(settings, timeout=TIMEOUT) as api:
        pages = PublicPages(settings, api, links, now=context.database_clock.now, monotonic=context.monotonic)
        async with serving(
            pages.application(),
            host=settings.public_host,
            port=settings.public_port,
            name="PUBLIC_PORT",
            trusted_proxies=settings.public_trusted_proxies,
            most_at_once=MOST_AT_ONCE,
        ):
            log.info("the public pages are served", url=settings.public_url, port=settings.public_port)
            yield
