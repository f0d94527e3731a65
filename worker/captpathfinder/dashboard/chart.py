"""The chart of detections by day, drawn as the report's charts are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from captpathfinder.dashboard.rows import DayCount
from captpathfinder.render.charts import Drawing, Stack, plain_columns
from captpathfinder.render.words import people

# As many as stats() counts, today included.
DAYS = 30


@dataclass(frozen=True)
class Chart:
    """The days, oldest first, and their drawing."""

    days: Sequence[DayCount]
    drawing: Drawing


def by_day(counts: Iterable[DayCount], today: date, days: int = DAYS) -> Chart:
    """The last `days` days up to `today`, days without detections included."""
    known = {count.day: count for count in counts}
    span = [today - timedelta(days=ago) for ago in reversed(range(days))]
    rows = [known.get(day) or DayCount(day=day, csuite=0, vp=0) for day in span]
    stacks = [
        Stack("", f"{row.day:%d %b}: {row.csuite} C-suite, {row.vp} vice presidents", (row.csuite, row.vp))
        for row in rows
    ]
    told = f"{people(sum(stack.total for stack in stacks))} found in {days} days"
    # The latest of several.
    busiest = max(rows, key=lambda row: (row.csuite + row.vp, row.day))
    if most := busiest.csuite + busiest.vp:
        told += f"; most on {busiest.day.day} {busiest.day:%B}, {most:,}"
    return Chart(rows, plain_columns(stacks, f"{told}. The numbers are in the table below."))
