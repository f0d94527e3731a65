"""The lists of people that reports and the pages of digests show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captpathfinder.render import words
from captpathfinder.render.documents import Level, Person, level_labels
from captpathfinder.render.escape import is_visible, shown
from captpathfinder.render.people import ARROW, Line, account_of, describe, join
from captpathfinder.render.report import FOUND

# The lists of a report behind those of the levels.
CHANGED, LEFT = "changed", "left"


@dataclass(frozen=True)
class Row:
    """A person in a list. `account` says what matters of their account, `level` what they are, or were."""

    line: Line
    level: str
    company: str
    account: str
    country: str
    kind: str
    day: str


@dataclass(frozen=True)
class List:
    """A list of people: `count` is how many there are, `rows` those that are shown."""

    name: str
    heading: str
    count: int
    rows: Sequence[Row]


def list_of(person: Person) -> str:
    """The list of a report that a person belongs to: of their level, of other changes, or of departures."""
    if person.kind == "left":
        return LEFT
    return person.level or CHANGED if person.kind in FOUND else CHANGED


def importance(person: Person, levels: Sequence[Level]) -> tuple[bool, int, bool, float, int]:
    """What a report's lists are sorted by, as digests are: the most important have the least of it.

    Watched accounts come first, then the higher level, then who rose or moved, then the newest.
    """
    ranks = {level.level: level.rank for level in levels}
    return (
        not (person.account and person.account.is_watched),
        ranks.get(person.known_level or "", len(ranks) + 1),
        person.kind not in ("promotion", "moved"),
        -person.changed_at.timestamp(),
        -person.detection_id,
    )


def row_of(person: Person, levels: Sequence[Level], time_zone: str) -> Row:
    """The person as a row."""
    firms = [shown(person.previous_company), shown(person.company)]
    company = join(firms, f" {ARROW} ") if person.kind == "moved" else firms[1] or firms[0]
    return Row(
        line=describe(person, levels),
        level=shown(level_labels(levels).get(person.known_level or "", "")),
        company=company if is_visible(company) else "",
        account=account_of(person),
        country=shown(person.country_name or person.country),
        kind=words.KINDS[person.kind],
        day=words.short_day(person.changed_at, time_zone),
    )
