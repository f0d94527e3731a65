"""What is read of jobs and of what they deliver, as frozen typed models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from captpathfinder.dashboard.people_answers import Names
from captpathfinder.models import Model, Timestamp
from captpathfinder.render.documents import Link
from captpathfinder.render.words import FORMATS


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


class JobMessage(Model):
    """What a job sends, as a worker gets it; without a transport: the channel is gone, or there is none."""

    id: int
    kind: str
    channel: str | None = None
    transport: str | None = None
    document: Annotated[dict[str, Any], BeforeValidator(lambda value: value or {})]


class ReportPreview(Model):
    """What a report of a month would be of: told changes, and those of them that no report holds."""

    revision: int | None = None
    changes: int
    unreported: int
    channels: list[str]


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


class BuiltDigest(Model):
    """A digest, with its channels."""

    week_start: Timestamp
    week_end: Timestamp
    channels: list[ChannelOfDigest]


class ReportRow(Model):
    """A row of `reports`, without its summary."""

    id: int
    month_label: str
    revision: int
    generated_at: Timestamp
    total: int | None = None
    links: Annotated[dict[str, Link], BeforeValidator(lambda value: value or {})]
    links_expire_at: Timestamp | None = None
    published_at: Timestamp | None = None

    @property
    def files(self) -> dict[str, str]:
        """The links, in the order in which people want them."""
        return {form: link for form in FORMATS if (link := self.links.get(form))}


class Channel(Model):
    """A row of `channels`, without its config, which may hold addresses that are secrets."""

    name: str
    transport: str
    sends: list[str]
    description: str | None = None
    is_active: bool
