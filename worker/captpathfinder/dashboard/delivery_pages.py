"""Deliveries: digests with their channels and messages, reports, and asking for either now."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder.dashboard import wording
from captpathfinder.dashboard.desk import Desk, Question
from captpathfinder.render.words import count, people, zone

# Months that a report can be asked for, back from the current one.
MONTHS = 14


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
            Route("/reports/generate", self.generate_report, methods=["POST"]),
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
        """A digest once more, to one channel: asks first, with how many messages."""
        form = dict(request.query_params) if request.method == "GET" else await self._desk.form(request)
        try:
            cut_off = datetime.fromisoformat(form.get("cut", ""))
        except ValueError:
            raise HTTPException(400) from None
        channel = form.get("channel", "")
        if request.method == "GET":
            seen = await self._desk.read(self._desk.reader.deliveries())
            told = [
                one
                for digest in seen.digests
                if digest.week_end == cut_off
                for one in digest.channels
                if one.channel == channel and channel in seen.active_channels
            ]
            text = (
                f"{count(told[0].parts, 'message')} with {people(told[0].people)}, as they were, "
                "and to no other channel."
                if told
                else "There is no such digest, or the channel is not active any more."
            )
            question = Question(
                heading=f"Send the digest to {channel} again?",
                text=text,
                button=f"Send again: {count(told[0].parts, 'message')}" if told else "",
                action="/digests/again",
                fields={"cut": cut_off.isoformat(), "channel": channel},
                back="/deliveries",
            )
            return self._desk.ask(request, question)
        call = self._desk.call(
            request, "send_digest_again", {"week_end": cut_off.isoformat(), "channel": channel}
        )
        return await self._desk.do(request, "/deliveries", call, wording.after_sending_again)

    async def generate_report(self, request: Request) -> Response:
        """The report of a month now; the current month if none is named."""
        month = (await self._desk.form(request)).get("month") or None
        call = self._desk.call(request, "generate_reports", {"month": month})
        return await self._desk.do(request, "/deliveries", call, wording.after_report)


def _months(now: datetime, time_zone: str) -> list[tuple[str, str]]:
    """The current month of that zone and those before: `("2026-11", "November 2026")`, newest first."""
    month = now.astimezone(zone(time_zone)).replace(day=1)
    months = []
    for _ in range(MONTHS):
        months.append((f"{month:%Y-%m}", f"{month:%B %Y}"))
        month = (month - timedelta(days=1)).replace(day=1)
    return months
