"""`captpathfinder generate-reports`: the report of a month, before its time or again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from captpathfinder.commands.common import (
    AsJson,
    Month,
    call,
    check_month,
    counted,
    print_json,
    settings_from,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("generate-reports", epilog="Example: captpathfinder generate-reports 2026-11")(
        generate_reports
    )


def generate_reports(context: typer.Context, month: Month = None, as_json: AsJson = False) -> None:
    """Build the report of a month now, and send it to the channels that get reports.

    A month that has not changed since its last report is rendered again, with new links, and told to nobody.
    The worker does both.
    """
    wanted = check_month(month)
    answer = call(
        settings_from(context),
        "Building the report",
        lambda api: api.call("generate_reports", {"month": wanted}),
    )
    if as_json or not isinstance(answer, dict):
        print_json(answer)
    else:
        typer.echo(in_words(answer))


def in_words(answer: Mapping[str, Any]) -> str:
    """What `generate_reports()` answers, as a sentence or two."""
    which = f"{answer.get('month')}, revision {answer.get('revision')}"
    people = counted(answer.get("total"), "person", "people")
    if answer.get("status") == "unchanged":
        return (
            f"Nothing has changed in the report of {which} ({people}). The worker renders it again, with new "
            "links, and tells nobody."
        )
    return (
        f"Built the report of {which}: {people}. The worker renders it now, then sends it to the channels "
        f"that get reports; `captpathfinder reports links {answer.get('month')}` prints its links."
    )
