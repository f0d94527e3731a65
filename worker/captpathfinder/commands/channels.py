"""`captpathfinder channels`: trying a channel, and what it would be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from captpathfinder.codes import readable
from captpathfinder.commands.common import AsJson, print_json, settings_from, wrapped


def register(app: typer.Typer) -> None:
    """Add the commands."""
    channels = typer.Typer(help="Channels: whether a message arrives.", no_args_is_help=True)
    channels.callback()(lambda: None)
    channels.command("test", epilog="Example: captpathfinder channels test sales")(send_test)
    channels.command("preview", epilog="Example: captpathfinder channels preview board --to me@example.com")(
        show_preview
    )
    app.add_typer(channels, name="channels")


def send_test(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for the bot.")] = 300.0,
    as_json: AsJson = False,
) -> None:
    """Send a sample to a channel at once, and show the outcome."""
    import asyncio

    from captpathfinder.commands.send_sample import send_sample
    from captpathfinder.telemetry.progress import waiting

    settings = settings_from(context)

    async def send() -> dict[str, object]:
        async with waiting(f"Waiting for {name} (a bot takes a minute or so)"):
            return await send_sample(settings, name, timeout)

    result = asyncio.run(send())
    if as_json:
        print_json(result)
        return
    typer.echo(f"Delivered to {name}.")
    for key, value in result.items():
        typer.echo(wrapped(f"  {readable(key)}: {value}", 4))


def show_preview(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go.")] = Path("preview"),
    to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send it to this one address instead.")
    ] = None,
) -> None:
    """Show what a channel would be sent now; nothing goes to it."""
    import asyncio

    from captpathfinder.commands.channel_preview import preview_to_address, preview_to_folder

    settings = settings_from(context)
    if to is not None:
        sent = asyncio.run(preview_to_address(settings, name, to))
        typer.echo(f"{sent} sent to {to}." if sent else f"Nothing would be sent to {name} now.")
        return
    written = asyncio.run(preview_to_folder(settings, name, folder))
    for path in written:
        typer.echo(path)
    if not written:
        typer.echo(f"Nothing would be sent to {name} now.")
