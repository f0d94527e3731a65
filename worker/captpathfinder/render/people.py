"""One person as every format shows them: each message, card, page and report lays out the same `Line`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from captpathfinder.render import words
from captpathfinder.render.documents import Digest, Kind, Level, Person, level_labels
from captpathfinder.render.escape import is_visible, shown

ARROW = "\u2192"
# The longest name, title and company in a message, in characters: more is read by nobody.
LONGEST = 100
# Beside an arrow or a dot between two texts that run from right to left, which would otherwise swap places.
_LEFT_TO_RIGHT = "\u200e"

_CHIEF = re.compile(r"chief (\w+) officer", re.IGNORECASE)
_CHIEFS = {
    "executive": "CEO", "financial": "CFO", "finance": "CFO", "operating": "COO", "operations": "COO",
    "technology": "CTO", "technical": "CTO", "information": "CIO", "marketing": "CMO", "revenue": "CRO",
    "product": "CPO", "people": "CPO", "data": "CDO", "digital": "CDO", "legal": "CLO", "commercial": "CCO",
}  # fmt: skip
# Where a title says at which company, which a subject says of its own.
_PLACE = re.compile(r"(?:,? at |\s*@\s*).*$", re.IGNORECASE)
_OF = re.compile(r"\bof\b", re.IGNORECASE)
_VICE = re.compile(r"\bvice[ -]president\b", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One person. Texts are harmless lines, to be escaped for where they go.

    `was` and `now` are old and new of what changed, the latter alone where nothing did; `facts` are of lesser
    weight.
    """

    name: str
    was: str
    now: str
    facts: tuple[str, ...]
    kind: Kind
    link: str | None = None
    feedback: str | None = None

    @property
    def change(self) -> str:
        """`VP Engineering → CTO`, or the title alone."""
        return join([self.was, self.now], f" {ARROW} ")

    @property
    def known(self) -> str:
        """The facts on one line."""
        return join(self.facts, " \u00b7 ")


@dataclass(frozen=True)
class Group:
    """People of one level or one account."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """People to whom the same happened. `count` is of the whole digest, not of this message."""

    kind: Kind
    heading: str
    count: int
    groups: tuple[Group, ...]

    @property
    def shown(self) -> int:
        """How many of them this message names."""
        return sum(len(group.lines) for group in self.groups)


def describe(person: Person, levels: Sequence[Level] = ()) -> Line:
    """The person in words."""
    title, company = title_of(person), shown(person.company or person.previous_company, LONGEST)
    was, now = "", title
    if person.kind in ("promotion", "demotion", "role") and is_visible(person.previous_title):
        was = shown(person.previous_title, LONGEST)
        if was == now:
            was = ""
    facts = [company]
    if person.kind == "moved" and is_visible(person.previous_company) and is_visible(person.company):
        facts = [
            join([shown(firm, LONGEST) for firm in (person.previous_company, person.company)], f" {ARROW} ")
        ]
    account = person.account
    if account is not None:
        facts += [tier_of(person), watched(person)]
        facts += ["first executive of this account" if account.is_first and person.kind == "new" else ""]
    facts += [shown(person.country_name or person.country), function_of(person)]
    if levels and person.known_level and not is_visible(person.title or person.previous_title):
        facts.insert(0, level_labels(levels).get(person.known_level, ""))
    return Line(
        name=shown(words.name_of(person.username), LONGEST),
        was=was,
        now=now,
        facts=tuple(fact for fact in facts if fact),
        kind=person.kind,
        link=person.profile_url,
        feedback=person.feedback,
    )


def sections(digest: Digest) -> list[Section]:
    """The people of a digest's message by what happened, then by level or account, in the order they came."""
    made = []
    for kind, heading in words.HEADINGS.items():
        people = [person for person in digest.people if person.kind == kind]
        if people:
            made.append(Section(kind, heading, digest.counts.of(kind), _groups(people, digest)))
    return made


def title_of(person: Person) -> str:
    """The title they have, or had when they left."""
    title = person.previous_title or person.title if person.kind == "left" else person.title
    return shown(title, LONGEST) if is_visible(title) else "Title not known"


def tier_of(person: Person) -> str:
    """`tier 1` for a tier that is written as a number or a letter; otherwise as it is written."""
    tier = shown(person.account.tier if person.account else "", 40)
    return f"tier {tier}" if len(tier) in (1, 2) else tier


def watched(person: Person) -> str:
    """`watched account`, where it is one."""
    return "watched account" if person.account and person.account.is_watched else ""


def account_of(person: Person) -> str:
    """`tier 1, watched account`: what matters of the account, in few words."""
    return ", ".join(filter(None, (tier_of(person), watched(person))))


def function_of(person: Person) -> str:
    """`Finance, Technology`; that somebody is in charge of all of it, the title says already."""
    return ", ".join(function_name(name) for name in person.functions[:3] if name != "general")


def function_name(name: str | None) -> str:
    """`Human resources` for `human_resources`."""
    text = shown(name, 40).replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}"


def short_title(person: Person) -> str:
    """The title for a subject: `CFO` for `Chief Financial Officer`, and no longer than a few words."""
    # Of several, the first: `CEO` for `CEO | Board Member | Keynote speaker`.
    first = title_of(person).split(" | ")[0]
    title = _CHIEF.sub(lambda found: _CHIEFS.get(found[1].lower(), found[0]), first)
    return shown(_VICE.sub("VP", title), 44)


def post(person: Person) -> str:
    """`CFO of Siemens`, `VP of Sales at Siemens`, `AVP, Claims at SAP`, in a subject: a company once."""
    title, company = short_title(person), shown(person.company or person.previous_company, 40)
    if not is_visible(company):
        return title
    title = _PLACE.sub("", title) or title
    if company.casefold() in title.casefold():
        return title
    return f"{apart(title)} {'at' if ',' in title or _OF.search(title) else 'of'} {apart(company)}"


def name_and_company(person: Person) -> str:
    """`Ada Lovelace (Siemens AG)`."""
    name, company = (
        shown(words.name_of(person.username), 60),
        shown(person.company or person.previous_company, 60),
    )
    return f"{apart(name)} ({apart(company)})" if is_visible(company) else apart(name)


def join(parts: Iterable[str], between: str) -> str:
    """The parts that are not empty on one line, in this order also where they run from right to left."""
    kept = [part for part in parts if part]
    if len(kept) < 2 or not any(map(_runs_left, kept)):
        return between.join(kept)
    return _LEFT_TO_RIGHT + f"{_LEFT_TO_RIGHT}{between}{_LEFT_TO_RIGHT}".join(kept)


def apart(text: str) -> str:
    """A name within a sentence: what follows it stays behind it, also where it runs from right to left."""
    return f"{text}{_LEFT_TO_RIGHT}" if _runs_left(text) else text


def _runs_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)


def _groups(people: Sequence[Person], digest: Digest) -> tuple[Group, ...]:
    labels = {level.level: level.label_plural for level in digest.levels}

    def label_of(person: Person) -> str:
        if digest.group_by == "account":
            return shown(person.account.name, 80) if person.account else "Other companies"
        return labels.get(person.known_level or "", "Other levels")

    grouped: Mapping[str, list[Line]] = {label_of(person): [] for person in people}
    for person in people:
        grouped[label_of(person)].append(describe(person, digest.levels))
    return tuple(Group(label, tuple(lines)) for label, lines in grouped.items())
