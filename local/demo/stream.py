"""The members that the community has, and the webhooks of a busy week, good and bad.

Everything follows from one seed, so each run posts the same. Each post says which answer is right, so the
demonstration can tell whether it got it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from local.demo.people import OFFICERS, OTHERS, OWN, PLACES, Place

Expected = Literal["processed", "duplicate", "held", "skipped", "malformed", "unauthorised"]

FIELD_IDS = {"Job Title": "123", "Country": "124", "Company": "125", "Favourite topic": "131"}
MEMBERS = 210


@dataclass(frozen=True)
class Member:
    """Somebody whom the community has already."""

    user_id: str
    name: str
    title: str
    company: str
    country: str


@dataclass(frozen=True)
class Post:
    """One webhook: the raw body, whether the right password goes with it, and the answer that is right.

    member: posts of one member are sent in order, those of different members side by side.
    """

    member: str
    body: bytes
    expected: Expected
    authentic: bool = True


# Known before the week begins, so that something can happen to them.
EXISTING = (
    Member("1001", "Denise Johnson", "VP Sales", "Kestrel Air", "United States"),
    Member("1002", "Jonas Krüger", "Vice President Operations", "Elbe Logistik GmbH", "Deutschland"),
    Member("1003", "Lucía Ortega", "Vicepresidente de Marketing", "Grupo Girasol", "España"),
    Member("1004", "Oliver Ashworth", "Chief Information Officer", "Harbour & Quay Ltd", "UK"),
    Member("1005", "Margaux Moreau", "Directrice générale", "Lumière SA", "France"),
    Member("1006", "Kjell Haugen", "CFO", "Fjord Energi AS", "Norge"),
    Member("1007", "Tyler Nguyen", "SVP Engineering", "Delta Freight LLC", "USA"),
    Member("1008", "Yuki Sato", "VP Finance", "Hikari K.K.", "日本"),
    Member("1009", "Paola Conti", "RPA Developer", "Innova S.p.A.", "Italia"),
)
# Offices that nobody else of the company comes to hold: they are theirs, or become so.
OFFICES = (
    ("Kestrel Air", "sales"),
    ("Elbe Logistik GmbH", "operations"),
    ("Elbe Logistik GmbH", "chief"),
    ("Grupo Girasol", "marketing"),
    ("Lumière SA", "chief"),
    ("Hikari K.K.", "finance"),
)
# What becomes of them: who, which field, what it becomes. Three are promoted, one moves, two leave.
TURNS = (
    ("1001", "Job Title", "Chief Revenue Officer"),
    ("1002", "Job Title", "Geschäftsführer"),
    ("1008", "Job Title", "Chief Financial Officer"),
    ("1004", "Company", "Pennine Rail plc"),
    ("1006", "Job Title", "Retired CFO"),
    ("1007", "Job Title", "Independent consultant"),
)


def stream(seed: int = 20) -> dict[str, list[Post]]:
    """Return every member's posts, in the order in which the platform sends them."""
    choice = random.Random(seed)  # noqa: S311 (a repeatable stream, nothing secret)
    posts: dict[str, list[Post]] = {}
    taken = set(OFFICES)
    for number, (place, name) in enumerate(_cast(choice), start=2000):
        posts[str(number)] = list(_member(number, name, place, choice, taken))
    for member in EXISTING:
        posts[member.user_id] = list(_turns(member))
    posts["strangers"] = list(_bad_posts())
    return posts


def _cast(choice: random.Random) -> list[tuple[Place, str]]:
    """Everybody with their country; no two are of one name."""
    known = {member.name for member in EXISTING}
    names = [
        (place, f"{first} {last}")
        for place in PLACES
        for first in place.first_names
        for last in place.last_names
        if f"{first} {last}" not in known
    ]
    return choice.sample(names, MEMBERS)


def _member(
    number: int, name: str, place: Place, choice: random.Random, taken: set[tuple[str, str]]
) -> Iterator[Post]:
    """The posts of one member; `taken` are the offices that a company has given away."""
    member = str(number)
    company = OWN if choice.random() < 0.05 else choice.choice(place.companies)

    if choice.random() < 0.3:
        registered = {
            "userId": number,
            "date": f"2026-0{choice.randint(1, 9)}-1{choice.randint(0, 9)}T08:30:00Z",
        }
        yield Post(member, json.dumps(registered).encode(), "processed")
    if choice.random() < 0.6:
        yield _change((member, name), "Country", choice.choice(place.spellings), "")
    if company == OWN or choice.random() < 0.8:
        yield _change((member, name), "Company", company, "")
    if choice.random() < 0.2:
        yield _change((member, name), "Favourite topic", "Automation", "", "skipped")

    title = _title(place, company, choice, taken)
    first = _change((member, name), "Job Title", title, "")
    yield first
    if choice.random() < 0.12:  # the platform saw no answer in time and sends again
        yield Post(member, first.body, "duplicate")
    if choice.random() < 0.12:
        following, between = choice.sample([other for other in OTHERS if other != title], 2)
        if choice.random() < 0.4:  # two changes in a row, of which the later one arrives first
            yield _change((member, name), "Job Title", following, between, "held")
            yield _change((member, name), "Job Title", between, title)
        else:
            yield _change((member, name), "Job Title", following, title)


def _title(place: Place, company: str, choice: random.Random, taken: set[tuple[str, str]]) -> str:
    if choice.random() > 0.22:
        return choice.choice(OTHERS)
    local = choice.random() < 0.5 and place.officers
    vacant = [(office, title) for office, title in local or OFFICERS if (company, office) not in taken]
    if not vacant:
        return choice.choice(OTHERS)
    office, title = choice.choice(vacant)
    taken.add((company, office))
    return title.format(company=company)


def _turns(member: Member) -> Iterator[Post]:
    before = {"Job Title": member.title, "Company": member.company}
    for user_id, field, value in TURNS:
        if user_id == member.user_id:
            yield _change((user_id, member.name), field, value, before[field])


def _change(who: tuple[str, str], field: str, value: str, old: str, expected: Expected = "processed") -> Post:
    member, name = who
    body = {
        "userId": member,
        "username": name,
        "profileFieldId": FIELD_IDS[field],
        "profileField": field,
        "value": value,
        "oldValue": old,
    }
    return Post(member, json.dumps(body, ensure_ascii=False).encode(), expected)


def _bad_posts() -> Iterator[Post]:
    right = {"userId": "9001", "username": "Eve", "profileField": "Job Title", "value": "CEO", "oldValue": ""}
    malformed = [b"{", b'"CEO"', b"[]", b"{}", json.dumps({**right, "userId": None}).encode()]
    for body in malformed:
        yield Post("strangers", body, "malformed")
    for _ in range(6):
        yield Post("strangers", json.dumps(right).encode(), "unauthorised", authentic=False)
