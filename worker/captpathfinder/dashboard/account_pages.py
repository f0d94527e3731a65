"""Accounts: who of which level is a member, who looks after them, and whether they are watched."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder.dashboard.desk import Desk
from captpathfinder.dashboard.listing import PAGE_ROWS, row_number


class AccountPages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [Route("/accounts", self.accounts), Route("/accounts/edit", self.edit, methods=["POST"])]

    async def accounts(self, request: Request) -> Response:
        """The accounts with their coverage."""
        after = row_number(request.query_params.get("after", "0"))
        watched = request.query_params.get("watched") == "1"
        page = await self._desk.read(self._desk.reader.accounts(after, PAGE_ROWS, only_watched=watched))
        return self._desk.page(request, "accounts.html.j2", page=page, watched=watched, after=after)

    async def edit(self, request: Request) -> Response:
        """Tier, owner, watched."""
        form = await self._desk.form(request)
        arguments = {
            "account_id": row_number(form.get("account", "")),
            "is_watched": form.get("watched") == "1",
            "tier": form.get("tier", "")[:100],
            "owner": form.get("owner", "")[:200],
        }

        def told(account: object) -> tuple[str, str]:
            if not isinstance(account, dict):
                return "problem", "There is no such account any more."
            return "done", f"{account['name']} is {'watched' if account['is_watched'] else 'not watched'}."

        back = "/accounts?watched=1" if form.get("only") == "1" else "/accounts"
        return await self._desk.do(request, back, self._desk.call(request, "edit_account", arguments), told)
