"""The queue: jobs that are looked for, one job, and what can be done with it or with all of one error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from captpathfinder import codes
from captpathfinder.dashboard.desk import Desk, Question
from captpathfinder.dashboard.listing import Filter, read_listing, row_number
from captpathfinder.dashboard.queue_answers import JobMessage
from captpathfinder.render.words import count
from captpathfinder.transports.shown import files_of, message_of
from captpathfinder.worker.decisions import describe_validation


@dataclass(frozen=True)
class Act:
    """Something to do with jobs: the button, what it means, and what was done."""

    button: str
    meaning: str
    done: str
    is_final: bool = False


ACTS = {
    "retry": Act("Try again", "The worker tries at once. Attempts count anew.", "will be tried again"),
    "postpone": Act("Postpone", "Not before a day from when it would have been.", "postponed by a day"),
    "cancel": Act("Cancel", "Given up as dead; can be tried again later.", "cancelled"),
    "discard": Act(
        "Discard", "Deleted for good: what it should have sent is never sent.", "discarded", is_final=True
    ),
}


# For a message in its frame: its own styles, pictures that it brings along, and nothing else.
FRAMED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Shown:
    """A message as it is sent: as a mail, as text, as what is posted; or why it cannot be shown."""

    subject: str = ""
    html: str = ""
    text: str = ""
    posted: str = ""
    problem: str = ""


def show(sent: JobMessage, now: datetime) -> Shown | None:
    """What a job sends, by the worker's own renderers; None for one that sends nothing.

    Raises `ValidationError` for what no worker could send.
    """
    message = message_of(sent.kind, sent.document, sent.channel or "")
    if message is None:
        return None
    files = files_of(message, sent.transport or "", now)
    return Shown(message.subject, files.get("html", ""), message.text, files.get("json", ""))


class QueuePages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/queue", self.queue),
            Route("/queue/act", self.act, methods=["GET", "POST"]),
            Route("/job", self.job),
            Route("/job/message", self.message),
        ]

    async def queue(self, request: Request) -> Response:
        """Figures, errors, and the jobs that are looked for."""
        choices = await self._desk.read(self._desk.reader.choices())
        filters = [
            Filter("status", "State", tuple(codes.STATES.items())),
            Filter("kind", "What", tuple(codes.JOBS.items())),
            Filter("channel", "Channel", choices.channel),
            Filter("error", "Error"),
        ]
        try:
            listing = read_listing("/queue", filters, request.query_params)
        except ValueError:
            raise HTTPException(404) from None
        seen = await self._desk.reader.queue(listing)
        return self._desk.page(
            request, "queue.html.j2", seen=seen, listing=listing, redacted=self._desk.redactor.text
        )

    async def job(self, request: Request) -> Response:
        """One job: time line, what it sends, errors."""
        number = row_number(request.query_params.get("id", ""))
        seen, sent = await self._desk.read(self._desk.reader.job(number))
        if seen is None:
            raise HTTPException(404, "job")
        shown = self._shown(sent)
        return self._desk.page(
            request,
            "job.html.j2",
            seen=seen,
            shown=shown,
            acts=_possible(seen.job.status),
            redacted=self._desk.redactor.text,
        )

    async def message(self, request: Request) -> Response:
        """The mail that a job sends, alone, for the frame on the job's page. Nothing in it does anything."""
        number = row_number(request.query_params.get("id", ""))
        shown = self._shown(await self._desk.reader.message(number))
        if shown is None or not shown.html:
            raise HTTPException(404, "job")
        headers = {"Content-Security-Policy": FRAMED, "X-Frame-Options": "SAMEORIGIN"}
        return HTMLResponse(shown.html, headers=headers)

    def _shown(self, sent: JobMessage | None) -> Shown | None:
        if sent is None:
            return None
        try:
            return show(sent, self._desk.now())
        except ValidationError as error:
            return Shown(problem=describe_validation(error))

    async def act(self, request: Request) -> Response:
        """Asks first, with how many jobs it is about; then does it."""
        form = dict(request.query_params) if request.method == "GET" else await self._desk.form(request)
        act = ACTS.get(form.get("action", ""))
        if act is None or bool(form.get("job")) == bool(form.get("error")):
            raise HTTPException(400)
        job_id = row_number(form["job"]) if form.get("job") else None
        chosen: dict[str, object] = {
            "action": form["action"],
            "job_id": job_id,
            "error": form.get("error") or None,
        }
        if form["action"] == "postpone":
            chosen["delay"] = "1 day"
        back = f"/job?id={job_id}" if job_id and form["action"] != "discard" else "/queue"
        if request.method == "GET":
            number = await self._desk.read(self._desk.reader.count_jobs(chosen))
            question = Question(
                heading=f"{act.button} {f'job {job_id}' if job_id else count(number, 'job')}?",
                text=act.meaning if number else "There is no such job any more: somebody was faster.",
                button=f"{act.button}: {count(number, 'job')}" if number else "",
                action="/queue/act",
                fields={name: form[name] for name in ("action", "job", "error") if form.get(name)},
                back=back,
                is_final=act.is_final,
            )
            return self._desk.ask(request, question)

        def told(number: object) -> tuple[str, str]:
            if not isinstance(number, int) or not number:
                return "problem", "There is no such job any more: somebody was faster."
            return "done", f"{f'Job {job_id}' if job_id else count(number, 'job')} {act.done}."

        return await self._desk.do(
            request, back, self._desk.call(request, "act_on_jobs", {**chosen, "dry_run": False}), told
        )


def _possible(status: str) -> dict[str, Act]:
    names = {"dead": ("retry", "discard"), "pending": ("retry", "postpone", "cancel")}.get(status, ())
    return {name: ACTS[name] for name in names}
