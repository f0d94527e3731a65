"""How long the worker sleeps between two looks at the outbox: pure arithmetic, with time passed in."""

from __future__ import annotations

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
