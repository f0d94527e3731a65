"""Misbehaviour on command: what can be asked for, and what is in force; README.md says what it stands for."""

from __future__ import annotations

import asyncio
import contextlib
import time
from math import inf
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Literal[
    "reset",
    "restart",
    "expire_tokens",
    "repeat_subscribed",
    "refuse_upgrades",
    "silent",
    "deaf",
    "refuse_subscription",
    "unauthorized",
    "drop_changes",
]
# What happens once, at once; everything else lasts.
IMMEDIATE: frozenset[Name] = frozenset({"reset", "restart", "expire_tokens", "repeat_subscribed"})


class Fault(BaseModel):
    """What is posted: `seconds` that it lasts (without: until cleared); `how` a restart looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: Name
    seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    how: Literal["stop", "kill"] = "stop"


class Faults:
    """The lasting faults in force: at most one of a kind, the latest."""

    def __init__(self) -> None:
        self._ends: dict[Name, float] = {}
        self._cleared = asyncio.Event()
        # How a new connection is refused while "refuse_upgrades" is in force.
        self.how: Literal["stop", "kill"] = "stop"

    def set(self, name: Name, seconds: float | None) -> None:
        """Put a fault in force, for so long or until cleared."""
        self._ends[name] = inf if seconds is None else time.monotonic() + seconds

    def clear(self) -> None:
        """End all faults."""
        self._ends.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def active(self) -> list[Name]:
        """What is in force."""
        return [name for name in self._ends if self.has(name)]

    def has(self, name: Name) -> bool:
        """Whether this fault is in force now."""
        return time.monotonic() < self._ends.get(name, 0)

    async def over(self, name: Name) -> None:
        """Return when this fault is not, or no longer, in force."""
        while (left := self._ends.get(name, 0) - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if left == inf else left):
                    await self._cleared.wait()
