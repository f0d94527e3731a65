"""What a message looks like, to be seen before or after it is sent. Nothing here does I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from captpathfinder.events import EventDocument
from captpathfinder.messages import Message
from captpathfinder.render.alert import alert_message
from captpathfinder.render.digest import digest_message
from captpathfinder.render.documents import Alert, Digest, Incident, ReportDocument
from captpathfinder.render.event import event_message
from captpathfinder.render.incident import incident_message
from captpathfinder.render.outline import outline
from captpathfinder.render.report import report_message
from captpathfinder.transports.parts import in_parts
from captpathfinder.transports.slack_webhook import MOST_BYTES as SLACK_BYTES
from captpathfinder.transports.slack_webhook import MOST_PEOPLE as SLACK_PEOPLE
from captpathfinder.transports.slack_webhook import blocks
from captpathfinder.transports.teams_workflow import MOST_BYTES as TEAMS_BYTES
from captpathfinder.transports.teams_workflow import MOST_PEOPLE as TEAMS_PEOPLE
from captpathfinder.transports.teams_workflow import card
from captpathfinder.transports.webhook import envelope_of

# Where the link to everybody is made only when the digest is sent.
NO_LINK_YET = "https://preview.invalid/"

# The message of each kind of job that sends one, from its document and the channel's name.
_MESSAGES: Mapping[str, Callable[[Mapping[str, Any], str], Message]] = {
    "digest": lambda document, _: digest_message(with_link(Digest.model_validate(document))),
    "alert": lambda document, _: alert_message(Alert.model_validate(document)),
    "event": lambda document, channel: event_message(EventDocument.model_validate(document), channel),
    "incident": lambda document, channel: incident_message(Incident.model_validate(document), channel),
    "report_message": lambda document, channel: report_message(
        ReportDocument.model_validate(document), channel
    ),
}


def message_of(kind: str, document: Mapping[str, Any], channel: str) -> Message | None:
    """What a job sends; None for one that sends nothing, or whose thing is gone.

    Raises pydantic's `ValidationError` for a document that no worker could send.
    """
    make = _MESSAGES.get(kind)
    if make is None or document.get("missing"):
        return None
    return make(document, channel)


def files_of(message: Message, transport: str, now: datetime) -> Mapping[str, str]:
    """What is sent, by the ending of its file: the mail, or what the channel's transport makes of it."""
    if transport == "teams_workflow":
        bodies = in_parts(outline(message), card, most_bytes=TEAMS_BYTES, most=TEAMS_PEOPLE)
        return _as_json([json.loads(body) for body in bodies])
    if transport == "slack_webhook":
        bodies = in_parts(outline(message), blocks, most_bytes=SLACK_BYTES, most=SLACK_PEOPLE)
        return _as_json([json.loads(body) for body in bodies])
    if transport == "webhook":
        return _as_json([envelope_of(message, now)])
    return {"html": message.html, "txt": f"{message.subject}\n\n{message.text}", "md": message.markdown}


def with_link(document: Digest) -> Digest:
    """The digest with a link to everybody, though it is made only when it is sent."""
    if document.rest and document.link is None:
        return document.model_copy(update={"link": NO_LINK_YET})
    return document


def _as_json(bodies: Sequence[JsonValue]) -> Mapping[str, str]:
    return {"json": json.dumps(bodies, ensure_ascii=False, indent=2) + "\n"}
