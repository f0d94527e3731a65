"""Deliveries: digests with their channels and messages, reports, and asking for either now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder import codes
from captpathfinder.dashboard import wording
from captpathfinder.dashboard.desk import Ask, Desk, Question
from captpathfinder.dashboard.listing import row_number
from captpathfinder.dashboard.queue_answers import ReportPreview
from captpathfinder.dashboard.reader import Deliveries
from captpathfinder.render.words import count, people, zone

# Months that a report can be asked for, back from the current one.
MONTHS = 14
_MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")
# Where a digest goes again, in the form: to whoever asks, or to the channel of the name that follows.
_ME, _CHANNEL = "me", "channel:"


class DeliveryPages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/deliveries", self.deliveries),
            Route("/digests/send", self.send_digest, methods=["GET", "POST"]),
            Route("/digests/again", self.send_again, methods=["GET", "POST"]),
            Route("/reports/again", self.send_report_again, methods=["GET", "POST"]),
            Route("/reports/generate", self.generate_report, methods=["GET", "POST"]),
        ]

    async def deliveries(self, request: Request) -> Response:
        """Digests, reports, channels."""
        seen = await self._desk.read(self._desk.reader.deliveries())
        months = _months(self._desk.now(), self._desk.time_zone)
        return self._desk.page(request, "deliveries.html.j2", seen=seen, months=months)

    async def send_digest(self, request: Request) -> Response:
        """A digest now: asks first, with what goes where."""
        if request.method == "GET":
            seen = await self._desk.read(self._desk.reader.deliveries())
            channels = seen.digest_channels
            if channels:
                waiting = count(seen.waiting, "change")
                text = (
                    f"{waiting} would go to {count(len(channels), 'channel')}, each as its filter lets them "
                    f"through: {', '.join(channels)}."
                )
            else:
                text = "No active channel sends digests. Add one to the table channels first."
            question = Question(
                heading="Send a digest now?",
                text=text,
                button="Send digest now" if channels else "",
                action="/digests/send",
                fields={},
                back="/deliveries",
            )
            return self._desk.ask(request, question)
        await self._desk.form(request)
        call = self._desk.call(request, "send_digests")
        return await self._desk.do(request, "/deliveries", call, wording.after_digest)

    async def send_again(self, request: Request) -> Response:
        """A digest once more, to its channel, another one, or whoever asks: asks first where to."""
        form = dict(request.query_params) if request.method == "GET" else await self._desk.form(request)
        try:
            cut_off = datetime.fromisoformat(form.get("cut", ""))
        except ValueError:
            raise HTTPException(400) from None
        channel = form.get("channel", "")
        session = self._desk.session(request)
        email = session.email if session else ""
        if request.method == "GET":
            seen = await self._desk.read(self._desk.reader.deliveries())
            told = [
                one
                for digest in seen.digests
                if digest.week_end == cut_off
                for one in digest.channels
                if one.channel == channel
            ]
            choices = _recipients(seen, channel, email) if told else {}
            text = "There is no such digest, or no channel is active."
            if choices:
                text = (
                    f"{count(told[0].parts, 'message')} with {people(told[0].people)}, as they were. "
                    f"They go where you choose, and nowhere else.{_why_not_me(seen, email)}"
                )
            question = Question(
                heading=f"Send the digest to {channel} again?",
                text=text,
                button=f"Send again: {count(told[0].parts, 'message')}" if choices else "",
                action="/digests/again",
                fields={"cut": cut_off.isoformat(), "channel": channel},
                back="/deliveries",
                asks=(Ask("to", "To", choices),) if choices else (),
            )
            return self._desk.ask(request, question)
        arguments = {"week_end": cut_off.isoformat(), "channel": channel, **_where(form, email)}
        call = self._desk.call(request, "send_digest_again", arguments)
        return await self._desk.do(request, "/deliveries", call, wording.after_sending_again)

    async def send_report_again(self, request: Request) -> Response:
        """What tells that a report is ready, once more, to a channel or whoever asks: asks first where to."""
        form = dict(request.query_params) if request.method == "GET" else await self._desk.form(request)
        number = row_number(form.get("report", ""))
        session = self._desk.session(request)
        email = session.email if session else ""
        if request.method == "GET":
            seen = await self._desk.read(self._desk.reader.deliveries())
            told = [one for one in seen.reports if one.id == number and one.published_at]
            choices = _recipients(seen, "", email) if told else {}
            text, heading = "There is no such report, or no channel is active.", "Send it again?"
            if told:
                heading = f"Send the report of {codes.month(told[0].month_label)} again?"
            if choices:
                text = (
                    f"Revision {told[0].revision}, as it was, with links to its files. It goes where you "
                    f"choose, and nowhere else.{_why_not_me(seen, email)}"
                )
            question = Question(
                heading=heading,
                text=text,
                button="Send again" if choices else "",
                action="/reports/again",
                fields={"report": str(number)},
                back="/deliveries",
                asks=(Ask("to", "To", choices),) if choices else (),
            )
            return self._desk.ask(request, question)
        arguments = {"report_id": number, **_where(form, email)}
        call = self._desk.call(request, "send_report_again", arguments)
        return await self._desk.do(request, "/deliveries", call, wording.after_sending_again)

    async def generate_report(self, request: Request) -> Response:
        """The report of a month now: asks first, with what would be in it."""
        if request.method == "GET":
            month = request.query_params.get("month", "")
            if not _MONTH.fullmatch(month):
                raise HTTPException(400)
            seen = await self._desk.read(self._desk.reader.report_preview(month))
            question = Question(
                heading=f"Generate the report of {codes.month(month)} now?",
                text=_report_text(seen),
                button="Make its files anew" if _is_known(seen) else "Generate report now",
                action="/reports/generate",
                fields={"month": month},
                back="/deliveries",
            )
            return self._desk.ask(request, question)
        month = (await self._desk.form(request)).get("month", "")
        call = self._desk.call(request, "generate_reports", {"month": month or None})
        return await self._desk.do(request, "/deliveries", call, wording.after_report)


def _where(form: Mapping[str, str], email: str) -> dict[str, str]:
    """Where something goes again, as the form says."""
    to = form.get("to", "")
    if to == _ME and email:
        return {"to_address": email}
    if not to.startswith(_CHANNEL):
        raise HTTPException(400)
    return {"to_channel": to.removeprefix(_CHANNEL)}


def _recipients(seen: Deliveries, channel: str, email: str) -> dict[str, str]:
    """Where something can go again: the channel that it was for first, then whoever asks."""
    names = seen.active_channels
    choices = {f"{_CHANNEL}{channel}": f"{channel}, as before"} if channel in names else {}
    if email and seen.has_mail_server:
        choices[_ME] = f"Me, {email}"
    return choices | {f"{_CHANNEL}{name}": f"Channel {name}" for name in names if name != channel}


def _why_not_me(seen: Deliveries, email: str) -> str:
    if not seen.has_mail_server:
        return " To have it sent to yourself, there has to be an active channel with a mail server."
    if not email:
        return (
            " To have it sent to yourself, log in with a verified address, or choose a channel that is yours."
        )
    return ""


def _is_known(seen: ReportPreview) -> bool:
    return seen.revision is not None and not seen.unreported


def _report_text(seen: ReportPreview) -> str:
    changes = count(seen.changes, "change")
    if _is_known(seen):
        return (
            f"Revision {seen.revision} holds all of them: {changes}. Its files and links are made anew; "
            "nobody is told twice."
        )
    told = (
        f"It tells {count(len(seen.channels), 'channel')}: {', '.join(seen.channels)}."
        if seen.channels
        else "No active channel is told of reports, so that it only stands here."
    )
    if not seen.changes:
        return f"Nothing has happened in this month so far, so that it is empty. {told}"
    if seen.revision is None:
        return f"It is of {changes} so far. {told}"
    new = count(seen.unreported, "change")
    return f"Revision {seen.revision + 1}, of {changes}; {new} came since revision {seen.revision}. {told}"


def _months(now: datetime, time_zone: str) -> list[tuple[str, str]]:
    """The current month of that zone and those before: `("2026-11", "November 2026")`, newest first."""
    month = now.astimezone(zone(time_zone)).replace(day=1)
    months = []
    for _ in range(MONTHS):
        months.append((f"{month:%Y-%m}", f"{month:%B %Y}"))
        month = (month - timedelta(days=1)).replace(day=1)
    return months
