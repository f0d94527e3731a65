"""`captpathfinder doctor`: checks what will be used."""

from __future__ import annotations

import typer

from captpathfinder.commands.common import settings_from


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", epilog="Example: captpathfinder --env-file .env doctor")(doctor)


def doctor(context: typer.Context) -> None:
    """Check everything that will be used, and say what to do.

    Settings, keys, functions, schema, clock, schedule, bucket, Realtime, each channel with its secret and
    hosts, each bot, and a page rendered to PDF. Nothing is sent to anybody. Exit code 1 if something is
    wrong.
    """
    import asyncio

    from rich.console import Console

    from captpathfinder.doctor import examine
    from captpathfinder.telemetry import logs

    settings = settings_from(context)
    if settings.log_level != "debug":
        # A finding says it in a sentence; between them, the log of the same would be read as more of them.
        logs.configure("critical", settings.log_format, settings.secrets())
    raise typer.Exit(asyncio.run(examine(settings, Console())))
