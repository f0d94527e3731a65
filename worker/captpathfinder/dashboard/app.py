"""The dashboard as an ASGI application: which page is where, and the overview."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from captpathfinder.clock import utc_now
from captpathfinder.dashboard import chart
from captpathfinder.dashboard.access import Session
from captpathfinder.dashboard.account_pages import AccountPages
from captpathfinder.dashboard.audit_pages import AuditPages
from captpathfinder.dashboard.delivery_pages import DeliveryPages
from captpathfinder.dashboard.desk import Desk
from captpathfinder.dashboard.feedback_pages import FeedbackPages
from captpathfinder.dashboard.gate import Gate
from captpathfinder.dashboard.login_pages import LoginPages
from captpathfinder.dashboard.pages import STATIC_FILES, static_file
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
        self._settings = settings

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
                *FeedbackPages(desk).routes(),
                *AuditPages(desk).routes(),
                *LoginPages(desk, self._settings).routes(),
                *(Route(f"/{name}", _static(name, kind)) for name, kind in STATIC_FILES.items()),
            ],
            exception_handlers=handlers,
        )
        # Around everything, the page of an unforeseen error included.
        return Gate(pages, guard=desk.guard, now=desk.now, is_ended=self._is_ended)

    async def overview(self, request: Request) -> Response:
        """Health, numbers, trend, newest people."""
        seen = await self._desk.read(self._desk.reader.overview())
        found, today = seen.stats.detections.by_day, seen.health.checks.time.date()
        days = chart.by_day(found, today, self._desk.levels.on)
        return self._desk.page(request, "overview.html.j2", seen=seen, chart=days)

    async def _is_ended(self, session: Session) -> bool:
        return bool(await self._desk.api.call("is_session_ended", {"session": session.id}))


def _static(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_: Request) -> Response:
        return Response(
            static_file(name), media_type=media_type, headers={"Cache-Control": "public, max-age=86400"}
        )

    return serve
