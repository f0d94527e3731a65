"""How long to wait before trying again: pure arithmetic."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass
class Backoff:
    """Exponential waiting with jitter: `first`, then twice as long each time, at most `most` seconds."""

    first: float
    most: float
    _failures: int = 0

    @property
    def failures(self) -> int:
        """How often it failed in a row."""
        return self._failures

    def next(self) -> float:
        """Seconds to wait after one more failure, between half and all of the exponential value."""
        whole = min(self.most, self.first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return whole * random.uniform(0.5, 1.0)  # noqa: S311  (spreads load, guards nothing)

    def reset(self) -> None:
        """It worked."""
        self._failures = 0
