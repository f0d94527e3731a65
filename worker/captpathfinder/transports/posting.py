"""What the transports that post to a URL share: one request, its pace, and what its failures mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import httpx

from captpathfinder.errors import TransientError, UnknownOutcomeError
from captpathfinder.web.retry_after import parse_retry_after

if TYPE_CHECKING:
    from captpathfinder.context import Context

# Longest wait for an answer, in seconds; Standard Webhooks recommends 15 to 30.
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
# Answers that may be other ones later (RFC 9110; 425 is RFC 8470).
PASSING = frozenset({408, 425, 429})


async def post(
    context: Context, url: str, content: bytes, headers: Mapping[str, str], what: str
) -> httpx.Response:
    """Post once and return the answer, whatever it is.

    Raises `TransientError` when nothing was sent, `UnknownOutcomeError` when it was and no answer came.
    Neither quotes the URL, which may be the secret. Redirects are not followed: a signed or secret URL is
    not for another host.
    """
    try:
        return await context.http.post(
            url, content=content, headers={"content-type": "application/json", **headers}, timeout=TIMEOUT
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TransientError(f"{what} cannot be reached ({type(error).__name__}).") from error
    except httpx.TransportError as error:
        raise UnknownOutcomeError(f"{what} did not answer ({type(error).__name__}).") from error


def raise_if_passing(context: Context, response: httpx.Response, what: str) -> None:
    """Raise `TransientError` for 408, 425, 429 and 5xx, with the wait that the answer asks for."""
    status = response.status_code
    if status in PASSING or status >= 500:
        raise TransientError(f"{what} answered HTTP {status}.", retry_after=wait_asked_for(context, response))


def wait_asked_for(context: Context, response: httpx.Response) -> float | None:
    """Seconds that `Retry-After` asks for; None when it does not."""
    return parse_retry_after(response.headers.get("retry-after"), context.now())
