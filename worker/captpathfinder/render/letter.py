"""A message laid out: a headline, a few facts, people, one action, and why one gets it.

Everything that is sent is a `Letter` first. From it come the e-mail (HTML and text), the Markdown, and the
cards of chats, so that all of them say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from css_inline import CSSInliner

from captpathfinder.render import theme
from captpathfinder.render.escape import shown
from captpathfinder.render.people import Section
from captpathfinder.render.templating import render


@dataclass(frozen=True)
class Fact:
    """A headline number, and its change in words."""

    label: str
    number: int
    change: str = ""


@dataclass(frozen=True)
class Action:
    """The one thing to do, with what is to be said about it; `others` are (label, link) of lesser weight."""

    label: str
    link: str
    notes: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Letter:
    """What a message says. All texts are harmless lines of plain text, not yet escaped for any format.

    `preheader` is what a list of mails shows beside the subject; `lead` stands under the headline, `trend`
    under the facts; `footer` says why one gets this and where that is changed.
    """

    subject: str
    eyebrow: str
    heading: str
    preheader: str
    lead: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    trend: str = ""
    sections: Sequence[Section] = ()
    action: Action | None = None
    footer: tuple[str, ...] = field(default=())

    @property
    def html(self) -> str:
        """The e-mail: its style sheet is written into each element, as many programs drop it otherwise."""
        page = _inliner().inline(self._render("people.html.j2", light=theme.LIGHT))
        # What cannot be written into elements; put in afterwards, as the inliner would drop it.
        return page.replace("</head>", f"<style>{_dark()}</style></head>", 1)

    @property
    def text(self) -> str:
        """The e-mail for who reads no HTML."""
        return self._render("mail.txt.j2")

    @property
    def markdown(self) -> str:
        """The message as Markdown, for bots."""
        return self._render("mail.md.j2")

    def _render(self, template: str, **more: object) -> str:
        return render(template, **{name: getattr(self, name) for name in self.__dataclass_fields__}, **more)


def why(channel: str, gets: str, filter_words: str | None = None) -> tuple[str, ...]:
    """The footer: why one gets this, and where it is changed."""
    narrowed = f" ({shown(filter_words)})" if filter_words else ""
    changed = (
        "Too often, about people who do not matter to you, or not for you at all? Ask whoever set up "
        "CaptPathfinder in your company, or reply if this came by e-mail."
    )
    to = f" to \u201c{shown(channel, 80)}\u201d" if channel else ""
    return f"You get this because CaptPathfinder sends {gets}{narrowed}{to}.", changed


@cache
def _dark() -> str:
    return render("mail_dark.css.j2", dark=theme.DARK)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False)
