"""`captpathfinder users`: what is held about one member, and forgetting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from captpathfinder.commands.common import AsJson, call, counted, print_json, settings_from

UserId = Annotated[str, typer.Argument(metavar="ID", help="The member's id at the community.")]
Community = Annotated[
    str | None, typer.Option(help="Which community, where the id is known in several of them.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(help="What is held about a member, and forgetting them.", no_args_is_help=True)
    users.command("export", epilog="Example: captpathfinder users export 2000 > 2000.json")(export)
    users.command("forget", epilog="Example: captpathfinder users forget 2000")(forget)
    app.add_typer(users, name="users")


def export(context: typer.Context, user_id: UserId, community: Community = None) -> None:
    """Print everything that is held about a member, as JSON."""
    member = _arguments(user_id, community)
    print_json(call(settings_from(context), "Collecting", lambda api: api.call("export_user", member)))


def forget(
    context: typer.Context,
    user_id: UserId,
    community: Community = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a member for good; the worker then makes the reports anew that named them.

    Nothing about them is stored again: only a salted digest of the id stays, by which they are recognised.
    """
    settings = settings_from(context)
    if not yes:
        typer.confirm(
            f"Erase everything about the member {user_id}? This cannot be undone.", abort=True, err=True
        )
    answer = call(settings, "Erasing", lambda api: api.call("forget_user", _arguments(user_id, community)))
    if as_json or not isinstance(answer, dict):
        print_json(answer)
    else:
        typer.echo(in_words(user_id, answer))


def _arguments(user_id: str, community: str | None) -> dict[str, str]:
    return {"user_id": user_id} | ({} if community is None else {"community": community})


_ERASED = {
    "detections": "change",
    "events": "webhook",
    "digests": "digest",
    "jobs": "job",
    "reports": "report",
}


def in_words(user_id: str, answer: Mapping[str, Any]) -> str:
    """What `forget_user()` answers, as sentences; an id that nothing was stored about is said to be one."""
    parts = ["what is known of them now"] if answer.get("user_state") else []
    parts += [
        counted(answer[name], noun)
        for name, noun in _ERASED.items()
        if isinstance(answer.get(name), int) and answer[name]
    ]
    if not parts:
        return (
            f"Nothing was stored about {user_id}. The request is recorded all the same. "
            "Check the id if you expected something."
        )
    reports = " The worker makes the reports anew without them." if answer.get("reports") else ""
    return (
        f"Forgotten: {user_id} ({', '.join(parts)}).{reports} Messages that were delivered, and backups, are "
        "beyond reach."
    )
