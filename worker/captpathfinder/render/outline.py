"""A message as an outline: what chat systems lay out as cards and blocks, with plain, one-line texts.

Nothing here is markup. Whoever lays an outline out puts the texts into elements that are shown as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from captpathfinder.messages import Message
from captpathfinder.render.letter import Fact
from captpathfinder.render.people import Line, join


@dataclass(frozen=True)
class Entry:
    """One person; `heading` stands above the first of a section or group."""

    line: Line
    heading: str = ""


@dataclass(frozen=True)
class Outline:
    """`entries` are people, `links` are (label, URL), the first to be followed; `closing` comes last."""

    heading: str
    subject: str
    intro: str
    facts: tuple[Fact, ...] = ()
    entries: tuple[Entry, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    closing: str = ""


def outline(message: Message) -> Outline:
    """The outline of a message."""
    letter = message.letter
    entries = []
    for section in letter.sections:
        for group in section.groups:
            heading = join([section.heading, group.label], " \u00b7 ")
            for line in group.lines:
                entries.append(Entry(line, heading))
                heading = ""
    action = letter.action
    notes = action.notes if action else ()
    return Outline(
        heading=letter.heading,
        subject=letter.subject,
        intro=" ".join(filter(None, (letter.lead, *letter.paragraphs, letter.trend))),
        facts=letter.facts,
        entries=tuple(entries),
        links=((action.label, action.link), *action.others) if action else (),
        closing=" ".join((*notes, letter.footer[0] if letter.footer else "")),
    )
