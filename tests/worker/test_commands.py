"""The table of commands, what the help shows and costs, and how answers are put into words."""

import asyncio
import importlib
import io
import os
import pkgutil
import subprocess
import sys
from typing import Any

import pytest
from rich.console import Console
from typer._click.core import Command
from typer.core import TyperGroup
from typer.testing import CliRunner

from captpathfinder import cli, commands
from captpathfinder.commands import generate_reports, send_digests, users
from captpathfinder.commands.speech import Speech
from captpathfinder.commands.tables import print_stats
from captpathfinder.telemetry import progress
from local.migrations import PROJECT

# What costs tenths of a second to import, and no help needs.
SLOW = {"httpx", "pydantic", "supabase", "rich", "starlette", "jinja2", "structlog", "weasyprint", "asyncio"}


def test_every_command_is_in_the_table_once_and_says_there_what_its_help_says() -> None:
    modules = {
        module.name: importlib.import_module(f"captpathfinder.commands.{module.name}")
        for module in pkgutil.iter_modules(commands.__path__)
    }
    registering = {name.replace("_", "-") for name, module in modules.items() if hasattr(module, "register")}
    assert registering == set(cli.COMMANDS)
    for name, said in cli.COMMANDS.items():
        assert (cli.load(name).help or "").splitlines()[0] == said


def test_every_command_has_an_example() -> None:
    def epilogs(command: Command, path: str) -> dict[str, str | None]:
        if isinstance(command, TyperGroup):
            return {
                key: value
                for name, inner in command.commands.items()
                for key, value in epilogs(inner, f"{path} {name}").items()
            }
        return {path: command.epilog or (command.help if "Example" in (command.help or "") else None)}

    found = {key: value for name in cli.COMMANDS for key, value in epilogs(cli.load(name), name).items()}
    assert [path for path, example in found.items() if not example] == []


def test_no_line_of_a_groups_help_is_cut_at_80_columns() -> None:
    groups = [name for name in cli.COMMANDS if isinstance(cli.load(name), TyperGroup)]
    assert len(groups) >= 6
    for name in groups:
        shown = CliRunner().invoke(cli.app, [name, "--help"], terminal_width=80)
        assert shown.exit_code == 0
        commands_shown = shown.stdout.partition("Commands:")[2]
        assert commands_shown
        assert "..." not in commands_shown


@pytest.mark.parametrize(
    "command", [[], *([name] for name in cli.COMMANDS), ["rules", "explain"], ["users", "forget"]]
)
def test_the_help_imports_nothing_that_is_slow(command: list[str]) -> None:
    program = (
        "import sys; from captpathfinder import cli\n"
        f"try: cli.app([*{command!r}, '--help'])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT / "worker")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    help_text, _, loaded = done.stdout.rstrip().rpartition("\n")
    assert "--help" in help_text
    assert SLOW & set(loaded.split()) == set()


def test_a_misspelt_command_is_asked_about() -> None:
    answer = CliRunner().invoke(cli.app, ["redrve"])
    assert answer.exit_code == 2
    assert "There is no command redrve. Did you mean redrive?" in answer.output


def test_a_missing_module_of_a_command_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "captpathfinder.commands.common", None)
    monkeypatch.delitem(sys.modules, "captpathfinder.commands.stats", raising=False)
    with pytest.raises(ModuleNotFoundError, match="common"):
        cli.load("stats")


def test_numbers_are_printed_in_words_within_eighty_columns() -> None:
    speech = Speech(
        "America/New_York",
        {"csuite": "C-level executive", "vp": "Vice president"},
        {"csuite": "C-level executives", "vp": "Vice presidents"},
    )
    numbers = {
        "executives": {"vp": 1200, "csuite": 2},
        "outbox": {
            "dead": 0,
            "pending": 1,
            "running": 0,
            "oldest_pending_at": "2026-11-28T03:08:15.094255+00:00",
            "oldest_due_at": None,
            "by_channel": [{"count": 1200, "status": "done", "channel": None}],
        },
        "webhooks": {
            "last_30_days": {"processed": 3, "too_large": 4},
            "by_source": [
                {"count": 3, "source": "gainsight [red]", "outcome": "processed"},
                {"count": 4, "source": "(unknown)", "outcome": "too_large"},
            ],
        },
        "detections": {"last_30_days": 3, "by_day": [{"vp": 3, "day": "2026-11-28", "csuite": 1}]},
        "deliveries": {
            "last_30_days": {"retry": 2},
            "by_channel": [{"channel": "mail", "kind": "report_message", "outcome": "retry", "count": 2}],
        },
        "later": {"of_a_later_version": {"so_many": 5}},
    }
    console = Console(width=80, file=io.StringIO(), force_terminal=False)
    print_stats(console, numbers, speech)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert "{" not in printed
    assert max(map(len, printed.splitlines())) <= 80
    lines = [" ".join(line.strip("│ ").split()) for line in printed.splitlines()]
    for line in (
        "no channel: done │ 1,200",
        "The oldest waits since │ 27 November 2026, 22:08 (America/New_York)",
        "gainsight [red]: processed │ 3",
        "Refused: too large │ 4",
        "28 November 2026 │ 1 C-level executive, 3 vice presidents",
        "mail, report: tell a channel: failed; tried again later │ 2",
        "of a later version: so many │ 5",
    ):
        assert line in lines
    assert lines.index("C-level executives │ 2") < lines.index("Vice presidents │ 1,200")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"status": "built", "people": 12, "digests": 2, "channels": 1},
            "2 messages to 1 channel, with 12 people. The",
        ),
        (
            {"status": "built", "people": 2, "digests": 2, "channels": 2},
            "with 2 people (whoever two channels hear of counts twice)",
        ),
        ({"status": "empty", "people": 0}, "Nobody new since the last digest"),
        ({"status": "no_channel", "held": 1}, "1 person waits for one"),
        ({"status": "postponed", "why_not": "later"}, "status: postponed, why not: later"),
    ],
)
def test_digests_are_told_in_sentences(answer: dict[str, Any], said: str) -> None:
    assert said in send_digests.in_words(answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"status": "built", "month": "2026-11", "revision": 2, "total": 1, "told": True},
            "Built the report of November 2026, revision 2: 1 person. The worker renders it now, and then",
        ),
        (
            {"status": "built", "month": "2026-11", "revision": 2, "total": 1, "told": False},
            "The worker renders it now, and tells nobody",
        ),
        (
            {"status": "unchanged", "month": "2026-11", "revision": 1, "total": 7, "told": False},
            "tells nobody",
        ),
        (
            {"status": "unchanged", "month": "2026-11", "revision": 1, "total": 7, "told": True},
            "sends it to the",
        ),
    ],
)
def test_reports_are_told_in_sentences(answer: dict[str, Any], said: str) -> None:
    assert said in generate_reports.in_words(answer)


def test_forgetting_says_what_was_erased() -> None:
    answer = {"user_state": 1, "detections": 2, "events": 1, "digests": 0, "jobs": 0, "reports": 1}
    assert users.in_words("2000", answer, Speech()) == (
        "Forgotten: 2000 (what is known of them now, 2 changes, 1 webhook, 1 report).\n"
        "The worker makes the reports anew without them.\n"
        "Backups and downloaded files are beyond reach."
    )


def test_forgetting_somebody_unknown_says_that_nothing_was_stored_and_records_it() -> None:
    nothing = dict.fromkeys(("user_state", "detections", "events", "digests", "jobs", "reports"), 0)
    said = users.in_words("2001", nothing, Speech())
    assert said.startswith("Nothing was stored about 2001.")
    assert "recorded" in said


async def test_whoever_waits_is_told_what_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SILENCE", 0.0)
    async with progress.waiting("Building the digests"):
        # Long enough for the word, which comes as soon as the loop turns.
        for _ in range(10):
            await asyncio.sleep(0)
    assert capsys.readouterr().err == "Building the digests …\n"


async def test_whoever_does_not_wait_reads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    async with progress.waiting("Building the digests"):
        await asyncio.sleep(0)
    assert capsys.readouterr().err == ""
