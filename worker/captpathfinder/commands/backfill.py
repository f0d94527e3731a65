"""`captpathfinder backfill`: takes over the members that a community has, from the file it exports."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
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
from captpathfinder.backfill.trial import Findings, try_out
from captpathfinder.backfill.vocabulary import SPOKEN
from captpathfinder.commands.common import settings_from
from captpathfinder.errors import SettingsError, SupabaseError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi

out = Console(highlight=False)

_Column = Annotated[str | None, typer.Option(metavar="NAME", help="Its heading, or its number from 1.")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("backfill")(backfill)


def backfill(  # noqa: PLR0917 (the command line's options, which Typer passes by name)
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="Members, with a header: CSV or other text, .xlsx, JSON; also in .gz or .zip."),
    ],
    announce: Annotated[
        bool, typer.Option("--announce", help="Tell whom it finds, in the next digest.")
    ] = False,
    community: Annotated[
        str | None, typer.Option(help="Whose members they are, where there are several communities.")
    ] = None,
    user_id_column: _Column = None,
    title_column: _Column = None,
    name_column: _Column = None,
    first_name_column: _Column = None,
    last_name_column: _Column = None,
    company_column: _Column = None,
    country_column: _Column = None,
    joined_column: _Column = None,
    email_column: _Column = None,
    no_header: Annotated[
        bool, typer.Option("--no-header", help="The first row is a member; name columns by number.")
    ] = False,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="What 03/04/2020 means.", show_default=False),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The text's encoding, where it is not recognised.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected rows go; FILE.rejects.csv if not given.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would be found and what rejected; take nobody over.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever was done before.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask whether the columns are right.")
    ] = False,
) -> None:
    """Take over the members that the community has already.

    Executives among them are known from then on; with --announce they are told as new as well. Only the
    domain of an e-mail address is used. The same command goes on where it was stopped.

    Examples: captpathfinder backfill members.csv --dry-run

    captpathfinder backfill members.xlsx --title-column Function --yes
    """
    chosen = {
        "user_id": user_id_column,
        "title": title_column,
        "username": name_column,
        "first_name": first_name_column,
        "last_name": last_name_column,
        "company": company_column,
        "country": country_column,
        "joined_at": joined_column,
        "email_domain": email_column,
    }
    named = {attribute: name for attribute, name in chosen.items() if name is not None}
    with out.status(f"Looking at {escape(file.name)} …"):
        source = open_source(file, Options(encoding, named, no_header, day_first))
    _show_columns(source)
    if dry_run:
        _try_out(source, lambda: settings_from(context))
        return
    out.print("Executives are " + ("told as new." if announce else "marked as known, and not told."))
    settings = settings_from(context)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("there is nobody to ask whether the columns are right: add --yes")
        typer.confirm("Is that right?", abort=True)
    kind = "jsonl" if source.form.is_json else "csv"
    _take_over(
        source,
        settings,
        rejects or file.with_name(f"{file.name}.rejects.{kind}"),
        announce=announce,
        community=community,
        restart=restart,
    )


def _take_over(
    source: Source,
    settings: Settings,
    rejects: Path,
    *,
    announce: bool,
    community: str | None,
    restart: bool,
) -> None:
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
        out.print(f"Going on after row {done.rows}.")
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
        out.print(f"Stopped after row {ledger.progress.rows}. The same command goes on from there.")
        raise
    _summary(ledger.progress, rejects)


def _try_out(source: Source, settings: Callable[[], Settings]) -> None:
    """Read everything and say what it would come to; without a project, all but who would be found."""
    findings = Findings()
    unset: SettingsError | None = None
    try:
        known: Settings | None = settings()
    except SettingsError as error:
        known, unset = None, error

    async def read() -> None:
        if known is None:
            await _shown(try_out(source.reads(), findings, None), source.size, lambda: findings.progress.rows)
            return
        async with SupabaseApi(known) as api:
            await _shown(try_out(source.reads(), findings, api), source.size, lambda: findings.progress.rows)

    asyncio.run(read())
    _show_findings(findings, is_connected=known is not None)
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
        f"{_rows(progress.rows)}: {_count(progress.executives, 'executive')}, of whom {progress.added} were"
        f" added, {progress.known} were known, and {progress.newer} have a newer title from a webhook."
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
    said = [f"{count} {what}" for what, count in rest.items() if count]
    if said:
        _say(f"Among the rows: {', '.join(said)}.")


def _show_counts(counts: Mapping[str, int]) -> None:
    for kind, count in counts.items():
        _say(f"  {count} × {kind}")  # noqa: RUF001 (the sign for times)


def _show_findings(findings: Findings, *, is_connected: bool) -> None:
    progress = findings.progress
    found = sum(findings.levels.values())
    if is_connected:
        levels = ", ".join(f"{count} {level}" for level, count in sorted(findings.levels.items()))
        of_levels = f": {levels}" if levels else ""
        _say(f"{_rows(progress.rows)} read; {_count(found, 'executive')} would be found{of_levels}.")
        _show_people(findings)
        if found > len(findings.people):
            _say(f"… and {found - len(findings.people)} more.")
    else:
        _say(f"{_rows(progress.rows)} read; who would be found is not known without a project.")
    _show_rest(progress)
    for kind, rows in findings.faults.items():
        _say(f"Rejected would be {_rows(progress.faults[kind])}, {kind}:")
        for text, lines in _by_text(rows).items():
            _say(f"  row {', '.join(map(str, lines))}: {text}")
        _say_rest(progress.faults[kind] - len(rows))
    for kind, dropped in findings.dropped.items():
        _say(f"Left out would be {kind} ({progress.dropped[kind]}); the people are taken all the same:")
        _say(f"  row {', '.join(map(str, dropped))}")
        _say_rest(progress.dropped[kind] - len(dropped))
    _say("Nobody was taken over.")


def _show_people(findings: Findings) -> None:
    if not findings.people:
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("row", "user id", "name", "title", "level"):
        table.add_column(heading, overflow="fold")
    for read, level in findings.people:
        member = read.member or {}
        said = [member.get(attribute, "") for attribute in ("user_id", "username", "title")]
        table.add_row(str(read.record.line), *(escape(value[:60]) for value in said), level)
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
    return f"{count} {what}{'' if count == 1 else 's'}"


def _say(text: str) -> None:
    """Print what may hold text of the file: no markup, and no control characters for the terminal."""
    out.print("".join(letter if letter.isprintable() else " " for letter in text), markup=False)
