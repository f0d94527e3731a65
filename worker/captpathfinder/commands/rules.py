"""`captpathfinder rules …`: the classification rules as files, with a preview before anything changes."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from captpathfinder.commands.common import AsJson, call, counted, settings_from, wrapped
from captpathfinder.commands.speech import Speech, learn, spoken
from captpathfinder.errors import CaptPathfinderError

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.text import Text

    from captpathfinder.supabase_project.api import SupabaseApi

rules_app = typer.Typer(
    help="The classification rules.",
    no_args_is_help=True,
    epilog=(
        "\b\nExample:\n  captpathfinder rules export rules.json     edit the file, then\n"
        "  captpathfinder rules import rules.json"
    ),
)

_FILE = Annotated[Path, typer.Argument(help="A rule set in JSON; - is standard input.")]
# Lines of a preview; all of them with --json.
_SHOWN_TITLES = 40


def register(app: typer.Typer) -> None:
    """Add `rules` to the command line."""
    app.add_typer(rules_app, name="rules")


@rules_app.command("export", epilog="Example: captpathfinder rules export rules.json")
def export_rules(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output if not given.")] = None,
) -> None:
    """Write the rules as JSON, for a file that `import` takes."""
    text = _as_text(_call(context, "export_rules"))
    if file is None or str(file) == "-":
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CaptPathfinderError(f"{file} cannot be written: {error.strerror}.") from None
    typer.echo(f"Wrote {file}.", err=True)


@rules_app.command("import", epilog="Example: captpathfinder rules import rules.json")
def import_rules(
    context: typer.Context,
    file: _FILE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Replace the rules by those of a file.

    What would change is shown first, and asked about.
    """
    config = _read(file)
    if not isinstance(config, dict) or not _lists(config):
        raise CaptPathfinderError(f"{file} is no rule set: it needs lists such as csuite_patterns.")
    # Refuses what would not be accepted, before anything is shown or asked.
    preview, speech = _ask(context, "preview_rules", {"candidate": config})
    # Of what the file names; nothing else is replaced.
    difference = _diff(_call(context, "export_rules"), config)
    if not difference:
        typer.echo("The rules are the same already.")
        return
    typer.echo("\n".join(difference))
    _show_preview(preview, speech)
    if not yes and not typer.confirm("Replace the rules?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    answer = _call(context, "import_rules", {"config": config})
    rules = ", ".join(speech.rules(*counted) for counted in answer["counts"].items())
    typer.echo(wrapped(f"Version {answer['version']} is in force. Rules: {rules}.", 2))
    for warning in (answer.get("change") or {}).get("warnings", []):
        typer.echo(wrapped(warning, 2), err=True)


@rules_app.command("preview", epilog="Example: captpathfinder rules preview rules.json")
def preview_rules(
    context: typer.Context,
    file: _FILE,
    as_json: AsJson = False,
    functions: Annotated[
        bool, typer.Option("--functions", help="The edits are of what executives are in charge of.")
    ] = False,
) -> None:
    """Show which known titles would change level.

    The file holds a rule set, or a list of edits.
    """
    door = "preview_function_rules" if functions else "preview_rules"
    preview, speech = _ask(context, door, {"candidate": _read(file)})
    if as_json:
        typer.echo(_as_text(preview), nl=False)
    elif functions:
        _show_functions(preview, speech)
    else:
        _show_preview(preview, speech)


@rules_app.command("check", epilog="Example: captpathfinder rules check")
def check_rules(context: typer.Context) -> None:
    """Check the rules against their examples.

    The exit code is 1 if an example is wrong.
    """
    failing, speech = _ask(context, "check_rules")
    for example in failing:
        if example["title"] is None:
            typer.echo(wrapped(example["reason"], 2))
            continue
        expected, actual = speech.level(example["expected"]), speech.level(example["actual"])
        line = f"{example['title']}: expected: {expected}; found: {actual}. {example['reason']}"
        typer.echo(wrapped(_plain(line).plain, 2))
    if failing:
        raise typer.Exit(1)
    typer.echo("All examples are right.")


@rules_app.command("explain", epilog='Example: captpathfinder rules explain "VP of Finance"')
def explain_titles(
    context: typer.Context,
    titles: Annotated[list[str], typer.Argument(help="Titles, each in quotes.")],
) -> None:
    """Explain what the rules make of titles."""

    async def ask(api: SupabaseApi) -> tuple[list[Any], Speech]:
        return [await api.call("explain_title", {"title": title}) for title in titles], await learn(api)

    answers, speech = call(settings_from(context), "Asking the database", ask)
    for why in answers:
        title = _plain(why["title"]).plain if why["title"].strip() else "(no title)"
        charge = f", in charge of {speech.charges(why['functions'])}" if why["functions"] else ""
        typer.echo(wrapped(f"{title}: {speech.level(why['seniority_level'])}{charge}. {why['reason']}", 2))


def _ask(
    context: typer.Context, function: str, arguments: Mapping[str, Any] | None = None
) -> tuple[Any, Speech]:
    """Call a function of the project; returns its JSON, and how to say it."""
    return call(settings_from(context), "Asking the database", lambda api: spoken(api, function, arguments))


def _call(context: typer.Context, function: str, arguments: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 (each function answers in a shape of its own)
    """Call a function of the project; returns its JSON."""
    return call(settings_from(context), "Asking the database", lambda api: api.call(function, arguments))


def _read(file: Path) -> JsonValue:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        content: JsonValue = json.loads(text)
        return content
    except OSError as error:
        raise CaptPathfinderError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CaptPathfinderError(f"{file} is not JSON. {error}.") from None


def _as_text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Lines of a unified diff of the lists that `after` names; empty if they are the same."""
    names = _lists(after)
    return list(
        difflib.unified_diff(
            _lines(before, names), _lines(after, names), "rules in force", "file", lineterm="", n=1
        )
    )


def _lists(config: Mapping[str, Any]) -> list[str]:
    """The lists of rules in a rule set: of each level that it speaks of, and of the exclusions."""
    return sorted(
        name for name, rules in config.items() if name.endswith("_patterns") and isinstance(rules, list)
    )


def _lines(config: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    lines = [f"version: {config.get('version')}"]
    for name in names:
        lines += [
            f"{name}: {json.dumps(entry, ensure_ascii=False, sort_keys=True)}"
            for entry in config.get(name, [])
        ]
    return lines


def _show_preview(preview: Mapping[str, Any], speech: Speech) -> None:
    change = preview["change"]["counts"]
    typer.echo(
        f"Rules: {change['added']:,} added, {change['changed']:,} changed, {change['removed']:,} removed."
    )
    typer.echo(
        f"Of {counted(preview['examined'], 'known title')}, {preview['changed']:,} would change level."
    )
    if preview["broken_examples"]:
        typer.echo(f"{counted(preview['broken_examples'], 'example')} would be wrong.")
    for warning in preview["warnings"]:
        typer.echo(wrapped(warning, 2))
    _show_titles(
        preview,
        ("title", "before", "after", "people", "known from"),
        lambda entry: (
            _plain(entry["title"]),
            speech.level(entry["before"]),
            speech.level(entry["after"]),
            f"{entry['people']:,}",
            ", ".join(entry["known_from"]),
        ),
    )


def _show_functions(preview: Mapping[str, Any], speech: Speech) -> None:
    typer.echo(
        f"Of {counted(preview['examined'], 'known title')}, {preview['changed']:,} would be in charge of"
        " something else."
    )
    _show_titles(
        preview,
        ("title", "department", "before", "after", "people"),
        lambda entry: (
            _plain(entry["title"]),
            _plain(entry["department"] or ""),
            speech.charges(entry["before"]) or "nothing known",
            speech.charges(entry["after"]) or "nothing known",
            f"{entry['people']:,}",
        ),
    )


def _show_titles(
    preview: Mapping[str, Any],
    headings: Iterable[str],
    row: Callable[[Mapping[str, Any]], tuple[str | Text, ...]],
) -> None:
    """The titles of a preview as a table; of many the first."""
    if not preview["titles"]:
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for entry in preview["titles"][:_SHOWN_TITLES]:
        table.add_row(*row(entry))
    Console().print(table)
    if preview["changed"] > _SHOWN_TITLES:
        typer.echo(f"… and {preview['changed'] - _SHOWN_TITLES} more; see --json.")


def _plain(typed: str) -> Text:
    """What a member typed: no markup, no control characters."""
    from rich.text import Text

    return Text("".join(sign if sign.isprintable() else " " for sign in typed))
