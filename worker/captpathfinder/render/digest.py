"""Messages about people: the weekly digest and the instant alert."""

from __future__ import annotations

from captpathfinder.messages import Message
from captpathfinder.models import AlertDocument, Counts, Digest
from captpathfinder.render import words
from captpathfinder.render.escape import shown
from captpathfinder.render.templating import render


def digest_message(digest: Digest) -> Message:
    """The message of one part of a weekly digest."""
    total = digest.counts.total
    part = f" (part {digest.part} of {digest.parts})" if digest.parts > 1 else ""
    period = shown(digest.period)
    intro = f"{words.people(total)} from {period}: {_details(digest.counts)}"
    if not total:
        intro = f"Nobody new from {period}"
    values = {
        "heading": "Senior executives of the week",
        "intro": intro,
        "part": part,
        "people": digest.people,
        "more": "",
        "time_zone": digest.time_zone,
    }
    return Message(
        kind="digest",
        subject=f"Senior executives, {period}: {words.people(total)}{part}",
        summary=f"{intro}{part}.",
        text=render("people.txt.j2", **values),
        html=render("people.html.j2", **values),
        markdown=render("people.md.j2", **values),
        total=total,
        source=digest,
    )


def alert_message(alert: AlertDocument) -> Message:
    """The message of an instant alert, about one person or several."""
    total = alert.total
    counts = alert.counts
    levels = (
        {"csuite": counts.csuite, "vp": counts.vp}
        if counts
        else {
            level: sum(person.seniority_level == level for person in alert.people) for level in words.LEVELS
        }
    )
    first = alert.people[0]
    who = f"{words.name_of(first.username)}, {shown(first.title, 80)}" if total == 1 else words.people(total)
    values = {
        "heading": "A senior executive" if total == 1 else "Senior executives",
        "intro": f"{words.people(total)} just found: {words.breakdown(levels)}",
        "part": "",
        "people": alert.people,
        "more": alert.more_in_words,
        "time_zone": alert.time_zone,
    }
    return Message(
        kind="alert",
        subject=f"Senior executive: {who}" if total == 1 else f"Senior executives: {who}",
        summary=f"{values['intro']}.",
        text=render("people.txt.j2", **values),
        html=render("people.html.j2", **values),
        markdown=render("people.md.j2", **values),
        total=total,
        source=alert,
    )


def _details(counts: Counts) -> str:
    levels = words.breakdown({"csuite": counts.csuite, "vp": counts.vp})
    return f"{levels}; {words.count(counts.promotion, 'promotion')}" if counts.promotion else levels
