"""`captpathfinder stats`: the numbers."""

from __future__ import annotations

import typer

from captpathfinder.commands.common import AsJson, call, print_json, settings_from


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stats", epilog="Example: captpathfinder stats --json | jq .outbox.dead")(stats)


def stats(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what came in, who was found, and what went out."""
    numbers = call(settings_from(context), "Counting", lambda api: api.call("stats"))
    if as_json or not isinstance(numbers, dict):
        print_json(numbers)
        return
    from rich.console import Console

    from captpathfinder.commands.tables import print_stats

    print_stats(Console(), numbers)
