"""`captpathfinder stats`: the numbers."""

from __future__ import annotations

import typer

from captpathfinder.commands.common import AsJson, call, print_json, settings_from
from captpathfinder.commands.speech import spoken


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats", epilog="Example: captpathfinder stats --json | jq .outbox.dead")(stats)


def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what came in, who was found, and what went out."""
    settings = settings_from(context)
    if as_json:
        print_json(call(settings, "Counting", lambda api: api.call("stats")))
        return
    from rich.console import Console

    from captpathfinder.commands.tables import print_stats

    numbers, speech = call(settings, "Counting", lambda api: spoken(api, "stats"))
    print_stats(Console(highlight=False), numbers, speech)
