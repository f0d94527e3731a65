"""Events for machines: what `sends: event` channels get, as Standard Webhooks.

The body of each is an `Envelope`: `type`, `timestamp` and `data`. The models are the contract: the JSON
Schemas in docs/events.md are made from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from captpathfinder.models import Model, Timestamp
from captpathfinder.render.documents import Account, Counts, Period, Person


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Standing(_Part):
    """What an executive is, or was, at one time. Null is what is not known."""

    title: str | None = Field(description="The title as the member wrote it.")
    level: str | None = Field(description="The level of the title, such as csuite; null for no executive.")
    company: str | None = Field(description="The company as the member wrote it.")


class ExecutiveChanged(_Part):
    """Something happened to an executive; community and user_id say to whom, in each event the same."""

    change_id: int = Field(description="The row of `detections`: the same for each repetition.")
    community: str = Field(description="The community that the member belongs to.")
    user_id: str = Field(description="The member's id there. Text, also where it is digits.")
    username: str | None = Field(description="The member's name.")
    current: Standing | None = Field(description="After the change; null when the member has left.")
    previous: Standing | None = Field(description="Before the change; null when the member is new.")
    country: str | None = Field(description="An ISO 3166-1 code where it is known, else as written.")
    country_name: str | None = Field(description="The country's name in English.")
    functions: list[str] = Field(description="Such as finance or technology.")
    account: Account | None = Field(description="The account that the executive belongs to.")
    email_domain: str | None = Field(description="The part of the e-mail address after the @.")
    profile_url: str | None = Field(description="The member's page in the community.")
    joined_at: datetime | None = Field(description="When the member joined the community.")
    changed_at: datetime = Field(description="When the platform reported the change.")


class Member(_Part):
    """Who a member is, and nothing else."""

    community: str
    user_id: str


class ExecutiveForgotten(_Part):
    """A member is to be forgotten: erase whatever you hold about them."""

    member: Member


class DigestSent(_Part):
    """All messages of a channel's digest have been delivered."""

    digest_id: int
    channel: str
    period: Period
    parts: int = Field(description="How many messages it was.")
    counts: Counts


class ReportPublished(_Part):
    """A month-end report, or a revision of one, has its files."""

    report_id: int
    month: str = Field(description="Such as 2026-11.", pattern=r"^\d{4}-\d\d$")
    revision: int
    total: int | None = Field(description="How many executives were found in the month.")
    published_at: datetime | None


class Envelope(_Part):
    """The body of the request."""

    type: str = Field(description="The name of the event.")
    timestamp: datetime = Field(
        description="When it happened. The header webhook-timestamp is when it was sent."
    )
    data: dict[str, Any] = Field(description="What the event's own schema says.")


# Each event, the model of its data, and when it is sent.
EVENTS: Mapping[str, tuple[type[BaseModel], str]] = {
    "executive.detected": (ExecutiveChanged, "A member is an executive who was none before."),
    "executive.promoted": (ExecutiveChanged, "An executive has a higher level than before."),
    "executive.demoted": (
        ExecutiveChanged,
        "An executive has a lower level than before, one that is on.",
    ),
    "executive.moved": (ExecutiveChanged, "An executive has another company."),
    "executive.left": (ExecutiveChanged, "A member is no executive any more."),
    "executive.forgotten": (ExecutiveForgotten, "A member was erased, and is to be erased downstream."),
    "digest.sent": (DigestSent, "A channel has its digest."),
    "report.published": (ReportPublished, "A month-end report can be read."),
}


class EventDocument(Model):
    """The document of an `event` job: the event, and the one thing that it is about."""

    event: str
    occurred_at: Timestamp
    person: Person | None = None
    member: dict[str, Any] | None = None
    digest: dict[str, Any] | None = None
    report: dict[str, Any] | None = None

    def envelope(self) -> Envelope:
        """The body of the request."""
        data: BaseModel
        if self.person is not None:
            data = changed(self.person)
        elif self.digest is not None:
            data = DigestSent.model_validate(self.digest)
        elif self.report is not None:
            data = ReportPublished.model_validate(self.report)
        else:
            data = ExecutiveForgotten(member=Member.model_validate(self.member or {}))
        return Envelope(type=self.event, timestamp=self.occurred_at, data=data.model_dump(mode="json"))


def changed(person: Person) -> ExecutiveChanged:
    """A change with what the executive is and what they were: what did not change is in both."""
    current = Standing(title=person.title, level=person.level, company=person.company)
    previous = Standing(
        title=person.previous_title or person.title,
        level=person.previous_level or person.level,
        company=person.previous_company or person.company,
    )
    return ExecutiveChanged(
        change_id=person.detection_id,
        current=None if person.kind == "left" else current,
        previous=None if person.kind == "new" else previous,
        **person.model_dump(include=_SHARED),
    )


_SHARED = {
    "community", "user_id", "username", "country", "country_name", "functions", "account", "email_domain",
    "profile_url", "joined_at", "changed_at",
}  # fmt: skip
