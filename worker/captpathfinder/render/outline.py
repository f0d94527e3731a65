"""A message as an outline: what chat systems lay out as cards and blocks, with plain, one-line texts.

Nothing here is markup. Whoever lays an outline out puts the texts into elements that are shown as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from captpathfinder.messages import Message
from captpathfinder.models import AlertDocument, Digest, Person, ReportDocument
from captpathfinder.render import words
from captpathfinder.render.escape import shown
from captpathfinder.render.report import closing_lines


@dataclass(frozen=True)
class Entry:
    """One person: `name`, then lines of lesser weight. `link` is the member's profile, where it is known."""

    name: str
    title: str
    facts: str
    note: str
    link: str | None = None


@dataclass(frozen=True)
class Outline:
    """`entries` are people, `links` are (label, URL), `closing` comes after the people."""

    heading: str
    intro: str
    entries: tuple[Entry, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    closing: str = ""


def outline(message: Message) -> Outline:
    """The outline of a message."""
    source = message.source
    people: list[Person] = []
    zone, closing = "UTC", ""
    if isinstance(source, Digest | AlertDocument):
        people, zone = source.people, source.time_zone
    if isinstance(source, AlertDocument):
        closing = source.more_in_words
    if isinstance(source, ReportDocument):
        closing = " ".join(closing_lines(source))
    return Outline(
        heading=message.subject,
        intro=message.summary,
        entries=tuple(_entry(person, zone) for person in people),
        links=tuple((words.FORMATS.get(form, form), link) for form, link in message.links.items()),
        closing=closing,
    )


def _entry(person: Person, zone: str) -> Entry:
    facts = [
        words.LEVELS[person.seniority_level],
        words.KINDS[person.kind],
        shown(person.company),
        shown(person.country),
        shown(person.email_domain),
    ]
    notes = [f"Found on {words.day(person.detected_at, zone)}"]
    if person.why:
        notes.append(f"why: {shown(person.why)}")
    if person.alerted_at:
        notes.append("you were alerted already")
    return Entry(
        name=words.name_of(person.username),
        title=shown(person.title),
        facts=" \u00b7 ".join(fact for fact in facts if fact),
        note="; ".join(notes),
        link=person.profile_url,
    )
