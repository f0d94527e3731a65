"""The message of an incident: one when it begins, one when it ends."""

from __future__ import annotations

from captpathfinder.messages import Message
from captpathfinder.render import words
from captpathfinder.render.documents import Incident
from captpathfinder.render.escape import shown
from captpathfinder.render.letter import Letter, why

_MOST_DETAILS = 8


def incident_message(incident: Incident, channel: str) -> Message:
    """The message that something is wrong, or right again."""
    over = incident.state == "ended"
    title = shown(incident.title)
    zone = incident.time_zone
    since = f"Since {words.minute(incident.began_at, zone)}"
    if over and incident.ended_at:
        since = f"From {words.minute(incident.began_at, zone)} to {words.minute(incident.ended_at, zone)}"
    details = [shown(line) for line in incident.details]
    hidden = len(details) - _MOST_DETAILS
    lines = [*details[:_MOST_DETAILS], *([f"And {hidden:,} more."] if hidden > 0 else [])]
    subject = f"Resolved: {title}" if over else title
    letter = Letter(
        subject=f"CaptPathfinder: {subject}",
        eyebrow="CaptPathfinder \u00b7 " + ("Resolved" if over else "Needs a person"),
        heading=subject,
        preheader=lines[0] if lines else since,
        lead=f"{since}.",
        paragraphs=(*lines, *([shown(incident.advice, 400)] if incident.advice and not over else [])),
        footer=why(channel, "word of its own troubles"),
    )
    return Message("incident", letter, f"{subject}. {since}.", source=incident)
