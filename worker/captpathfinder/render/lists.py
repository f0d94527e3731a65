"""The lists of a report: which people stand in which of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from captpathfinder.render.documents import Person
from captpathfinder.render.report import FOUND

# The lists of people behind those of the levels.
CHANGED, LEFT = "changed", "left"


def list_of(person: Person) -> str:
    """The list of the report that a change belongs to: of its level, of other changes, or of departures."""
    if person.kind == "left":
        return LEFT
    return person.level or CHANGED if person.kind in FOUND else CHANGED


def once(lists: Mapping[str, Iterable[Person]], most: int) -> dict[str, list[Person]]:
    """The lists with each person once, by the latest change, the newest first and at most `most` in each.

    Who was found and changed again in the same month stays among those who were found, as what they are now.
    """
    changes = sorted(
        (person for people in lists.values() for person in people),
        key=lambda person: (person.changed_at, person.detection_id),
        reverse=True,
    )
    found = {(person.community, person.user_id) for person in changes if person.kind in FOUND}
    kept: dict[str, list[Person]] = {name: [] for name in lists}
    seen: set[tuple[str, str]] = set()
    for person in changes:
        member = (person.community, person.user_id)
        if member in seen:
            continue
        seen.add(member)
        stays = member in found and person.kind not in (*FOUND, "left") and person.level in kept
        name = person.level or CHANGED if stays else list_of(person)
        if len(kept.setdefault(name, [])) < most:
            kept[name].append(person)
    return kept
