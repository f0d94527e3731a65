"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "wrong", "skipped", "note"]


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report. `advice` says what to do; only `wrong` makes the exit code 1."""

    subject: str
    verdict: Verdict
    detail: str
    advice: str = ""


Check = Callable[[], Awaitable[list[Finding]]]


def ok(subject: str, detail: str) -> Finding:
    """It works."""
    return Finding(subject, "ok", detail)


def wrong(subject: str, detail: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(subject, "wrong", detail, advice)


def note(subject: str, detail: str, advice: str = "") -> Finding:
    """It works, but somebody may want to know."""
    return Finding(subject, "note", detail, advice)


def skipped(subject: str, detail: str) -> Finding:
    """Not checked, and why."""
    return Finding(subject, "skipped", detail)
