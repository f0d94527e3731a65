"""What the dashboard reads from the database, as frozen typed models.

A later version of the database may add fields; they are ignored. What is missing or of another type makes a
`ValidationError`, which the dashboard answers with a page that says that the two do not fit.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from captpathfinder.models import Model, Timestamp
from captpathfinder.render.words import FORMATS

# A level, or none.
Expected = str


def _object(value: object) -> object:
    return {} if value is None else value


def _links(value: object) -> object:
    """Only what a browser may follow: whatever else stands in the table is not made a link."""
    if not isinstance(value, dict):
        return {}
    return {
        str(form): link
        for form, link in value.items()
        if isinstance(link, str) and link.lower().startswith(("https://", "http://"))
    }


class WorkerState(Model):
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
    workers: list[WorkerState] = Field(default_factory=list)


class Health(Model):
    """What `health()` answers."""

    status: Literal["ok", "degraded", "down"]
    reasons: list[str]
    checks: Checks


class DayCount(Model):
    """Detections of one day, in GMT, by level. In the answer, each level is a key beside `day`."""

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


class Configured(Model):
    """What the dashboard needs of the row of `settings`."""

    time_zone: str = "UTC"


class ReportRow(Model):
    """A row of `reports`, without its summary."""

    id: int
    month_label: str
    revision: int
    generated_at: Timestamp
    total: int | None = None
    links: Annotated[dict[str, str], BeforeValidator(_links)]
    links_expire_at: Timestamp | None = None
    published_at: Timestamp | None = None

    @property
    def files(self) -> dict[str, str]:
        """The links, in the order in which people want them."""
        return {form: self.links[form] for form in FORMATS if form in self.links}


class Channel(Model):
    """A row of `channels`, without its config, which may hold addresses that are secrets."""

    name: str
    transport: str
    sends: list[str]
    description: str | None = None
    is_active: bool


class Rule(Model):
    """A classification rule."""

    id: int
    category: str
    kind: str
    pattern: str
    scope: str
    description: str | None = None
    is_active: bool = True

    @property
    def label(self) -> str:
        """What the rule is called: its description, or else its pattern."""
        return self.description or self.pattern


class FailingExample(Model):
    """An example that the rules get wrong; without a title: a level that no rule finds."""

    title: str | None = None
    expected: Expected
    actual: Expected
    rule_id: int | None = None
    rule: str | None = None
    reason: str | None = None
    note: str | None = None


class RuleVersion(Model):
    """A rule set that was in force, without its rules."""

    version: int
    created_at: Timestamp
    created_by: str
    label: str | None = None
    counts: Annotated[dict[str, Any], BeforeValidator(_object)]
    change: Annotated[dict[str, Any], BeforeValidator(_object)] = Field(default_factory=dict)


class Segment(Model):
    """A part of a title, and what the rules make of it."""

    text: str
    excluded: bool
    left: list[str] = Field(default_factory=list)
    matches: list[Rule] = Field(default_factory=list)


class Explanation(Model):
    """What `explain_title()` answers."""

    title: str | None = None
    normalized: str | None = None
    segments: list[Segment] = Field(default_factory=list)
    title_matches: list[Rule] = Field(default_factory=list)
    is_senior: bool
    seniority_level: str | None = None
    decided_by: Rule | None = None
    reason: str
    functions: list[str] = Field(default_factory=list)
    rules_version: int | None = None
