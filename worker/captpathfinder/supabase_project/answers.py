"""What PostgREST's answers of failure mean: pure functions from an answer to an error."""

from __future__ import annotations

from datetime import datetime

import httpx

from captpathfinder.errors import SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.web.retry_after import parse_retry_after

CHECK_THE_KEY = "Check SUPABASE_SECRET_KEY with `captpathfinder doctor`."


def error_of(response: httpx.Response, now: datetime) -> SupabaseError:
    """The error of an answer that is none of success, with its status, code and Retry-After.

    Of PostgREST's body (`{"code", "message", "details", "hint"}`) `details` are left out: they quote rows.
    """
    body = _body(response)
    code = str(body["code"]) if body.get("code") else None
    message, hint = str(body.get("message") or ""), str(body.get("hint") or "")
    between = "" if not (message and hint) else " " if message.endswith((".", "!", "?", ":")) else ". "
    said = f"{message}{between}{hint}"[:500]
    what = response.request.url.path.rsplit("/", 1)[-1]
    status = response.status_code
    message = f"{what}: Supabase answered {status}{f' {code}' if code else ''}{f': {said}' if said else ''}"
    if status in (401, 403):
        return SupabaseRefusedError(f"{message}. {CHECK_THE_KEY}", status=status, code=code)
    if 400 <= status < 500 and status not in (408, 425, 429):
        return SupabaseRequestError(message, status=status, code=code)
    retry_after = parse_retry_after(response.headers.get("retry-after"), now)
    return SupabaseError(message, status=status, code=code, retry_after=retry_after)


def what_it_said(error: SupabaseError) -> str:
    """The message of the database's error without what went before it."""
    return str(error).partition(f" {error.code}: ")[2] or str(error)


def is_hiccup(error: BaseException) -> bool:
    """Whether asking again within a second may help; who is asked to slow down (429) waits longer."""
    return isinstance(error, SupabaseError) and (error.status is None or error.status in (500, 502, 503, 504))


def is_verdict(response: httpx.Response) -> bool:
    """Whether this is the answer of `health()` that something is down: status 503, and as good as any.

    Then it counts as success from here on, so that the library hands its body over.
    """
    if response.status_code != 503 or not response.request.url.path.endswith("/rpc/health"):
        return False
    if "reasons" not in _body(response):
        return False
    response.status_code = 200
    return True


def _body(response: httpx.Response) -> dict[str, object]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
