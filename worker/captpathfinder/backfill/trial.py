"""Reads a whole file without taking anybody over: who would be found, and what would be rejected and why."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from captpathfinder.backfill.ledger import Progress, counted
from captpathfinder.backfill.reading import Read
from captpathfinder.backfill.sending import IN_FLIGHT, Answer, Batch, advance, batches, faulty
from captpathfinder.errors import SupabaseError
from captpathfinder.supabase_project.api import SupabaseApi

# How many of the people found, and of the rows of each reason, are named; the rest is counted.
NAMED_PEOPLE = 100
NAMED_ROWS = 12
# Titles whose answers are remembered.
REMEMBERED = 50_000


EntryT = TypeVar("EntryT")


@dataclass
class Findings:
    """What a file would come to."""

    progress: Progress = field(default_factory=lambda: Progress(""))
    people: list[tuple[Read, str]] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    dropped: dict[str, list[int]] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        """Count a batch, and keep the first rows of each reason."""
        rejects = faulty(batch, Answer())
        self.progress = advance(self.progress, batch, Answer(), rejects)
        for read in rejects:
            if read.fault:
                _keep(self.faults.setdefault(read.fault.kind, []), (read.record.line, read.fault.text))
        for read in batch.members:
            for kind in read.dropped:
                _keep(self.dropped.setdefault(kind, []), read.record.line)

    def find(self, read: Read, level: str | None) -> None:
        """Count a member's level."""
        if level is not None:
            self.levels = counted(self.levels, [level])
            if len(self.people) < NAMED_PEOPLE:
                self.people.append((read, level))


def _keep(kept: list[EntryT], entry: EntryT) -> None:
    if len(kept) < NAMED_ROWS:
        kept.append(entry)


class Titles:
    """Asks the database for the levels of titles, many at once, each once as long as it is remembered."""

    def __init__(self, api: SupabaseApi) -> None:
        self._api = api
        # Two halves: when the newer is full, the older is forgotten.
        self._known: dict[str, str | None] = {}
        self._before: dict[str, str | None] = {}

    async def levels(self, titles: Iterable[str]) -> dict[str, str | None]:
        """The level of each title, None where it has none."""
        known: dict[str, str | None] = {}
        unknown: list[str] = []
        for title in dict.fromkeys(titles):
            if title in self._known:
                known[title] = self._known[title]
            elif title in self._before:
                known[title] = self._before[title]
            else:
                unknown.append(title)
        if unknown:
            rows = await self._api.call("classify_titles", {"titles": unknown})
            judged = {
                str(row["title"]): None if row["seniority_level"] is None else str(row["seniority_level"])
                for row in (rows if isinstance(rows, list) else [])
                if isinstance(row, dict)
            }
            if judged.keys() != set(unknown):
                raise SupabaseError("classify_titles: Supabase answered something else than these titles")
            known |= judged
        if len(self._known) > REMEMBERED // 2:
            self._before, self._known = self._known, {}
        self._known |= known
        return known


async def read_through(
    reads: Iterator[tuple[Read, int]], findings: Findings, api: SupabaseApi | None
) -> AsyncIterator[int]:
    """Read everything into `findings`; yield how much of the file is done. Without `api` nobody is found."""
    titles = Titles(api) if api else None
    asked: deque[tuple[Batch, asyncio.Task[dict[str, str | None]]]] = deque()

    async def settle() -> int:
        batch, asking = asked[0]
        levels = await asking
        asked.popleft()
        for read in batch.members:
            findings.find(read, levels.get((read.member or {}).get("title", "")))
        return batch.position

    try:
        for batch in batches(reads):
            findings.add(batch)
            if titles is None:
                yield batch.position
                continue
            written = [title for read in batch.members if (title := (read.member or {}).get("title"))]
            asked.append((batch, asyncio.create_task(titles.levels(written))))
            if len(asked) == IN_FLIGHT:
                yield await settle()
        while asked:
            yield await settle()
    finally:
        for _, asking in asked:
            asking.cancel()
        await asyncio.gather(*(asking for _, asking in asked), return_exceptions=True)
