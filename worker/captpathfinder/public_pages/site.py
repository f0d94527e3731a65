"""The public pages as an ASGI application: everybody in a digest, and what is not right about somebody.

They know no login: whoever has a link may use it, and links are forwarded, and opened and pressed by the
scanners of mail servers. So a link opens one thing only, and what a button does holds for one channel only
and can be undone by the same link. Nothing is set in the browser, no script runs, nothing is loaded.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from captpathfinder.errors import SupabaseError
from captpathfinder.models import Model
from captpathfinder.public_pages.allowance import Allowance
from captpathfinder.public_pages.links import DigestLink, FeedbackLink, Links
from captpathfinder.render.digest_page import PEOPLE_A_PAGE, digest_page
from captpathfinder.render.documents import Digest, Person
from captpathfinder.render.feedback_page import VERDICTS, Subject, feedback_page, notice_page
from captpathfinder.render.page import Page
from captpathfinder.render.people_csv import write_header, write_rows
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import PAGE_ROWS, SupabaseApi
from captpathfinder.telemetry.logs import get_logger
from captpathfinder.web.addresses import network

log = get_logger("public_pages")

# What one reader may do, by address: with one link, and with all. A person needs less, a machine may not have
# more.
VIEWS, PRESSES, READER = (60, 60.0), (20, 3600.0), (300, 60.0)
# All readers of one link, and whoever comes at all: with links, and without.
VIEWS_OF_ALL, PRESSES_OF_ALL, TOGETHER = (600, 60.0), (200, 3600.0), (1200, 60.0)
LARGEST_FORM = 200
# Who the audit says it was.
ACTOR = "A link in a message"

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
POLICY = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


class DigestRow(Model):
    """A row of `digests`, of which the page needs the payload."""

    payload: Digest


class PublicPages:
    """The handlers. `now` is the database's time."""

    def __init__(
        self,
        settings: Settings,
        api: SupabaseApi,
        links: Links,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._api = api
        self._links = links
        self._now = now
        self._monotonic = monotonic
        self._path = urlsplit(settings.public_url or "").path
        self._views = Allowance(*VIEWS), Allowance(*VIEWS_OF_ALL)
        self._presses = Allowance(*PRESSES), Allowance(*PRESSES_OF_ALL)
        self._readers, self._together = Allowance(*READER), Allowance(*TOGETHER)

    def application(self) -> ASGIApp:
        """The routes: below the path of `PUBLIC_URL`, and without it, for a proxy that takes it away."""
        # One after the other, and no mount: PUBLIC_URL may end in /feedback or /digest itself.
        routes = [
            Route(f"{base}{path}", handler, methods=methods)
            for path, handler, methods in (
                ("/worker", self.worker, ["GET"]),
                ("/feedback/{token}", self.feedback, ["GET", "POST"]),
                ("/digest/{token}/people.csv", self.people, ["GET"]),
                ("/digest/{token}", self.digest, ["GET"]),
            )
            for base in dict.fromkeys((self._path, ""))
        ]
        handlers = {
            SupabaseError: _away,
            HTTPException: _refused,
            Exception: _failed,
        }
        pages = Starlette(routes=routes, exception_handlers=handlers)  # type: ignore[arg-type]
        return _Headers(pages)

    async def worker(self, request: Request) -> Response:
        """Who answers here, and whether readers are told apart, for `captpathfinder doctor`."""
        forwarded = [said.strip() for said in request.headers.get("x-forwarded-for", "").split(",")]
        return JSONResponse(
            {
                "service": "captpathfinder",
                "links": self._links.fingerprint,
                "knows_readers": forwarded == [""] or _reader(request) in forwarded,
            }
        )

    async def feedback(self, request: Request) -> Response:
        """The person of a link, and three buttons; a button goes back to the page."""
        token = request.path_params["token"]
        link = self._links.read_feedback(token)
        # By what it is about: whoever has two links to one person may do no more.
        allowance = self._presses if request.method == "POST" else self._views
        self._count(request, allowance, f"{link.channel} {link.detection_id}" if link else "")
        if link is None:
            raise HTTPException(404)
        if request.method == "POST":
            if await self._give(link, await _pressed(request)) is None:
                raise HTTPException(404)
            # Relative, as a proxy may have taken a part of the path away.
            return RedirectResponse(f"./{token}", 303)
        subject = await self._open(link)
        if subject is None:
            raise HTTPException(404)
        return _html(feedback_page(subject))

    async def digest(self, request: Request) -> Response:
        """Some of the people of a digest, the most important first."""
        token = request.path_params["token"]
        link = self._read_digest(request, token)
        document = await self._document(link)
        wanted = request.query_params.get("after", "0")
        after = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 0
        people = await self._api.digest_page(link.digest_id, after, PEOPLE_A_PAGE)
        named = self._links.with_feedback(document.channel, people, link.expires_at)
        return _html(digest_page(document, named, f"{token}/people.csv", after=after))

    async def people(self, request: Request) -> Response:
        """Everybody in a digest, as CSV."""
        link = self._read_digest(request, request.path_params["token"])
        document = await self._document(link)
        # The first page is read before the answer begins, so that it can still be another one.
        pages = self._api.digest_people(link.digest_id, page_rows=PAGE_ROWS)
        first: list[Person] = await anext(pages, [])

        async def chunks() -> AsyncIterator[str]:
            file = io.StringIO(newline="")
            write_header(file)
            page = first
            while page:
                await asyncio.to_thread(write_rows, file, page, document.period.time_zone, document.levels)
                yield file.getvalue()
                file.seek(0)
                file.truncate()
                page = await anext(pages, [])
            yield file.getvalue()

        name = f"digest-{document.period.end:%Y-%m-%d}.csv"
        return StreamingResponse(
            chunks(),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _read_digest(self, request: Request, token: str) -> DigestLink:
        link = self._links.read_digest(token)
        self._count(request, self._views, str(link.digest_id) if link else "")
        if link is None or link.expires_at <= self._now():
            raise HTTPException(404)
        return link

    async def _document(self, link: DigestLink) -> Digest:
        rows = await self._api.rows("digests", {"id": str(link.digest_id)}, order="id", columns="payload")
        if not rows:
            raise HTTPException(404)
        return DigestRow.model_validate(rows[0]).payload

    async def _open(self, link: FeedbackLink) -> Subject | None:
        return _subject(await self._api.call("open_feedback", _arguments(link)))

    async def _give(self, link: FeedbackLink, verdict: str) -> Subject | None:
        arguments = {**_arguments(link), "verdict": verdict}
        return _subject(await self._api.call("give_feedback", arguments, actor=ACTOR))

    def _count(self, request: Request, allowance: tuple[Allowance, Allowance], about: str) -> None:
        """Refuse what comes too often, from one reader first, so that nobody uses up what is everybody's.

        Without a trusted proxy all who come through one are one reader.
        """
        now, reader = self._monotonic(), network(_reader(request))
        by_reader, by_all = allowance
        limits = [(self._readers, reader), (self._together, "a link" if about else "no link")]
        if about:
            limits[1:1] = [(by_reader, f"{reader} {about}"), (by_all, about)]
        for one, key in limits:
            if not one.takes(key, now):
                raise HTTPException(429, headers={"Retry-After": str(int(one.window))})


class _Headers:
    """ASGI middleware: what browsers are to heed, with every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", POLICY)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _reader(request: Request) -> str:
    return request.client.host if request.client else ""


async def _pressed(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413)
    try:
        [verdict] = parse_qs(body.decode("ascii"), max_num_fields=2).get("verdict", [])
    except ValueError:
        verdict = ""
    if verdict not in (*VERDICTS, "undo"):
        raise HTTPException(400)
    return verdict


def _arguments(link: FeedbackLink) -> dict[str, object]:
    return {
        "channel": link.channel,
        "detection_id": link.detection_id,
        "expires_at": link.expires_at.isoformat(),
    }


def _subject(answer: object) -> Subject | None:
    return None if answer is None else Subject.model_validate(answer)


def _html(page: Page, status: int = 200) -> Response:
    """The page; of all styles only its own, which stands in it, is let in."""
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = f"{POLICY}; style-src 'sha256-{digest}'"
    return HTMLResponse(page.html, status, headers={"Content-Security-Policy": policy})


def _notice(status: int) -> Response:
    return _html(notice_page(status), status)


async def _refused(_: Request, error: HTTPException) -> Response:
    response = _notice(error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _away(_: Request, error: SupabaseError) -> Response:
    log.warning("a public page could not be shown", error=str(error))
    response = _notice(503)
    response.headers["Retry-After"] = "60"
    return response


async def _failed(_: Request, error: Exception) -> Response:
    # Never the path: it is a link that works.
    log.error("unexpected error", exc_info=error)
    return _notice(500)
