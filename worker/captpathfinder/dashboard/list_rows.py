"""What the lists and the pages behind them read, as frozen typed models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from captpathfinder.models import Model, Timestamp
from captpathfinder.render.words import count


def _web_address(value: object) -> object:
    """Only what a browser may follow: whatever else stands in the table is not made a link."""
    return value if isinstance(value, str) and value.lower().startswith(("https://", "http://")) else None


def _list(value: object) -> object:
    return [] if value is None else value


WebAddress = Annotated[str | None, BeforeValidator(_web_address)]
Names = Annotated[list[str], BeforeValidator(_list)]


class Choices(Model):
    """What the filters offer: pairs of a value and what it is called."""

    level: list[tuple[str, str]]
    function: list[tuple[str, str]]
    country: list[tuple[str, str]]
    account: list[tuple[str, str]]
    channel: list[tuple[str, str]]


class ListedPerson(Model):
    """An executive, or a change of one, in a list. `at`: since when, or when it happened."""

    community: str
    user_id: str
    username: str | None = None
    title: str | None = None
    level: str | None = None
    functions: Names = Field(default_factory=list)
    company: str | None = None
    country: str | None = None
    account: str | None = None
    account_id: int | None = None
    at: Timestamp
    kind: str | None = None
    previous_title: str | None = None
    previous_level: str | None = None
    previous_company: str | None = None
    why: str | None = None
    origin: str | None = None
    is_told: bool = True
    profile_url: WebAddress = None


class PeoplePage(Model):
    """A page of people."""

    rows: list[ListedPerson]
    next: dict[str, Any] | None = None


class State(Model):
    """An executive as they are now."""

    username: str | None = None
    title: str
    seniority_level: str
    functions: Names = Field(default_factory=list)
    country: str | None = None
    country_name: str | None = None
    company: str | None = None
    department: str | None = None
    account: str | None = None
    account_id: int | None = None
    joined_at: Timestamp | None = None
    first_detected_at: Timestamp
    last_seen_at: Timestamp
    email_domain: str | None = None
    matched_rule: str | None = None
    profile_url: WebAddress = None


class PersonMessage(Model):
    """A digest that somebody stands in."""

    id: int
    channel: str
    created_at: Timestamp
    sent_at: Timestamp | None = None


class Aside(Model):
    """A suppression of a member."""

    id: int
    reason: str | None = None
    until: Timestamp | None = None


class PersonPage(Model):
    """All that is known of somebody."""

    community: str
    now: State | None = None
    changes: list[ListedPerson]
    messages: list[PersonMessage]
    aside: list[Aside]


class Account(Model):
    """An account, who of it is here, and which levels nobody holds."""

    id: int
    name: str
    tier: str | None = None
    owner: str | None = None
    region: str | None = None
    is_watched: bool
    people: list[dict[str, Any]]
    missing: list[str]


class AccountsPage(Model):
    """A page of accounts; `next` is the id after which the following page begins."""

    accounts: list[Account]
    next: int | None = None


class Job(Model):
    """A row of `outbox`, without its payload."""

    id: int
    kind: str
    channel: str | None = None
    status: str
    attempts: int
    max_attempts: int
    run_at: Timestamp
    created_at: Timestamp
    finished_at: Timestamp | None = None
    locked_by: str | None = None
    last_error: str | None = None
    error: str | None = None


class JobsPage(Model):
    """A page of jobs."""

    rows: list[Job]
    next: dict[str, int] | None = None


class JobError(Model):
    """Equal errors of several jobs."""

    key: str
    error: str
    dead: int
    waiting: int
    kinds: list[str]
    channels: Names
    first_at: Timestamp
    last_at: Timestamp


class Attempt(Model):
    """One attempt at a job."""

    attempt: int
    worker: str
    started_at: Timestamp
    finished_at: Timestamp | None = None
    outcome: str | None = None
    error: str | None = None


class DigestOfJob(Model):
    """The digest that a job sends."""

    id: int
    channel: str
    week_start: Timestamp
    week_end: Timestamp
    part: int
    parts: int
    counts: Annotated[dict[str, Any], BeforeValidator(lambda value: value or {})]


class ReportOfJob(Model):
    """The report that a job makes or tells."""

    id: int
    month_label: str
    revision: int
    total: int | None = None


class PersonOfJob(Model):
    """Somebody whom a job tells of."""

    user_id: str | None = None
    community: str | None = None
    username: str | None = None
    title: str | None = None
    level: str | None = None
    company: str | None = None


class JobPage(Model):
    """One job with its attempts and what it sends."""

    job: Job
    attempts: list[Attempt]
    digest: DigestOfJob | None = None
    report: ReportOfJob | None = None
    people: list[PersonOfJob]


class MessageOfDigest(Model):
    """One message of a digest, and the job that sends it, while there is one."""

    digest_id: int
    part: int
    job_id: int | None = None
    status: str | None = None


class ChannelOfDigest(Model):
    """What one channel got of a digest."""

    channel: str
    people: int
    parts: int
    sent: int
    sent_at: Timestamp | None = None
    jobs: list[MessageOfDigest]


class Delivery(Model):
    """A digest, with its channels."""

    week_start: Timestamp
    week_end: Timestamp
    channels: list[ChannelOfDigest]


class ChangedTitle(Model):
    """A title whose level an edit of the rules would change."""

    title: str
    before: str | None = None
    after: str | None = None
    people: int = 0
    expected: str | None = None


class Preview(Model):
    """What an edit of the rules would change."""

    examined: int
    changed: int
    broken_examples: int
    titles: list[ChangedTitle]
    warnings: list[str]

    @property
    def told(self) -> str:
        """The same in a sentence."""
        changes = f"{self.changed:,} of {count(self.examined, 'known title')} would change"
        if not self.broken_examples:
            return f"{changes}; every example stays right."
        return f"{changes}; {count(self.broken_examples, 'example')} would be wrong."


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
