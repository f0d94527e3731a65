"""What becomes of a job whose attempt failed: one pure function from the error to a decision.

When a retry happens is the database's business (jittered exponential backoff up to `max_attempts`), unless
the error knows better.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from pydantic import ValidationError

from captpathfinder.errors import CaptPathfinderError, PermanentError, SupabaseRefusedError, TransientError

# Nobody is served by a job that sleeps for days because a server said so. One hour, in seconds.
LONGEST_RETRY_AFTER = 3600.0
# What a refused Supabase key waits: nothing else works either, and only a person can mend it.
REFUSED_RETRY_AFTER = 300.0


@dataclass(frozen=True)
class Retry:
    """Try again `after` so many seconds; None: when the database's backoff says."""

    why: str
    after: float | None = None


@dataclass(frozen=True)
class GiveUp:
    """Do not try again until somebody has changed something and redriven the job."""

    why: str


Decision = Retry | GiveUp


def decide(error: BaseException) -> Decision:
    """Retry or give up after `error`.

    An error that nobody foresaw is retried: `max_attempts` bounds it, and giving up at once would turn a
    passing surprise into a lost message. Its text is left out, as it may quote anything.
    """
    if isinstance(error, CaptPathfinderError):
        return _decide_foreseen(error)
    if isinstance(error, ValidationError):
        return GiveUp(describe_validation(error))
    if isinstance(error, httpx.HTTPError):
        return Retry(f"the network failed ({type(error).__name__})")
    if isinstance(error, TimeoutError):
        return Retry("it took too long")
    return Retry(f"an unexpected error ({type(error).__name__}); the worker's log has its traceback")


def _decide_foreseen(error: CaptPathfinderError) -> Decision:
    if isinstance(error, SupabaseRefusedError):
        return Retry(str(error), REFUSED_RETRY_AFTER)
    if isinstance(error, PermanentError):
        return GiveUp(str(error))
    after = error.retry_after if isinstance(error, TransientError) else None
    return Retry(str(error), None if after is None else min(max(after, 0.0), LONGEST_RETRY_AFTER))


def describe_validation(error: ValidationError) -> str:
    """One line that names each wrong field, without its value."""
    problems = []
    for detail in error.errors(include_url=False, include_input=False)[:8]:
        where = ".".join(str(part) for part in detail["loc"])
        problem = detail["msg"].removeprefix("Value error, ")
        problems.append(f"{where}: {problem}" if where else problem)
    return f"{error.title} is not valid: {'; '.join(problems)}"
