"""The rules: what they make of a title, whose level an edit would change, and earlier versions."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captpathfinder.dashboard.desk import Desk, Question
from captpathfinder.dashboard.listing import row_number
from captpathfinder.dashboard.reader import LONGEST_TITLE
from captpathfinder.render.words import count

# What a rule is made of, in a form.
_FIELDS = ("category", "pattern", "kind", "scope", "description")
LONGEST_PATTERN = 2000


class RulePages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/rules", self.rules),
            Route("/rules/examples", self.examples),
            Route("/rules/missed", self.missed),
            Route("/rules/new", self.new, methods=["GET", "POST"]),
            Route("/rules/switch", self.switch, methods=["GET", "POST"]),
            Route("/rules/restore", self.restore, methods=["GET", "POST"]),
        ]

    async def rules(self, request: Request) -> Response:
        """The title tester, and the rules."""
        title = request.query_params.get("title", "").replace("\0", "").strip()[:LONGEST_TITLE]
        find = request.query_params.get("find", "").replace("\0", "").strip()[:200]
        seen = await self._desk.read(self._desk.reader.rule_book(find))
        explained = await self._desk.reader.explanation(title) if title else None
        return self._desk.page(
            request,
            "rules.html.j2",
            seen=seen,
            title=title,
            find=find,
            explained=explained,
            longest_title=LONGEST_TITLE,
        )

    async def examples(self, request: Request) -> Response:
        """The examples that the rules get wrong; a page of its own, as they are judged anew each time."""
        failing = await self._desk.read(self._desk.reader.failing_examples())
        return self._desk.page(request, "rule_examples.html.j2", failing=failing)

    async def missed(self, request: Request) -> Response:
        """Titles that found nobody and that many members have; counts only."""
        missed = await self._desk.read(self._desk.reader.missed_titles())
        return self._desk.page(request, "rule_missed.html.j2", missed=missed)

    async def new(self, request: Request) -> Response:
        """A rule is written, who would change is seen, and only then it is saved."""
        if request.method == "POST":
            form = await self._desk.form(request)
            breaks = form.get("anyway") == "yes"
            more = " Here is what it broke: correct these examples." if breaks else ""
            return await self._desk.do(
                request,
                "/rules/examples" if breaks else "/rules",
                self._desk.call(request, "add_rule", {**_rule(form), "anyway": breaks}),
                lambda number: (
                    "done",
                    f"Rule {number} counts from now on. People who are known change in ten minutes.{more}",
                ),
            )
        rule = _rule(request.query_params)
        choices = await self._desk.read(self._desk.reader.choices())
        preview, problem = None, ""
        if rule["pattern"]:
            preview, problem = await self._desk.reader.preview({"add": [rule]})
        return self._desk.page(
            request, "rule_new.html.j2", rule=rule, levels=choices.level, preview=preview, problem=problem
        )

    async def switch(self, request: Request) -> Response:
        """A rule off, or on again: asks first, with who would change."""
        form = dict(request.query_params) if request.method == "GET" else await self._desk.form(request)
        number, is_on = row_number(form.get("id", "")), form.get("to") == "on"
        if request.method == "GET":
            change: dict[str, object] = {"change": [{"id": number, "is_active": is_on}]}
            preview, problem = await self._desk.read(self._desk.reader.preview(change))
            word = "on" if is_on else "off"
            question = Question(
                heading=f"Switch rule {number} {word}?",
                text=problem if preview is None else preview.told,
                button="" if preview is None else f"Switch it {word}{' anyway' if preview.broken else ''}",
                is_final=preview is not None and bool(preview.broken),
                action="/rules/switch",
                fields={"id": str(number), "to": word, "anyway": "yes" if preview and preview.broken else ""},
                back="/rules",
            )
            return self._desk.page(request, "confirm.html.j2", question=question, preview=preview)

        def told(is_one: object) -> tuple[str, str]:
            if not is_one:
                return "problem", f"There is no rule {number} any more."
            return "done", f"Rule {number} is {'on' if is_on else 'off'}."

        asked = {"rule_id": number, "is_active": is_on, "anyway": form.get("anyway") == "yes"}
        call = self._desk.call(request, "switch_rule", asked)
        return await self._desk.do(request, "/rules", call, told)

    async def restore(self, request: Request) -> Response:
        """An earlier version comes back, as a new one: asks first, with what that changes."""
        form = dict(request.query_params) if request.method == "GET" else await self._desk.form(request)
        version = row_number(form.get("version", ""))
        if request.method == "GET":
            since = await self._desk.read(self._desk.reader.versions_since(version))
            question = Question(
                heading=f"Bring version {version} of the rules back?",
                text=(
                    f"{count(since, 'later version')} would not be in force any more. "
                    "All of them stay, and can be brought back as well."
                ),
                button=f"Bring version {version} back",
                action="/rules/restore",
                fields={"version": str(version)},
                back="/rules",
            )
            return self._desk.ask(request, question)

        def told(answer: object) -> tuple[str, str]:
            said: dict[str, Any] = answer if isinstance(answer, dict) else {}
            if not said.get("change"):
                return "done", f"The rules are those of version {version} already."
            return (
                "done",
                f"The rules are those of version {version} again, as version {said.get('version')}.",
            )

        call = self._desk.call(request, "restore_rules", {"version": version})
        return await self._desk.do(request, "/rules", call, told)


def _rule(given: Any) -> dict[str, str]:  # noqa: ANN401  (a form, or the query of an address)
    rule = {name: given.get(name, "").replace("\0", "").strip()[:LONGEST_PATTERN] for name in _FIELDS}
    return {**rule, "kind": rule["kind"] or "phrase", "scope": rule["scope"] or "segment"}
