"""`captpathfinder reports`: what can be done with reports that exist."""

from __future__ import annotations

from typing import Annotated

import typer

from captpathfinder import codes
from captpathfinder.commands.common import AsJson, check_month, print_json, settings_from


def register(app: typer.Typer) -> None:
    """Add the commands."""
    reports = typer.Typer(help="Month-end reports that exist: new links to them.", no_args_is_help=True)
    reports.callback()(lambda: None)
    reports.command("links", epilog="Example: captpathfinder reports links 2026-11")(links)
    app.add_typer(reports, name="reports")


def links(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="Such as 2026-11.")],
    as_json: AsJson = False,
) -> None:
    """Make new links to the latest report of a month, and print them."""
    import asyncio

    from captpathfinder.commands.report_links import renew_links
    from captpathfinder.render import words
    from captpathfinder.telemetry.progress import waiting

    wanted = check_month(month) or ""
    settings = settings_from(context)

    async def renew() -> None:
        async with waiting("Signing links"):
            report, signed, expire_at = await renew_links(settings, wanted)
        if as_json:
            print_json(
                {
                    "month": report.month_label,
                    "revision": report.revision,
                    "links": signed,
                    "links_expire_at": expire_at.isoformat(),
                }
            )
            return
        typer.echo(f"The report of {codes.month(report.month_label)}, revision {report.revision}.")
        typer.echo(f"These links work until {words.minute(expire_at, report.time_zone)}:")
        for form, link in signed.items():
            typer.echo(f"{words.FORMATS.get(form, form)}:\n{link}")

    asyncio.run(renew())
