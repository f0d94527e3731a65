"""Faults on demand, so that what talks to the gateway can be tested against a project that misbehaves.

A fault is set with `POST /_faults`, listed with `GET`, removed with `DELETE` (all, or `?id=`); each request
needs the header `X-Control-Token`. Fields of the JSON body:

    path         prefix of the paths it applies to (required)
    method       only this HTTP method
    action       status | hang | cut | delay | lose_answer (required)
                 lose_answer: the request is carried out, then the connection is cut before the answer
    status       for `status`: HTTP status, default 503
    retry_after  for `status`: value of the Retry-After header, seconds
    delay        for `delay`: seconds before the request is passed on
    times        apply to that many requests, then no more
    seconds      apply for so long
    probability  apply to that share of the requests, 0 to 1
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Action = Literal["status", "hang", "cut", "delay", "lose_answer"]


class Fault(BaseModel):
    """One rule: where it applies, what happens there, how often."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(pattern="^/")]
    action: Action
    method: str | None = None
    status: Annotated[int, Field(ge=400, le=599)] = 503
    retry_after: Annotated[float, Field(ge=0)] | None = None
    delay: Annotated[float, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[float, Field(gt=0)] | None = None
    probability: Annotated[float, Field(ge=0, le=1)] = 1


class SetFault(BaseModel):
    """A fault that is in force, and how often it has struck."""

    id: int
    fault: Fault
    set_at: float
    hits: int = 0


class Faults:
    """The faults in force, in the order they were set; the first that applies strikes.

    clock: seconds, monotonic. chance: a number from 0 up to 1.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._ids = itertools.count(1)
        self._set: dict[int, SetFault] = {}

    def add(self, fault: Fault) -> int:
        """Put a fault in force and return its id."""
        number = next(self._ids)
        self._set[number] = SetFault(id=number, fault=fault, set_at=self._clock())
        return number

    def remove(self, number: int | None = None) -> None:
        """Lift one fault, or all."""
        if number is None:
            self._set.clear()
        else:
            self._set.pop(number, None)

    def all(self) -> list[SetFault]:
        """Return every fault that was set and not removed, used up or not."""
        return list(self._set.values())

    def strike(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and count it."""
        for entry in self._set.values():
            if self._applies(entry, method, path):
                entry.hits += 1
                return entry.fault
        return None

    def _applies(self, entry: SetFault, method: str, path: str) -> bool:
        fault = entry.fault
        if not path.startswith(fault.path) or (fault.method is not None and fault.method.upper() != method):
            return False
        if fault.times is not None and entry.hits >= fault.times:
            return False
        if fault.seconds is not None and self._clock() > entry.set_at + fault.seconds:
            return False
        return self._chance() < fault.probability
