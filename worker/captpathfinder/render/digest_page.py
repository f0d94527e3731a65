"""The page with everybody in a digest, also whom no message names: what its one link opens."""

from __future__ import annotations

from collections.abc import Iterable

from captpathfinder.render import theme, words
from captpathfinder.render.digest import headline, told_in_words, trend
from captpathfinder.render.documents import Digest, Person
from captpathfinder.render.letter import why
from captpathfinder.render.lists import List, row_of
from captpathfinder.render.templating import render


def digest_page(digest: Digest, everybody: Iterable[Person], csv_link: str | None = None) -> str:
    """A self-contained HTML page: its style is in it, it runs no script and loads nothing.

    `everybody` are the people of `digest_people`, in order; `csv_link` is where the same is as CSV.
    """
    period = digest.period
    span = words.dates(period.start, period.end, period.time_zone)
    people = list(everybody)
    lists = []
    for kind, heading in words.HEADINGS.items():
        rows = [row_of(person, digest.levels, period.time_zone) for person in people if person.kind == kind]
        if rows:
            lists.append(List(kind, heading, len(rows), rows))
    told = told_in_words(digest)
    return render(
        "digest_page.html.j2",
        heading=headline(digest),
        span=span,
        told=f"{told[:1].upper()}{told[1:]}.",
        trend=trend(digest),
        lists=lists,
        csv_link=csv_link,
        why=why(digest.channel, "the digest", digest.filter_words)[0],
        summary={"name": span, "revision": 1},
        light=theme.variables(theme.LIGHT),
        dark=theme.variables(theme.DARK),
        colours=list(theme.LIGHT),
        soft=theme.LIGHT["soft"],
    )
