"""`captpathfinder users`: what is held about one member, and forgetting them."""

from __future__ import annotations

import json
from typing import Annotated

import typer

UserId = Annotated[str, typer.Argument(help="The member's id at the community.")]
Community = Annotated[
    str | None, typer.Option(help="Which community, where the id is known in several of them.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(help="What is held about a member.", no_args_is_help=True)
    app.add_typer(users, name="users")
    users.command("export")(export)
    users.command("forget")(forget)


def export(context: typer.Context, user_id: UserId, community: Community = None) -> None:
    """Print everything that is held about a member, as JSON."""
    typer.echo(json.dumps(_call(context, "export_user", user_id, community), indent=2, ensure_ascii=False))


def forget(
    context: typer.Context,
    user_id: UserId,
    community: Community = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a member for good; the worker then makes the reports anew that named them."""
    if not yes:
        typer.confirm(f"Erase everything about the member {user_id}? This cannot be undone.", abort=True)
    typer.echo(json.dumps(_call(context, "forget_user", user_id, community)))


def _call(context: typer.Context, function: str, user_id: str, community: str | None) -> object:
    # The command line imports the commands, so they import it when they run.
    from captpathfinder.cli import call, settings_from  # noqa: PLC0415

    arguments = {"user_id": user_id} | ({} if community is None else {"community": community})
    return call(settings_from(context), lambda api: api.call(function, arguments))
