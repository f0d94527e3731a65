"""The time of the stand-in: the machine's, moved forward on request, or a test's own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta


def machine_time() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the time of ``source`` plus whatever :meth:`advance` has added, and sleeps by it."""

    def __init__(self, source: Callable[[], datetime] = machine_time) -> None:
        self._source = source
        self._added = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The current time, with a time zone."""
        return self._source() + self._added

    def advance(self, seconds: float) -> None:
        """Move the time forward; whoever sleeps notices at once."""
        self._added += timedelta(seconds=seconds)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float) -> None:
        """Return once ``seconds`` have passed on this clock."""
        end = self.now() + timedelta(seconds=seconds)
        while (left := (end - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)
