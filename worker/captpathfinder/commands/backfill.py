"""`captpathfinder backfill`: takes over the members that a community has, from the file it exports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from captpathfinder.commands.common import settings_from

_Column = Annotated[str | None, typer.Option(metavar="NAME", help="Its heading, or its number from 1.")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        "backfill",
        epilog=(
            "\b\nExamples:\n  captpathfinder backfill members.csv --dry-run\n"
            "  captpathfinder backfill members.xlsx --title-column Function --yes"
        ),
    )(backfill)


def backfill(  # noqa: PLR0917 (the command line's options, which Typer passes by name)
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="Members, with a header: CSV or other text, .xlsx, JSON; also in .gz or .zip."),
    ],
    announce: Annotated[
        bool, typer.Option("--announce", help="Tell whom it finds, in the next digest.")
    ] = False,
    community: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose members they are, where there are several communities."),
    ] = None,
    user_id_column: _Column = None,
    title_column: _Column = None,
    name_column: _Column = None,
    first_name_column: _Column = None,
    last_name_column: _Column = None,
    company_column: _Column = None,
    country_column: _Column = None,
    joined_column: _Column = None,
    email_column: _Column = None,
    no_header: Annotated[
        bool, typer.Option("--no-header", help="The first row is a member; name columns by number.")
    ] = False,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="What 03/04/2020 means.", show_default=False),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="The text's encoding, where it is not recognised.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where rejected rows go; FILE.rejects.csv if not given."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would be found and what rejected; take nobody over.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever was done before.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask whether the columns are right.")
    ] = False,
) -> None:
    """Take over the members that the community has already.

    Executives among them are known from then on; with --announce they are told as new as well. Only the
    domain of an e-mail address is used. The same command goes on where it was stopped.
    """
    from captpathfinder.backfill.reading import Options
    from captpathfinder.commands.backfill_work import look_at, take_over, try_out

    chosen = {
        "user_id": user_id_column,
        "title": title_column,
        "username": name_column,
        "first_name": first_name_column,
        "last_name": last_name_column,
        "company": company_column,
        "country": country_column,
        "joined_at": joined_column,
        "email_domain": email_column,
    }
    named = {attribute: name for attribute, name in chosen.items() if name is not None}
    source = look_at(file, Options(encoding, named, no_header, day_first))
    if dry_run:
        try_out(source, lambda: settings_from(context))
        return
    typer.echo("Executives are " + ("told as new." if announce else "marked as known, and not told."))
    settings = settings_from(context)
    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("there is nobody to ask whether the columns are right: add --yes")
        typer.confirm("Is that right?", abort=True)
    kind = "jsonl" if source.form.is_json else "csv"
    take_over(
        source,
        settings,
        rejects or file.with_name(f"{file.name}.rejects.{kind}"),
        announce=announce,
        community=community,
        restart=restart,
    )
