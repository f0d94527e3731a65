"""`captpathfinder backfill`: takes over the members that a community already has, from a CSV."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue, ValidationError
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.table import Table
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from captpathfinder.backfill import (
    Answer,
    Columns,
    Progress,
    RejectsFile,
    Row,
    StateFile,
    advance,
    batches,
    digest_of,
    read_columns,
    read_rows,
)
from captpathfinder.commands.common import settings_from
from captpathfinder.errors import PermanentError, SupabaseError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi

# Rows of a batch, and batches on their way at the same time: enough to keep one database core busy while the
# next are read, and no more, so that the webhooks find room beside them.
BATCH_ROWS = 500
IN_FLIGHT = 3
ATTEMPTS = 7

out = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("backfill")(backfill)


def backfill(  # noqa: PLR0917 (the command line's options, which Typer passes by name)
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV of members, with a header.")],
    announce: Annotated[
        bool, typer.Option("--announce", help="Detect whom it finds, so that they are in the next digest.")
    ] = False,
    column: Annotated[
        list[str] | None, typer.Option(help="Which column holds what, such as title=Function; repeatable.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected rows go; FILE.rejects.csv if not given.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="The file's encoding.")] = "utf-8-sig",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the mapping of the columns, and stop.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever was done before.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask whether the mapping is right.")
    ] = False,
) -> None:
    """Take over the members that the community already has.

    Executives among them are known from then on; with --announce they are reported as new as well. Stops and
    goes on: the same command continues where it stopped.
    """
    columns = read_columns(file, encoding, dict(_chosen(column or [])))
    _preview(file, encoding, columns, announce)
    if dry_run:
        return
    settings = settings_from(context)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("there is nobody to ask whether the mapping is right: add --yes")
        typer.confirm("Is that right?", abort=True)

    state = StateFile(file.with_name(file.name + ".backfill.json"))
    digest = digest_of(file, columns, announce)
    done = state.load(digest)
    if restart:
        done = state.progress = Progress(digest)
    if done.finished:
        out.print("This file has been taken over before; --restart does it again.")
        _summary(done, _rejects_path(file, rejects))
        return
    if done.rows:
        out.print(f"Going on after row {done.rows}.")
    sender = Sender(
        file,
        encoding,
        columns,
        announce=announce,
        state=state,
        rejects=RejectsFile(_rejects_path(file, rejects), columns, done.rejects_bytes),
    )
    try:
        asyncio.run(sender.send(settings))
    except (KeyboardInterrupt, SupabaseError):
        out.print(f"Stopped after row {state.progress.rows}. The same command goes on from there.")
        raise
    _summary(state.progress, _rejects_path(file, rejects))


def _chosen(options: list[str]) -> Iterator[tuple[str, str]]:
    for option in options:
        attribute, separator, name = option.partition("=")
        if not separator:
            raise typer.BadParameter(f"--column {option}: write ATTRIBUTE=COLUMN, such as title=Function")
        yield attribute.strip(), name.strip()


def _rejects_path(file: Path, chosen: Path | None) -> Path:
    return chosen or file.with_name(file.name + ".rejects.csv")


def _preview(file: Path, encoding: str, columns: Columns, announce: bool) -> None:
    samples = [columns.member(row.cells) for row, _ in islice(read_rows(file, encoding, columns), 3)]
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("attribute", "column", "first rows"):
        table.add_column(heading, overflow="fold")
    for attribute, index in columns.index.items():
        values = [sample.get(attribute, "") for sample in samples]
        table.add_row(attribute, columns.header[index], " | ".join(value[:30] for value in values))
    out.print(table)
    ignored = [name for place, name in enumerate(columns.header) if place not in columns.index.values()]
    if ignored:
        out.print(f"Not read: {', '.join(ignored)}", markup=False, highlight=False)
    out.print("Executives are " + ("reported as new." if announce else "marked as known, and not reported."))


class Sender:
    """Sends the batches of a file, a few at a time; notes what is done in the order of the file."""

    def __init__(
        self,
        file: Path,
        encoding: str,
        columns: Columns,
        *,
        announce: bool,
        state: StateFile,
        rejects: RejectsFile,
    ) -> None:
        self._columns = columns
        self._announce = announce
        self._state = state
        self._rejects = rejects
        self._before = state.progress.rows
        self._batches = batches(
            read_rows(file, encoding, columns, skip=self._before), columns, size=BATCH_ROWS
        )
        self._bytes = file.stat().st_size
        self._waiting: deque[tuple[list[Row], int, asyncio.Task[Answer]]] = deque()

    async def send(self, settings: Settings) -> None:
        """Send everything that is left, with a progress bar."""
        with _bar() as bar:
            shown = bar.add_task("", total=self._bytes, rows=self._before, rate="")
            started = bar.get_time()
            async with SupabaseApi(settings) as api:
                try:
                    async for position in self._settled(api):
                        done = self._state.progress.rows
                        rate = (done - self._before) / max(bar.get_time() - started, 0.001)
                        bar.update(shown, completed=position, rows=done, rate=f"{rate:,.0f} rows/s")
                finally:
                    for _, _, sending in self._waiting:
                        sending.cancel()
                    await asyncio.gather(*(entry[2] for entry in self._waiting), return_exceptions=True)
        self._state.save(replace(self._state.progress, finished=True))

    async def _settled(self, api: SupabaseApi) -> AsyncIterator[int]:
        """Yield the position in the file, in bytes, after each batch that is done and noted."""
        for batch, position in self._batches:
            sending = asyncio.create_task(_take(api, self._columns, batch, self._announce))
            self._waiting.append((batch, position, sending))
            if len(self._waiting) == IN_FLIGHT:
                yield await self._settle()
        while self._waiting:
            yield await self._settle()

    async def _settle(self) -> int:
        batch, position, sending = self._waiting.popleft()
        answer = await sending
        size = self._rejects.write([(batch[place], reason) for place, reason in answer.rejected])
        self._state.save(advance(self._state.progress, len(batch), answer, size))
        return position


def _bar() -> Bar:
    return Bar(
        TextColumn("{task.fields[rows]:>9} rows"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=out,
    )


async def _take(api: SupabaseApi, columns: Columns, batch: list[Row], announce: bool) -> Answer:
    """Send one batch, again after hiccups (sending it twice changes nothing); return the answer.

    Rows that do not fit the header are not sent, and are among the rejected ones of the answer.
    """
    faults = {place: fault for place, row in enumerate(batch) if (fault := columns.fault(row.cells))}
    sent = [place for place in range(len(batch)) if place not in faults]
    retrying = AsyncRetrying(
        retry=retry_if_exception(
            lambda error: isinstance(error, SupabaseError) and not isinstance(error, PermanentError)
        ),
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        reraise=True,
    )
    members = [columns.member(batch[place].cells) for place in sent]
    said: JsonValue = await retrying(api.call, "backfill_members", {"members": members, "announce": announce})
    try:
        answer = Answer.model_validate(said)
    except ValidationError:
        raise SupabaseError("backfill_members: Supabase answered something else than counts") from None
    refused = {sent[reject.row]: reject.reason for reject in answer.rejects}
    return answer.with_rejected({**faults, **refused})


def _wait(attempt: RetryCallState) -> float:
    """Seconds until the next attempt: what Supabase asks for, or else a growing, jittered time."""
    error = attempt.outcome.exception() if attempt.outcome else None
    if isinstance(error, SupabaseError) and error.retry_after is not None:
        return min(error.retry_after, 120.0)
    return wait_exponential_jitter(multiplier=0.5, max=30)(attempt)


def _summary(progress: Progress, rejects: Path) -> None:
    out.print(
        f"{progress.rows} rows: {progress.executives} executives, of whom {progress.added} were added,"
        f" {progress.known} were known, and {progress.newer} have a newer title from a webhook."
    )
    if progress.rejected:
        out.print(f"{progress.rejected} rows were rejected; they are in {rejects}.", soft_wrap=True)
