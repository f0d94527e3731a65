"""What the commands share: the settings, a connection, a word while one waits, how answers are printed.

Here and in every command, what takes long to import (Pydantic, Supabase's client, rich) is imported by the
function that needs it: the help needs none of it, and is there at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from captpathfinder.settings import Settings
    from captpathfinder.supabase_project.api import SupabaseApi

AnswerT = TypeVar("AnswerT")

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
Month = Annotated[
    str | None, typer.Argument(metavar="[MONTH]", help="Such as 2026-11; this month if not given.")
]


def settings_from(context: typer.Context) -> Settings:
    """The settings, with logging set up. `SettingsError` when they are wrong."""
    from captpathfinder.settings import load_settings
    from captpathfinder.telemetry import logs

    env_file = context.find_root().obj
    settings = load_settings(env_file if isinstance(env_file, Path) else None)
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    return settings


def call(
    settings: Settings,
    doing: str,
    work: Callable[[SupabaseApi], Awaitable[AnswerT]],
    *,
    patience: float | None = None,
) -> AnswerT:
    """Run `work` with a connection to Supabase and return what it returns.

    `doing` is what somebody who waits reads, such as "Building the digests". An answer is waited for at most
    `patience` seconds, or as long as the worker waits.
    """
    import asyncio

    import httpx

    from captpathfinder.errors import CaptPathfinderError, SupabaseRequestError
    from captpathfinder.supabase_project.answers import what_it_said
    from captpathfinder.supabase_project.api import TIMEOUT, SupabaseApi
    from captpathfinder.telemetry.progress import waiting

    timeout = TIMEOUT if patience is None else httpx.Timeout(patience, connect=TIMEOUT.connect)

    async def connected() -> AnswerT:
        async with SupabaseApi(settings, timeout=timeout) as api, waiting(doing):
            try:
                return await work(api)
            except SupabaseRequestError as error:
                # What was asked for cannot be: the database says so in a sentence of its own.
                if (error.code or "").startswith(("22", "23")):
                    said = what_it_said(error)
                    raise CaptPathfinderError(said[:1].upper() + said[1:]) from error
                raise

    return asyncio.run(connected())


def print_json(answer: object) -> None:
    """Print what a function answered, for programs."""
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def check_month(value: str | None) -> str | None:
    """`value`, if it is a month; else the command line is wrong."""
    if value is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise typer.BadParameter("a month is written like 2026-11")
    return value


def wrapped(line: str, indent: int) -> str:
    """A line as wide as the terminal at most; what does not fit goes on below, `indent` columns in."""
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns, 40)
    return "\n".join(
        textwrap.wrap(
            line, width, subsequent_indent=" " * indent, break_on_hyphens=False, drop_whitespace=True
        )
        or [line]
    )


def counted(number: object, one: str, many: str | None = None) -> str:
    """A number and its noun.

    >>> counted(1, "person", "people"), counted(1200, "job")
    ('1 person', '1,200 jobs')
    """
    count = number if isinstance(number, int) else 0
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
