"""What the demonstration prints at its end, for a person to read."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from local.demo.checks import Change, Found
from local.demo.sender import Sent

MEANINGS = {
    "processed": "stored, classified, remembered if senior",
    "duplicate": "the platform repeated itself: ignored",
    "held": "arrived before the change it follows: waits for it",
    "queued": "stored, and processed within a minute",
    "skipped": "a field that nobody asked about",
    "malformed": "refused with 400 and what to change",
    "unauthorised": "wrong password: refused with 401",
}
SHOWN = 8


def print_webhooks(sent: list[Sent], console: Console) -> None:
    """Print how many webhooks came in and what became of them."""
    table = Table(title=f"{len(sent)} webhooks", title_justify="left", box=None, padding=(0, 2, 0, 2))
    table.add_column("outcome", style="bold")
    table.add_column("count", justify="right")
    table.add_column("which means")
    for outcome, count in Counter(item.outcome for item in sent).most_common():
        table.add_row(outcome, str(count), MEANINGS.get(outcome, "unexpected"))
    console.print(table)


def print_changes(found: Found, console: Console) -> None:
    """Print what happened to executives: who rose, moved or left, then the first new ones of each level."""
    # Who came and left within the week is in no digest, and not here.
    came = {change.name for change in found.changes if change.kind == "new"}
    table = _table("What happened to those who were known", who=17, what=36, where=23)
    for change in found.changes:
        if change.name in came:
            continue
        if change.kind == "promotion":
            table.add_row(change.name, f"{change.previous_title} → {change.title}", _company(change))
        elif change.kind == "moved":
            table.add_row(change.name, f"from {change.previous_company}", _company(change))
        elif change.kind == "left":
            table.add_row(change.name, f"was {change.previous_title}", change.previous_company)
    console.print(table)
    for level, name in found.levels.items():
        new = [change for change in found.changes if change.kind == "new" and change.level == level]
        table = _table(f"{name}: {len(new)} new", who=16, title=25, company=23, rule=12)
        for change in _varied(new):
            table.add_row(change.name, change.title, _company(change) or change.country, change.why)
        if len(new) > SHOWN:
            table.add_row("…", f"and {len(new) - SHOWN} more")
        console.print(table)
    console.print("★ at a watched account\n", style="dim")


def _table(caption: str, /, **columns: int) -> Table:
    """Return a table of a line a row, with the widths of its columns: 80 characters at the most."""
    table = Table(title=caption, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for heading, width in columns.items():
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=width)
    return table


def _company(change: Change) -> str:
    return f"★ {change.company}" if change.account and change.company else change.company


def _varied(changes: list[Change]) -> list[Change]:
    """The first `SHOWN`: watched accounts, then titles that were not shown yet, then the others."""
    seen: set[str] = set()
    first: list[Change] = []
    others: list[Change] = []
    for change in sorted(changes, key=lambda change: not change.account):
        (others if change.title in seen else first).append(change)
        seen.add(change.title)
    return (first + others)[:SHOWN]


def print_messages(found: Found, home: Path, console: Console) -> None:
    """Print which digests and reports went out, and where what was sent can be opened."""
    parts = Counter(channel for channel, *_ in found.digests)
    told = ", ".join(
        f"{channel} (in {count} {'message' if count == 1 else 'messages'})"
        for channel, count in sorted(parts.items())
    )
    console.print(f"  Weekly digest sent to: {told}")
    console.print(f"  Month-end report of {found.report_name}, announced to: {', '.join(sorted(parts))}")
    console.print("  Open them:")
    if found.messages:
        console.print(
            f"    {len(found.messages)} messages in {_short(found.messages[0].parent)}/", soft_wrap=True
        )
    for path in found.messages[:1] + found.messages[-1:] + found.reports:
        console.print(f"    {_short(path)}", soft_wrap=True)
    console.print(
        f"  {found.links} links in the messages open pages of the worker: everybody in a digest,\n"
        '  and "Not right?" beside each person. To click them, and to see the dashboard:'
    )
    console.print(f"    make up UP='--home {_short(home)}'", soft_wrap=True, markup=False)
    console.print(f"    make down DOWN='--home {_short(home)}'", soft_wrap=True, markup=False)


def print_figures(sent: list[Sent], found: Found, console: Console) -> None:
    """Print what each figure counts, as no two of them count the same."""
    console.print("\n  What the figures count:")
    for figure, counted in (
        (f"{len(sent)} webhooks", "posts: one a field, with those that repeat or are refused"),
        (f"{len(found.changes)} changes", "what happened to executives: who came and left makes two"),
        (f"{found.told} people", "in each digest: once each, and who came and left is not told"),
        (f"{found.reported} people", "in the report: new or promoted, and executives still"),
        (f"{found.executives} executives", "at the end, with those who were known before the week"),
    ):
        console.print(f"    {figure:<14} {counted}")
    malformed = sum(item.outcome == "malformed" for item in sent)
    if unseen := malformed - found.malformed:
        was = "was" if unseen == 1 else "were"
        console.print(f"  Of the {malformed} malformed webhooks {unseen} {was} no JSON: the API refused that")
        console.print(f"  itself, so the database and the dashboard count {found.malformed}.")


def print_verdict(problems: list[str], found: Found, seconds: float, console: Console) -> None:
    """Print whether every part happened."""
    if problems:
        console.print("\nNot everything happened:", style="bold red")
        for problem in problems:
            console.print(f"  ✗ {problem}", style="red", markup=False)
    else:
        console.print(
            f"\n✓ Every part happened: {found.executives} executives known, {len(found.changes)} changes,\n"
            f"  {len(found.messages)} messages and {len(found.reports)} files delivered, in {seconds:.0f} s.",
            style="bold green",
        )


def _short(path: Path) -> str:
    return os.path.relpath(path)
