"""`captpathfinder redrive`: another chance for dead jobs."""

from __future__ import annotations

from typing import Annotated

import typer

from captpathfinder.commands.common import AsJson, call, counted, print_json, settings_from


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("redrive", epilog="Examples: captpathfinder redrive; captpathfinder redrive 17")(redrive)


def redrive(
    context: typer.Context,
    job_id: Annotated[
        int | None,
        typer.Argument(metavar="JOB", help="The number of a dead job; all of them if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try dead jobs again: all of them, or one.

    Mend the cause first: outbox.last_error and `captpathfinder doctor` name it.
    """
    redriven = call(settings_from(context), "Bringing jobs back", lambda api: api.redrive(job_id))
    if as_json:
        print_json({"redriven": redriven})
    elif redriven:
        typer.echo(f"{counted(redriven, 'job')} will be tried again.")
    elif job_id is None:
        typer.echo("No job is dead: there is nothing to try again.")
    if job_id is not None and not redriven:
        typer.echo(f"Job {job_id} is not dead, or does not exist.", err=True)
        raise typer.Exit(1)
