"""What is read of the whole system, as frozen typed models: health, numbers, the audit."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from captpathfinder.models import Model, Timestamp


class SeenWorker(Model):
    """A worker that was seen within the last two minutes."""

    worker: str
    version: str | None = None
    seen_at: Timestamp
    in_flight: int | None = None
    realtime_state: str | None = None
    realtime_message_at: Timestamp | None = None


class Checks(Model):
    """The figures behind the verdict of `health()`."""

    time: Timestamp
    last_tick_at: Timestamp | None = None
    rules_version: int | None = None
    workers: list[SeenWorker] = Field(default_factory=list)


class Health(Model):
    """What `health()` answers."""

    status: Literal["ok", "degraded", "down"]
    reasons: list[str]
    checks: Checks


class DayCount(Model):
    """Detections of one day, in UTC, by level. In the answer, each level is a key beside `day`."""

    day: date
    counts: dict[str, int]

    @model_validator(mode="before")
    @classmethod
    def _levels(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {
            "day": value.get("day"),
            "counts": {key: number for key, number in value.items() if key != "day"},
        }


class Detections(Model):
    """Detections of the last 30 days."""

    last_30_days: int
    by_day: list[DayCount]


class Digests(Model):
    """How many digests wait, and were sent."""

    pending: int
    sent_last_30_days: int


class LatestReport(Model):
    """The newest revision of the newest month."""

    month_label: str
    revision: int
    published_at: Timestamp | None = None


class Reports(Model):
    """How many reports there are."""

    total: int
    latest: LatestReport | None = None


class Events(Model):
    """Webhooks that wait, and that are parked because they could not be processed."""

    pending: int
    parked: int


class ChannelCount(Model):
    """Jobs of a channel (None: of none) in one status."""

    channel: str | None = None
    status: str
    count: int


class Outbox(Model):
    """The depth of the queue."""

    pending: int
    running: int
    dead: int
    oldest_pending_at: Timestamp | None = None
    by_channel: list[ChannelCount] = Field(default_factory=list)


class AttemptCount(Model):
    """Attempts of a channel (None: of none) at one kind of job that ended in one way."""

    channel: str | None = None
    kind: str
    outcome: str
    count: int


class Attempts(Model):
    """Attempts of the last 30 days."""

    by_channel: list[AttemptCount] = Field(default_factory=list)


class Webhooks(Model):
    """Webhooks of the last 30 days by outcome."""

    last_30_days: dict[str, int]


class Stats(Model):
    """What `stats()` answers."""

    executives: dict[str, int]
    detections: Detections
    digests: Digests
    reports: Reports
    events: Events
    outbox: Outbox
    deliveries: Attempts
    webhooks: Webhooks

    @property
    def channels(self) -> dict[str, dict[str, int]]:
        """For each channel ("" for none): jobs `pending`, `running`, `dead`; attempts `done` and `failed`."""
        table: dict[str, Counter[str]] = {}
        for row in self.outbox.by_channel:
            if row.status != "done":
                table.setdefault(row.channel or "", Counter())[row.status] += row.count
        for attempt in self.deliveries.by_channel:
            how = "done" if attempt.outcome == "done" else "failed"
            if attempt.outcome != "released":
                table.setdefault(attempt.channel or "", Counter())[how] += attempt.count
        return {channel: dict(table[channel]) for channel in sorted(table)}


class ChannelActivity(Model):
    """Attempts of a channel; without a name: of none."""

    channel: str
    done: int
    failed: int


class Seconds(Model):
    """How long jobs took from when they were queued; nothing where there was none."""

    jobs: int
    median: float | None = None
    p95: float | None = None


class Activity(Model):
    """What happened in the last days."""

    webhooks: dict[str, int]
    changes: dict[str, int]
    channels: list[ChannelActivity]
    seconds: Seconds


class AuditEntry(Model):
    """Who changed what."""

    id: int
    happened_at: Timestamp
    actor: str
    subject: str
    action: str
    detail: dict[str, Any]


class AuditPage(Model):
    """A page of the audit."""

    rows: list[AuditEntry]
    next: dict[str, int] | None = None
