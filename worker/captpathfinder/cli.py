"""The command line: `captpathfinder …`.

A command is a module of `captpathfinder.commands` with a function `register(app)`, and a line in `COMMANDS`.
Nothing of it is imported before it is asked for, so that `--help` and a typing mistake are answered at once.

Exit codes: 0 it worked; 1 it did not, and the last line says why; 2 the command or the environment is wrong.
"""

from __future__ import annotations

import importlib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from captpathfinder import __version__
from captpathfinder.errors import CaptPathfinderError, SettingsError

if TYPE_CHECKING:
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter

# In the order of the help. Each text is the first line of the command's own help; a test compares them.
COMMANDS = {
    "run": "Run the worker until it is told to stop (SIGTERM, Ctrl-C).",
    "once": "Do everything that is due now, and exit: 0, or 1 when an attempt failed.",
    "doctor": "Check everything that will be used, and say what to do.",
    "backfill": "Take over the members that the community has already.",
    "rules": "The classification rules.",
    "accounts": "The companies that matter, and who of them is a member.",
    "suppressions": "Who is neither announced nor counted nor shown.",
    "channels": "Channels: whether a message arrives.",
    "reports": "Month-end reports that exist: new links to them.",
    "send-digests": "Build the weekly digests now, and send them.",
    "generate-reports": "Build the report of a month now, and send it to the channels that get reports.",
    "stats": "Show what came in, who was found, and what went out.",
    "redrive": "Try dead jobs again: all of them, or one.",
    "users": "What is held about a member, and forgetting them.",
    "dashboard": "Serve the dashboard by itself, until told to stop (SIGTERM, Ctrl-C).",
}

EXAMPLES = """\b
Examples:
  captpathfinder --env-file .env doctor         is everything ready?
  captpathfinder --env-file .env run            start the worker
  captpathfinder channels test sales            does a message arrive?
  captpathfinder users export 2000              what is held about a member?
"""


class Commands(TyperGroup):
    """The commands by name, each imported when it is used."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: D102  (Typer's own)
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: D102
        return load(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(  # noqa: D102
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        if args[0] not in COMMANDS:
            like = get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(f"There is no command {args[0]}.{f' Did you mean {like[0]}?' if like else ''}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: D102
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def load(name: str) -> Command:
    """The command or group `name`, from its module."""
    module = importlib.import_module(f"captpathfinder.commands.{name.replace('-', '_')}")
    holder = typer.Typer(rich_markup_mode=None, add_completion=False)
    module.register(holder)
    command = typer.main.get_command(holder)
    return command.commands[name] if isinstance(command, TyperGroup) else command


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"captpathfinder {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    name="captpathfinder",
    help="Finds the senior executives among a community's members and tells the people who care.",
    epilog=EXAMPLES,
    no_args_is_help=True,
    # Drawing help with rich takes longer than everything else that --help does.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def common(
    context: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            metavar="FILE",
            help="Variables from this file count as if they were set; those that are set win.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What stands before the command."""
    context.obj = env_file


def main() -> None:
    """The entry point: errors become one line on standard error and an exit code."""
    try:
        app()
    except SettingsError as error:
        for problem in error.problems:
            typer.secho(problem, fg="red", err=True)
        raise SystemExit(2) from None
    except CaptPathfinderError as error:
        typer.secho(str(error), fg="red", err=True)
        raise SystemExit(1) from None
