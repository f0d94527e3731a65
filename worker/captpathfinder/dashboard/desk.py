"""What all pages share: reading a form that is really theirs, showing a page, saying what became of an act.

Every page is rendered here and needs no script; one keeps open pages current (live.js). A form is answered
with a redirect, and the page that follows says what became of it. What fails is said on a page, never with a
traceback.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from captpathfinder.clock import utc_now
from captpathfinder.dashboard.access import Guard, Session, is_same_origin
from captpathfinder.dashboard.gate import set_cookie
from captpathfinder.dashboard.levels import Levels
from captpathfinder.dashboard.pages import Frame, Notice, render
from captpathfinder.dashboard.reader import Reader
from captpathfinder.dashboard.trouble import Trouble, trouble_of
from captpathfinder.errors import SupabaseRefusedError, SupabaseRequestError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.answers import what_it_said
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.telemetry.redaction import Redactor

log = get_logger("dashboard")
AnswerT = TypeVar("AnswerT")

# Largest form, in bytes: three texts of a thousand letters, each nine bytes where they are Chinese.
LARGEST_FORM = 32_768
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Ask:
    """Something that a question leaves to whoever is asked; without choices a text."""

    name: str
    label: str
    choices: Mapping[str, str] | None = None
    value: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """An act that is asked back before it is done: what it does, to how many, what the form brings along."""

    heading: str
    text: str
    button: str
    action: str
    fields: dict[str, str]
    back: str
    is_final: bool = False
    asks: Sequence[Ask] = ()


class Desk:
    """`api` should have short timeouts: a person waits."""

    def __init__(
        self,
        settings: Settings,
        api: SupabaseApi,
        *,
        now: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.api = api
        self.reader = Reader(api)
        self.guard = Guard(settings)
        self.redactor = Redactor(settings.secrets())
        self.now = now
        self.monotonic = monotonic
        self.time_zone = "UTC"
        self.levels = Levels()

    async def read(self, reading: Awaitable[AnswerT]) -> AnswerT:
        """What a page shows, and what it takes to show it: the time zone, what the levels are called."""
        answer, choices = await asyncio.gather(reading, self.reader.choices())
        self.time_zone, self.levels = choices.time_zone, Levels(choices.levels)
        return answer

    def page(
        self, request: Request, template: str, status: int = 200, *, inside: bool = True, **values: object
    ) -> HTMLResponse:
        """A page, with the message of the act before it, which is told once."""
        packed = request.cookies.get(self.guard.message_cookie)
        message = self.guard.unpack(packed)
        session = self.session(request)
        frame = Frame(
            path=request.url.path,
            form_token=self.guard.form_token(request.state.nonce, self.cookie(request)),
            time_zone=self.time_zone,
            now=self.now(),
            can_log_out=self.guard.needs_login,
            levels=self.levels,
            is_inside=inside,
            message=Notice(message.get("level", ""), message.get("text", "")) if message else None,
            who=session.name if session else "",
            may_edit=session is None or session.is_editor,
        )
        response = HTMLResponse(render(template, frame, values), status)
        if packed is not None:
            response.delete_cookie(self.guard.message_cookie)
        return response

    def ask(self, request: Request, question: Question) -> Response:
        """The page that asks whether an act is really meant."""
        return self.page(request, "confirm.html.j2", question=question)

    async def form(self, request: Request, *, for_viewers: bool = False) -> dict[str, str]:
        """The fields of a form that this dashboard made for this browser; refuses any other, and viewers."""
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
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
        except ValueError:
            raise HTTPException(400) from None
        form = {name: values[-1].replace("\0", "") for name, values in fields.items()}
        nonce = request.cookies.get(self.guard.form_cookie)
        if not self.guard.is_form(form.get("form_token", ""), nonce, self.cookie(request)):
            raise HTTPException(403)
        session = self.session(request)
        if session is not None and not session.is_editor and not for_viewers:
            raise HTTPException(403, "viewer")
        return form

    def cookie(self, request: Request) -> str | None:
        """The session's cookie, whatever it says."""
        return request.cookies.get(self.guard.session_cookie)

    def session(self, request: Request) -> Session | None:
        """Who is logged in."""
        return self.guard.read_session(self.cookie(request), self.now().timestamp())

    async def call(self, request: Request, function: str, arguments: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """A function that changes something, for whoever is logged in: the audit names them."""
        session = self.session(request)
        return await self.api.call(
            function, arguments, actor=session.name if session else "Dashboard on this machine"
        )

    async def do(
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
            level, text = "problem", what_it_said(error)
        log.info("asked for on the dashboard", what=request.url.path, outcome=level)
        response = RedirectResponse(back, 303)
        message = self.guard.pack({"level": level, "text": self.redactor.text(text)[:600]})
        set_cookie(response, request, self.guard.message_cookie, message, 60)
        return response

    async def failed(self, request: Request, error: Exception) -> Response:
        """The page of an error."""
        trouble = trouble_of(error, changes=request.method == "POST")
        if trouble.is_unforeseen:
            log.error("unexpected error", path=request.url.path, exc_info=error)
        elif trouble.status >= 500:
            log.warning("a page could not be shown", path=request.url.path, why=trouble.heading)
        return self._trouble_page(request, trouble)

    def _trouble_page(self, request: Request, trouble: Trouble) -> Response:
        inside = not self.guard.needs_login or self.session(request) is not None
        detail = self.redactor.text(trouble.detail)
        response = self.page(
            request, "trouble.html.j2", trouble.status, inside=inside, trouble=trouble, detail=detail
        )
        if trouble.status == 503:
            response.headers["Retry-After"] = "10"
        return response
