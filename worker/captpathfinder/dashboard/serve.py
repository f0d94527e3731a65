"""Serves the dashboard, on loopback or behind a token, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from captpathfinder.dashboard.access import is_loopback
from captpathfinder.dashboard.app import Dashboard
from captpathfinder.dashboard.sign_in import sign_in_problems
from captpathfinder.errors import SettingsError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.web.serving import serving

log = get_logger("dashboard")

# How long an act may take, in seconds; restoring the rules is the longest. Pages are bounded by LONGEST_READ,
# as a person waits for them.
TIMEOUT = httpx.Timeout(20.0, connect=3.0)


def check_exposure(settings: Settings) -> None:
    """Raise `SettingsError` where others could reach the dashboard and nobody has to say who they are."""
    if problems := sign_in_problems(settings):
        raise SettingsError(problems)
    is_open = settings.dashboard_token is None and settings.dashboard_oidc_issuer is None
    if not is_loopback(settings.dashboard_host) and is_open:
        problem = (
            f"DASHBOARD_TOKEN is not set: on DASHBOARD_HOST {settings.dashboard_host} others can reach "
            "the dashboard, so it needs a token of 16 characters or more, or DASHBOARD_OIDC_ISSUER"
        )
        raise SettingsError([problem])


def address(settings: Settings) -> str:
    """Where it is, as a URL."""
    host = settings.dashboard_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.dashboard_port}"


@asynccontextmanager
async def serve_dashboard(settings: Settings) -> AsyncIterator[None]:
    """Serve it for as long as the block runs, unless `DASHBOARD_PORT` is 0.

    Raises `SettingsError` and `PortTakenError`.
    """
    if settings.dashboard_port == 0:
        yield
        return
    check_exposure(settings)
    async with SupabaseApi(settings, timeout=TIMEOUT) as api:
        application = Dashboard(settings, api).application()
        host, port = settings.dashboard_host, settings.dashboard_port
        async with serving(
            application,
            host=host,
            port=port,
            name="DASHBOARD_PORT",
            trusted_proxies=settings.dashboard_trusted_proxies,
        ):
            log.info("the dashboard is served", url=address(settings))
            yield
