"""Which column holds what: by its heading in many languages, and by what stands under it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from captpathfinder.backfill import cells
from captpathfinder.backfill.dates import read_date
from captpathfinder.backfill.separated import Record
from captpathfinder.backfill.vocabulary import COMMUNITY_ROLES, KNOWN_NAMES, SALUTATIONS, SPOKEN
from captpathfinder.errors import PermanentError

NEEDED = ("user_id", "title")


@dataclass(frozen=True)
class Columns:
    """Where each attribute stands under the header, and what the user ought to know about the choice."""

    header: tuple[str, ...]
    index: Mapping[str, int]
    notes: tuple[str, ...] = ()
    numeric_ids: bool = field(default=False, compare=False)

    @property
    def has_bare_domains(self) -> bool:
        """Whether the column of e-mail addresses is called one of domains."""
        return "domain" in key(self.header[self.index["email_domain"]])

    def is_row(self, row: Sequence[str]) -> bool:
        """Whether cells make a row by themselves: as many as headings, with an id as the others are."""
        if not len(self.header) <= len(row) <= len(self.header) + 1:
            return False
        return self.is_id(row[self.index["user_id"]])

    def is_id(self, cell: str) -> bool:
        """Whether a cell could be a member's id, to judge by the others."""
        found, fault = cells.identifier(cell)
        if self.numeric_ids:
            return bool(fault) or found.isdigit()
        return bool(found) and not any(letter.isspace() for letter in found) and found[-1] not in ":;"


# Letters that are no letter with an accent to Unicode, but to people who type them.
_UNACCENTED = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"})  # noqa: RUF001


def key(heading: str) -> str:
    """A heading without case, accents, signs, and what stands in brackets."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[(\[（].*?(?:[)\]）]|$)", "", heading).casefold())  # noqa: RUF001
    plain = plain.translate(_UNACCENTED)
    return "".join(letter for letter in plain if letter.isalnum())


_RANKS = {
    attribute: {key(name): rank for rank, name in reversed(list(enumerate(names.split())))}
    for attribute, names in KNOWN_NAMES.items()
}

_NO_TITLES = frozenset(map(key, f"{SALUTATIONS} {COMMUNITY_ROLES}".split()))


def _rank(attribute: str, heading: str) -> int | None:
    """How well a heading says that the attribute stands under it; the least is best."""
    ranks = _RANKS[attribute]
    if (rank := ranks.get(key(heading))) is not None:
        return rank
    # user.profile.jobTitle, Contact: Job Title, "What is your job title?", custom_field_job_title
    last = key(re.split(r"[.:/>]", heading.rstrip(".: "))[-1])
    if (rank := ranks.get(last)) is not None and len(last) > 1:
        return 100 + rank
    whole = key(heading)
    for name, rank in ranks.items():
        if len(name) >= 6 and name.isascii() and attribute != "username" and whole.endswith(name):
            return 200 + rank
    return None


def heading_score(row: Sequence[str], chosen: Mapping[str, str]) -> int:
    """How many attributes a row names; 0 if it does not name those that are needed."""
    named = {cells.text(cell) for cell in row}
    found = {
        attribute
        for attribute in KNOWN_NAMES
        if (
            chosen[attribute] in named
            if attribute in chosen
            else any(_rank(attribute, c) is not None for c in row)
        )
    }
    by_number = {attribute for attribute, name in chosen.items() if name.isdecimal()}
    return len(found) if found.union(by_number).issuperset(NEEDED) and found else 0


def choose_columns(
    path: str, header: Sequence[str], rows: Sequence[Record], chosen: Mapping[str, str]
) -> Columns:
    """Find out which column holds what.

    rows: the first ones under the header. chosen: columns that the user names, by heading or number. Raises
    `PermanentError` when a chosen column does not exist, or the id's or the title's cannot be told.
    """
    header = tuple(
        cells.text(name).strip("\ufeff#\"' ") or f"column {at}" for at, name in enumerate(header, 1)
    )
    notes: list[str] = []
    index = {attribute: _chosen(path, header, attribute, name) for attribute, name in chosen.items()}
    for attribute in KNOWN_NAMES:
        if attribute in index or (attribute.endswith("_name") and "username" in chosen):
            continue
        ranked = sorted(
            (rank, at)
            for at, heading in enumerate(header)
            if at not in index.values() and (rank := _rank(attribute, heading)) is not None
        )
        if ranked:
            fitting = _settled(path, header, rows, attribute, ranked=ranked, notes=notes)
            if fitting is not None:
                index[attribute] = fitting
    if "first_name" in index and "last_name" not in index and "username" not in index:
        index["username"] = index.pop("first_name")
    if missing := [attribute for attribute in NEEDED if attribute not in index]:
        raise PermanentError(_missing(path, header, missing))
    ids = [cells.identifier(record.cells[index["user_id"]])[0] for record in rows if _fits(record, index)]
    known = [found for found in ids if found]
    numeric = bool(known) and sum(found.isdigit() for found in known) >= 0.9 * len(known)
    return Columns(tuple(header), index, tuple(notes), numeric_ids=numeric)


def _fits(record: Record, index: Mapping[str, int]) -> bool:
    return index["user_id"] < len(record.cells)


def _settled(
    path: str,
    header: Sequence[str],
    rows: Sequence[Record],
    attribute: str,
    *,
    ranked: Sequence[tuple[int, int]],
    notes: list[str],
) -> int | None:
    """Of the columns whose headings fit, the one that is meant; None if nothing under them fits."""
    same = [at for _, at in ranked if key(header[at]) == key(header[ranked[0][1]])]
    under = {at: [record.cells[at] for record in rows if at < len(record.cells)] for _, at in ranked}
    if len(same) > 1 and any(under[at] != under[same[0]] for at in same):
        named = " and ".join(f"“{header[at]}” (column {at + 1}{_such_as(under[at])})" for at in same)
        option = f"--{SPOKEN[attribute]}-column"
        if attribute in NEEDED:
            raise PermanentError(
                f"{path}: {named} are called the same. Say which by"
                f" its number, such as {option} {same[-1] + 1}."
            )
        notes.append(f"{named} are called the same; {option} says which is meant.")
    plausible = [at for _, at in ranked if _is_plausible(attribute, under[at])]
    notes.extend(
        f"“{header[at]}” (column {at + 1}) does not hold what the {SPOKEN[attribute]} would be."
        for _, at in ranked
        if at not in plausible and any(map(cells.text, under[at]))
    )
    if not plausible:
        empty = [at for _, at in ranked if not any(map(cells.text, under[at]))]
        return empty[0] if empty else None
    if attribute == "title" and len(plausible) > 1 and len(same) == 1:
        others = ", ".join(f"“{header[at]}”" for at in plausible[1:])
        notes.append(f"The title may also be {others}: --title-column says so.")
    return plausible[0]


def _such_as(column: Sequence[str]) -> str:
    values = list(dict.fromkeys(filter(None, map(cells.text, column))))[:2]
    return "".join([": ", ", ".join(value[:30] for value in values)]) if values else ""


def _is_plausible(attribute: str, column: Sequence[str]) -> bool:
    values = [value for value in map(cells.text, column) if value]
    if not values:
        return not column
    if attribute == "title":
        odd = [value for value in values if _is_no_title(value)]
        return len(odd) <= 0.8 * len(values)
    if attribute == "joined_at":
        return any(read_date(value, None) for value in values)
    if attribute == "email_domain":
        return any(cells.domain(value, is_bare=True) for value in values)
    return True


def _is_no_title(value: str) -> bool:
    plain = key(value)
    return (
        plain in _NO_TITLES
        or not any(letter.isalpha() for letter in value)
        or ("@" in value and " " not in value)
        or value.startswith(("http:", "https:"))
    )


def _chosen(path: str, header: Sequence[str], attribute: str, name: str) -> int:
    places = [at for at, heading in enumerate(header) if heading == name] or [
        at for at, heading in enumerate(header) if key(heading) == key(name) and key(name)
    ]
    if not places and name.isdecimal() and 1 <= int(name) <= len(header):
        return int(name) - 1
    option = f"--{SPOKEN[attribute]}-column"
    if not places:
        raise PermanentError(f"{path}: {option} {name}: no column is called so; there are {_listed(header)}.")
    if len(places) > 1:
        named = " and ".join(str(at + 1) for at in places)
        raise PermanentError(
            f"{path}: columns {named} are called “{name}”. Say which by its number:"
            f" {option} {places[-1] + 1}."
        )
    return places[0]


def _missing(path: str, header: Sequence[str], missing: Sequence[str]) -> str:
    what = " and ".join(f"the {SPOKEN[attribute]}" for attribute in missing)
    options = " ".join(f"--{SPOKEN[attribute]}-column NAME" for attribute in missing)
    said = (
        f"{path}: no column holds {what}; there are {_listed(header)}. Say which: {options} (or its number)."
    )
    if any(cells.identifier(cell)[0].isdigit() for cell in header):
        said += " If the first row is a member and there are no headings, add --no-header."
    return said


def _listed(header: Sequence[str]) -> str:
    return ", ".join(_shortened(header))


def _shortened(header: Sequence[str]) -> Iterator[str]:
    for name in header[:30]:
        yield f"“{name[:40]}”"
    if len(header) > 30:
        yield f"and {len(header) - 30} more"
