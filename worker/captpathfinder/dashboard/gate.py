"""What stands before every page: the Host check, the session, and the headers that browsers heed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from captpathfinder.dashboard.access import Guard, Session, new_nonce
from captpathfinder.dashboard.pages import STATIC_FILES
from captpathfinder.errors import SupabaseError

# Nothing but what this dashboard serves itself, forms to here only, no frame around it. A page may say more
# strictly what it is, as a shown message does (message_pages.py).
#
# The referrer policy is `same-origin` and not `no-referrer`: with the latter, browsers send `Origin: null`
# with the dashboard's own forms (Fetch standard, "append a request Origin header"), and that would have to be
# let in. Either way, no other site is told an address.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
# What is served without a session.
_OPEN = frozenset({"/login", "/login/start", "/login/done", *(f"/{name}" for name in STATIC_FILES)})


class Gate:
    """ASGI middleware. Sets `request.state.nonce`, the value of the browser's random cookie."""

    def __init__(
        self,
        app: ASGIApp,
        guard: Guard,
        now: Callable[[], datetime],
        is_ended: Callable[[Session], Awaitable[bool]],
    ) -> None:
        self._app = app
        self._guard = guard
        self._is_ended = is_ended
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        nonce = request.cookies.get(self._guard.form_cookie)
        request.state.nonce = nonce or new_nonce()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if nonce is None and headers.get("content-type", "").startswith("text/html"):
                    baker = Response()
                    set_cookie(baker, request, self._guard.form_cookie, request.state.nonce)
                    headers.append("set-cookie", baker.headers["set-cookie"])
            await send(message)

        await (await self._refusal(request) or self._app)(scope, receive, send_with_headers)

    async def _refusal(self, request: Request) -> Response | None:
        if not self._guard.knows_host(request.headers.get("host", "")):
            return PlainTextResponse(
                "The dashboard does not answer to this name. Name it in DASHBOARD_HOSTS.\n", 421
            )
        path = request.url.path
        if not self._guard.needs_login or path in _OPEN:
            return None
        cookie = request.cookies.get(self._guard.session_cookie)
        session = self._guard.read_session(cookie, self._now().timestamp())
        if session is not None:
            try:
                if not await self._is_ended(session):
                    return None
            except SupabaseError:
                # Whoever cannot be asked lets nobody in. The page of the trouble is for those who are.
                return PlainTextResponse(
                    "Supabase does not answer, so the dashboard cannot tell whether your session holds.\n",
                    503,
                    headers={"Retry-After": "10"},
                )
        if request.method not in ("GET", "HEAD"):
            return RedirectResponse("/login", 303)
        target = f"{path}?{request.url.query}" if request.url.query else path
        return RedirectResponse("/login" if target == "/" else f"/login?next={quote(target)}", 303)


def set_cookie(
    response: Response, request: Request, name: str, value: str, max_age: int | None = None
) -> None:
    """Set a cookie that scripts cannot read and that other sites' forms do not send."""
    response.set_cookie(
        name, value, max_age=max_age, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
