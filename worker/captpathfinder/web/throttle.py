"""Keeps a pace: so many requests a second to one place, however many jobs run at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Throttle:
    """Lets one through every `seconds`, in the order of asking.

    `pause` holds everybody back for a while, because the other side asked for it.
    """

    seconds: float
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _free_at: float = field(default=0.0, init=False)

    async def wait(self) -> None:
        """Return when it is one's turn."""
        now = self.monotonic()
        turn = max(now, self._free_at)
        self._free_at = turn + self.seconds
        if turn > now:
            await self.sleep(turn - now)

    def pause(self, seconds: float) -> None:
        """Let nobody through for so long."""
        self._free_at = max(self._free_at, self.monotonic() + seconds)
