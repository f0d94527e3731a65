"""`captpathfinder generate-reports`: the report of a month, before its time or again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from captpathfinder.codes import month
from captpathfinder.commands.common import (
    AsJson,
    Month,
    call,
    check_month,
    counted,
    print_json,
    settings_from,
    wrapped,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("generate-reports", epilog="Example: captpathfinder generate-reports 2026-11")(
        generate_reports
    )


def generate_reports(
    context: typer.Context,
    label: Month = None,
    no_send: Annotated[
        bool, typer.Option("--no-send", help="Make its files, and tell no channel of it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the report of a month now, and send it to the channels that get reports.

    A month that has not changed since its last report is rendered again, with new links, and told to nobody
    twice: only one that was built with --no-send is told now. The worker does all of it.
    """
    wanted = check_month(label)
    answer = call(
        settings_from(context),
        "Building the report",
        lambda api: api.call("generate_reports", {"month": wanted, "told": not no_send}),
    )
    if as_json or not isinstance(answer, dict):
        print_json(answer)
    else:
        typer.echo(wrapped(in_words(answer), 0))


def in_words(answer: Mapping[str, Any]) -> str:
    """What `generate_reports()` answers, as a sentence or two."""
    which = f"{month(str(answer.get('month')))}, revision {answer.get('revision')}"
    people = counted(answer.get("total"), "person", "people")
    is_told = answer.get("told") is True
    sent = "then sends it to the channels that get reports" if is_told else "tells nobody"
    if answer.get("status") == "unchanged":
        return (
            f"Nothing has changed in the report of {which} ({people}). The worker renders it again, with new "
            f"links, and {sent}."
        )
    return (
        f"Built the report of {which}: {people}. The worker renders it now, and {sent}; "
        f"`captpathfinder reports links {answer.get('month')}` prints its links."
    )
