"""Whether readers of messages reach the public pages, and a worker of this project answers there."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from captpathfinder.context import Context
from captpathfinder.doctor.findings import Finding, note, ok, skipped, wrong
from captpathfinder.settings.addresses import is_this_machine
from captpathfinder.web.failures import explain_failure

_SUBJECT = "public pages"


async def check_public_pages(context: Context) -> list[Finding]:
    """Opens `PUBLIC_URL` as a reader would, and asks who answers."""
    url, links = context.settings.public_url, context.links
    if url is None or links is None:
        detail = "not configured (PUBLIC_URL): messages carry the link to the CSV, and no feedback"
        return [skipped(_SUBJECT, detail)]
    try:
        response = await context.http.get(f"{url}/worker", timeout=10)
    except httpx.TransportError as error:
        return [
            wrong(
                _SUBJECT,
                f"{explain_failure(error)}.",
                "Does a worker run with PUBLIC_PORT, and does PUBLIC_URL lead to it?",
            )
        ]
    if response.status_code >= 300 or not _is_json(response):
        return [
            wrong(
                _SUBJECT,
                f"what answers at {url} is no worker (HTTP {response.status_code}).",
                "Lead PUBLIC_URL to the worker's PUBLIC_PORT; a proxy must pass paths on.",
            )
        ]
    return [_judged(url, response.json(), links.fingerprint)]


def _judged(url: str, answer: object, fingerprint: str) -> Finding:
    if not isinstance(answer, dict) or answer.get("links") != fingerprint:
        return wrong(
            _SUBJECT,
            f"the worker at {url} takes other links than this one makes.",
            "Give all workers the same SUPABASE_SECRET_KEY, and restart them.",
        )
    if answer.get("knows_readers") is False:
        return note(
            _SUBJECT,
            f"the worker answers at {url}, through a proxy that it does not trust: all readers count as one.",
            "Name the proxy's address in PUBLIC_TRUSTED_PROXIES, where that worker runs.",
        )
    if is_this_machine(urlsplit(url).hostname or ""):
        detail = f"the worker answers at {url}, which only this machine can open."
        return note(_SUBJECT, detail, "For others, put a proxy with https before it.")
    return ok(_SUBJECT, f"the worker answers at {url}")


def _is_json(response: httpx.Response) -> bool:
    return str(response.headers.get("content-type", "")).startswith("application/json")
