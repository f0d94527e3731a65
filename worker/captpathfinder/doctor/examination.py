"""Runs the checks in order and prints what each finds, as they finish."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Iterable

from rich.console import Console

from captpathfinder.context import open_context
from captpathfinder.doctor.delivery_checks import check_channels, check_control_room, check_endpoints
from captpathfinder.doctor.findings import Check, Finding, ok, wrong
from captpathfinder.doctor.project_checks import (
    check_clock,
    check_functions,
    check_health,
    check_key,
    check_schema,
    check_storage,
)
from captpathfinder.doctor.public_check import check_public_pages
from captpathfinder.doctor.realtime_check import check_realtime
from captpathfinder.doctor.rendering_check import check_rendering
from captpathfinder.settings import Settings
from captpathfinder.telemetry.progress import waiting
from captpathfinder.telemetry.redaction import Redactor
from captpathfinder.worker.decisions import decide

# No check may take longer, in seconds; a cold Realtime server needs a few.
LONGEST_CHECK = 60.0

_MARKS = {"ok": ("✓", "green"), "wrong": ("✗", "red"), "note": ("!", "yellow"), "skipped": ("-", "dim")}


async def examine(settings: Settings, console: Console) -> int:
    """Print what each check finds; 0 when nothing is wrong, else 1."""
    is_wrong = False
    async with open_context(settings) as context:
        checks: list[tuple[str, Check]] = [
            ("Supabase", lambda: check_key(context)),
            ("functions", lambda: check_functions(context)),
            ("schema", lambda: check_schema(context)),
            ("clock", lambda: check_clock(context)),
            ("storage", lambda: check_storage(context)),
            ("realtime", lambda: check_realtime(context)),
            ("control room", lambda: check_control_room(context)),
            ("channels", lambda: check_channels(context)),
            ("simple endpoints", lambda: check_endpoints(context)),
            ("public pages", lambda: check_public_pages(context)),
            ("PDF", lambda: check_rendering(context)),
            ("health", lambda: check_health(context)),
        ]
        _print(console, settings, [ok("settings", f"complete; project {settings.supabase_url}")])
        for subject, check in checks:
            async with waiting(f"Checking {subject}"):
                findings = await _run(subject, check)
            _print(console, settings, findings)
            is_wrong = is_wrong or any(finding.verdict == "wrong" for finding in findings)
            if subject == "Supabase" and is_wrong:
                # Without a key that works, every other answer would be the same one.
                break
    return 1 if is_wrong else 0


async def _run(subject: str, check: Check) -> list[Finding]:
    try:
        async with asyncio.timeout(LONGEST_CHECK):
            return await check()
    except TimeoutError:
        return [
            wrong(subject, f"no answer within {LONGEST_CHECK:.0f} s.", "Check the network, then try again.")
        ]
    except Exception as error:  # noqa: BLE001  (one check that fails must not hide the others)
        return [wrong(subject, decide(error).why, "")]


def _print(console: Console, settings: Settings, findings: Iterable[Finding]) -> None:
    # Made anew, because channels bring secrets of their own.
    redactor = Redactor(settings.secrets())
    for finding in findings:
        mark, style = _MARKS[finding.verdict]
        advice = f" {finding.advice}" if finding.advice else ""
        text = redactor.text(f"{mark} {finding.subject}: {finding.detail}{advice}")
        if console.is_terminal:
            # For people between words; for programs, a finding stays a line.
            text = textwrap.fill(
                text, console.width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            )
        console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
