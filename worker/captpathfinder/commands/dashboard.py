"""`captpathfinder dashboard`: serves the dashboard by itself, without a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from captpathfinder.commands.common import settings_from

if TYPE_CHECKING:
    from captpathfinder.settings import Settings

# Where it is if neither the environment nor the command says so.
DEFAULT_PORT = 8765


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dashboard", epilog="Example: captpathfinder --env-file .env dashboard --port 8080")(
        dashboard
    )


def dashboard(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", help=f"Default: DASHBOARD_PORT, or {DEFAULT_PORT}.", min=1, max=65_535),
    ] = None,
) -> None:
    """Serve the dashboard by itself, until told to stop (SIGTERM, Ctrl-C)."""
    import asyncio

    settings = settings_from(context)
    chosen = port or settings.dashboard_port or DEFAULT_PORT
    asyncio.run(serve_alone(settings.model_copy(update={"dashboard_port": chosen})))


async def serve_alone(settings: Settings) -> None:
    """Serve the dashboard until SIGTERM or SIGINT."""
    import asyncio
    import signal

    from captpathfinder.dashboard import address, serve_dashboard

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, stopped.set)
    try:
        async with serve_dashboard(settings):
            typer.echo(f"The dashboard is at {address(settings)} (Ctrl-C ends it).")
            await stopped.wait()
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
