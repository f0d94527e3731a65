"""The command line: `captpathfinder …`.

Exit codes: 0 it worked; 1 it did not, and the last line says why; 2 the command or the environment is wrong.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from captpathfinder import __version__
from captpathfinder.commands import dashboard
from captpathfinder.commands.channel_test import send_sample
from captpathfinder.commands.report_links import renew_links
from captpathfinder.commands.tables import print_stats
from captpathfinder.doctor import examine
from captpathfinder.errors import CaptPathfinderError, SettingsError
from captpathfinder.settings import Settings, load_settings
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.telemetry import logs
from captpathfinder.worker.daemon import run_daemon, run_once

app = typer.Typer(
    name="captpathfinder",
    help="Finds the senior executives among a community's members and tells the people who care.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
reports_app = typer.Typer(help="Month-end reports.", no_args_is_help=True)
channels_app = typer.Typer(help="Channels.", no_args_is_help=True)
app.add_typer(reports_app, name="reports")
app.add_typer(channels_app, name="channels")

AnswerT = TypeVar("AnswerT")

out = Console()
err = Console(stderr=True)


@dataclass
class _Options:
    env_file: Path | None = None


@app.callback()
def _common(
    context: typer.Context,
    env_file: Annotated[
        Path | None, typer.Option("--env-file", help="Read variables from this file; the environment wins.")
    ] = None,
) -> None:
    context.obj = _Options(env_file)


def settings_from(context: typer.Context) -> Settings:
    """The settings, with logging set up; ends the process with 2 when they are wrong."""
    options = context.find_root().obj
    settings = load_settings(options.env_file if isinstance(options, _Options) else None)
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    return settings


def call(settings: Settings, work: Callable[[SupabaseApi], Awaitable[AnswerT]]) -> AnswerT:
    """Run `work` with a connection to Supabase and return what it returns."""

    async def connected() -> AnswerT:
        async with SupabaseApi(settings) as api:
            return await work(api)

    return asyncio.run(connected())


@app.command()
def run(context: typer.Context) -> None:
    """Run the worker until it is told to stop (SIGTERM, Ctrl-C)."""
    raise typer.Exit(asyncio.run(run_daemon(settings_from(context))))


@app.command()
def once(context: typer.Context) -> None:
    """Do everything that is due now, and exit: 0, or 1 when an attempt failed."""
    raise typer.Exit(asyncio.run(run_once(settings_from(context))))


@app.command()
def doctor(context: typer.Context) -> None:
    """Check settings, keys, functions, bucket and connections, and say what to do; 1 if one is wrong."""
    settings = settings_from(context)
    raise typer.Exit(asyncio.run(examine(settings, out)))


@app.command()
def stats(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Show what came in, who was found, and what went out."""
    numbers = call(settings_from(context), lambda api: api.call("stats"))
    if as_json:
        typer.echo(json.dumps(numbers, indent=2, ensure_ascii=False))
    elif isinstance(numbers, dict):
        print_stats(out, numbers)


@app.command()
def redrive(
    context: typer.Context,
    job_id: Annotated[int | None, typer.Argument(help="The number of a dead job.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead job.")] = False,
) -> None:
    """Try dead jobs again."""
    if (job_id is None) is not every:
        raise typer.BadParameter("give the number of a job, or --all")
    redriven = call(settings_from(context), lambda api: api.redrive(job_id))
    typer.echo(f"{redriven} job{'' if redriven == 1 else 's'} will be tried again.")
    if job_id is not None and not redriven:
        typer.echo(f"Job {job_id} is not dead, or does not exist.", err=True)
        raise typer.Exit(1)


@app.command("send-digests")
def send_digests(context: typer.Context) -> None:
    """Build the weekly digest now, from everybody who has not been in one."""
    answer = call(settings_from(context), lambda api: api.call("send_digests"))
    typer.echo(_in_words(answer))


@app.command("generate-reports")
def generate_reports(
    context: typer.Context,
    month: Annotated[str | None, typer.Argument(help="Such as 2026-11; this month if not given.")] = None,
) -> None:
    """Build the report of a month now."""
    answer = call(settings_from(context), lambda api: api.call("generate_reports", {"month": _month(month)}))
    typer.echo(_in_words(answer))


@reports_app.command("links")
def report_links(
    context: typer.Context, month: Annotated[str, typer.Argument(help="Such as 2026-11.")]
) -> None:
    """Make new links to the latest report of a month, and print them."""
    settings = settings_from(context)
    report, links, expire_at = asyncio.run(renew_links(settings, _month(month) or ""))
    typer.echo(f"{report.month_label}, revision {report.revision}; until {expire_at:%Y-%m-%d %H:%M %Z}:")
    for form, link in links.items():
        typer.echo(f"{form}: {link}")


@channels_app.command("test")
def channel_test(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The channel's name.")],
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the bot.")] = 300.0,
) -> None:
    """Send a sample to a channel and show the outcome."""
    settings = settings_from(context)
    result = asyncio.run(send_sample(settings, name, timeout))
    typer.echo(f"Delivered: {_in_words(result)}")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _month(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise typer.BadParameter("a month is written like 2026-11")
    return value


def _in_words(answer: object) -> str:
    if isinstance(answer, dict):
        return (
            ", ".join(f"{str(key).replace('_', ' ')}: {_in_words(value)}" for key, value in answer.items())
            or "done"
        )
    if isinstance(answer, list):
        return ", ".join(map(_in_words, answer)) or "none"
    return "none" if answer is None else str(answer)


dashboard.register(app, settings_from)

# Commands of other parts: modules of `captpathfinder.commands` with a `register(app)`.
for _module in ("backfill", "rules", "users"):
    try:
        importlib.import_module(f"captpathfinder.commands.{_module}").register(app)
    except ModuleNotFoundError as _missing:
        if _missing.name != f"captpathfinder.commands.{_module}":
            raise


def main() -> None:
    """The entry point: errors become one line on standard error and an exit code."""
    try:
        app()
    except SettingsError as error:
        for problem in error.problems:
            err.print(problem, style="red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
    except CaptPathfinderError as error:
        err.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
