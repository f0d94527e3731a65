"""The bars of detections by day: pure geometry, which the template draws as SVG attributes.

Attributes, because the page's Content-Security-Policy allows no inline style.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from captpathfinder.dashboard.rows import DayCount

# As many as stats() counts, today included.
DAYS = 30
# Size of the drawing, in its own units: a day is 10 wide, of which 7 are the bar.
DAY_WIDTH, BAR_WIDTH, HEIGHT = 10.0, 7.0, 100.0


@dataclass(frozen=True)
class Bar:
    """One day: C-suite at the bottom, vice presidents on it; in the drawing's units, y downwards."""

    day: date
    csuite: int
    vp: int
    x: float
    csuite_y: float
    csuite_height: float
    vp_y: float
    vp_height: float

    @property
    def total(self) -> int:
        """Both levels."""
        return self.csuite + self.vp


@dataclass(frozen=True)
class Chart:
    """`DAYS` bars, oldest first; `top` is the number at the upper edge."""

    bars: list[Bar]
    top: int

    @property
    def width(self) -> float:
        """The drawing's width in its own units."""
        return DAY_WIDTH * len(self.bars)

    @property
    def total(self) -> int:
        """All detections shown."""
        return sum(bar.total for bar in self.bars)

    @property
    def busiest(self) -> Bar | None:
        """The day with most, the latest of several; None when there was nothing."""
        best = max(self.bars, key=lambda bar: (bar.total, bar.day), default=None)
        return best if best and best.total else None


def by_day(counts: Iterable[DayCount], today: date, days: int = DAYS) -> Chart:
    """The last `days` days up to `today`, days without detections included."""
    known = {count.day: count for count in counts}
    first = today - timedelta(days=days - 1)
    rows = [known.get(day) or DayCount(day=day, csuite=0, vp=0) for day in _days(first, days)]
    top = _round_up(max((row.csuite + row.vp for row in rows), default=0))
    return Chart([_bar(position, row, top) for position, row in enumerate(rows)], top)


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def _bar(position: int, row: DayCount, top: int) -> Bar:
    csuite, vp = (round(HEIGHT * number / top, 2) for number in (row.csuite, row.vp))
    return Bar(
        day=row.day,
        csuite=row.csuite,
        vp=row.vp,
        x=position * DAY_WIDTH + (DAY_WIDTH - BAR_WIDTH) / 2,
        csuite_y=round(HEIGHT - csuite, 2),
        csuite_height=csuite,
        vp_y=round(HEIGHT - csuite - vp, 2),
        vp_height=vp,
    )


def _round_up(number: int) -> int:
    """The next number that reads well on a scale and halves to a whole: 2, 4, 6, 10, 20, 40, 60, 100, …."""
    scale = 1
    while True:
        for step in (2, 4, 6, 10):
            if number <= step * scale:
                return step * scale
        scale *= 10
