"""Looking back: who changed what, and the numbers of the last days."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder.dashboard import wording
from captpathfinder.dashboard.audit_words import lines_of
from captpathfinder.dashboard.desk import Desk
from captpathfinder.dashboard.listing import Filter, read_listing

PERIODS = {"1": "Today", "7": "7 days", "30": "30 days", "90": "90 days"}


class AuditPages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [Route("/audit", self.audit), Route("/numbers", self.numbers)]

    async def numbers(self, request: Request) -> Response:
        """Webhooks, changes, deliveries, failures, and how long jobs took."""
        days = request.query_params.get("days", "7")
        if days not in PERIODS:
            raise HTTPException(404)
        seen = await self._desk.read(self._desk.reader.activity(int(days)))
        return self._desk.page(request, "numbers.html.j2", seen=seen, days=days, periods=PERIODS)

    async def audit(self, request: Request) -> Response:
        """The audit, newest first."""
        filters = [
            Filter("actor", "Who", hint="A part of the name"),
            Filter("subject", "What", tuple(wording.SUBJECTS.items())),
        ]
        try:
            listing = read_listing("/audit", filters, request.query_params)
        except ValueError:
            raise HTTPException(404) from None
        page = await self._desk.read(self._desk.reader.audit(listing))
        return self._desk.page(request, "audit.html.j2", page=page, listing=listing, lines_of=lines_of)
