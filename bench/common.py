"""What the benchmarks share: the row that each result is, and timing two things side by side."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class BenchRow:
    """One result.

    name: what was measured. measured, reference: the two figures with their units, as text; the reference is
    what `measured` is held against. ratio: measured to reference; larger is better unless it is a cost.
    note: what the reference is, and how it was measured.
    """

    name: str
    measured: str
    reference: str = ""
    ratio: float | None = None
    note: str = ""


def seconds(action: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def side_by_side(
    first: Callable[[], object], second: Callable[[], object], rounds: int = 5
) -> tuple[float, float]:
    """Return the median seconds of each of two actions, run in turns after one round that does not count."""
    first()
    second()
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def percentile(values: list[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
