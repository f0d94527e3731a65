"""`captpathfinder users`: what is held about one member, and forgetting them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from captpathfinder.commands.common import AsJson, call, counted, print_json, settings_from, wrapped
from captpathfinder.commands.speech import Speech, learn

if TYPE_CHECKING:
    from captpathfinder.settings import Settings
    from captpathfinder.supabase_project.api import SupabaseApi

# Seconds that looking at every member may take: Supabase ends a statement after two minutes.
_PATIENCE = 120.0

UserId = Annotated[str, typer.Argument(metavar="ID", help="The member's id at the community.")]
Community = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which community, where the id is known in several of them."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(help="What is held about a member, and forgetting them.", no_args_is_help=True)
    users.command("export", epilog="Example: captpathfinder users export 2000 > 2000.json")(export)
    users.command("forget", epilog="Example: captpathfinder users forget 2000")(forget)
    users.command("forgotten-list", epilog="Example: captpathfinder users forgotten-list > forgotten.json")(
        forgotten_list
    )
    app.add_typer(users, name="users")


def export(context: typer.Context, user_id: UserId, community: Community = None) -> None:
    """Print everything that is held about a member, as JSON."""
    member = _arguments(user_id, community)
    print_json(call(settings_from(context), "Collecting", lambda api: api.call("export_user", member)))


def forgotten_list(context: typer.Context) -> None:
    """Print who was forgotten, as salted digests.

    Keep the list outside the database: `forget --again` forgets them anew after a backup was restored.
    """
    print_json(call(settings_from(context), "Collecting", lambda api: api.call("forgotten_list", {})))


def forget(  # noqa: PLR0917 (a command's options)
    context: typer.Context,
    user_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The member's id at the community.")
    ] = None,
    community: Community = None,
    again: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Forget everybody of a list by `users forgotten-list`, after a backup was restored.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a member for good.

    The worker then makes the reports anew that named them. Nothing about them is stored again: only a salted
    digest of the id stays, by which they are recognised.
    """
    if (user_id is None) == (again is None):
        raise typer.BadParameter("give the id of a member, or --again with a list")
    settings = settings_from(context)
    if user_id is None or again is not None:
        _forget_again(settings, again or Path(), as_json=as_json)
        return
    if not yes:
        typer.confirm(
            f"Erase everything about the member {user_id}? This cannot be undone.", abort=True, err=True
        )

    async def erase(api: SupabaseApi) -> tuple[Any, Speech]:
        # First, so that what was erased is told whatever happens.
        speech = await learn(api)
        return await api.call("forget_user", _arguments(user_id, community)), speech

    answer, speech = call(settings, "Erasing", erase)
    if as_json or not isinstance(answer, dict):
        print_json(answer)
    else:
        typer.echo(in_words(user_id, answer, speech))


def _forget_again(settings: Settings, path: Path, *, as_json: bool) -> None:
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise typer.BadParameter(f"{path} is no list by `users forgotten-list`") from error
    answer = call(
        settings,
        "Looking for everybody of the list",
        lambda api: api.call("forget_again", {"list": listed}),
        patience=_PATIENCE,
    )
    if as_json or not isinstance(answer, dict):
        print_json(answer)
    else:
        typer.echo(
            f"Forgotten again: {counted(answer.get('forgotten'), 'member')},"
            f" of a list of {counted(answer.get('listed'), 'entry', 'entries')}."
            " Nobody of the list is stored again."
        )


def _arguments(user_id: str, community: str | None) -> dict[str, str]:
    return {"user_id": user_id} | ({} if community is None else {"community": community})


_ERASED = {
    "detections": "change",
    "events": "webhook",
    "digests": "digest",
    "jobs": "job",
    "reports": "report",
}


def in_words(user_id: str, answer: Mapping[str, Any], speech: Speech) -> str:
    """What `forget_user()` answers, as sentences; an id that nothing was stored about is said to be one."""
    parts = ["what is known of them now"] if answer.get("user_state") else []
    parts += [
        counted(answer[name], noun)
        for name, noun in _ERASED.items()
        if isinstance(answer.get(name), int) and answer[name]
    ]
    if not parts:
        return wrapped(
            f"Nothing was stored about {user_id}. The request is recorded all the same. "
            "Check the id if you expected something.",
            0,
        )
    reports = ["The worker makes the reports anew without them."] if answer.get("reports") else []
    sent = answer.get("sent") or []
    return "\n".join(
        [
            wrapped(f"Forgotten: {user_id} ({', '.join(parts)}).", 2),
            *reports,
            "Backups and downloaded files are beyond reach.",
            *_messages(
                "These messages name them, and cannot be called back:",
                [message for message in sent if message["is_named"]],
                speech,
            ),
            *_messages(
                "These do not name them; whatever list they led to has them no more:",
                [message for message in sent if not message["is_named"]],
                speech,
            ),
        ]
    )


def _messages(heading: str, messages: list[Mapping[str, Any]], speech: Speech) -> list[str]:
    """Messages that were sent, one a line under the heading; nothing for none."""
    lines = [
        f"  {message['kind']} to {message['channel']}{_part(message)}, {speech.moment(message['sent_at'])}"
        for message in messages
    ]
    return [heading, *(wrapped(line, 4) for line in lines)] if lines else []


def _part(message: Mapping[str, Any]) -> str:
    return f", part {message['part']} of {message['parts']}" if (message["parts"] or 1) > 1 else ""
