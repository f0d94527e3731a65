"""What the database hands to the worker, as frozen typed models.

The shapes are those of the outbox protocol: `claim_outbox` returns a `ClaimedJob` whose `document` is what
is to be delivered. Fields that a later version of the database adds are ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator


def _read_timestamp(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


# PostgREST writes ISO 8601, other servers of its protocol what Postgres does: `2026-11-23 15:38:48.5+00`.
Timestamp = Annotated[datetime, BeforeValidator(_read_timestamp)]

Level = Literal["csuite", "vp"]
DetectionKind = Literal["new", "promotion"]


class Model(BaseModel):
    """Frozen, tolerant of additions, and silent about the values it refuses (they may be personal)."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Person(Model):
    """One detection, as it stands in digests, alerts and reports."""

    detection_id: int | None = None
    user_id: str
    username: str | None = None
    title: str
    seniority_level: Level
    company: str | None = None
    country: str | None = None
    joined_at: Timestamp | None = None
    detected_at: Timestamp
    kind: DetectionKind = "new"
    why: str | None = None
    alerted_at: Timestamp | None = None
    email_domain: str | None = None
    profile_url: str | None = None


class Counts(Model):
    """How many people, in all and by level and kind."""

    total: int = 0
    csuite: int = 0
    vp: int = 0
    new: int = 0
    promotion: int = 0


class Digest(Model):
    """One part of a channel's weekly digest. `counts` are of the whole digest, not of the part."""

    channel: str
    week_start: Timestamp
    week_end: Timestamp
    time_zone: str
    period: str
    part: int = 1
    parts: int = 1
    counts: Counts
    people: list[Person] = Field(default_factory=list)


class NamedCount(Model):
    """How many people of one country or company; no name: not known."""

    name: str | None = None
    count: int


class WeekCount(Model):
    """How many people in the week that starts on the Monday `start` (a local date)."""

    start: str
    csuite: int = 0
    vp: int = 0
    total: int = 0


class PreviousMonth(Model):
    """The month before, to compare with; not `known` if nothing was counted then."""

    month: str
    known: bool = True
    total: int = 0
    by_level: dict[str, int] = Field(default_factory=dict)
    by_kind: dict[str, int] = Field(default_factory=dict)


class Summary(Model):
    """A month's headline numbers, computed by the database."""

    month: str
    name: str
    period_start: Timestamp
    period_end: Timestamp
    time_zone: str
    revision: int = 1
    people_added: int = 0
    total: int = 0
    by_level: dict[str, int] = Field(default_factory=dict)
    by_kind: dict[str, int] = Field(default_factory=dict)
    by_country: list[NamedCount] = Field(default_factory=list)
    by_company: list[NamedCount] = Field(default_factory=list)
    by_week: list[WeekCount] = Field(default_factory=list)
    previous: PreviousMonth | None = None
    change: dict[str, int | None] | None = None
    rules_versions: list[int] = Field(default_factory=list)

    @property
    def compared_with(self) -> PreviousMonth | None:
        """The month before, where it was counted: before the first one there is nothing, not zero."""
        is_known = self.previous is not None and self.previous.known and bool(self.change)
        return self.previous if is_known else None


class Report(Model):
    """A row of `reports`, as a job needs it."""

    id: int
    month_label: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    revision: int = 1
    period_start: Timestamp
    period_end: Timestamp
    time_zone: str
    generated_at: Timestamp
    rules_version: int | None = None
    file_uri: str | None = None
    csv_uri: str | None = None
    html_uri: str | None = None
    pdf_uri: str | None = None
    links: dict[str, str] = Field(default_factory=dict)
    links_expire_at: Timestamp | None = None
    link_lifetime_seconds: float = 7 * 86_400

    @field_validator("links", mode="before")
    @classmethod
    def _no_links(cls, value: object) -> object:
        return {} if value is None else value


class ReportDocument(Model):
    """What the report jobs deliver."""

    report: Report
    summary: Summary


class AlertDocument(Model):
    """What an alert delivers: the first of those found, and how many there are in all."""

    people: list[Person] = Field(min_length=1)
    counts: Counts | None = None
    time_zone: str = "UTC"

    @property
    def total(self) -> int:
        """How many people the alert is about."""
        return self.counts.total if self.counts else len(self.people)

    @property
    def more_in_words(self) -> str:
        """`and 13 more, all in the next digest`; empty when `people` holds everybody."""
        more = self.total - len(self.people)
        return f"and {more:,} more, all in the next digest" if more > 0 else ""


class ReportRow(Model):
    """One person of a report: a row of `report_rows()`."""

    id: int
    user_id: str
    username: str | None = None
    title: str
    seniority_level: Level
    company: str | None = None
    country: str | None = None
    joined_at: Timestamp | None = None
    detected_at: Timestamp
    kind: DetectionKind = "new"
    why: str | None = None
    rules_version: int | None = None


class DueJob(Model):
    """When a pending job falls due."""

    run_at: Timestamp


class ClaimedJob(Model):
    """A leased job: a row of `claim_outbox()`.

    `progress` is what an earlier attempt recorded, such as the id of a deployment it started.
    """

    id: int
    kind: str
    channel: str | None = None
    transport: str | None = None
    config: dict[str, Any] = Field(default_factory=dict)
    payload: dict[str, Any] = Field(default_factory=dict)
    document: dict[str, Any] = Field(default_factory=dict)
    progress: dict[str, Any] = Field(default_factory=dict)
    attempt: int
    max_attempts: int = 12
    lease_expires_at: Timestamp
    created_at: Timestamp

    @field_validator("config", "payload", "document", "progress", mode="before")
    @classmethod
    def _objects_only(cls, value: object) -> object:
        # Whatever else stands there is the handler's to complain about: one odd row must not spoil a whole
        # claim.
        return value if isinstance(value, dict) else {}
