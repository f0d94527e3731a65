"""The words of messages and reports: levels, counts, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LEVELS = {"csuite": "C-suite", "vp": "Vice president"}
LEVEL_HEADINGS = {"csuite": "C-suite", "vp": "Vice presidents"}
KINDS = {"new": "new", "promotion": "promoted to the C-suite"}
FORMATS = {"pdf": "PDF", "csv": "CSV (spreadsheet)", "html": "HTML (download)"}


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


def minute(moment: datetime, time_zone: str) -> str:
    """`13 November 2026, 17:00 (America/New_York)`."""
    local = moment.astimezone(zone(time_zone))
    return f"{local.day} {local:%B %Y}, {local:%H:%M} ({time_zone})"


def iso(moment: datetime | None) -> str:
    """`2026-11-13T22:00:00Z`; empty for nothing."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else ""


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 person`, `1,234 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def people(number: int) -> str:
    """`1 person`, `23 people`."""
    return count(number, "person", "people")


def signed(number: int) -> str:
    """`+3`, and a minus sign for what is less, `±0`."""
    if number == 0:
        return "\u00b10"
    return f"+{number:,}" if number > 0 else f"\u2212{-number:,}"


def breakdown(levels: Mapping[str, int]) -> str:
    """`5 C-suite, 18 vice presidents`."""
    return f"{levels.get('csuite', 0):,} C-suite, {count(levels.get('vp', 0), 'vice president')}"
