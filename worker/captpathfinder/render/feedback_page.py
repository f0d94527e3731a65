"""The page on which a reader of a message says what is not right, and those of what went wrong."""

from __future__ import annotations

from pydantic import Field

from captpathfinder.models import Model
from captpathfinder.render import words
from captpathfinder.render.escape import is_visible, shown
from captpathfinder.render.page import Page, page
from captpathfinder.render.people import LONGEST, apart

# What can be said, as buttons say it.
VERDICTS = {
    "not_executive": "Not an executive",
    "already_known": "Already known",
    "wrong_company": "Wrong company",
}


_NOTICES = {
    400: ("That is no answer", "Go back, and press one of the buttons."),
    404: (
        "This link does not work",
        "It has run out or is not complete, or its page is gone. Newer messages have newer links.",
    ),
    405: ("That cannot be done here", "Open the link in a browser."),
    413: ("That is no answer", "Go back, and press one of the buttons."),
    429: ("Too often", "Wait a while, then open the link again."),
    503: ("Not at the moment", "The data cannot be reached. Wait a minute, then open the link again."),
}


class Subject(Model):
    """Whom a link is about, and what was said of them already: what `open_feedback()` answers."""

    channel: str
    username: str | None = None
    title: str | None = None
    company: str | None = None
    is_muted: bool = False
    verdicts: list[str] = Field(default_factory=list)


def feedback_page(subject: Subject) -> Page:
    """The person, what was said already with its undoing, and what else can be said."""
    name = shown(words.name_of(subject.username), LONGEST)
    channel = shown(subject.channel, 80)
    hushed = f"The channel {channel} will not hear of them again."
    does = {
        "not_executive": hushed,
        "already_known": hushed,
        "wrong_company": "Somebody will look it up; until then nothing changes.",
    }
    return page(
        "feedback_page.html.j2",
        name=name,
        title=shown(subject.title, LONGEST) if is_visible(subject.title) else "Title not known",
        company=shown(subject.company, LONGEST) if is_visible(subject.company) else "",
        channel=channel,
        said=said(subject, apart(name)),
        choices=[
            (verdict, label, does[verdict])
            for verdict, label in VERDICTS.items()
            if verdict not in subject.verdicts
        ],
    )


def said(subject: Subject, name: str) -> list[str]:
    """What the page says of what was pressed before; nothing where nothing was."""
    lines = []
    if subject.is_muted:
        lines.append(f"Thank you. The channel {shown(subject.channel, 80)} will not hear of {name} again.")
    elif subject.verdicts:
        lines.append("Thank you.")
    if waiting := [VERDICTS[verdict].lower() for verdict in VERDICTS if verdict in subject.verdicts]:
        lines.append(f"Somebody who looks after the lists will see: {', '.join(waiting)}.")
    return lines


def notice_page(status: int) -> Page:
    """What is said instead of a page, by its HTTP status; it names nobody."""
    heading, text = _NOTICES.get(status, ("Something went wrong", "Wait a minute, then open the link again."))
    return page("notice_page.html.j2", heading=heading, text=text)
