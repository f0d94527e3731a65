"""An event for machines, in words: for a channel whose transport is read by people."""

from __future__ import annotations

from captpathfinder.events import EVENTS, EventDocument
from captpathfinder.messages import Message
from captpathfinder.render.alert import sentence
from captpathfinder.render.escape import shown
from captpathfinder.render.letter import Letter, why


def event_message(document: EventDocument, channel: str) -> Message:
    """The message of an event."""
    said = sentence(document.person) if document.person else ""
    if not said:
        said = EVENTS[document.event][1] if document.event in EVENTS else shown(document.event)
    letter = Letter(
        subject=f"{shown(document.event)}: {said}",
        eyebrow=f"CaptPathfinder \u00b7 {shown(document.event)}",
        heading=said,
        preheader=said,
        footer=why(channel, "events for machines"),
    )
    return Message("event", letter, said, source=document)
