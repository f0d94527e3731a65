"""The sample that `captpathfinder channels test` sends."""

from __future__ import annotations

from captpathfinder.messages import Message
from captpathfinder.render.escape import shown
from captpathfinder.render.templating import render


def sample_message(channel: str) -> Message:
    """A message that says that the channel works."""
    line = f"This is a test of the channel {shown(channel)}. If you can read it, the channel works."
    return Message(
        kind="test",
        subject=f"CaptPathfinder: test of the channel {shown(channel)}",
        summary=line,
        text=line,
        html=render("note.html.j2", heading="Test", line=line),
        markdown=f"**Test**\n\n{line}",
    )
