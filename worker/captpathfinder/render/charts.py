"""The report's charts, drawn by Matplotlib as vector graphics.

Each function returns a `Drawing`, or None where a chart would show nothing that its one number does not say:
a comparison needs two things. All charts have the same width, about that of a phone, so that their text is as
large as the page's; bars start at zero.

The names and numbers of horizontal bars are not drawn but laid over the drawing by the page, whose text is
shaped and ordered as its script wants it: WeasyPrint draws the text of an SVG letter by letter.

Pure, but slow to import and not safe for several threads: only the renderer's process comes here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from captpathfinder.models import NamedCount, WeekCount
from captpathfinder.render import words
from captpathfinder.render.chart_svg import inline_svg
from captpathfinder.render.escape import one_line
from captpathfinder.render.theme import LIGHT

# In points at 72 to an inch, so that a unit of the SVG is one point of the figure.
WIDTH = 340.0
TEXT = 12.0
LABEL = 23.0
BAR = 9.0
ROW = LABEL + BAR + 9.0
# The names shown before the rest is drawn as one bar.
MOST_BARS = 6


@dataclass(frozen=True)
class Drawing:
    """A chart: its inline `<svg>`, and what to lay over it: (top in percent of its height, name, number)."""

    svg: str
    rows: list[tuple[float, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """One bar of a ranking; `shade` names a colour of the theme."""

    name: str
    count: int
    shade: str = "strong"


def weeks_chart(weeks: Sequence[WeekCount]) -> Drawing | None:
    """Columns by week, the C-suite below the vice presidents; None unless two weeks have people."""
    if sum(week.total > 0 for week in weeks) < 2:
        return None
    height, top, bottom = 176.0, 42.0, 24.0
    axes = _blank(height)
    highest = max(week.total for week in weeks)
    scale = (height - top - bottom) / highest
    step = WIDTH / len(weeks)
    width = min(38.0, step * 0.6)
    for index, week in enumerate(weeks):
        middle = (index + 0.5) * step
        floor = height - bottom
        for count, shade in ((week.csuite, "strong"), (week.vp, "mild")):
            if count:
                _box(axes, (middle - width / 2, floor - count * scale), width, count * scale, shade)
                floor -= count * scale
        _text(axes, middle, floor - 6, f"{week.total:,}", "ink", anchor="middle", bold=True)
        start = date.fromisoformat(week.start)
        _text(axes, middle, height - 6, f"{start.day} {start:%b}", "soft", anchor="middle")
    _line(axes, height - bottom)
    _legend(axes, [("C-suite", "strong"), ("Vice presidents", "mild")])
    told = "; ".join(
        f"week of {week.start}: {week.total:,}, of them {week.csuite:,} in the C-suite" for week in weeks
    )
    return Drawing(_svg(axes, "chart-weeks", "People by week", f"{told}."))


def levels_chart(by_level: dict[str, int]) -> Drawing | None:
    """A bar for each level; None unless both have people."""
    bars = [
        Bar(words.LEVEL_HEADINGS[level], by_level.get(level, 0), shade)
        for level, shade in (("csuite", "strong"), ("vp", "mild"))
    ]
    return ranking_chart("chart-levels", "People by level", bars, shares=True)


def kinds_chart(by_kind: dict[str, int]) -> Drawing | None:
    """A bar each for who is new and who was promoted; None unless there are both."""
    bars = [
        Bar("New", by_kind.get("new", 0), "strong"),
        Bar("Promoted to the C-suite", by_kind.get("promotion", 0), "mild"),
    ]
    return ranking_chart("chart-kinds", "New against promoted", bars, shares=True)


def places_chart(name: str, title: str, rows: Sequence[NamedCount], total: int, rest: str) -> Drawing | None:
    """The countries or companies with most people, then the rest and who gave none as bars of their own.

    `rows` may leave out the smaller ones; `total` is everybody, so that the bars add up to it.
    """
    named = [row for row in rows if row.name is not None]
    nameless = sum(row.count for row in rows if row.name is None)
    if len(named) < 2:
        return None
    shown = named[:MOST_BARS]
    bars = [Bar(one_line(row.name), row.count) for row in shown]
    left = total - nameless - sum(row.count for row in shown)
    if left > 0:
        bars.append(Bar(rest, left, "muted"))
    if nameless:
        bars.append(Bar("Not known", nameless, "muted"))
    return ranking_chart(name, title, bars)


def ranking_chart(name: str, title: str, bars: Sequence[Bar], *, shares: bool = False) -> Drawing | None:
    """Horizontal bars, each under its name and number; None unless two of them have people."""
    if sum(bar.count > 0 for bar in bars) < 2:
        return None
    axes = _blank(ROW * len(bars))
    total = sum(bar.count for bar in bars)
    highest = max(bar.count for bar in bars)
    rows: list[tuple[float, str, str]] = []
    for index, bar in enumerate(bars):
        top = index * ROW
        share = f" ({bar.count / total:.0%})" if shares else ""
        rows.append((100 * index / len(bars), bar.name, f"{bar.count:,}{share}"))
        _box(axes, (0, top + LABEL), WIDTH, BAR, "line")
        if bar.count:
            _box(axes, (0, top + LABEL), max(1.0, WIDTH * bar.count / highest), BAR, bar.shade)
    told = "; ".join(f"{bar.name}: {bar.count:,}" for bar in bars)
    return Drawing(_svg(axes, name, title, f"{told}."), rows)


def _blank(height: float) -> Axes:
    """Axes over a whole figure whose coordinates are those of the SVG: points, from the top left."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")
    FigureCanvasSVG(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    return axes


def _box(axes: Axes, corner: tuple[float, float], width: float, height: float, shade: str) -> None:
    x, y = corner
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    axes.add_patch(
        PathPatch(Path(corners, closed=True), facecolor=LIGHT[shade], edgecolor="none", clip_on=False)
    )


def _line(axes: Axes, y: float) -> None:
    axes.plot([0, WIDTH], [y, y], color=LIGHT["muted"], linewidth=1, clip_on=False)


def _text(
    axes: Axes, x: float, y: float, text: str, shade: str, *, anchor: str = "start", bold: bool = False
) -> None:
    side = {"start": "left", "middle": "center", "end": "right"}[anchor]
    axes.text(
        x,
        y,
        text,
        color=LIGHT[shade],
        fontsize=TEXT,
        fontweight="bold" if bold else "normal",
        horizontalalignment=side,
        verticalalignment="baseline",
        parse_math=False,
    )


def _legend(axes: Axes, entries: Sequence[tuple[str, str]]) -> None:
    x = 0.0
    for label, shade in entries:
        _box(axes, (x, 3), 10, 10, shade)
        _text(axes, x + 16, 12.5, label, "soft")
        x += 80.0


def _svg(axes: Axes, name: str, title: str, description: str) -> str:
    file = BytesIO()
    # A salt instead of random ids, and no date: the same numbers give the same bytes.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        axes.figure.get_figure(root=True).savefig(
            file, format="svg", metadata={"Date": None, "Creator": None}
        )
    return inline_svg(file.getvalue(), name, title, description)
