"""Prints what `stats()` counts as tables for people: in the order in which things happen, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from captpathfinder.codes import ATTEMPTS, JOBS, OUTCOMES, STATES, lower_first, month, named, readable
from captpathfinder.commands.speech import day

if TYPE_CHECKING:
    from captpathfinder.commands.speech import Speech

Rows = Iterator[tuple[str, object]]


def print_stats(console: Console, numbers: Mapping[str, Any], speech: Speech) -> None:
    """Print the answer of `stats()`: one table for each group of numbers; one that is not known as it is."""
    known = {
        "webhooks": ("Webhooks of the last 30 days", _webhooks),
        "events": ("Webhooks that wait", _events),
        "executives": ("Executives", _executives),
        "detections": ("New and promoted in the last 30 days", _detections),
        "digests": ("Digests", _digests),
        "reports": ("Reports", _reports),
        "outbox": ("Jobs", _jobs),
        "deliveries": ("Attempts at jobs in the last 30 days", _attempts),
    }
    for name, (title, rows) in known.items():
        if name in numbers:
            _print(console, title, rows(numbers[name], speech))
    for name, group in numbers.items():
        if name not in known:
            _print(console, readable(name), _flat(group if isinstance(group, dict) else {name: group}))


def _print(console: Console, title: str, rows: Iterable[tuple[str, object]]) -> None:
    table = Table(title=title, title_justify="left", show_header=False, min_width=52)
    table.add_column()
    table.add_column(justify="right")
    for label, value in rows:
        # What a channel or a source is called is no markup.
        table.add_row(Text(label), Text(_cell(value)))
    console.print(table)


def _webhooks(group: Mapping[str, Any], _speech: Speech) -> Rows:
    outcomes = group["last_30_days"]
    for outcome in sorted(outcomes, key=outcomes.get, reverse=True):
        yield named(OUTCOMES, outcome), outcomes[outcome]
    if not outcomes:
        yield "None", 0
    sources = group["by_source"]
    if len({row["source"] for row in sources}) > 1:
        yield "By source", ""
        for row in sources:
            yield f"  {row['source']}: {lower_first(named(OUTCOMES, row['outcome']))}", row["count"]
    ignored = group.get("ignored", {})
    if any(ignored.values()):
        yield "Ignored in them: fields of a wrong type", ignored["fields"]
        yield "Ignored in them: times that cannot be read", ignored["times"]


def _events(group: Mapping[str, Any], speech: Speech) -> Rows:
    yield "To be processed", group["pending"]
    if group["oldest_pending_at"]:
        yield "  the oldest since", speech.moment(group["oldest_pending_at"])
    yield "Given up after several failures", group["parked"]


def _executives(group: Mapping[str, Any], speech: Speech) -> Rows:
    for level in speech.ranked(group):
        yield named(speech.plurals, level), group[level]


def _detections(group: Mapping[str, Any], speech: Speech) -> Rows:
    yield "All", group["last_30_days"]
    for row in group["by_day"]:
        levels = {level: number for level, number in row.items() if level != "day"}
        yield f"  {day(row['day'])}", speech.counts(levels)
    if group["by_day"]:
        yield "  (days in UTC)", ""


def _digests(group: Mapping[str, Any], _speech: Speech) -> Rows:
    yield "Messages not sent yet", group["pending"]
    yield "Messages sent in the last 30 days", group["sent_last_30_days"]


def _reports(group: Mapping[str, Any], speech: Speech) -> Rows:
    yield "All", group["total"]
    if latest := group["latest"]:
        yield "Latest", f"{month(latest['month_label'])}, revision {latest['revision']}"
        published = speech.moment(latest["published_at"])
        yield "  its files made", "not yet" if published == "-" else published


def _jobs(group: Mapping[str, Any], speech: Speech) -> Rows:
    for state in ("pending", "running", "dead"):
        yield STATES[state], group[state]
    if group["oldest_pending_at"]:
        yield "The oldest waits since", speech.moment(group["oldest_pending_at"])
    if group["oldest_due_at"]:
        yield "The longest due since", speech.moment(group["oldest_due_at"])
    if group["by_channel"]:
        yield "By channel (done: of 30 days)", ""
    for row in group["by_channel"]:
        yield f"  {_channel(row)}: {lower_first(named(STATES, row['status']))}", row["count"]


def _attempts(group: Mapping[str, Any], _speech: Speech) -> Rows:
    for outcome, number in group["last_30_days"].items():
        yield named(ATTEMPTS, outcome), number
    if not group["last_30_days"]:
        yield "None", 0
    if group["by_channel"]:
        yield "By channel", ""
    for row in group["by_channel"]:
        what = f"{lower_first(named(JOBS, row['kind']))}: {lower_first(named(ATTEMPTS, row['outcome']))}"
        yield f"  {_channel(row)}, {what}", row["count"]


def _channel(row: Mapping[str, Any]) -> str:
    return row["channel"] or "no channel"


def _flat(group: Mapping[str, Any], before: str = "") -> Rows:
    for key, value in group.items():
        label = f"{before}{str(key).replace('_', ' ')}"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{label}: ")
        else:
            yield label, value


def _cell(value: object) -> str:
    if value is None or value in ([], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value)
