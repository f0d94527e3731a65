"""A message as every transport gets it: rendered once in each form, with what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from captpathfinder.models import AlertDocument, Digest, ReportDocument

MessageKind = Literal["digest", "report", "alert", "test"]


@dataclass(frozen=True)
class Message:
    """What a channel sends.

    `subject` and `summary` are one line of plain text; `text`, `html` and `markdown` are the whole message in
    three forms, each escaped for where it goes. `links` maps formats (csv, html, pdf) to signed links.
    `source` is the document behind it, for transports that lay it out in their own way.
    """

    kind: MessageKind
    subject: str
    summary: str
    text: str
    html: str
    markdown: str
    links: Mapping[str, str] = field(default_factory=dict)
    total: int = 0
    source: Digest | ReportDocument | AlertDocument | None = None
