"""What each page shows, read from the database over the same API that the worker uses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter

from captpathfinder.dashboard.listing import PAGE_ROWS, Listing
from captpathfinder.dashboard.people_answers import (
    AccountsPage,
    Choices,
    ListedPerson,
    PeoplePage,
    PersonPage,
    ProposalsPage,
)
from captpathfinder.dashboard.queue_answers import (
    BuiltDigest,
    Channel,
    JobError,
    JobMessage,
    JobPage,
    JobsPage,
    ReportPreview,
    ReportRow,
)
from captpathfinder.dashboard.rule_answers import (
    Explanation,
    FailingExample,
    MissedTitle,
    Preview,
    Rule,
    RuleVersion,
)
from captpathfinder.dashboard.system_answers import Activity, AuditPage, Health, Stats
from captpathfinder.errors import (
    SupabaseError,
    SupabaseRefusedError,
    SupabaseRequestError,
)
from captpathfinder.models import Model
from captpathfinder.supabase_project.answers import what_it_said
from captpathfinder.supabase_project.api import SupabaseApi

# A page is complete within so many seconds, or says that Supabase does not answer.
LONGEST_READ = 8.0
# Longest lists, in rows. PostgREST hands out 1000 at most.
DELIVERY_ROWS, RULE_ROWS, VERSION_ROWS = 20, 1000, 10
# How long it is remembered what the filters offer, what levels are called, and the time zone, in seconds.
CHOICES_SECONDS = 30.0
# Longest title that the tester takes, in characters: no field of a profile is longer.
LONGEST_TITLE = 1000

_REPORT = "id,month_label,revision,generated_at,total:summary->total,links,links_expire_at,published_at"
_CHANNEL = "name,transport,sends,description,is_active"

RowT = TypeVar("RowT", bound=Model)
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Overview:
    """The first page."""

    health: Health
    stats: Stats
    people: list[ListedPerson]


@dataclass(frozen=True)
class Queue:
    """Figures, equal errors as one, and a page of the jobs that are looked for."""

    stats: Stats
    errors: list[JobError]
    jobs: JobsPage


@dataclass(frozen=True)
class Deliveries:
    """Digests and reports, and where they go. `waiting`: changes that a digest would look at."""

    digests: list[BuiltDigest]
    reports: list[ReportRow]
    channels: list[Channel]
    waiting: int

    @property
    def active_channels(self) -> list[str]:
        """The names of the channels that get anything."""
        return [channel.name for channel in self.channels if channel.is_active]

    @property
    def has_mail_server(self) -> bool:
        """Whether something can be sent to one person."""
        return any(channel.is_active and channel.transport == "email_smtp" for channel in self.channels)

    @property
    def digest_channels(self) -> list[str]:
        """The names of the channels that a digest built now goes to."""
        return [channel.name for channel in self.channels if channel.is_active and "digest" in channel.sends]


@dataclass(frozen=True)
class RuleBook:
    """The rules, and how they came about."""

    rules: list[Rule]
    versions: list[RuleVersion]


class Reader:
    """Reads pages. Raises `SupabaseError`, and pydantic's `ValidationError` where the two do not fit."""

    def __init__(self, api: SupabaseApi, *, longest: float = LONGEST_READ) -> None:
        self._api = api
        self._longest = longest
        self._choices: Choices | None = None
        self._choices_until = 0.0
        self._choosing = asyncio.Lock()

    async def overview(self) -> Overview:
        """Health, numbers, and the newest people."""
        health, stats, changes = await self._all(
            self._health(), self._stats(), self._function("list_changes", PeoplePage, {"page_size": 5})
        )
        return Overview(health, stats, changes.rows)

    async def choices(self) -> Choices:
        """What the filters offer, and what every page says; remembered for a while, as every page asks."""
        # Asked once also where two want it at the same time, as a page and its filters do.
        async with self._choosing:
            if self._choices is None or time.monotonic() >= self._choices_until:
                self._choices = await self._one(self._function("list_choices", Choices))
                self._choices_until = time.monotonic() + CHOICES_SECONDS
            return self._choices

    async def people(
        self, function: str, listing: Listing, *, after: object = None, size: int = PAGE_ROWS
    ) -> PeoplePage:
        """A page of the executives or of the changes."""
        arguments = {
            "search": dict(listing.search),
            "after": after if after is not None else listing.after,
            "page_size": size,
        }
        return await self._one(self._function(function, PeoplePage, arguments))

    async def person(self, user_id: str, community: str | None) -> PersonPage | None:
        """All that is known of somebody; None where nothing is."""
        arguments: dict[str, object] = {"user_id": user_id, "community": community}
        return await self._one(self._optional("find_person", PersonPage, arguments))

    async def accounts(self, after: int, size: int, *, only_watched: bool) -> AccountsPage:
        """A page of the accounts."""
        arguments: dict[str, object] = {"after": after, "page_size": size, "only_watched": only_watched}
        return await self._one(self._function("account_coverage", AccountsPage, arguments))

    async def proposals(self, search: dict[str, object], after: dict[str, int] | None) -> ProposalsPage:
        """A page of what readers of messages said is not right."""
        arguments: dict[str, object] = {"search": search, "after": after, "page_size": PAGE_ROWS}
        return await self._one(self._function("list_proposals", ProposalsPage, arguments))

    async def queue(self, listing: Listing) -> Queue:
        """The outbox."""
        arguments: dict[str, object] = {"search": dict(listing.search), "after": listing.after}
        stats, errors, jobs = await self._all(
            self._stats(),
            self._function("list_job_errors", list[JobError]),
            self._function("list_jobs", JobsPage, {**arguments, "page_size": PAGE_ROWS}),
        )
        return Queue(stats, errors, jobs)

    async def job(self, job_id: int) -> tuple[JobPage | None, JobMessage | None]:
        """One job, and what it sends; None where there is none."""
        found, sent = await self._all(
            self._optional("find_job", JobPage, {"job_id": job_id}),
            self._optional("preview_job", JobMessage, {"job_id": job_id}),
        )
        return found, sent

    async def message(self, job_id: int) -> JobMessage | None:
        """What a job sends; None where there is no such job."""
        return await self._one(self._optional("preview_job", JobMessage, {"job_id": job_id}))

    async def report_preview(self, month: str) -> ReportPreview:
        """What a report of that month would be of."""
        return await self._one(self._function("preview_report", ReportPreview, {"month": month}))

    async def count_jobs(self, chosen: dict[str, object]) -> int:
        """With how many jobs something would be done."""
        return await self._one(self._function("act_on_jobs", int, {**chosen, "dry_run": True}))

    async def activity(self, days: int) -> Activity:
        """What happened in the last days."""
        return await self._one(self._function("count_activity", Activity, {"days": days}))

    async def audit(self, listing: Listing) -> AuditPage:
        """A page of who changed what."""
        arguments: dict[str, object] = {"search": dict(listing.search), "after": listing.after}
        return await self._one(self._function("list_audit", AuditPage, {**arguments, "page_size": PAGE_ROWS}))

    async def deliveries(self) -> Deliveries:
        """Digests, reports, channels."""
        digests, reports, channels, waiting = await self._all(
            self._function("list_deliveries", list[BuiltDigest], {"max_rows": DELIVERY_ROWS}),
            self._rows("reports", ReportRow, order="id", limit=DELIVERY_ROWS, columns=_REPORT),
            self._rows("channels", Channel, order="name", limit=RULE_ROWS, columns=_CHANNEL, ascending=True),
            self._function("count_untold", int),
        )
        return Deliveries(digests, reports, channels, waiting)

    async def rule_book(self, find: str = "") -> RuleBook:
        """The rules that have these words in them, and versions."""
        rules, versions = await self._all(
            self._rows(
                "classification_rules",
                Rule,
                order="id",
                limit=RULE_ROWS,
                columns="id,category,kind,pattern,scope,description,is_active",
                ascending=True,
            ),
            self._rows(
                "rule_versions",
                RuleVersion,
                order="version",
                limit=VERSION_ROWS,
                columns="version,created_at,created_by,label,counts,change",
            ),
        )
        words = find.casefold().split()
        found = [
            rule
            for rule in rules
            if all(word in f"{rule.description or ''} {rule.pattern} {rule.id}".casefold() for word in words)
        ]
        return RuleBook(found, versions)

    async def failing_examples(self) -> list[FailingExample]:
        """The examples that the rules get wrong. Every example is judged anew, so that it takes a moment."""
        return await self._function("check_rules", list[FailingExample])

    async def missed_titles(self) -> list[MissedTitle]:
        """Titles that found nobody and that many members have."""
        return await self._one(self._function("list_missed_titles", list[MissedTitle]))

    async def preview(self, candidate: dict[str, object]) -> tuple[Preview | None, str]:
        """What an edit of the rules would change; or nothing, and what the database says against it."""
        try:
            # Every known title is judged anew: that may take longer than a page.
            return await self._function("preview_rules", Preview, {"candidate": candidate}), ""
        except SupabaseRefusedError:
            raise
        except SupabaseRequestError as error:
            return None, what_it_said(error)

    async def versions_since(self, version: int) -> int:
        """How many versions of the rules are newer."""
        rows = await self._rows(
            "rule_versions",
            RuleVersion,
            order="version",
            limit=1,
            columns="version,created_at,created_by,label,counts",
        )
        return max(0, rows[0].version - version) if rows else 0

    async def explanation(self, title: str) -> Explanation | None:
        """What the rules make of a title; None where there are no rules."""
        (answer,) = await self._all(self._api.call("explain_title", {"title": title[:LONGEST_TITLE]}))
        return None if answer is None else Explanation.model_validate(answer)

    async def _all(self, *reads: Awaitable[Any]) -> tuple[Any, ...]:
        """The answers of several questions, asked at once."""
        try:
            async with asyncio.timeout(self._longest), asyncio.TaskGroup() as group:
                tasks = [group.create_task(_awaited(read)) for read in reads]
        except TimeoutError:
            raise SupabaseError(f"Supabase did not answer within {self._longest:g} s") from None
        except ExceptionGroup as errors:
            # They were asked at once, and mostly fail for one reason.
            raise errors.exceptions[0] from None
        return tuple(task.result() for task in tasks)

    async def _one(self, read: Awaitable[AnswerT]) -> AnswerT:
        """The answer of one question."""
        answer: AnswerT = (await self._all(read))[0]
        return answer

    async def _health(self) -> Health:
        return Health.model_validate(await self._api.health())

    async def _stats(self) -> Stats:
        return await self._function("stats", Stats)

    async def _function(
        self, name: str, kind: type[AnswerT], arguments: dict[str, object] | None = None
    ) -> AnswerT:
        return TypeAdapter(kind).validate_python(await self._api.call(name, arguments))

    async def _optional(self, name: str, kind: type[RowT], arguments: dict[str, object]) -> RowT | None:
        answer = await self._api.call(name, arguments)
        return None if answer is None else kind.model_validate(answer)

    async def _rows(
        self,
        table: str,
        kind: type[RowT],
        filters: dict[str, str] | None = None,
        *,
        order: str,
        limit: int,
        columns: str,
        ascending: bool = False,
    ) -> list[RowT]:
        rows = await self._api.rows(
            table, filters or {}, order=order, limit=limit, columns=columns, ascending=ascending
        )
        return [kind.model_validate(row) for row in rows]


async def _awaited(read: Awaitable[AnswerT]) -> AnswerT:
    return await read
