"""The webhooks of the demonstration: what a community platform posts in a busy week, good and bad.

Everything follows from one seed, so each run posts the same. Each post says which answer is right, so the
demonstration can tell whether it got it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from local.demo.people import COMPANIES, COUNTRIES, NAMES, OFFICERS, OTHERS

Expected = Literal["processed", "duplicate", "stale", "skipped", "malformed", "unauthorised"]

FIELD_IDS = {"Job Title": "123", "Country": "124", "Company": "125", "Favourite topic": "131"}
MEMBERS = 230

# Vice presidents who rise to the C-suite within the week.
PROMOTED = (2017, 2101, 2190)


@dataclass(frozen=True)
class Post:
    """One webhook: the raw body, whether the right password goes with it, and the answer that is right.

    member: posts of one member are sent in order, those of different members side by side.
    """

    member: str
    body: bytes
    expected: Expected
    authentic: bool = True


def stream(seed: int = 20) -> dict[str, list[Post]]:
    """Return every member's posts, in the order in which the platform sends them."""
    choice = random.Random(seed)  # noqa: S311 (a repeatable stream, nothing secret)
    posts: dict[str, list[Post]] = {}
    for number in range(MEMBERS):
        posts[str(2000 + number)] = list(_member(2000 + number, choice))
    posts["strangers"] = list(_bad_posts())
    return posts


def _member(number: int, choice: random.Random) -> Iterator[Post]:
    member, name = str(number), f"{choice.choice(NAMES[0])} {choice.choice(NAMES[1])}"

    def change(field: str, value: str, old: str | None, expected: Expected = "processed") -> Post:
        body = {
            "userId": member,
            "username": name,
            "profileFieldId": FIELD_IDS[field],
            "profileField": field,
            "value": value,
            "oldValue": old,
        }
        return Post(member, json.dumps(body, ensure_ascii=False).encode(), expected)

    if choice.random() < 0.3:
        registered = {
            "userId": number,
            "date": f"2026-0{choice.randint(1, 9)}-1{choice.randint(0, 9)}T08:30:00+02:00",
        }
        yield Post(member, json.dumps(registered).encode(), "processed")
    if choice.random() < 0.45:
        yield change("Country", choice.choice(COUNTRIES), "")
    if choice.random() < 0.45:
        yield change("Company", choice.choice(COMPANIES), "")
    if choice.random() < 0.2:
        yield change("Favourite topic", "Automation", "", "skipped")

    title = choice.choice(OFFICERS if choice.random() < 0.25 else OTHERS)
    if number in PROMOTED:
        title = "VP Sales"
    first = change("Job Title", title, "")
    yield first
    if choice.random() < 0.12:  # the platform saw no answer in time and sends again
        yield Post(member, first.body, "duplicate")
    if number in PROMOTED:
        yield change("Job Title", "Chief Revenue Officer", title)
    elif choice.random() < 0.15:
        following = choice.choice([other for other in OFFICERS + OTHERS if other != title])
        if choice.random() < 0.4:  # two changes in a row, of which the later one arrives first
            between = choice.choice([other for other in OTHERS if other not in (title, following)])
            yield change("Job Title", following, between, "stale")
            yield change("Job Title", between, title)
        else:
            yield change("Job Title", following, title)


def _bad_posts() -> Iterator[Post]:
    right = {"userId": "9001", "username": "Eve", "profileField": "Job Title", "value": "CEO", "oldValue": ""}
    malformed = [
        b"{",
        b'"CEO"',
        b"[]",
        b"{}",
        json.dumps({"userId": "9002", "profileField": "Job Title", "value": {"deep": ["CEO"]}}).encode(),
        json.dumps({**right, "userId": None}).encode(),
        json.dumps({**right, "value": "CEO\x00"}).encode(),
    ]
    for body in malformed:
        yield Post("strangers", body, "malformed")
    for _ in range(6):
        yield Post("strangers", json.dumps(right).encode(), "unauthorised", authentic=False)
