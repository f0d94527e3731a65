"""What the demonstration prints at its end, for a person to read."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from local.demo.checks import Found, Person
from local.demo.sender import Sent

MEANINGS = {
    "processed": "stored, classified, remembered if senior",
    "duplicate": "the platform repeated itself: ignored",
    "stale": "arrived before the change it follows, or after a later one",
    "skipped": "a field that nobody asked about",
    "malformed": "refused with 400 and what to change",
    "unauthorised": "wrong password: refused with 401",
}
LEVELS = {"csuite": "C-suite", "vp": "Vice president"}
SHOWN = 12


def print_webhooks(sent: list[Sent], console: Console) -> None:
    """Print how many webhooks came in and what became of them."""
    table = Table(title=f"{len(sent)} webhooks", title_justify="left", box=None, padding=(0, 2, 0, 2))
    table.add_column("outcome", style="bold")
    table.add_column("count", justify="right")
    table.add_column("which means")
    for outcome, count in Counter(item.outcome for item in sent).most_common():
        table.add_row(outcome, str(count), MEANINGS.get(outcome, "unexpected"))
    console.print(table)


def print_people(found: Found, console: Console) -> None:
    """Print who was found and why: the first few of each level."""
    for level, name in LEVELS.items():
        people = [person for person in found.people if person.level == level]
        table = Table(
            title=f"{name}: {len(people)} found", title_justify="left", box=None, padding=(0, 2, 0, 2)
        )
        for heading in ("who", "title", "", "because of the rule"):
            table.add_column(heading, overflow="fold", max_width=44)
        for person in _varied(people):
            table.add_row(person.name, person.title, person.kind, person.why)
        if len(people) > SHOWN:
            table.add_row("…", f"and {len(people) - SHOWN} more", "", "")
        console.print(table)


def _varied(people: list[Person]) -> list[Person]:
    """The first `SHOWN` people: promotions, then titles that were not shown yet, then the others."""
    seen: set[str] = set()
    first: list[Person] = []
    others: list[Person] = []
    for person in sorted(people, key=lambda person: person.kind != "promotion"):
        (others if person.title in seen else first).append(person)
        seen.add(person.title)
    return (first + others)[:SHOWN]


def print_messages(found: Found, console: Console) -> None:
    """Print which digests and reports went out, and where what was sent can be opened."""
    parts = Counter(channel for channel, *_ in found.digests)
    told = ", ".join(f"{channel} ({count} parts)" for channel, count in sorted(parts.items()))
    console.print(f"  Weekly digest sent to: {told}")
    console.print(f"  Month-end report of {found.report_name}, announced to: {', '.join(sorted(parts))}")
    console.print("  Open them:")
    if found.messages:
        console.print(
            f"    {len(found.messages)} messages in {_short(found.messages[0].parent)}/", soft_wrap=True
        )
    for path in found.messages[:1] + found.messages[-1:] + found.reports:
        console.print(f"    {_short(path)}", soft_wrap=True)


def print_verdict(problems: list[str], found: Found, seconds: float, console: Console) -> None:
    """Print whether every part happened."""
    if problems:
        console.print("\nNot everything happened:", style="bold red")
        for problem in problems:
            console.print(f"  ✗ {problem}", style="red", markup=False)
    else:
        console.print(
            f"\n✓ Every part happened: {len(found.people)} executives found, "
            f"{len(found.messages)} messages and {len(found.reports)} files delivered, in {seconds:.0f} s.",
            style="bold green",
        )


def _short(path: Path) -> str:
    return os.path.relpath(path)
