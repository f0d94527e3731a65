"""Misbehaviour on command: what can be asked for, and what is in force.

The server asks the board at each place where a fault can act; with nothing posted, every answer is
"behave". See README.md for each fault and the trouble of the hosted server it stands for.
"""

from __future__ import annotations

import random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from local.realtime.clock import Clock

Seconds = Annotated[float, Field(ge=0, le=86_400)]
Refusal = Literal["503", "reset"]


class _Fault(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reset(_Fault):
    """Every connection is torn down with a TCP reset, at once; new ones are welcome."""

    fault: Literal["reset"]


class Restart(_Fault):
    """The server "stops" and is back after `seconds`, cold: close 1012 (`stop`) or a reset (`kill`)."""

    fault: Literal["restart"]
    seconds: Seconds
    how: Literal["stop", "kill"] = "stop"


class ExpireTokens(_Fault):
    """Every joined channel is told that its token has expired, and closed."""

    fault: Literal["expire_tokens"]


class RepeatSubscribed(_Fault):
    """Every joined channel gets "Subscribed to PostgreSQL" once more."""

    fault: Literal["repeat_subscribed"]


class _Lasting(_Fault):
    """In force for `seconds`, or until cleared."""

    seconds: Seconds | None = None


class RefuseUpgrades(_Lasting):
    """New connections are answered 503 or reset; old ones live on."""

    fault: Literal["refuse_upgrades"]
    how: Refusal = "503"


class Silent(_Lasting):
    """Connections are accepted and stay open, but nothing is sent or read: no reply, no pong."""

    fault: Literal["silent"]


class Deaf(_Lasting):
    """Joins and heartbeats are answered, but no change arrives, as while Postgres restarts."""

    fault: Literal["deaf"]


class DelayChanges(_Lasting):
    """Each change is sent `delay` seconds late, in order."""

    fault: Literal["delay_changes"]
    delay: Seconds


class _Counted(_Lasting):
    """In force for the next `times`, for `seconds`, or until cleared."""

    times: Annotated[int, Field(ge=1)] | None = None


class Cold(_Counted):
    """Subscriptions find a cold server: joined at once, listened for `wait` seconds later; rows are lost."""

    fault: Literal["cold"]
    wait: Seconds
    times: Annotated[int, Field(ge=1)] | None = 1


class RefuseSubscription(_Counted):
    """Subscriptions are refused as if their table were not in the publication."""

    fault: Literal["refuse_subscription"]


class Unauthorized(_Counted):
    """Changes arrive as "Error 401: Unauthorized", without their row."""

    fault: Literal["unauthorized"]


class DropChanges(_Counted):
    """Changes are lost, each with `probability`."""

    fault: Literal["drop_changes"]
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0

    @model_validator(mode="after")
    def _either_or(self) -> DropChanges:
        if self.times is not None and self.probability != 1.0:
            raise ValueError("give `times` or `probability`, not both")
        return self


Immediate = Reset | Restart | ExpireTokens | RepeatSubscribed
Lasting = (
    RefuseUpgrades | Silent | Deaf | DelayChanges | Cold | RefuseSubscription | Unauthorized | DropChanges
)
Fault = Annotated[Immediate | Lasting, Field(discriminator="fault")]
FaultAdapter: TypeAdapter[Immediate | Lasting] = TypeAdapter(Fault)


class FaultBoard:
    """The lasting faults in force; at most one of a kind, the latest."""

    def __init__(self, clock: Clock, chance: random.Random | None = None) -> None:
        self._clock = clock
        self._chance = chance or random.Random()  # noqa: S311 (which message to lose is no secret)
        self._active: dict[str, tuple[Lasting, float | None, int | None]] = {}

    def set(self, fault: Lasting) -> None:
        """Put a fault in force, in the place of an earlier one of its kind."""
        ends = None if fault.seconds is None else self._clock.monotonic() + fault.seconds
        self._active[fault.fault] = (fault, ends, fault.times if isinstance(fault, _Counted) else None)

    def clear(self) -> None:
        """End all faults."""
        self._active.clear()

    def active(self) -> list[dict[str, object]]:
        """What is in force, with what is left of it, as JSON-ready objects."""
        shown: list[dict[str, object]] = []
        for name in list(self._active):
            if (fault := self._find(name)) is None:
                continue
            _, ends, times = self._active[name]
            left = None if ends is None else round(ends - self._clock.monotonic(), 3)
            shown.append(fault.model_dump(exclude_none=True) | {"seconds_left": left, "times_left": times})
        return shown

    @property
    def silent(self) -> bool:
        """Whether nothing may be sent or read now."""
        return self._find("silent") is not None

    @property
    def deaf(self) -> bool:
        """Whether changes, and the news of being subscribed, are withheld now."""
        return self._find("deaf") is not None

    @property
    def refused_upgrades(self) -> Refusal | None:
        """How new connections are refused now, if they are."""
        fault = self._find("refuse_upgrades")
        return fault.how if isinstance(fault, RefuseUpgrades) else None

    @property
    def delay(self) -> float:
        """By how many seconds changes are late now."""
        fault = self._find("delay_changes")
        return fault.delay if isinstance(fault, DelayChanges) else 0.0

    def take_cold(self) -> float:
        """How many seconds this subscription has to wait before it is listened for; counts."""
        fault = self._take("cold")
        return fault.wait if isinstance(fault, Cold) else 0.0

    def take_refusal(self) -> bool:
        """Whether this subscription is to be refused; counts."""
        return self._take("refuse_subscription") is not None

    def take_unauthorized(self) -> bool:
        """Whether this change is to arrive as unauthorized; counts."""
        return self._take("unauthorized") is not None

    def take_drop(self) -> bool:
        """Whether this change is to be lost; counts."""
        fault = self._take("drop_changes")
        return isinstance(fault, DropChanges) and self._chance.random() < fault.probability

    def _find(self, name: str) -> Lasting | None:
        if name not in self._active:
            return None
        fault, ends, _ = self._active[name]
        if ends is not None and self._clock.monotonic() >= ends:
            del self._active[name]
            return None
        return fault

    def _take(self, name: str) -> Lasting | None:
        fault = self._find(name)
        if fault is None:
            return None
        _, ends, times = self._active[name]
        if times is not None:
            if times == 1:
                del self._active[name]
            else:
                self._active[name] = (fault, ends, times - 1)
        return fault
