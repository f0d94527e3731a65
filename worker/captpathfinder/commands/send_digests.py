"""`captpathfinder send-digests`: the weekly digests, before their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from captpathfinder.commands.common import AsJson, call, counted, print_json, settings_from, wrapped


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("send-digests", epilog="Example: captpathfinder send-digests")(send_digests)


def send_digests(context: typer.Context, as_json: AsJson = False) -> None:
    """Build the weekly digests now, and send them.

    Each channel that sends digests gets what it has not been told yet; its next weekly digest begins where
    this one ends. The worker sends them.
    """
    answer = call(settings_from(context), "Building the digests", lambda api: api.call("send_digests"))
    if as_json or not isinstance(answer, dict):
        print_json(answer)
    else:
        typer.echo(wrapped(in_words(answer), 0))


def in_words(answer: Mapping[str, Any]) -> str:
    """What `send_digests()` answers, as a sentence or two."""
    match answer.get("status"):
        case "built":
            channels = answer.get("channels")
            twice = "" if channels == 1 else " (whoever two channels hear of counts twice)"
            return (
                f"{counted(answer.get('digests'), 'message')} to {counted(channels, 'channel')}, with "
                f"{counted(answer.get('people'), 'person', 'people')}{twice}. The worker sends now; "
                "`captpathfinder stats` shows how it goes."
            )
        case "empty":
            return "Nobody new since the last digest: nothing is sent."
        case "no_channel":
            held = counted(answer.get("held"), "person waits", "people wait")
            return (
                f"Nothing is sent: no active channel sends digests, and {held} for one. "
                "Add a row to the table channels."
            )
    return ", ".join(f"{str(key).replace('_', ' ')}: {value}" for key, value in answer.items()) or "Done."
