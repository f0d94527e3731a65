"""How long the worker sleeps between two looks at the outbox: pure arithmetic, with time passed in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class Pace:
    """Quick while things happen or Realtime is not confirmed, slow when idle and Realtime is listening.

    `quick` and `slow` are seconds. No interval is longer than `slow`: that is the guarantee.
    """

    quick: float
    slow: float
    _current: float = field(init=False)

    def __post_init__(self) -> None:
        self._current = self.quick

    def found_work(self) -> None:
        """Jobs were found."""
        self._current = self.quick

    def found_nothing(self, *, listening: bool) -> None:
        """The outbox was empty."""
        self._current = min(self._current * 2, self.slow) if listening else self.quick

    def interval(self, *, listening: bool) -> float:
        """Seconds until the next look."""
        return self._current if listening else self.quick


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
