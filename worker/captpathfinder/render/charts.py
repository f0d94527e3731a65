"""The charts of the report and of the dashboard: pure geometry, drawn as SVG by one template.

Bars start at zero. Words that a member typed are never in a drawing: the page sets them beside it, where they
are shaped and ordered as their script wants it. What is in a drawing is digits and dates.

Colours are classes (`fill-strong`), given by each page's style sheet for light and dark, and attributes with
the light ones, for who applies no style sheet inside an SVG, as WeasyPrint. No inline style, which the
dashboard's Content-Security-Policy forbids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from captpathfinder.render.templating import render
from captpathfinder.render.theme import LIGHT

# The shades of levels, the highest first; more levels than shades share the last.
LEVEL_SHADES = ("strong", "mild", "muted")
# A labelled chart in its own units: about as wide as a phone, so that its text is as large as the page's.
WIDTH, HEIGHT, ABOVE, BELOW, TEXT = 340.0, 150.0, 20.0, 24.0, 12.0
WIDEST_COLUMN = 38.0
# A plain one: a column is 10 wide, of which 7 are drawn.
PLAIN_STEP, PLAIN_COLUMN, PLAIN_HEIGHT = 10.0, 7.0, 100.0


@dataclass(frozen=True)
class Box:
    """A filled rectangle, from its upper left corner; y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    shade: str


@dataclass(frozen=True)
class Words:
    """A short text around `x`, on the line `y`."""

    x: float
    y: float
    text: str
    shade: str
    bold: bool = False


@dataclass(frozen=True)
class Mark:
    """Boxes that belong together; `title` is what a pointer that rests on it is told."""

    title: str
    boxes: tuple[Box, ...]
    hit: Box | None = None


@dataclass(frozen=True)
class Drawing:
    """A drawing for the template. `told` says the same in words; without it, it is decoration.

    One that `stretches` fills whatever room the page gives it, and so has no text. `top` is the number at the
    upper edge of what is drawn.
    """

    width: float
    height: float
    groups: tuple[Mark, ...]
    words: tuple[Words, ...] = ()
    lines: tuple[float, ...] = ()
    told: str = ""
    stretches: bool = False
    top: int = 0

    @property
    def svg(self) -> Markup:
        """The `<svg>` to be put into a page."""
        return Markup(render("chart.svg.j2", chart=self, light=LIGHT))  # noqa: S704 (escaped by the template)


@dataclass(frozen=True)
class Stack:
    """A column: its counts by level, the highest level first, under a short `label`; `spoken` in full."""

    label: str
    spoken: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All levels."""
        return sum(self.counts)


def shade_of(level: int) -> str:
    """The shade of the level at that place, 0 being the highest."""
    return LEVEL_SHADES[min(level, len(LEVEL_SHADES) - 1)]


def columns(stacks: Sequence[Stack], told: str) -> Drawing | None:
    """Columns with numbers and labels; None unless two have somebody: one number is no chart."""
    if sum(stack.total > 0 for stack in stacks) < 2:
        return None
    floor = HEIGHT - BELOW
    step = WIDTH / len(stacks)
    width = min(WIDEST_COLUMN, step * 0.6)
    scale = (floor - ABOVE) / max(stack.total for stack in stacks)
    groups, words = [], []
    for place, stack in enumerate(stacks):
        middle = (place + 0.5) * step
        boxes = _pile(stack, middle - width / 2, width, floor, scale)
        groups.append(Mark(f"{stack.spoken}: {stack.total:,}", boxes))
        words.append(
            Words(middle, round(floor - stack.total * scale - 6, 2), f"{stack.total:,}", "ink", bold=True)
        )
        words.append(Words(middle, HEIGHT - 6, stack.label, "soft"))
    return Drawing(WIDTH, HEIGHT, tuple(groups), tuple(words), (floor,), told)


def plain_columns(stacks: Sequence[Stack], told: str) -> Drawing:
    """Columns without text, for a page that writes the scale beside it; many of them are readable still."""
    top = round_up(max((stack.total for stack in stacks), default=0))
    scale = PLAIN_HEIGHT / top
    groups = []
    for place, stack in enumerate(stacks):
        x = place * PLAIN_STEP
        boxes = _pile(stack, x + (PLAIN_STEP - PLAIN_COLUMN) / 2, PLAIN_COLUMN, PLAIN_HEIGHT, scale)
        groups.append(Mark(stack.spoken, boxes, Box(x, 0, PLAIN_STEP, PLAIN_HEIGHT, "hit")))
    width = PLAIN_STEP * len(stacks)
    lines = (0.0, PLAIN_HEIGHT / 2, PLAIN_HEIGHT)
    return Drawing(width, PLAIN_HEIGHT, tuple(groups), lines=lines, told=told, stretches=True, top=top)


def share_bar(share: float, shade: str = "strong") -> Drawing:
    """A bar that shows a share, 0 to 1, of the whole, which is drawn behind it."""
    long = round(100 * min(max(share, 0.0), 1.0), 2)
    boxes = [Box(0, 0, 100, 4, "line")]
    if long:
        # A share of one in a thousand is to be seen as well.
        boxes.append(Box(0, 0, max(0.8, long), 4, shade))
    return Drawing(100, 4, (Mark("", tuple(boxes)),), stretches=True)


def swatch(shade: str) -> Drawing:
    """A square of that shade, for a key."""
    return Drawing(10, 10, (Mark("", (Box(0, 0, 10, 10, shade),)),))


def round_up(number: int) -> int:
    """The next number that reads well on a scale and halves to a whole: 2, 4, 6, 10, 20, 40, 60, 100, …."""
    scale = 1
    while True:
        for step in (2, 4, 6, 10):
            if number <= step * scale:
                return step * scale
        scale *= 10


def _pile(stack: Stack, x: float, width: float, floor: float, scale: float) -> tuple[Box, ...]:
    boxes = []
    for level, count in enumerate(stack.counts):
        if count:
            height = round(count * scale, 2)
            floor = round(floor - height, 2)
            boxes.append(Box(round(x, 2), floor, round(width, 2), height, shade_of(level)))
    return tuple(boxes)
