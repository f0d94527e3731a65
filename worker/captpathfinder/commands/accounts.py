"""`captpathfinder accounts …`: the companies that matter, and who of them is a member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from captpathfinder.commands.common import AsJson, call, counted, print_json, settings_from, wrapped
from captpathfinder.commands.speech import Speech, learn

if TYPE_CHECKING:
    from captpathfinder.accounts.reading import Reading
    from captpathfinder.settings import Settings
    from captpathfinder.supabase_project.api import SupabaseApi

# Lines of each kind that are shown; all of them with --json.
_SHOWN = 20
_PAGE = 200
# Seconds that the database may take for a list: Supabase ends a statement after two minutes.
_IMPORT_PATIENCE = 120.0
# Of a heading, so that what it is read as stands beside it.
_HEADING = 36
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    accounts = typer.Typer(
        help="The companies that matter, and who of them is a member.",
        no_args_is_help=True,
    )
    accounts.command("import", epilog="Example: captpathfinder accounts import accounts.csv --dry-run")(
        import_accounts
    )
    accounts.command("coverage", epilog="Example: captpathfinder accounts coverage --watched")(coverage)
    app.add_typer(accounts, name="accounts")


def import_accounts(  # noqa: PLR0917 (the command line's options, which Typer passes by name)
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file with headings, such as a CRM exports.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and stop.")] = False,
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Remove the accounts that the file leaves out.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take accounts over from a CSV file.

    How it is read and what will change is shown first, and asked about. An account is known by its name.
    What the file has no column for stays as it is. All rows or none.
    """
    from captpathfinder.accounts.reading import read_accounts

    settings = settings_from(context)
    reading = read_accounts(file)
    if not as_json:
        typer.echo("\n".join(_how(file, reading)))
    if reading.problems:
        _say_wrong([*_some(reading.problems, 4), "Nothing was changed."])
        raise typer.Exit(1)
    arguments = {"list": reading.accounts, "remove_missing": remove_missing}
    outcome = _take(settings, "Comparing", {**arguments, "dry_run": True})
    changes = outcome["new"] or outcome["changed"] or outcome["removed"]
    if outcome["errors"]:
        _say_wrong(_errors(outcome["errors"]))
    elif not as_json:
        typer.echo("\n".join(in_words(outcome, remove_missing=remove_missing)))
        if dry_run or not changes:
            typer.echo(
                "This was a dry run: nothing was changed." if changes else "There is nothing to change."
            )
    if changes and not outcome["errors"] and not dry_run:
        if not yes:
            typer.confirm("Change the accounts?", abort=True, err=True)
        outcome = _take(settings, "Taking over", {**arguments, "dry_run": False})
        if not as_json and outcome["is_applied"]:
            typer.echo("Done.")
    if as_json:
        print_json(outcome)
    if outcome["errors"]:
        raise typer.Exit(1)


def coverage(
    context: typer.Context,
    watched: Annotated[bool, typer.Option("--watched", help="Only accounts that are watched.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who of each account is a member, and what is missing.

    Missing is a level of which the account has nobody.
    """
    settings = settings_from(context)
    accounts, speech = _coverage(settings, watched)
    if as_json:
        print_json(accounts)
        return
    if not accounts:
        typer.echo(
            "No account is watched." if watched else "There are no accounts yet: accounts import FILE.csv"
        )
        return
    accounts.sort(key=lambda account: (not account["is_watched"], account["tier"] or "~", account["name"]))
    for account in accounts:
        typer.echo("\n".join(_covered(account, speech)))
    reached = sum(1 for account in accounts if account["people"])
    people = sum(len(account["people"]) for account in accounts)
    missing = f" Nobody yet of {len(accounts) - reached:,}." if reached < len(accounts) else ""
    typer.echo(
        f"{counted(people, 'executive')} of {reached:,} of {counted(len(accounts), 'account')}.{missing}"
    )


def in_words(outcome: Mapping[str, Any], *, remove_missing: bool = False) -> list[str]:
    """What an import does, or would do, as lines."""
    new, changed = counted(len(outcome["new"]), "account"), len(outcome["changed"])
    removed = f", {outcome['removed']:,} removed" if remove_missing else ""
    lines = [f"{new} new, {changed:,} changed{removed}, {outcome['unchanged']:,} unchanged."]
    lines += _some(f"  new      {_shown(name)}" for name in outcome["new"])
    lines += _some(
        f"  changed  {_shown(account['name'])}: {_changes(account)}" for account in outcome["changed"]
    )
    missing = outcome["missing"]
    if missing and remove_missing:
        lines += _some(f"  removed  {_shown(name)}" for name in missing)
    elif missing:
        lines.append(
            f"{counted(len(missing), 'account')} not in the file stay{'s' if len(missing) == 1 else ''}"
            " (--remove-missing removes them)."
        )
    return lines


def _take(settings: Settings, doing: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = call(
        settings, doing, lambda api: api.call("import_accounts", arguments), patience=_IMPORT_PATIENCE
    )
    if not isinstance(answer, dict):
        raise TypeError("import_accounts answers an object")
    return answer


def _coverage(settings: Settings, watched: bool) -> tuple[list[dict[str, Any]], Speech]:
    async def pages(api: SupabaseApi) -> tuple[list[dict[str, Any]], Speech]:
        accounts: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            arguments = {"after": after, "page_size": _PAGE, "only_watched": watched}
            page: Any = await api.call("account_coverage", arguments)
            accounts += page["accounts"]
            after = page["next"]
        return accounts, await learn(api)

    return call(settings, "Looking", pages)


def _how(file: Path, reading: Reading) -> list[str]:
    rows, between = counted(len(reading.accounts), "row"), _DELIMITERS[reading.delimiter]
    lines = [f"{file.name}: {rows}, {reading.encoding}, columns between {between}."]
    known = {_cut(_shown(heading)): field for heading, field in reading.columns.items()}
    width = max(map(len, known), default=0)
    for heading, field in known.items():
        what = f"read as {field.removeprefix('is_')}" if field else "not read"
        lines.append(f"  {heading:{width}}  {what}")
    return lines


def _cut(heading: str) -> str:
    return heading if len(heading) <= _HEADING else f"{heading[: _HEADING - 1]}…"


def _say_wrong(lines: Iterable[str]) -> None:
    typer.secho("\n".join(lines), fg="red", err=True)


def _some(lines: Iterable[str], indent: int = 11) -> list[str]:
    known = [wrapped(line, indent) for line in lines]
    more = [f"  … and {len(known) - _SHOWN:,} more (--json shows all)"] if len(known) > _SHOWN else []
    return known[:_SHOWN] + more


def _changes(account: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{column.removeprefix('is_')} {_shown(before)} → {_shown(after)}"
        for column, (before, after) in sorted(account["changes"].items())
    )


def _errors(errors: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = [
        f"Row {error['row']}: {_shown(error['message'])}. {_shown(error['hint'] or '')}".strip()
        for error in errors
    ]
    return [*_some(lines, 4), "Nothing was changed."]


def _covered(account: Mapping[str, Any], speech: Speech) -> list[str]:
    facts = [
        "watched" if account["is_watched"] else "",
        f"tier {_shown(account['tier'])}" if account["tier"] else "",
        _shown(account["owner"]) if account["owner"] else "",
        _shown(account["region"]) if account["region"] else "",
    ]
    about = ", ".join(filter(None, facts))
    lines = [wrapped(f"{_shown(account['name'])}{f' ({about})' if about else ''}", 2)]
    levels = [speech.level(person["level"]) for person in account["people"]]
    width = max(map(len, levels), default=0)
    lines += _some(
        (
            f"  {level:{width}}  {_shown(person['username'] or person['user_id'])}, {_shown(person['title'])}"
            for level, person in zip(levels, account["people"], strict=True)
        ),
        width + 4,
    )
    if account["missing"]:
        lines.append(wrapped(f"  Nobody yet: {', '.join(map(speech.several, account['missing']))}", 4))
    return lines


def _shown(value: object) -> str:
    """A value for a terminal: what somebody typed holds no control characters."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    text = "none" if value is None else str(value)
    return "".join(sign if sign.isprintable() else " " for sign in text)
