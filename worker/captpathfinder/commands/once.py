"""`captpathfinder once`: the worker, until nothing is left to do."""

from __future__ import annotations

import typer

from captpathfinder.commands.common import settings_from


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("once", epilog="Example, in a crontab: */5 * * * * captpathfinder --env-file .env once")(once)


def once(context: typer.Context) -> None:
    """Do everything that is due now, and exit: 0, or 1 when an attempt failed."""
    import asyncio

    from captpathfinder.worker.daemon import run_once

    raise typer.Exit(asyncio.run(run_once(settings_from(context))))
