"""What is read of people, accounts and feedback, as frozen typed models.

A later version of the database may add fields; they are ignored. What is missing or of another type makes a
`ValidationError`, which the dashboard answers with a page that says that the two do not fit.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from captpathfinder.dashboard.levels import LevelRow
from captpathfinder.dashboard.rule_answers import Segment
from captpathfinder.models import Model, Timestamp
from captpathfinder.render.documents import Link


def _list(value: object) -> object:
    return [] if value is None else value


Names = Annotated[list[str], BeforeValidator(_list)]


class Choices(Model):
    """What the filters offer, as pairs of a value and what it is called, and what every page says.

    `levels`: all of them, the highest first; `time_zone`: the one that people think in, the schedule's.
    """

    level: list[tuple[str, str]]
    function: list[tuple[str, str]]
    country: list[tuple[str, str]]
    account: list[tuple[str, str]]
    channel: list[tuple[str, str]]
    levels: list[LevelRow]
    time_zone: str


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
    profile_url: Link = None


class PeoplePage(Model):
    """A page of people."""

    rows: list[ListedPerson]
    next: dict[str, Any] | None = None


class State(Model):
    """An executive as they are now."""

    username: str | None = None
    title: str
    seniority_level: str
    matched_rule: str | None = None
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
    profile_url: Link = None


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


class Correction(Model):
    """What an editor corrected, and holds. Of `stated` and `value` null is nothing."""

    attribute: str
    stated: str | None = None
    value: str | None = None
    corrected_at: Timestamp


class PersonPage(Model):
    """All that is known of somebody; `why`: the parts of their title, with the rules that match."""

    community: str
    now: State | None = None
    why: list[Segment] = Field(default_factory=list)
    changes: list[ListedPerson]
    messages: list[PersonMessage]
    aside: list[Aside]
    corrections: list[Correction] = Field(default_factory=list)


class CoveredAccount(Model):
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

    accounts: list[CoveredAccount]
    next: int | None = None


class Proposal(Model):
    """A row of `list_proposals()`. `title` and `company` are what the reader was told."""

    id: int
    channel: str | None = None
    community: str
    user_id: str
    username: str | None = None
    verdict: str
    title: str | None = None
    company: str | None = None
    status: str
    level: str | None = None
    rule: str | None = None
    said: int = 0
    created_at: Timestamp
    decided_at: Timestamp | None = None
    decided_by: str | None = None


class ProposalsPage(Model):
    """A page of proposals."""

    rows: list[Proposal]
    next: dict[str, int] | None = None
