"""The library's client of a Supabase project, opened in the one way that the worker needs it.

PostgREST, Storage and Realtime all go through `supabase.AsyncClient`. What the library would do on its own is
switched off: it repeats requests that must not be repeated, refreshes sessions that a server has not, and
throws away what an error answer says. So the HTTP client is the worker's: its limits and timeouts, and a hook
that reads each answer before the library does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from captpathfinder.settings import Settings
from supabase import AsyncClient, AsyncClientOptions

# A connection idle for longer is opened anew, so that a proxy in between has not closed it meanwhile. Hosted
# proxies keep idle connections for 60 s and more.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=45.0)
# Opening the socket of Realtime and joining, in seconds; the server answers within a second or not at all.
JOIN_TIMEOUT = 15

Check = Callable[[httpx.Response], Awaitable[None]]


def http_client(timeout: httpx.Timeout, check: Check | None = None) -> httpx.AsyncClient:
    """Connections to one project. `check` sees every answer first, and may raise."""
    return httpx.AsyncClient(
        timeout=timeout,
        limits=LIMITS,
        follow_redirects=False,
        event_hooks={"request": [_send_secret_keys_once], "response": [check] if check else []},
    )


def project_client(settings: Settings, http: httpx.AsyncClient) -> AsyncClient:
    """The library's client, acting as `service_role` over connections that the caller closes."""
    options = AsyncClientOptions(
        httpx_client=http,
        postgrest_client_retry=False,
        auto_refresh_token=False,
        persist_session=False,
        realtime={"auto_reconnect": False, "max_retries": 1},
    )
    client = AsyncClient(settings.supabase_url, settings.supabase_secret_key.get_secret_value(), options)
    client.realtime.timeout = JOIN_TIMEOUT
    return client


async def _send_secret_keys_once(request: httpx.Request) -> None:
    """The new `sb_secret_…` keys are no tokens and go into `apikey` only; the legacy ones, JWTs, into both.

    The library sends both in both. Source: https://supabase.com/docs/guides/api/api-keys
    """
    if request.headers.get("authorization", "").startswith("Bearer sb_"):
        del request.headers["authorization"]
