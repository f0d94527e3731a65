"""`captpathfinder suppressions …`: who is neither announced nor counted nor shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from captpathfinder.commands.common import AsJson, call, counted, print_json, settings_from, wrapped
from captpathfinder.commands.speech import Speech, learn, spoken

if TYPE_CHECKING:
    from captpathfinder.supabase_project.api import SupabaseApi

# Rows that PostgREST gives at once.
_PAGE = 1000

Kind = Annotated[str, typer.Argument(help="member, domain or company.")]
Value = Annotated[str, typer.Argument(help="The member's id, the e-mail domain, or the company's name.")]
Community = Annotated[str | None, typer.Option("--community", metavar="NAME", help="Only in this community.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Who is neither announced nor counted nor shown.", no_args_is_help=True)
    group.command("list", epilog="Example: captpathfinder suppressions list")(show)
    group.command("preview", epilog="Example: captpathfinder suppressions preview domain acme.com")(preview)
    group.command("add", epilog='Example: captpathfinder suppressions add company "Acme, Inc."')(add)
    group.command("remove", epilog="Example: captpathfinder suppressions remove 3")(remove)
    app.add_typer(group, name="suppressions")


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """List the suppressions, with the numbers that `remove` takes."""

    async def pages(api: SupabaseApi) -> tuple[list[Any], Speech]:
        rows: list[Any] = []
        while page := await api.rows(
            "suppressions", {}, order="id", limit=_PAGE, offset=len(rows), ascending=True
        ):
            rows += page
        return rows, await learn(api)

    rows, speech = call(settings_from(context), "Reading", pages)
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("Nobody is suppressed.")
    for row in rows if not as_json else ():
        typer.echo(wrapped(_line(row, speech), 16))


def preview(
    context: typer.Context,
    kind: Kind,
    value: Value,
    community: Community = None,
    as_json: AsJson = False,
) -> None:
    """Say how many executives and changes one would cover."""
    found, _ = _preview(context, kind, value, community)
    if as_json:
        print_json(found)
    else:
        typer.echo("\n".join(in_words(found)))


def add(  # noqa: PLR0917 (the command line's options, which Typer passes by name)
    context: typer.Context,
    kind: Kind,
    value: Value,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="For whoever reads it later.")] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="When it ends by itself, such as 2027-03-01; never if not given."),
    ] = None,
    community: Community = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Suppress a member, a domain or a company.

    Whom it covers is said first, and asked about.
    """
    _check_until(until)
    found, speech = _preview(context, kind, value, community)
    if not as_json:
        typer.echo("\n".join(in_words(found)))
    if not yes:
        typer.confirm("Suppress them?", abort=True, err=True)
    arguments = {
        "kind": kind,
        "value": value,
        "reason": reason,
        "until": speech.meant(until) if until else None,
        "community": community,
    }
    row: Any = call(settings_from(context), "Adding", lambda api: api.call("add_suppression", arguments))
    if as_json:
        print_json(row)
    else:
        typer.echo(wrapped(f"Suppressed: {_line(row, speech).strip()}", 4))


def remove(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As list shows it.")],
    as_json: AsJson = False,
) -> None:
    """End a suppression; whom it covered counts again."""
    row, speech = call(
        settings_from(context), "Removing", lambda api: spoken(api, "remove_suppression", {"id": number})
    )
    if as_json:
        print_json(row)
    elif row is not None:
        typer.echo(wrapped(f"No longer suppressed: {_line(row, speech).strip()}", 4))
    if row is None:
        typer.echo(
            f"There is no suppression {number}: `captpathfinder suppressions list` shows them.", err=True
        )
        raise typer.Exit(1)


def in_words(found: Mapping[str, Any]) -> list[str]:
    """What `preview_suppression()` answers, as lines."""
    executives, changes = counted(found["executives"], "known executive"), counted(found["changes"], "change")
    lines = [f"{found['kind'].capitalize()} {_shown(found['value'])}: {executives}, {changes}."]
    if found["untold"]:
        lines = [f"{lines[0][:-1]} ({found['untold']:,} not in a digest yet)."]
    lines += [
        wrapped(
            f"  {_shown(person['username'] or person['user_id'])}, {_shown(person['title'])},"
            f" {_shown(person['company'] or 'company unknown')}",
            4,
        )
        for person in found["people"]
    ]
    if (more := found["executives"] - len(found["people"])) > 0:
        lines.append(f"  … and {more:,} more")
    return lines


def _preview(
    context: typer.Context, kind: str, value: str, community: str | None
) -> tuple[Mapping[str, Any], Speech]:
    arguments = {"kind": kind, "value": value, "community": community}
    return call(settings_from(context), "Counting", lambda api: spoken(api, "preview_suppression", arguments))


def _check_until(until: str | None) -> None:
    try:
        datetime.fromisoformat(until or "2027-03-01")
    except ValueError:
        raise typer.BadParameter(
            "write a day, or a moment, such as 2027-03-01 or 2027-03-01T18:00Z", param_hint="--until"
        ) from None


def _line(row: Mapping[str, Any], speech: Speech) -> str:
    facts = [
        f"until {speech.moment(row['until'])}" if row["until"] else "",
        f"in {_shown(row['community'])}" if row["community"] else "",
        _shown(row["reason"]) if row["reason"] else "",
    ]
    about = ", ".join(filter(None, facts))
    return f"{row['id']:5}  {row['kind']:7}  {_shown(row['value'])}{f' ({about})' if about else ''}"


def _shown(value: object) -> str:
    """A value for a terminal: what somebody typed holds no control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in str(value))
