"""Reads a whole file without taking anybody over: who would be found, and what would be rejected and why."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from captpathfinder.backfill.ledger import Progress, counted
from captpathfinder.backfill.reading import Read
from captpathfinder.backfill.sending import Answer, Batch, advance, batches, faulty
from captpathfinder.supabase_project.api import SupabaseApi

# How many of the people found, and of the rows of each reason, are named; the rest is counted.
NAMED_PEOPLE = 100
NAMED_ROWS = 12
# Titles asked about at the same time, and titles whose answers are remembered.
AT_ONCE = 16
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
    """Asks the database for the level of titles, each once as long as it is remembered."""

    def __init__(self, api: SupabaseApi) -> None:
        self._api = api
        self._known: OrderedDict[str, asyncio.Task[str | None]] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def level(self, title: str) -> asyncio.Task[str | None]:
        """The level of a title, None where it has none; asked for in the background."""
        asked = self._known.get(title)
        if asked is None:
            asked = self._known[title] = asyncio.create_task(self._ask(title))
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return asked

    async def close(self) -> None:
        """Stop asking."""
        for asked in self._known.values():
            asked.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)

    async def _ask(self, title: str) -> str | None:
        async with self._turns:
            answer = await self._api.call("classify_title", {"title": title})
        row = answer[0] if isinstance(answer, list) and answer else answer
        level = row.get("seniority_level") if isinstance(row, dict) else None
        return str(level) if level is not None else None


async def read_through(
    reads: Iterator[tuple[Read, int]], findings: Findings, api: SupabaseApi | None
) -> AsyncIterator[int]:
    """Read everything into `findings`; yield how much of the file is done. Without `api` nobody is found."""
    titles = Titles(api) if api else None
    asked: deque[tuple[Read, asyncio.Task[str | None]]] = deque()
    try:
        for batch in batches(reads):
            findings.add(batch)
            for read in batch.members if titles else []:
                if titles and read.member and (title := read.member.get("title")):
                    asked.append((read, titles.level(title)))
            while len(asked) > 2000:
                read, level = asked.popleft()
                findings.find(read, await level)
            yield batch.position
        while asked:
            read, level = asked.popleft()
            findings.find(read, await level)
    finally:
        if titles:
            await titles.close()
