"""The words of messages and reports: levels, counts, dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from captpathfinder.render.documents import Kind
from captpathfinder.render.escape import is_visible, shown

# What happened to a person, in the order in which it is told.
HEADINGS: Mapping[Kind, str] = {
    "new": "New executives",
    "promotion": "Promoted",
    "moved": "Moved to another company",
    "role": "Changed role",
    "demotion": "Stepped down",
    "left": "Left",
}
KINDS: Mapping[Kind, str] = {
    "new": "new",
    "promotion": "promoted",
    "moved": "moved",
    "role": "changed role",
    "demotion": "stepped down",
    "left": "left",
}
# How a subject begins, for one and for several.
FIRST_WORDS: Mapping[Kind, tuple[str, str]] = {
    "new": ("new executive", "new executives"),
    "promotion": ("promotion", "promotions"),
    "moved": ("executive moved", "executives moved"),
    "role": ("change of role", "changes of role"),
    "demotion": ("executive stepped down", "executives stepped down"),
    "left": ("executive left", "executives left"),
}
FORMATS = {"pdf": "PDF", "csv": "CSV (spreadsheet)", "html": "HTML (download)"}


def name_of(username: str | None) -> str:
    """The member's name as it is shown."""
    return shown(username) if is_visible(username) else "Name not known"


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def day(moment: datetime | None, time_zone: str) -> str:
    """`13 November 2026` in that zone; empty for nothing."""
    if moment is None:
        return ""
    local = moment.astimezone(zone(time_zone))
    return f"{local.day} {local:%B %Y}"


def short_day(moment: datetime | None, time_zone: str) -> str:
    """`13 Nov 2026` in that zone, in one piece; empty for nothing."""
    if moment is None:
        return ""
    local = moment.astimezone(zone(time_zone))
    return f"{local.day}\u00a0{local:%b}\u00a0{local.year}"


def minute(moment: datetime, time_zone: str) -> str:
    """`13 November 2026, 17:00 (America/New_York)`."""
    local = moment.astimezone(zone(time_zone))
    return f"{local.day} {local:%B %Y}, {local:%H:%M} ({time_zone})"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 person`, `1,234 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def people(number: int) -> str:
    """`1 person`, `23 people`."""
    return count(number, "person", "people")


def more_people(number: int) -> str:
    """`1 more person is`, `12 more people are`."""
    return f"{number:,} more {'person is' if number == 1 else 'people are'}"


def signed(number: int) -> str:
    """`+3`, and a minus sign for what is less, `±0`."""
    if number == 0:
        return "\u00b10"
    return f"+{number:,}" if number > 0 else f"\u2212{-number:,}"


def difference(number: int, before: int, than: str) -> str:
    """`6 more than in October 2026 (17)`, `As many as in October 2026 (17)`."""
    if number == 0:
        return f"As many as {than} ({before:,})"
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'} than {than} ({before:,})"


def listing(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last


def day_span(start: datetime, end: datetime, time_zone: str) -> str:
    """`1 to 30 November 2026` for whole local days, `end` not included; otherwise both moments in full."""
    first, after = start.astimezone(zone(time_zone)), end.astimezone(zone(time_zone))
    if any((moment.hour, moment.minute, moment.second) != (0, 0, 0) for moment in (first, after)):
        return f"{minute(start, time_zone)} to {minute(end, time_zone)}"
    return _dates(first.date(), after.date() - timedelta(days=1))


def dates(start: datetime, end: datetime, time_zone: str) -> str:
    """`13 to 20 November 2026`: the local days that it begins and ends on."""
    return _dates(start.astimezone(zone(time_zone)).date(), end.astimezone(zone(time_zone)).date())


def _dates(first: date, last: date) -> str:
    if first == last:
        return f"{last.day} {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%B %Y}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B %Y}"


def versions(numbers: Sequence[int]) -> str:
    """`version 3 of the rules`, `versions 3 and 4 of the rules`; empty for none."""
    if not numbers:
        return ""
    return f"version{'s' if len(numbers) > 1 else ''} {listing([*map(str, numbers)])} of the rules"
