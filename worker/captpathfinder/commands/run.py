"""`captpathfinder run`: the worker."""

from __future__ import annotations

import typer

from captpathfinder.commands.common import settings_from


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", epilog="Example: captpathfinder --env-file .env run")(run)


def run(context: typer.Context) -> None:
    """Run the worker until it is told to stop (SIGTERM, Ctrl-C)."""
    import asyncio

    from captpathfinder.worker.daemon import run_daemon

    raise typer.Exit(asyncio.run(run_daemon(settings_from(context))))
