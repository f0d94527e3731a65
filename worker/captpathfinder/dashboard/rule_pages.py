"""The rules: what they make of a title, whether their examples hold, and how they came about."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder.dashboard.desk import Desk
from captpathfinder.dashboard.reads import LONGEST_TITLE


class RulePages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [Route("/rules", self.rules)]

    async def rules(self, request: Request) -> Response:
        """The title tester, and the rules."""
        title = request.query_params.get("title", "").replace("\0", "").strip()[:LONGEST_TITLE]
        seen = await self._desk.read(self._desk.reader.rule_book())
        explained = await self._desk.reader.explanation(title) if title else None
        return self._desk.page(
            request,
            "rules.html.j2",
            seen=seen,
            title=title,
            explained=explained,
            longest_title=LONGEST_TITLE,
        )
