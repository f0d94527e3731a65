"""What `captpathfinder backfill` does and shows; the command itself has its options in `backfill`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from captpathfinder.backfill import cells
from captpathfinder.backfill.ledger import Ledger, Progress
from captpathfinder.backfill.reading import Options, Source, digest_of, open_source
from captpathfinder.backfill.rejected_rows import RejectsFile
from captpathfinder.backfill.sending import Sender
from captpathfinder.backfill.trial import Findings, read_through
from captpathfinder.backfill.vocabulary import SPOKEN
from captpathfinder.commands.speech import Speech, learn
from captpathfinder.errors import SettingsError, SupabaseError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi

out = Console(highlight=False)


def look_at(file: Path, options: Options) -> Source:
    """Open a file, and show what its columns are taken for."""
    with out.status(f"Looking at {escape(file.name)} …"):
        source = open_source(file, options)
    _show_columns(source)
    return source


def take_over(
    source: Source,
    settings: Settings,
    rejects: Path,
    *,
    announce: bool,
    community: str | None,
    restart: bool,
) -> None:
    """Send what is left of a file, and say what it came to."""
    ledger = Ledger(rejects.with_name(f"{source.path.name}.backfill.json"))
    digest = digest_of(source, announce, community)
    done = ledger.load(digest)
    if restart:
        done = ledger.progress = Progress(digest)
    if done.finished:
        out.print("This file has been taken over before; --restart does it again.")
        _summary(done, rejects)
        return
    if done.rows:
        out.print(f"Going on after row {done.rows:,}.")
    sender = Sender(
        source.reads(skip=done.rows),
        ledger,
        RejectsFile(rejects, source.form, source.columns.header, done.rejects_bytes),
        announce=announce,
        community=community,
    )

    async def send() -> None:
        async with SupabaseApi(settings) as api:
            await _shown(sender.send(api), source.size, lambda: ledger.progress.rows)

    try:
        asyncio.run(send())
    except (KeyboardInterrupt, SupabaseError):
        out.print(f"Stopped after row {ledger.progress.rows:,}. The same command goes on from there.")
        raise
    _summary(ledger.progress, rejects)


def try_out(source: Source, settings: Callable[[], Settings]) -> None:
    """Read everything and say what it would come to; without a project, all but who would be found."""
    findings, speech = Findings(), Speech()
    unset: SettingsError | None = None
    try:
        known: Settings | None = settings()
    except SettingsError as error:
        known, unset = None, error

    async def read() -> None:
        nonlocal speech
        if known is None:
            await _shown(
                read_through(source.reads(), findings, None), source.size, lambda: findings.progress.rows
            )
            return
        async with SupabaseApi(known) as api:
            speech = await learn(api)
            await _shown(
                read_through(source.reads(), findings, api), source.size, lambda: findings.progress.rows
            )

    asyncio.run(read())
    _show_findings(findings, speech, is_connected=known is not None)
    if unset:
        raise unset


async def _shown(work: AsyncIterator[int], total: int, rows: Callable[[], int]) -> None:
    """Go through `work`, which yields how much of `total` is done, with a progress bar."""
    with _bar() as bar:
        shown = bar.add_task("", total=total, rows=rows(), rate="")
        before, started = rows(), bar.get_time()
        async for position in work:
            rate = (rows() - before) / max(bar.get_time() - started, 0.001)
            bar.update(shown, completed=position, rows=rows(), rate=f"{rate:,.0f} rows/s")
        bar.update(shown, completed=total)


def _bar() -> Bar:
    return Bar(
        TextColumn("{task.fields[rows]:>9,} rows"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=out,
        transient=True,
    )


def _show_columns(source: Source) -> None:
    columns = source.columns
    _say(f"{source.path.name}: {source.described}.")
    samples = [list(map(cells.text, record.cells)) for record, _ in islice(source.records(), 3)]
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("what", "column", "first rows"):
        table.add_column(heading, overflow="fold")
    for attribute, at in sorted(columns.index.items(), key=lambda entry: list(SPOKEN).index(entry[0])):
        values = [sample[at] if at < len(sample) else "" for sample in samples]
        if attribute == "email_domain":
            values = [cells.domain(value, columns.has_bare_domains) for value in values]
        shown = " | ".join(value[:24].replace("\n", " ") for value in values)
        table.add_row(SPOKEN[attribute], escape(columns.header[at]), escape(shown))
    out.print(table)
    unread = [name for at, name in enumerate(columns.header) if at not in columns.index.values()]
    if unread:
        more = f" and {len(unread) - 20} more" if len(unread) > 20 else ""
        _say(f"Not read: {', '.join(unread[:20])}{more}")
    for note in columns.notes:
        _say(note)
    if "joined_at" in columns.index and source.day_first is not None:
        _say(f"Dates such as 03/04/2020 have the {'day' if source.day_first else 'month'} first.")


def _summary(progress: Progress, rejects: Path) -> None:
    _say(
        f"{_rows(progress.rows)}: {_count(progress.executives, 'executive')}; added {progress.added:,},"
        f" known before {progress.known:,}, with a newer title from a webhook {progress.newer:,}."
    )
    _show_rest(progress)
    if progress.rejected:
        out.print(
            f"{_rows(progress.rejected)} rejected; they are in {rejects}:", markup=False, soft_wrap=True
        )
        _show_counts(progress.faults)
    if progress.dropped:
        _say("Left out, while the people were taken all the same:")
        _show_counts(progress.dropped)


def _show_rest(progress: Progress) -> None:
    rest = {
        "without a title": progress.untitled,
        "repeating an earlier one": progress.repeated,
        "no members (totals, notes, headings)": progress.notes,
    }
    said = [f"{count:,} {what}" for what, count in rest.items() if count]
    if said:
        _say(f"Among the rows: {', '.join(said)}.")


def _show_counts(counts: Mapping[str, int]) -> None:
    for kind, count in counts.items():
        _say(f"  {count:,} × {kind}")  # noqa: RUF001 (the sign for times)


def _show_findings(findings: Findings, speech: Speech, *, is_connected: bool) -> None:
    progress = findings.progress
    found = sum(findings.levels.values())
    if is_connected:
        of_levels = f": {speech.counts(findings.levels)}" if found else ""
        _say(f"{_rows(progress.rows)} read; {_count(found, 'executive')} would be found{of_levels}.")
        _show_people(findings, speech)
        if found > len(findings.people):
            _say(f"… and {found - len(findings.people):,} more.")
    else:
        _say(f"{_rows(progress.rows)} read; who would be found is not known without a project.")
    _show_rest(progress)
    for kind, rows in findings.faults.items():
        _say(f"Rejected would be {_rows(progress.faults[kind])}, {kind}:")
        for text, lines in _by_text(rows).items():
            _say(f"  row {', '.join(map(str, lines))}: {text}")
        _say_rest(progress.faults[kind] - len(rows))
    for kind, dropped in findings.dropped.items():
        _say(f"Left out would be {kind} ({progress.dropped[kind]:,}); the people are taken all the same:")
        _say(f"  row {', '.join(map(str, dropped))}")
        _say_rest(progress.dropped[kind] - len(dropped))
    _say("Nobody was taken over.")


def _show_people(findings: Findings, speech: Speech) -> None:
    if not findings.people:
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("row", "user id", "name", "title", "level"):
        table.add_column(heading, overflow="fold")
    for read, level in findings.people:
        member = read.member or {}
        said = [member.get(attribute, "") for attribute in ("user_id", "username", "title")]
        table.add_row(
            str(read.record.line), *(escape(value[:60]) for value in said), escape(speech.level(level))
        )
    out.print(table)


def _by_text(rows: list[tuple[int, str]]) -> dict[str, list[int]]:
    lines: dict[str, list[int]] = {}
    for line, text in rows:
        lines.setdefault(text, []).append(line)
    return lines


def _say_rest(count: int) -> None:
    if count > 0:
        _say(f"  and {_rows(count)} more")


def _rows(count: int) -> str:
    return _count(count, "row")


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _say(text: str) -> None:
    """Print what may hold text of the file: no markup, and no control characters for the terminal."""
    out.print("".join(letter if letter.isprintable() else " " for letter in text), markup=False)
