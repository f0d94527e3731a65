"""A message as every transport gets it: rendered once in each form, with what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from captpathfinder.events import EventDocument
from captpathfinder.render.documents import Alert, Digest, Incident, ReportDocument
from captpathfinder.render.letter import Letter

MessageKind = Literal["digest", "report", "alert", "event", "incident", "test"]


@dataclass(frozen=True)
class Message:
    """What a channel sends.

    `subject` and `summary` are one line of plain text; `text`, `html` and `markdown` are the whole message in
    three forms, each escaped for where it goes. `links` maps formats (csv, html, pdf) to signed links.
    `source` is the document behind it, for transports that send it on as data.
    """

    kind: MessageKind
    letter: Letter
    summary: str
    links: Mapping[str, str] = field(default_factory=dict)
    total: int = 0
    source: Digest | ReportDocument | Alert | Incident | EventDocument | None = None

    @property
    def subject(self) -> str:
        """The subject."""
        return self.letter.subject

    @cached_property
    def text(self) -> str:
        """Plain text."""
        return self.letter.text

    @cached_property
    def html(self) -> str:
        """An HTML e-mail."""
        return self.letter.html

    @cached_property
    def markdown(self) -> str:
        """Markdown."""
        return self.letter.markdown
