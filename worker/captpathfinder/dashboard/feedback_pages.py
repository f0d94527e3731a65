"""Feedback: what readers of messages said is not right, and what an editor makes of it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder.dashboard.desk import Desk
from captpathfinder.dashboard.listing import row_number
from captpathfinder.dashboard.people_answers import ProposalsPage
from captpathfinder.render.feedback_page import VERDICTS
from captpathfinder.render.words import count

STATES = {"open": "Waiting", "accepted": "Accepted", "dismissed": "Dismissed"}
# As what each is accepted, unless the editor says otherwise: what, and the button's words.
DECISIONS = {
    "example": "Not an executive: the title finds nobody from now on",
    "suppression": "Suppress the member: nobody hears of them",
    "correction": "Correct the company",
}
_USUAL = {"not_executive": "example", "already_known": "suppression", "wrong_company": "correction"}
LONGEST = 300


class FeedbackPages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/feedback", self.proposals),
            Route("/feedback/decide", self.decide),
            Route("/feedback/accept", self.accept, methods=["POST"]),
            Route("/feedback/dismiss", self.dismiss, methods=["POST"]),
            Route("/feedback/reopen", self.reopen, methods=["POST"]),
        ]

    async def proposals(self, request: Request) -> Response:
        """Those that wait, or were decided."""
        status = request.query_params.get("status", "open")
        if status not in STATES:
            raise HTTPException(404)
        after = row_number(request.query_params.get("after", "0"))
        page = await self._find({"status": status}, {"id": after} if after else None)
        return self._desk.page(
            request,
            "feedback.html.j2",
            page=page,
            after=after,
            chosen=status,
            states=STATES,
            verdicts=VERDICTS,
        )

    async def decide(self, request: Request) -> Response:
        """One of them: why the person was told, and what would change by each way to accept it."""
        number = row_number(request.query_params.get("id", ""))
        found = await self._find({"id": number}, None)
        if not found.rows:
            raise HTTPException(404)
        [proposal] = found.rows
        title = proposal.title or ""
        explained = await self._desk.reader.explanation(title) if title else None
        pattern = request.query_params.get("pattern", "").replace("\0", "").strip()[:LONGEST]
        preview, problem = None, ""
        if pattern:
            rule = {"category": "exclusion", "pattern": pattern}
            preview, problem = await self._desk.reader.preview({"add": [rule]})
        return self._desk.page(
            request,
            "feedback_decide.html.j2",
            proposal=proposal,
            explained=explained,
            pattern=pattern or title.lower()[:LONGEST],
            preview=preview,
            problem=problem,
            # What was pressed comes first.
            ways=sorted(DECISIONS, key=lambda way: way != _USUAL.get(proposal.verdict)),
            decisions=DECISIONS,
            verdicts=VERDICTS,
            states=STATES,
        )

    async def accept(self, request: Request) -> Response:
        """Accept one, as the form says."""
        form = await self._desk.form(request)
        number = row_number(form.get("id", ""))
        arguments = {
            "id": number,
            "decision": form.get("decision") or None,
            "pattern": form.get("pattern", "").strip()[:LONGEST] or None,
            "company": form.get("company", "").strip()[:LONGEST] or None,
        }
        call = self._desk.call(request, "accept_proposal", arguments)
        return await self._desk.do(
            request, f"/feedback/decide?id={number}", call, lambda _: ("done", "Accepted.")
        )

    async def dismiss(self, request: Request) -> Response:
        """Turn one down."""
        return await self._act(
            request, "dismiss_proposal", lambda _: "Dismissed. The mute of its channel stays."
        )

    async def reopen(self, request: Request) -> Response:
        """Undo a decision."""
        return await self._act(request, "reopen_proposal", _reopened)

    async def _act(self, request: Request, function: str, done: Callable[[object], str]) -> Response:
        form = await self._desk.form(request)
        number = row_number(form.get("id", ""))
        call = self._desk.call(request, function, {"id": number})
        return await self._desk.do(
            request, f"/feedback/decide?id={number}", call, lambda answer: ("done", done(answer))
        )

    async def _find(self, search: dict[str, object], after: dict[str, int] | None) -> ProposalsPage:
        return await self._desk.read(self._desk.reader.proposals(search, after))


def _reopened(answer: object) -> str:
    others = answer - 1 if isinstance(answer, int) else 0
    if others < 1:
        return "It waits again."
    return f"It waits again, and so does what {count(others, 'other channel')} said alike."
