"""The instant alert: what happened to one executive, or to several, the most important first."""

from __future__ import annotations

from captpathfinder.messages import Message
from captpathfinder.render import words
from captpathfinder.render.documents import Alert, Person
from captpathfinder.render.escape import is_visible, shown
from captpathfinder.render.letter import Action, Letter, why
from captpathfinder.render.people import ARROW, Group, Section, describe, join, name_and_company, title_of


def alert_message(alert: Alert) -> Message:
    """The message of an alert."""
    first = alert.changes[0]
    said = sentence(first)
    more = alert.total - 1
    subject = f"{said}, and {more:,} more" if more else said
    hidden = alert.total - len(alert.changes)
    lines = tuple(describe(person, alert.levels) for person in alert.changes)
    found = f"{words.day(first.changed_at, alert.time_zone)}"
    link = first.profile_url
    letter = Letter(
        subject=subject,
        eyebrow=f"CaptPathfinder \u00b7 {found}",
        heading=said,
        preheader=lines[0].known or found,
        lead=f"And {words.people(more)} more." if more else "",
        paragraphs=(f"{words.more_people(hidden)} in the next digest.",) if hidden else (),
        sections=[Section(first.kind, "What happened" if more else "", len(lines), (Group("", lines),))],
        action=Action("Open the profile", link) if link and not more else None,
        footer=why(alert.channel, "alerts", alert.filter_words),
    )
    return Message("alert", letter, f"{subject}.", {}, alert.total, alert)


def sentence(person: Person) -> str:
    """`Ada Lovelace (Siemens AG) promoted: VP Engineering → CTO`."""
    who, title = name_and_company(person), shown(title_of(person), 100)
    before = shown(person.previous_title, 100)
    if person.kind == "new":
        return f"{who} is a new executive: {title}"
    if person.kind == "moved":
        name = shown(words.name_of(person.username), 60)
        firms = join([shown(firm, 60) for firm in (person.previous_company, person.company)], f" {ARROW} ")
        return f"{name} moved: {firms} ({title})"
    if person.kind == "left":
        return f"{who} is no longer an executive: was {title}"
    said = {"promotion": "promoted", "demotion": "stepped down", "role": "changed role"}[person.kind]
    if not is_visible(before) or before == title:
        return f"{who} {said}: {title}"
    return f"{who} {said}: {join([before, title], f' {ARROW} ')}"
