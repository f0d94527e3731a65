"""Faults on demand, so that what talks to the gateway can be tested against a project that misbehaves.

A fault is set with `POST /_faults`, and all are lifted with `DELETE`; each request needs the header
`X-Control-Token`. The first that applies strikes.
"""

from __future__ import annotations

import random
import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Action = Literal["status", "hang", "cut", "delay", "lose_answer"]


class Fault(BaseModel):
    """One rule: where it applies, what happens there, how often.

    path: prefix of the paths it applies to. action: `lose_answer` carries the request out and cuts the
    connection before the answer. status, retry_after: of the answer of `status`. delay: seconds before the
    request is passed on. times, seconds, probability: to how many, how long, to what share of the requests.
    """

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(pattern="^/")]
    action: Action
    status: Annotated[int, Field(ge=400, le=599)] = 503
    retry_after: Annotated[float, Field(ge=0)] | None = None
    delay: Annotated[float, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[float, Field(gt=0)] | None = None
    probability: Annotated[float, Field(ge=0, le=1)] = 1


class Faults:
    """The faults in force, in the order they were set."""

    def __init__(self) -> None:
        self._set: list[_SetFault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._set.append(_SetFault(fault))

    def clear(self) -> None:
        """Lift all."""
        self._set.clear()

    def strike(self, path: str) -> Fault | None:
        """Return the fault that this request meets, and count it."""
        for entry in self._set:
            if entry.applies(path):
                entry.hits += 1
                return entry.fault
        return None


class _SetFault:
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.hits = 0
        self._set_at = time.monotonic()

    def applies(self, path: str) -> bool:
        fault = self.fault
        return (
            path.startswith(fault.path)
            and (fault.times is None or self.hits < fault.times)
            and (fault.seconds is None or time.monotonic() < self._set_at + fault.seconds)
            and random.random() < fault.probability  # noqa: S311 (which request is lost is no secret)
        )
