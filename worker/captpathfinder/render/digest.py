"""The weekly digest as a message: who is new, promoted, moved or gone, and the rest behind one link."""

from __future__ import annotations

from captpathfinder.messages import Message
from captpathfinder.render import words
from captpathfinder.render.documents import Digest, Kind, Person
from captpathfinder.render.letter import Action, Fact, Letter, why
from captpathfinder.render.people import post, sections

# How many people a subject names, when there are more than it has room for.
MOST_IN_SUBJECT = 2


def digest_message(digest: Digest) -> Message:
    """The message of one part of a digest."""
    counts, period = digest.counts, digest.period
    span = words.dates(period.start, period.end, period.time_zone)
    part = f" ({digest.part} of {digest.parts})" if digest.parts > 1 else ""
    told = told_in_words(digest)
    letter = Letter(
        subject=f"{subject(digest)}{part}",
        eyebrow=f"CaptPathfinder \u00b7 {span}",
        # Cards show no subject.
        heading=f"{headline(digest)}{part}",
        preheader=f"{span}: {told}",
        # The first message says it in numbers, and one kind alone is the headline.
        lead=f"{told}." if digest.part > 1 and told.count(",") else "",
        paragraphs=() if counts.people else (f"Nothing has changed among the executives from {span}.",),
        facts=facts(digest) if counts.people and digest.part == 1 else (),
        trend=trend(digest) if digest.part == 1 else "",
        sections=sections(digest),
        action=_action(digest),
        footer=why(digest.channel, "the digest", digest.filter_words),
    )
    links = {"page": digest.link} if digest.link else {}
    return Message("digest", letter, f"{span}{part}: {told}.", links, counts.people, digest)


def subject(digest: Digest) -> str:
    """`12 new executives: CFO of Siemens, CTO of SAP, and 10 more`: of what most is to be said about."""
    kind = leading_kind(digest)
    if kind is None:
        return "No new executives"
    count = digest.counts.of(kind)
    named = [person for person in digest.people if person.kind == kind] or digest.people
    if not named:
        return headline(digest)
    if count == 1:
        name = words.name_of(named[0].username)
        one = words.FIRST_WORDS[kind][0]
        return f"{one[:1].upper()}{one[1:]}: {name}, {post(named[0])}"
    return f"{words.count(count, *words.FIRST_WORDS[kind])}: {listed(named, count)}"


def listed(people: list[Person], count: int) -> str:
    """`CFO of Siemens, CTO of SAP, and 10 more` for `count` people of whom some are given.

    Semicolons where a comma belongs to one of them: `AVP, Claims at Delta; CTO of SAP; and 10 more`.
    """
    most = 3 if count == 3 and len(people) >= 3 else MOST_IN_SUBJECT
    names = [post(person) for person in people[:most]]
    comma = ";" if any("," in name for name in names) else ","
    if more := count - len(names):
        return f"{f'{comma} '.join(names)}{comma} and {more:,} more"
    *before, last = names
    return f"{f'{comma} '.join(before)} and {last}" if before else last


def headline(digest: Digest) -> str:
    """`12 new executives`."""
    kind = leading_kind(digest)
    if kind is None:
        return "No new executives"
    return words.count(digest.counts.of(kind), *words.FIRST_WORDS[kind])


def leading_kind(digest: Digest) -> Kind | None:
    """The kind that the digest begins with."""
    return next((kind for kind in words.HEADINGS if digest.counts.of(kind)), None)


def told_in_words(digest: Digest) -> str:
    """`18 people: 12 new, 3 promoted, 2 left`."""
    counts = digest.counts
    parts = [f"{counts.of(kind):,} {said}" for kind, said in words.KINDS.items() if counts.of(kind)]
    return f"{words.people(counts.people)}: {', '.join(parts)}" if parts else "nobody"


def facts(digest: Digest) -> tuple[Fact, ...]:
    """Three numbers."""
    counts = digest.counts
    changed = counts.promotion + counts.moved + counts.role + counts.demotion
    return (Fact("new", counts.new), Fact("promoted or moved", changed), Fact("left", counts.left))


def trend(digest: Digest) -> str:
    """What it is against the time before, and the mean of eight."""
    if digest.trend is None:
        return ""
    before = digest.trend.last_week
    said = words.difference(digest.counts.people - before, before, "last time")
    mean = digest.trend.mean_of_eight
    if mean is None:
        return f"{said}."
    return f"{said}; the average of the last eight is {f'{mean:,.1f}'.removesuffix('.0')}."


def _action(digest: Digest) -> Action | None:
    if digest.link is None:
        return None
    everybody = words.people(digest.counts.people)
    # What one message of several leaves out may be in another.
    beside = f"Besides those in the {digest.parts} messages, " if digest.parts > 1 else ""
    notes = [f"{beside}{words.more_people(digest.rest)} on the full list."] if digest.rest else []
    if digest.link_expires_at:
        notes.append(f"The link works until {words.minute(digest.link_expires_at, digest.period.time_zone)}.")
    label = f"See all {everybody}" if digest.counts.people > 1 else "See the list"
    return Action(label, digest.link, tuple(notes))
