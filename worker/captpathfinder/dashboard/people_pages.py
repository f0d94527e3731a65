"""People: the executives now, what happened to them, one person, and what can be done about one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from captpathfinder.dashboard import wording
from captpathfinder.dashboard.desk import Ask, Desk, Question
from captpathfinder.dashboard.listing import Filter, Listing, read_listing, row_number
from captpathfinder.dashboard.people_answers import Choices, ListedPerson, PeoplePage
from captpathfinder.render import words
from captpathfinder.render.escape import csv_cell

# Most rows of an export: as many as a spreadsheet still opens at ease.
MOST_EXPORTED = 100_000
EXPORT_PAGE = 1000
# How long somebody may be put aside, in days; none: until it is taken back.
ASIDE_DAYS = {"30": "30 days", "90": "90 days", "365": "A year", "": "For good"}
TIMES = (("1", "Last 24 hours"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("90", "Last 90 days"))


class PeoplePages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/people", self.executives),
            Route("/people.csv", self.executives_csv),
            Route("/changes", self.changes),
            Route("/changes.csv", self.changes_csv),
            Route("/person", self.person),
            Route("/person.json", self.export_person),
            Route("/person/aside", self.put_aside, methods=["GET", "POST"]),
            Route("/person/correct", self.correct, methods=["GET", "POST"]),
            Route("/person/uncorrect", self.undo_correction, methods=["POST"]),
            Route("/person/back", self.take_back, methods=["POST"]),
            Route("/person/forget", self.forget, methods=["GET", "POST"]),
        ]

    # -- lists ----------------------------------------------------------------------------------------

    async def executives(self, request: Request) -> Response:
        """The executives as they are now."""
        return await self._list(request, "/people", "list_executives")

    async def changes(self, request: Request) -> Response:
        """What happened to executives."""
        return await self._list(request, "/changes", "list_changes")

    async def _list(self, request: Request, path: str, function: str) -> Response:
        choices = await self._desk.read(self._desk.reader.choices())
        listing = _listing(request, path, choices)
        page = await self._desk.reader.people(function, listing)
        return self._desk.page(request, "people.html.j2", listing=listing, page=page)

    async def executives_csv(self, request: Request) -> Response:
        """All executives that the search finds."""
        return await self._export(request, "/people", "list_executives")

    async def changes_csv(self, request: Request) -> Response:
        """All changes that the search finds."""
        return await self._export(request, "/changes", "list_changes")

    async def _export(self, request: Request, path: str, function: str) -> Response:
        listing = _listing(request, path, await self._desk.reader.choices())
        # Before the answer begins, so that what fails is said on a page.
        first = await self._desk.reader.people(function, listing, size=EXPORT_PAGE)
        name = f"{path.strip('/')}-{self._desk.now():%Y-%m-%d}.csv"
        return StreamingResponse(
            self._csv(function, listing, first),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def _csv(self, function: str, listing: Listing, page: PeoplePage) -> AsyncIterator[str]:
        yield "\ufeff" + _csv_rows([_COLUMNS])
        told = 0
        while page.rows:
            yield _csv_rows([_cells(row) for row in page.rows])
            told += len(page.rows)
            if page.next is None or told >= MOST_EXPORTED:
                return
            page = await self._desk.reader.people(function, listing, after=page.next, size=EXPORT_PAGE)

    # -- one person -----------------------------------------------------------------------------------

    async def person(self, request: Request) -> Response:
        """Now, time line, messages, why."""
        user_id, community = _member(request.query_params)
        person = await self._desk.read(self._desk.reader.person(user_id, community))
        if person is None:
            raise HTTPException(404, "person")
        return self._desk.page(request, "person.html.j2", user_id=user_id, person=person)

    async def export_person(self, request: Request) -> Response:
        """Everything that is held about somebody, to be handed to them."""
        user_id, community = _member(request.query_params)
        answer = await self._desk.api.call("export_user", {"user_id": user_id, "community": community})
        return Response(
            json.dumps(answer, ensure_ascii=False, indent=2),
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="person.json"'},
        )

    async def put_aside(self, request: Request) -> Response:
        """Neither announced nor counted nor shown, for a while or for good."""
        if request.method == "GET":
            user_id, community = _member(request.query_params)
            name = await self._name(user_id, community)
            question = Question(
                heading=f"Put {name} aside?",
                text="Whoever is put aside is neither announced nor counted nor shown. It can be taken back.",
                button="Put aside",
                action="/person/aside",
                fields={"id": user_id, "community": community or ""},
                back=_link("/person", user_id, community),
                asks=(Ask("days", "For how long", ASIDE_DAYS, value="30"), Ask("reason", "Reason")),
            )
            return self._desk.ask(request, question)
        form = await self._desk.form(request)
        user_id, community = _member(form)
        days = form.get("days", "")
        if days not in ASIDE_DAYS:
            raise HTTPException(400)
        until = (self._desk.now() + timedelta(days=int(days))).isoformat() if days else None
        arguments = {
            "kind": "member", "value": user_id, "reason": form.get("reason", "").strip()[:500] or None,
            "until": until, "community": community,
        }  # fmt: skip
        return await self._desk.do(
            request,
            _link("/person", user_id, community),
            self._desk.call(request, "add_suppression", arguments),
            lambda _: ("done", "Put aside: neither announced nor counted nor shown from now on."),
        )

    async def correct(self, request: Request) -> Response:
        """Title, company or country, where what the community says is wrong."""
        if request.method == "GET":
            user_id, community = _member(request.query_params)
            person = await self._desk.read(self._desk.reader.person(user_id, community))
            if person is None or person.now is None:
                raise HTTPException(404, "person")
            now = person.now
            known = {"title": now.title, "company": now.company or "", "country": now.country or ""}
            question = Question(
                heading=f"Correct {_called(now.username, user_id)}",
                text=(
                    "Write what is right. It holds until the member states something else. A title by which "
                    "they are no executive lets them go. It is recorded, and nobody is told."
                ),
                button="Correct",
                action="/person/correct",
                fields={
                    "id": user_id,
                    "community": person.community,
                    **{f"{name}_was": _mark(value) for name, value in known.items()},
                },
                back=_link("/person", user_id, community),
                asks=(
                    Ask("title", "Title", value=known["title"]),
                    Ask("company", "Company", value=known["company"], hint="Empty where it is not known."),
                    Ask("country", "Country", value=known["country"], hint="Empty where it is not known."),
                ),
            )
            return self._desk.ask(request, question)
        form = await self._desk.form(request)
        user_id, community = _member(form)
        # What was left as it stood may have become something else since: only the rest is a correction.
        right: dict[str, str | None] = {
            name: form[name].strip()
            for name in ("title", "company", "country")
            if name in form and form.get(f"{name}_was") != _mark(form[name])
        }
        return await self._desk.do(
            request,
            _link("/person", user_id, community),
            self._desk.call(request, "correct_person", {"user_id": user_id, "community": community, **right}),
            wording.after_correcting,
        )

    async def undo_correction(self, request: Request) -> Response:
        """What the community says counts again."""
        form = await self._desk.form(request)
        user_id, community = _member(form)
        arguments = {"user_id": user_id, "community": community, "attribute": form.get("attribute", "")}
        return await self._desk.do(
            request,
            _link("/person", user_id, community),
            self._desk.call(request, "undo_correction", arguments),
            wording.after_undoing,
        )

    async def take_back(self, request: Request) -> Response:
        """Ends a suppression."""
        number = row_number((await self._desk.form(request)).get("suppression", ""))
        return await self._desk.do(
            request,
            "/people",
            self._desk.call(request, "remove_suppression", {"id": number}),
            lambda gone: (
                (
                    "done",
                    "Not aside any more: whoever is an executive is shown again. No message tells of it.",
                )
                if gone
                else ("problem", "This was taken back already.")
            ),
        )

    async def forget(self, request: Request) -> Response:
        """Erases a person for good."""
        if request.method == "GET":
            user_id, community = _member(request.query_params)
            person = await self._desk.read(self._desk.reader.person(user_id, community))
            if person is None:
                raise HTTPException(404, "person")
            question = Question(
                heading=f"Forget {_called(person.now.username if person.now else None, user_id)}?",
                text=(
                    f"Erased for good: the profile, {words.count(len(person.changes), 'change')}, and the "
                    f"place in {words.count(len(person.messages), 'digest')}, in reports and in webhooks. "
                    "Nothing about them is stored again. What was delivered already is beyond reach."
                ),
                button="Forget for good",
                action="/person/forget",
                fields={"id": user_id, "community": person.community},
                back=_link("/person", user_id, community),
                is_final=True,
            )
            return self._desk.ask(request, question)
        user_id, community = _member(await self._desk.form(request))
        return await self._desk.do(
            request,
            "/people",
            self._desk.call(request, "forget_user", {"user_id": user_id, "community": community}),
            wording.after_forgetting,
        )

    async def _name(self, user_id: str, community: str | None) -> str:
        person = await self._desk.read(self._desk.reader.person(user_id, community))
        if person is None:
            raise HTTPException(404, "person")
        return _called(person.now.username if person.now else None, user_id)


def filters(path: str, choices: Choices) -> list[Filter]:
    """The filters of the executives, or of the changes."""
    common = [
        Filter("text", "Search", hint="Name, title, company or id"),
        Filter("level", "Level", choices.level),
        Filter("function", "Function", choices.function),
        Filter("country", "Country", choices.country),
        Filter("account", "Account", choices.account),
    ]
    orders: tuple[tuple[str, str], ...]
    if path == "/people":
        orders = (
            ("newest", "Newest first"),
            ("oldest", "Oldest first"),
            ("name", "By name"),
            ("company", "By company"),
        )
        return [*common, Filter("sort", "Order", orders)]
    kinds = Filter("kind", "What happened", tuple(wording.KINDS.items()))
    orders = (("newest", "Newest first"), ("oldest", "Oldest first"))
    return [*common, kinds, Filter("days", "When", TIMES), Filter("sort", "Order", orders)]


def _listing(request: Request, path: str, choices: Choices) -> Listing:
    try:
        return read_listing(path, filters(path, choices), request.query_params)
    except ValueError:
        raise HTTPException(404) from None


def _member(given: Any) -> tuple[str, str | None]:  # noqa: ANN401  (a form, or the query of an address)
    user_id = given.get("id", "").replace("\0", "")
    if not user_id or len(user_id) > 1000:
        raise HTTPException(400)
    return user_id, given.get("community", "").replace("\0", "") or None


def _link(path: str, user_id: str, community: str | None) -> str:
    return f"{path}?{urlencode({'id': user_id, **({'community': community} if community else {})})}"


def _mark(text: str) -> str:
    """What a form knows a text again by, however long it is."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:32]


def _called(username: str | None, user_id: str) -> str:
    return words.name_of(username) if username else f"member {user_id}"


_COLUMNS = (
    "community", "user_id", "name", "title", "level", "functions", "company", "country", "account", "at",
    "kind", "previous_title", "previous_level", "previous_company", "why",
)  # fmt: skip


def _cells(row: ListedPerson) -> list[str]:
    texts = (
        row.community, row.user_id, row.username, row.title, row.level, ", ".join(row.functions), row.company,
        row.country, row.account, _iso(row.at), row.kind, row.previous_title, row.previous_level,
        row.previous_company, row.why,
    )  # fmt: skip
    return [csv_cell(text) for text in texts]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _csv_rows(rows: list[Any]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()
