"""The chart of who was found by day, drawn as the report's charts are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from captpathfinder.codes import lower_first
from captpathfinder.dashboard.system_answers import DayCount
from captpathfinder.render.charts import Drawing, Stack, plain_columns
from captpathfinder.render.documents import Level
from captpathfinder.render.words import count, people

# As many as stats() counts, today included.
DAYS = 30


@dataclass(frozen=True)
class Day:
    """How many were found on a day, of each level of the chart."""

    day: date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All levels."""
        return sum(self.counts)


@dataclass(frozen=True)
class Chart:
    """The levels, the highest first, the days, oldest first, and their drawing."""

    levels: Sequence[Level]
    days: Sequence[Day]
    drawing: Drawing


def by_day(counts: Iterable[DayCount], today: date, levels: Sequence[Level], days: int = DAYS) -> Chart:
    """The last `days` days up to `today`, those on which nobody was found included."""
    known = {one.day: one.counts for one in counts}
    span = [today - timedelta(days=ago) for ago in reversed(range(days))]
    rows = [Day(day, tuple(known.get(day, {}).get(level.level, 0) for level in levels)) for day in span]
    stacks = [Stack("", f"{row.day:%d %b}: {_spoken(row, levels)}", row.counts) for row in rows]
    told = f"{people(sum(row.total for row in rows))} found in {days} days"
    # The latest of several.
    busiest = max(rows, key=lambda row: (row.total, row.day))
    if most := busiest.total:
        told += f"; most on {busiest.day.day} {busiest.day:%B}, {most:,}"
    return Chart(levels, rows, plain_columns(stacks, f"{told}. The numbers are in the table below."))


def _spoken(row: Day, levels: Sequence[Level]) -> str:
    return ", ".join(
        count(number, lower_first(level.label), lower_first(level.label_plural))
        for number, level in zip(row.counts, levels, strict=True)
    )
