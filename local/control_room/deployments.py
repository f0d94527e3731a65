"""Deployments: what was asked, how each one progresses with time, and how it ends."""

import heapq
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, JsonValue

#: The part of a run that is over when a deployment goes from DEPLOYED to QUEUED, and from QUEUED to RUNNING.
QUEUED_AFTER = 0.2
RUNNING_AFTER = 0.4


@dataclass(frozen=True, slots=True)
class Plan:
    """How a deployment will go. Times are in seconds after the deploy."""

    takes: float
    #: The status it ends in, or stays in when ``ends`` is false.
    outcome: str = "COMPLETED"
    ends: bool = True
    #: Whether the bot does its work.
    delivers: bool = True
    #: When the activity list first shows it; None: never.
    row_after: float | None = 0.0


class Record(BaseModel):
    """A deployment as its line in ``deployments.jsonl`` holds it."""

    sequence: int
    deployed_at: AwareDatetime
    api: str
    deployment_id: str
    automation_id: str
    automation_name: str
    bot_id: int
    plan: Plan
    request: dict[str, JsonValue]


@dataclass(slots=True)
class Deployment:
    """A deployment that was accepted. Its status follows from the time, so there is nothing to keep up."""

    sequence: int
    deployed_at: datetime
    api: str
    deployment_id: str
    automation_id: str
    automation_name: str
    bot_id: int
    bot_name: str
    plan: Plan
    #: What the bot is to work with; dropped once it has.
    inputs: dict[str, object] | None
    delivered: bool = False

    @property
    def ends_at(self) -> datetime | None:
        """When it reaches its end; None if it never does."""
        return self.deployed_at + timedelta(seconds=self.plan.takes) if self.plan.ends else None

    def ended(self, now: datetime) -> bool:
        """Whether it has reached its end."""
        return self.ends_at is not None and now >= self.ends_at

    def status(self, now: datetime) -> str:
        """DEPLOYED, QUEUED, RUNNING, and then the status it was told to have."""
        elapsed = (now - self.deployed_at).total_seconds()
        if elapsed >= self.plan.takes:
            return self.plan.outcome
        if elapsed < self.plan.takes * QUEUED_AFTER:
            return "DEPLOYED"
        if elapsed < self.plan.takes * RUNNING_AFTER or self.plan.outcome == "DEPLOY_FAILED":
            return "QUEUED"
        return "RUNNING"

    def progress(self, now: datetime) -> int:
        """How far it is, in per cent."""
        if self.ended(now):
            return 100
        elapsed = (now - self.deployed_at).total_seconds()
        return min(99, int(100 * elapsed / self.plan.takes)) if self.plan.takes else 0

    @property
    def listed_at(self) -> datetime | None:
        """When the activity list first shows it; None if it never does."""
        after = self.plan.row_after
        return None if after is None else self.deployed_at + timedelta(seconds=after)

    def listed(self, now: datetime) -> bool:
        """Whether the activity list shows it yet."""
        return self.listed_at is not None and now >= self.listed_at


class Deployments:
    """Every deployment, in the order of arrival, found by id or name without going through all of them."""

    def __init__(self) -> None:
        self._all: list[Deployment] = []
        self._by_id: dict[str, Deployment] = {}
        self._by_name: dict[str, list[Deployment]] = {}
        self._due: list[tuple[datetime, int, Deployment]] = []
        self._unlisted: list[datetime] = []
        self._listed = 0

    def add(self, deployment: Deployment) -> None:
        """Take a new one in; it becomes due when it is to do its work."""
        self._all.append(deployment)
        self._by_id[deployment.deployment_id] = deployment
        self._by_name.setdefault(deployment.automation_name, []).append(deployment)
        if deployment.listed_at is not None:
            heapq.heappush(self._unlisted, deployment.listed_at)
        if deployment.ends_at is not None and deployment.plan.delivers and not deployment.delivered:
            heapq.heappush(self._due, (deployment.ends_at, deployment.sequence, deployment))

    def all(self) -> list[Deployment]:
        """All of them, oldest first."""
        return self._all

    def with_id(self, deployment_id: str) -> list[Deployment]:
        """The one of this id, if there is one."""
        found = self._by_id.get(deployment_id)
        return [found] if found else []

    def with_name(self, automation_name: str) -> list[Deployment]:
        """All of this automation name, oldest first."""
        return self._by_name.get(automation_name, [])

    def listed(self, now: datetime) -> int:
        """How many the activity list shows, without going through all of them at each poll."""
        while self._unlisted and self._unlisted[0] <= now:
            heapq.heappop(self._unlisted)
            self._listed += 1
        return self._listed

    def next_due(self) -> datetime | None:
        """When the next bot does its work."""
        return self._due[0][0] if self._due else None

    def due(self, now: datetime) -> Deployment | None:
        """The first deployment that ought to have done its work and has not."""
        return self._due[0][2] if self._due and self._due[0][0] <= now else None

    def done(self, deployment: Deployment) -> None:
        """Note that the one returned by :meth:`due` has done its work."""
        heapq.heappop(self._due)
        deployment.delivered = True
        deployment.inputs = None

    def clear(self) -> None:
        """Forget them all."""
        self._all, self._by_id, self._by_name = [], {}, {}
        self._due, self._unlisted, self._listed = [], [], 0

    def summary(self, now: datetime, *, rows: bool) -> dict[str, Any]:
        """Counts by name and status, for asserting that nothing was done twice, and each one if ``rows``."""
        listing = [
            {
                "sequence": one.sequence,
                "deploymentId": one.deployment_id,
                "automationName": one.automation_name,
                "botId": one.bot_id,
                "api": one.api,
                "deployedAt": timestamp(one.deployed_at),
                "status": one.status(now),
                "delivered": one.delivered,
            }
            for one in (self._all if rows else ())
        ]
        return {
            "total": len(self._all),
            "by_automation_name": Counter(one.automation_name for one in self._all),
            "delivered_by_automation_name": Counter(
                one.automation_name for one in self._all if one.delivered
            ),
            "by_status": Counter(one.status(now) for one in self._all),
            "deployments": listing,
        }


def new_id() -> str:
    """A new deployment or automation id."""
    return str(uuid.uuid4())


def timestamp(moment: datetime) -> str:
    """A time as the API writes it: UTC with milliseconds and a Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
