"""The dashboard as an ASGI application: which page is where, the overview, and the login."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from captpathfinder.clock import utc_now
from captpathfinder.dashboard import chart
from captpathfinder.dashboard.access import SESSION_SECONDS, Session, Throttle, local_path, new_nonce
from captpathfinder.dashboard.account_pages import AccountPages
from captpathfinder.dashboard.audit_pages import AuditPages
from captpathfinder.dashboard.delivery_pages import DeliveryPages
from captpathfinder.dashboard.desk import Desk, log
from captpathfinder.dashboard.gate import Gate, set_cookie
from captpathfinder.dashboard.pages import static_file
from captpathfinder.dashboard.people_pages import PeoplePages
from captpathfinder.dashboard.queue_pages import QueuePages
from captpathfinder.dashboard.rule_pages import RulePages
from captpathfinder.errors import SupabaseError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi


class Dashboard:
    """The handlers that are no list's. `api` should have short timeouts: a person waits."""

    def __init__(
        self,
        settings: Settings,
        api: SupabaseApi,
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = Desk(settings, api, now=now, monotonic=monotonic)
        self._throttle = Throttle()

    def application(self) -> ASGIApp:
        """The routes, behind the gate."""
        desk = self._desk
        handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
            SupabaseError: desk.failed,
            ValidationError: desk.failed,
            HTTPException: desk.failed,
            Exception: desk.failed,
        }
        pages = Starlette(
            routes=[
                Route("/", self.overview),
                *PeoplePages(desk).routes(),
                *AccountPages(desk).routes(),
                *QueuePages(desk).routes(),
                *DeliveryPages(desk).routes(),
                *RulePages(desk).routes(),
                *AuditPages(desk).routes(),
                Route("/login", self.login, methods=["GET", "POST"]),
                Route("/logout", self.logout, methods=["POST"]),
                Route("/style.css", _static("style.css", "text/css; charset=utf-8")),
                Route("/icon.svg", _static("icon.svg", "image/svg+xml")),
            ],
            exception_handlers=handlers,
        )
        # Around everything, the page of an unforeseen error included.
        return Gate(pages, guard=desk.guard, now=desk.now, is_ended=self._is_ended)

    async def overview(self, request: Request) -> Response:
        """Health, numbers, trend, newest people."""
        seen = await self._desk.read(self._desk.reader.overview())
        days = chart.by_day(seen.stats.detections.by_day, seen.health.checks.time.date())
        return self._desk.page(request, "overview.html.j2", seen=seen, chart=days)

    async def login(self, request: Request) -> Response:
        """Asks for the token, and gives a session for it."""
        desk, guard = self._desk, self._desk.guard
        target = local_path(request.query_params.get("next"))
        if not guard.needs_login:
            return RedirectResponse(target, 303)
        if request.method != "POST":
            return desk.page(request, "login.html.j2", inside=False, next=target, problem=None)
        form = await desk.form(request, for_viewers=True)
        target = local_path(form.get("next"))
        address = request.client.host if request.client else ""
        problem, status = "", 403
        if self._throttle.is_closed(address, desk.monotonic()):
            problem, status = "Too many wrong tokens. Try again in a minute.", 429
        elif not guard.is_token(form.get("token", "")):
            self._throttle.failed(address, desk.monotonic())
            log.warning("a wrong dashboard token was given", address=address)
            problem = "This is not the token. It is the value of DASHBOARD_TOKEN where the dashboard runs."
        if problem:
            return desk.page(request, "login.html.j2", status, inside=False, next=target, problem=problem)
        response = RedirectResponse(target, 303)
        session = guard.new_session(desk.now().timestamp())
        set_cookie(response, request, guard.session_cookie, session, SESSION_SECONDS)
        set_cookie(response, request, guard.form_cookie, new_nonce())
        return response

    async def logout(self, request: Request) -> Response:
        """Ends the session, in this browser and wherever its cookie was copied."""
        await self._desk.form(request, for_viewers=True)
        session = self._desk.session(request)
        if session is not None:
            until = datetime.fromtimestamp(session.until, tz=self._desk.now().tzinfo)
            await self._desk.api.call("end_session", {"session": session.id, "until": until.isoformat()})
        response = RedirectResponse("/login" if self._desk.guard.needs_login else "/", 303)
        response.delete_cookie(self._desk.guard.session_cookie)
        return response

    async def _is_ended(self, session: Session) -> bool:
        return bool(await self._desk.api.call("is_session_ended", {"session": session.id}))


def _static(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_: Request) -> Response:
        return Response(
            static_file(name), media_type=media_type, headers={"Cache-Control": "public, max-age=86400"}
        )

    return serve
