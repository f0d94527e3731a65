"""The page with everybody in a digest, also whom no message names: what its one link opens."""

from __future__ import annotations

from collections.abc import Sequence

from captpathfinder.render import words
from captpathfinder.render.digest import headline, told_in_words, trend
from captpathfinder.render.documents import Digest, Person
from captpathfinder.render.letter import why
from captpathfinder.render.lists import List, row_of
from captpathfinder.render.page import Page, page

# More would be a page that no telephone shows quickly.
PEOPLE_A_PAGE = 250


def digest_page(digest: Digest, people: Sequence[Person], csv_link: str, *, after: int = 0) -> Page:
    """The people behind the place `after`, in their order; `csv_link` is where everybody is as CSV."""
    period = digest.period
    span = words.dates(period.start, period.end, period.time_zone)
    lists = []
    for kind, heading in words.HEADINGS.items():
        rows = [row_of(person, digest.levels, period.time_zone) for person in people if person.kind == kind]
        if rows:
            lists.append(List(kind, heading, max(digest.counts.of(kind), len(rows)), rows))
    told = told_in_words(digest)
    return page(
        "digest_page.html.j2",
        heading=headline(digest),
        span=span,
        told=f"{told[:1].upper()}{told[1:]}.",
        trend=trend(digest),
        lists=lists,
        csv_link=csv_link,
        after=after,
        next=people[-1].place if len(people) >= PEOPLE_A_PAGE else 0,
        a_page=PEOPLE_A_PAGE,
        why=why(digest.channel, "the digest", digest.filter_words)[0],
    )
