"""Sends a file's members in batches, a few at a time, and notes what is done in the order of the file."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, JsonValue, ValidationError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from captpathfinder.backfill.ledger import Ledger, Progress, counted
from captpathfinder.backfill.reading import Fault, Read
from captpathfinder.backfill.rejected_rows import RejectsFile
from captpathfinder.errors import PermanentError, SupabaseError
from captpathfinder.supabase_project.api import SupabaseApi

# Rows and characters of a batch, and batches on their way at the same time: enough to keep one database core
# busy while the next are read, and no more, so that the webhooks find room beside them. The database compiles
# each long expression of the rules once a batch, which fewer rows would pay for more often.
BATCH_ROWS = 2000
BATCH_CHARACTERS = 500_000
IN_FLIGHT = 3
ATTEMPTS = 7
# What Postgres says when a statement took longer than its role may.
_TOO_LONG = "57014"
# How many rows back, at most, a row is compared with: rows about one member stand close together.
REMEMBERED = 20_000


class Reject(BaseModel):
    """A row that was not taken: its place in the batch, from 0, and why."""

    row: int
    reason: str


class Answer(BaseModel):
    """What a batch came to, as `backfill_members` says."""

    executives: int = 0
    added: int = 0
    known: int = 0
    newer: int = 0
    undated: int = 0
    rejected: list[Reject] = []

    def followed_by(self, later: Answer, rows: int) -> Answer:
        """This answer, about the first `rows` rows of a batch, and that about the others, as one."""
        return Answer(
            executives=self.executives + later.executives,
            added=self.added + later.added,
            known=self.known + later.known,
            newer=self.newer + later.newer,
            undated=self.undated + later.undated,
            rejected=[
                *self.rejected,
                *(reject.model_copy(update={"row": reject.row + rows}) for reject in later.rejected),
            ],
        )


@dataclass
class Batch:
    """Rows on their way: those with a member, those without, and how much of the file they end at."""

    members: list[Read] = field(default_factory=list)
    others: list[Read] = field(default_factory=list)
    repeated: int = 0
    position: int = 0

    @property
    def rows(self) -> int:
        """How many rows of the file it covers."""
        return len(self.members) + len(self.others) + self.repeated


class Repeats:
    """Finds rows about a member of whom an earlier row told."""

    def __init__(self) -> None:
        # Two halves: when the newer is full, the older is forgotten.
        self._seen: dict[int, tuple[int, int]] = {}
        self._before: dict[int, tuple[int, int]] = {}

    def judge(self, read: Read) -> Read | None:
        """The row; as a fault when an earlier one says otherwise; None when an earlier one says the same."""
        if read.member is None:
            return read
        member = hash(read.member["user_id"])
        content = hash(tuple(read.member.values()))
        known = self._seen.get(member) or self._before.get(member)
        if known is None:
            if len(self._seen) == REMEMBERED // 2:
                self._before, self._seen = self._seen, {}
            self._seen[member] = (read.record.line, content)
            return read
        line, before = known
        if before == content:
            return None
        said = f"Row {line} has the same user id and says otherwise; the first one counts."
        return Read(read.record, fault=Fault("the same user id again, saying otherwise", said))


def batches(reads: Iterator[tuple[Read, int]], size: int = BATCH_ROWS) -> Iterator[Batch]:
    """Gather rows into batches of at most `size` rows and `BATCH_CHARACTERS`."""
    repeats = Repeats()
    batch = Batch()
    rows = characters = 0
    for given, position in reads:
        read = repeats.judge(given)
        length = sum(map(len, read.member.values())) if read and read.member else 0
        if rows and (rows >= size or characters + length > BATCH_CHARACTERS):
            yield batch
            batch, rows, characters = Batch(), 0, 0
        rows += 1
        batch.position = position
        if read is None:
            batch.repeated += 1
        else:
            (batch.others if read.member is None else batch.members).append(read)
        characters += length
    if rows:
        yield batch


def faulty(batch: Batch, answer: Answer) -> list[Read]:
    """The rejected rows of a batch, whoever rejected them, in the order of the file."""
    refused = [
        batch.members[reject.row]._replace(fault=Fault("refused by the database", reject.reason))
        for reject in answer.rejected
    ]
    return sorted(
        [*(read for read in batch.others if read.fault), *refused], key=lambda read: read.record.line
    )


def advance(progress: Progress, batch: Batch, answer: Answer, rejects: Sequence[Read]) -> Progress:
    """Add what a batch came to."""
    return replace(
        progress,
        rows=progress.rows + batch.rows,
        executives=progress.executives + answer.executives,
        added=progress.added + answer.added,
        known=progress.known + answer.known,
        newer=progress.newer + answer.newer,
        notes=progress.notes + sum(read.fault is None for read in batch.others),
        untitled=progress.untitled + sum("title" not in (read.member or {}) for read in batch.members),
        repeated=progress.repeated + batch.repeated,
        faults=counted(progress.faults, (read.fault.kind for read in rejects if read.fault)),
        dropped=counted(
            progress.dropped,
            [
                *(kind for read in batch.members for kind in read.dropped),
                *["dates that cannot be read"] * answer.undated,
            ],
        ),
    )


class Sender:
    """Sends the batches that are left, a few at a time."""

    def __init__(
        self,
        reads: Iterator[tuple[Read, int]],
        ledger: Ledger,
        rejects: RejectsFile,
        *,
        announce: bool,
        community: str | None,
    ) -> None:
        self._batches = batches(reads)
        self._ledger = ledger
        self._rejects = rejects
        self._told: dict[str, JsonValue] = {"announce": announce}
        if community is not None:
            self._told["community"] = community
        self._waiting: deque[tuple[Batch, asyncio.Task[Answer]]] = deque()

    async def send(self, api: SupabaseApi) -> AsyncIterator[int]:
        """Send everything; yield how much of the file is done after each batch that is noted."""
        try:
            for batch in self._batches:
                self._waiting.append((batch, asyncio.create_task(self._take(api, batch))))
                if len(self._waiting) == IN_FLIGHT:
                    yield await self._settle()
            while self._waiting:
                yield await self._settle()
            self._ledger.finish()
        finally:
            for _, sending in self._waiting:
                sending.cancel()
            for _, sending in self._waiting:
                with suppress(asyncio.CancelledError, SupabaseError):
                    await sending

    async def _settle(self) -> int:
        batch, sending = self._waiting[0]
        answer = await sending
        self._waiting.popleft()
        rejects = faulty(batch, answer)
        size = self._rejects.write([(read.record, read.fault.text) for read in rejects if read.fault])
        done = advance(self._ledger.progress, batch, answer, rejects)
        self._ledger.save(replace(done, rejects_bytes=size))
        return batch.position

    async def _take(self, api: SupabaseApi, batch: Batch) -> Answer:
        """Send one batch, again after hiccups (sending it twice changes nothing); return the answer."""
        if not batch.members:
            return Answer()
        retrying = AsyncRetrying(
            retry=retry_if_exception(
                lambda error: isinstance(error, SupabaseError) and not isinstance(error, PermanentError)
            ),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            reraise=True,
        )
        return await retrying(self._tell, api, [{**read.member} for read in batch.members if read.member])

    async def _tell(self, api: SupabaseApi, members: list[JsonValue]) -> Answer:
        """Have members taken over; in halves where the database may not work on all of them for so long."""
        try:
            said = await api.call("backfill_members", {"members": members, **self._told})
        except SupabaseError as error:
            if error.code != _TOO_LONG or len(members) == 1:
                raise
            half = len(members) // 2
            first = await self._tell(api, members[:half])
            return first.followed_by(await self._tell(api, members[half:]), half)
        try:
            return Answer.model_validate(said)
        except ValidationError:
            raise SupabaseError("backfill_members: Supabase answered something else than counts") from None


def _wait(attempt: RetryCallState) -> float:
    """Seconds until the next attempt: what Supabase asks for, or else a growing, jittered time."""
    error = attempt.outcome.exception() if attempt.outcome else None
    if isinstance(error, SupabaseError) and error.retry_after is not None:
        return min(error.retry_after, 120.0)
    return wait_exponential_jitter(multiplier=0.5, max=30)(attempt)
