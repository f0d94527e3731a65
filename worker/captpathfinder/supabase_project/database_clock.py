"""The database's time, as this process knows it without asking each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class DatabaseClock:
    """An answer of the database's clock, and what the monotonic clock has counted since.

    This machine's own clock may be wrong, may be set while the process runs, and differs from another
    worker's; what one worker notes for another, and what is compared with times in the database, goes by
    this one. Exact to half the round trip of the answer. Until there was one, `now` is this machine's clock.
    """

    def __init__(self, monotonic: Callable[[], float], wall: Callable[[], datetime]) -> None:
        self.monotonic = monotonic
        self._wall = wall
        self._known: tuple[datetime, float] | None = None

    def learn(self, asked_at: float, answer: datetime) -> None:
        """Note the database's time from an answer to what was asked at `asked_at` (monotonic)."""
        self._known = answer, (asked_at + self.monotonic()) / 2

    def now(self) -> datetime:
        """The database's time, with its zone."""
        return self.at(self.monotonic())

    def at(self, moment: float) -> datetime:
        """The database's time at a moment of the monotonic clock."""
        then, at = self._known or (self._wall(), self.monotonic())
        return then + timedelta(seconds=moment - at)
