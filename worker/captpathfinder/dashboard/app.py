"""The dashboard as an ASGI application: pages that read, and forms that change something.

Every page is rendered here and needs no script. A form is answered with a redirect, and the page that follows
says what became of it. What fails is said on a page, never with a traceback.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from captpathfinder.clock import utc_now
from captpathfinder.dashboard import chart, wording
from captpathfinder.dashboard.access import (
    SESSION_SECONDS,
    Guard,
    Throttle,
    is_same_origin,
    local_path,
    new_nonce,
)
from captpathfinder.dashboard.gate import Gate, set_cookie
from captpathfinder.dashboard.pages import Frame, Message, render, static_file
from captpathfinder.dashboard.reads import LONGEST_TITLE, Reader
from captpathfinder.dashboard.trouble import Trouble, trouble_of
from captpathfinder.errors import SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.render.words import zone
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.telemetry.redaction import Redactor

log = get_logger("dashboard")
AnswerT = TypeVar("AnswerT")

# Largest form, in bytes: there is one text field, and it is a token.
LARGEST_FORM = 16_384
# How long the schedule's time zone is remembered, in seconds.
ZONE_SECONDS = 30.0
# Months that a report can be asked for, back from the current one.
MONTHS = 14


class Dashboard:
    """The handlers. `api` should have short timeouts: a person waits."""

    def __init__(
        self,
        settings: Settings,
        api: SupabaseApi,
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._reader = Reader(api)
        self._guard = Guard(settings)
        self._throttle = Throttle()
        self._redactor = Redactor(settings.secrets())
        self._now = now
        self._monotonic = monotonic
        self._zone = "UTC"
        self._zone_until = 0.0

    def application(self) -> ASGIApp:
        """The routes, behind the gate."""
        handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
            SupabaseError: self._failed,
            ValidationError: self._failed,
            HTTPException: self._failed,
            Exception: self._failed,
        }
        pages = Starlette(
            routes=[
                Route("/", self.overview),
                Route("/people", self.people),
                Route("/queue", self.queue),
                Route("/queue/redrive", self.redrive, methods=["POST"]),
                Route("/deliveries", self.deliveries),
                Route("/digests/send", self.send_digest, methods=["POST"]),
                Route("/reports/generate", self.generate_report, methods=["POST"]),
                Route("/rules", self.rules),
                Route("/login", self.login, methods=["GET", "POST"]),
                Route("/logout", self.logout, methods=["POST"]),
                Route("/style.css", _static("style.css", "text/css; charset=utf-8")),
                Route("/icon.svg", _static("icon.svg", "image/svg+xml")),
            ],
            exception_handlers=handlers,
        )
        # Around everything, the page of an unforeseen error included.
        return Gate(pages, guard=self._guard, now=self._now)

    # -- pages ----------------------------------------------------------------------------------------

    async def overview(self, request: Request) -> Response:
        """Health, numbers, trend, newest people."""
        seen = await self._read(self._reader.overview())
        days = chart.by_day(seen.stats.detections.by_day, seen.health.checks.time.date())
        return self._page(request, "overview.html.j2", seen=seen, chart=days)

    async def people(self, request: Request) -> Response:
        """The newest detections with their reason."""
        return self._page(request, "people.html.j2", people=await self._read(self._reader.people()))

    async def queue(self, request: Request) -> Response:
        """Jobs that are dead, running and pending."""
        seen = await self._read(self._reader.queue())
        return self._page(request, "queue.html.j2", seen=seen, redacted=self._redactor.text)

    async def deliveries(self, request: Request) -> Response:
        """Digests, reports, channels."""
        seen = await self._read(self._reader.deliveries())
        return self._page(request, "deliveries.html.j2", seen=seen, months=_months(self._now(), self._zone))

    async def rules(self, request: Request) -> Response:
        """The title tester, and the rules."""
        title = request.query_params.get("title", "").strip()[:LONGEST_TITLE]
        seen = await self._read(self._reader.rule_book())
        explained = await self._reader.explanation(title) if title else None
        return self._page(
            request,
            "rules.html.j2",
            seen=seen,
            title=title,
            explained=explained,
            longest_title=LONGEST_TITLE,
        )

    # -- what changes something -----------------------------------------------------------------------

    async def redrive(self, request: Request) -> Response:
        """Dead jobs back into the queue: the one named `job`, or all."""
        form = await self._form(request)
        job = form.get("job", "")
        if job != "all" and not (job.isascii() and job.isdigit() and len(job) <= 18):
            raise HTTPException(400)
        job_id = None if job == "all" else int(job)
        return await self._do(
            request, "/queue", self._api.redrive(job_id), lambda n: wording.after_redrive(n, job_id)
        )

    async def send_digest(self, request: Request) -> Response:
        """A digest now."""
        await self._form(request)
        return await self._do(request, "/deliveries", self._api.call("send_digests"), wording.after_digest)

    async def generate_report(self, request: Request) -> Response:
        """The report of a month now; the current month if none is named."""
        month = (await self._form(request)).get("month") or None
        call = self._api.call("generate_reports", {"month": month})
        return await self._do(request, "/deliveries", call, wording.after_report)

    async def login(self, request: Request) -> Response:
        """Asks for the token, and gives a session for it."""
        target = local_path(request.query_params.get("next"))
        if not self._guard.needs_login:
            return RedirectResponse(target, 303)
        if request.method != "POST":
            return self._page(request, "login.html.j2", inside=False, next=target, problem=None)
        form = await self._form(request)
        target = local_path(form.get("next"))
        problem, status = "", 403
        if self._throttle.is_closed(self._monotonic()):
            problem, status = "Too many wrong tokens. Try again in a minute.", 429
        elif not self._guard.is_token(form.get("token", "")):
            self._throttle.failed(self._monotonic())
            log.warning("a wrong dashboard token was given")
            problem = "This is not the token. It is the value of DASHBOARD_TOKEN where the dashboard runs."
        if problem:
            return self._page(request, "login.html.j2", status, inside=False, next=target, problem=problem)
        response = RedirectResponse(target, 303)
        session = self._guard.new_session(self._now().timestamp())
        set_cookie(response, request, self._guard.session_cookie, session, SESSION_SECONDS)
        set_cookie(response, request, self._guard.form_cookie, new_nonce())
        return response

    async def logout(self, request: Request) -> Response:
        """Ends the session in this browser."""
        await self._form(request)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(self._guard.session_cookie)
        return response

    # -- what they have in common ---------------------------------------------------------------------

    async def _read(self, reading: Awaitable[AnswerT]) -> AnswerT:
        """What a page shows, and the time zone to show it in."""
        answer, _ = await asyncio.gather(reading, self._learn_zone())
        return answer

    async def _learn_zone(self) -> None:
        if self._monotonic() >= self._zone_until:
            self._zone = await self._reader.time_zone()
            self._zone_until = self._monotonic() + ZONE_SECONDS

    def _page(
        self, request: Request, template: str, status: int = 200, *, inside: bool = True, **values: object
    ) -> HTMLResponse:
        packed = request.cookies.get(self._guard.message_cookie)
        message = self._guard.unpack(packed)
        frame = Frame(
            path=request.url.path,
            form_token=self._guard.form_token(request.state.nonce, self._session(request)),
            time_zone=self._zone,
            now=self._now(),
            can_log_out=self._guard.needs_login,
            is_inside=inside,
            message=Message(message.get("level", ""), message.get("text", "")) if message else None,
        )
        response = HTMLResponse(render(template, frame, values), status)
        if packed is not None:
            response.delete_cookie(self._guard.message_cookie)
        return response

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form that this dashboard made for this browser; refuses any other."""
        if not is_same_origin(request.headers):
            raise HTTPException(403)
        if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM_TYPE:
            raise HTTPException(415)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                raise HTTPException(413)
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10)
        except ValueError:
            raise HTTPException(400) from None
        form = {name: values[-1] for name, values in fields.items()}
        nonce = request.cookies.get(self._guard.form_cookie)
        if not self._guard.is_form(form.get("form_token", ""), nonce, self._session(request)):
            raise HTTPException(403)
        return form

    def _session(self, request: Request) -> str | None:
        return request.cookies.get(self._guard.session_cookie)

    async def _do(
        self,
        request: Request,
        back: str,
        action: Awaitable[AnswerT],
        words: Callable[[AnswerT], tuple[str, str]],
    ) -> Response:
        """Carry an action out, and go `back` to a page that says what became of it."""
        try:
            level, text = words(await action)
        except SupabaseRefusedError:
            raise
        except SupabaseRequestError as error:
            # The database says what is wrong with what was asked for: that belongs beside the form.
            level, text = "problem", _what_it_said(error)
        log.info("asked for on the dashboard", what=request.url.path, outcome=level)
        response = RedirectResponse(back, 303)
        message = self._guard.pack({"level": level, "text": self._redactor.text(text)})
        set_cookie(response, request, self._guard.message_cookie, message, 60)
        return response

    async def _failed(self, request: Request, error: Exception) -> Response:
        """The page of an error."""
        trouble = trouble_of(error, changes=request.method == "POST")
        if trouble.is_unforeseen:
            log.error("unexpected error", path=request.url.path, exc_info=error)
        elif trouble.status >= 500:
            log.warning("a page could not be shown", path=request.url.path, why=trouble.heading)
        return self._trouble_page(request, trouble)

    def _trouble_page(self, request: Request, trouble: Trouble) -> Response:
        inside = not self._guard.needs_login or self._guard.is_session(
            self._session(request), self._now().timestamp()
        )
        detail = self._redactor.text(trouble.detail)
        response = self._page(
            request, "trouble.html.j2", trouble.status, inside=inside, trouble=trouble, detail=detail
        )
        if trouble.status == 503:
            response.headers["Retry-After"] = "10"
        return response


_FORM_TYPE = "application/x-www-form-urlencoded"


def _static(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_: Request) -> Response:
        return Response(
            static_file(name), media_type=media_type, headers={"Cache-Control": "public, max-age=86400"}
        )

    return serve


def _months(now: datetime, time_zone: str) -> list[tuple[str, str]]:
    """The current month of that zone and those before: `("2026-11", "November 2026")`, newest first."""
    month = now.astimezone(zone(time_zone)).replace(day=1)
    months = []
    for _ in range(MONTHS):
        months.append((f"{month:%Y-%m}", f"{month:%B %Y}"))
        month = (month - timedelta(days=1)).replace(day=1)
    return months


def _what_it_said(error: SupabaseError) -> str:
    """The message of the database's error without what went before it."""
    return str(error).partition(f" {error.code}: ")[2] or str(error)
