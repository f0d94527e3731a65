"""What messages and reports are made from: the documents of `digest`, `alert`, `report` and `incident` jobs.

This is the contract with the database, which builds them (`outbox_document`, `alert_document`, `report_rows`,
`digest_people`). Fields that are not listed are ignored, and whatever has a default may be left out. All
moments are instants; a document says in which time zone they are to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AliasChoices, BeforeValidator, Field, field_validator

from captpathfinder.models import Model, Timestamp

# In the order in which messages tell them.
Kind = Literal["new", "promotion", "moved", "role", "demotion", "left"]

_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\"<>\\^`{|}]+", re.IGNORECASE)


def _web_address(value: object) -> object:
    """A link that somebody may click, else nothing: it may come from a template, or a community's API."""
    return value if isinstance(value, str) and _WEB_ADDRESS.fullmatch(value) else None


def _nothing_as_empty(value: object) -> object:
    return {} if value is None else value


Link = Annotated[str | None, BeforeValidator(_web_address)]


class Level(Model):
    """A row of `levels`. `rank` 1 is the highest."""

    level: str
    label: str
    label_plural: str
    rank: int


# As they are shipped: for documents that bring none.
LEVELS = (
    Level(level="csuite", label="C-level executive", label_plural="C-level executives", rank=1),
    Level(level="vp", label="Vice president", label_plural="Vice presidents", rank=2),
    Level(level="director", label="Director", label_plural="Directors", rank=3),
)


class Account(Model):
    """The account that an executive belongs to; `is_first`: nobody of it was known before."""

    name: str
    tier: str | None = None
    owner: str | None = None
    region: str | None = None
    is_watched: bool = False
    is_first: bool = False

    @field_validator("tier", mode="before")
    @classmethod
    def _tier(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class Person(Model):
    """A change: what happened to one executive, as it stands in digests, alerts, reports and events.

    `title` and `level` are what the member has after the change; `previous_*` what they had before, where it
    changed. Of `left`, only the previous ones are there. `country` is a code or the text as written,
    `country_name` its name in English. `functions` are words such as `finance`. `feedback` is the link under
    which a reader says that something is wrong; `place` counts the people of a digest from 1, the most
    important first.
    """

    detection_id: int = Field(validation_alias=AliasChoices("detection_id", "id"))
    community: str = "main"
    user_id: str
    username: str | None = None
    kind: Kind = "new"
    title: str | None = None
    previous_title: str | None = None
    level: str | None = Field(default=None, validation_alias=AliasChoices("level", "seniority_level"))
    previous_level: str | None = None
    company: str | None = None
    previous_company: str | None = None
    country: str | None = None
    country_name: str | None = None
    functions: list[str] = Field(default_factory=list)
    account: Account | None = None
    email_domain: str | None = None
    profile_url: Link = None
    joined_at: Timestamp | None = None
    changed_at: Timestamp = Field(validation_alias=AliasChoices("changed_at", "detected_at"))
    feedback: Link = None
    place: int = 0

    @field_validator("functions", mode="before")
    @classmethod
    def _no_functions(cls, value: object) -> object:
        return [] if value is None else value

    @property
    def known_level(self) -> str | None:
        """The level they have, or had when they left."""
        return self.level or self.previous_level


class Counts(Model):
    """How many people a digest tells, in all its messages and behind its link: by kind, and in all."""

    new: int = 0
    promotion: int = 0
    moved: int = 0
    role: int = 0
    demotion: int = 0
    left: int = 0
    people: int = 0

    def of(self, kind: Kind) -> int:
        """How many of that kind."""
        number: int = getattr(self, kind)
        return number


class Trend(Model):
    """How many people the channel was told by its last digest, and by the mean of the last eight."""

    last_week: int
    mean_of_eight: float | None = None


class Period(Model):
    """From `start` to before `end`."""

    start: Timestamp
    end: Timestamp
    time_zone: str = "UTC"


class Digest(Model):
    """One message of a channel's digest: a row of `digests`.

    `counts` are of the whole digest. `people` are this message's, the most important first; `rest` is how
    many no message names. `link`, which the worker puts there, opens everybody: the page behind `PUBLIC_URL`,
    or else, where there is a rest, the CSV of `digest_people(digest_id)` in Storage. `filter_words` is the
    channel's filter in words.
    """

    digest_id: int | None = None
    channel: str
    period: Period
    part: int = 1
    parts: int = 1
    counts: Counts
    trend: Trend | None = None
    filter_words: str | None = None
    group_by: Literal["level", "account"] = "level"
    levels: Sequence[Level] = LEVELS
    people: list[Person] = Field(default_factory=list)
    rest: int = 0
    link: Link = None
    link_expires_at: Timestamp | None = None
    link_lifetime_seconds: float = 7 * 86_400


class Alert(Model):
    """What an alert tells: the changes, the most important first, and how many there are in all."""

    channel: str = ""
    changes: list[Person] = Field(min_length=1)
    count: int = 0
    filter_words: str | None = None
    levels: Sequence[Level] = LEVELS
    link_lifetime_seconds: float = 7 * 86_400
    time_zone: str = "UTC"

    @property
    def total(self) -> int:
        """How many changes the alert is about."""
        return max(self.count, len(self.changes))


class NamedCount(Model):
    """How many people of one country, company or function; no name: not known."""

    name: str | None = None
    count: int


class AccountCount(Model):
    """How many people of a watched account were found, and how many left."""

    name: str
    tier: str | None = None
    owner: str | None = None
    found: int = 0
    left: int = 0


class SpanCount(Model):
    """How many people were found in a week (`start` is its Monday) or a month (its first day)."""

    start: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    total: int = 0
    by_level: dict[str, int] = Field(default_factory=dict)


class Previous(Model):
    """The month before, to compare with; not `known` if nothing was counted then.

    For a month that is still going on, only its first `days` are counted.
    """

    month: str
    known: bool = True
    days: int | None = None
    total: int = 0
    by_level: dict[str, int] = Field(default_factory=dict)
    by_kind: dict[str, int] = Field(default_factory=dict)


class Summary(Model):
    """A month's headline numbers, all of them people: who is changed twice in a month counts once.

    `total` are the people found, new or promoted; `by_level` is theirs, by what they are at the end of the
    period. `by_kind` counts people by what happened to them, departures too. Rankings have at most twenty
    names, then, as name null, those of whom it is not known. `by_month` are the six months up to this one.
    """

    month: str
    name: str
    period_start: Timestamp
    period_end: Timestamp
    time_zone: str
    revision: int = 1
    people_added: int = 0
    total: int = 0
    levels: Sequence[Level] = LEVELS
    by_level: dict[str, int] = Field(default_factory=dict)
    by_kind: dict[str, int] = Field(default_factory=dict)
    by_country: list[NamedCount] = Field(default_factory=list)
    by_company: list[NamedCount] = Field(default_factory=list)
    by_function: list[NamedCount] = Field(default_factory=list)
    by_week: list[SpanCount] = Field(default_factory=list)
    by_month: list[SpanCount] = Field(default_factory=list)
    watched: list[AccountCount] = Field(default_factory=list)
    previous: Previous | None = None
    rules_versions: list[int] = Field(default_factory=list)

    @property
    def compared_with(self) -> Previous | None:
        """The month before, where it was counted: before the first one there is nothing, not zero."""
        return self.previous if self.previous is not None and self.previous.known else None


class Report(Model):
    """A row of `reports`, as a job needs it. Without `pdf_uri` it was published without a PDF."""

    id: int
    month_label: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    revision: int = 1
    period_start: Timestamp
    period_end: Timestamp
    time_zone: str
    generated_at: Timestamp
    file_uri: str | None = None
    csv_uri: str | None = None
    html_uri: str | None = None
    pdf_uri: str | None = None
    links: Annotated[Mapping[str, str], BeforeValidator(_nothing_as_empty)] = Field(default_factory=dict)
    links_expire_at: Timestamp | None = None
    link_lifetime_seconds: float = 7 * 86_400


class ReportDocument(Model):
    """What the report jobs deliver."""

    report: Report
    summary: Summary


class Incident(Model):
    """Something that is wrong with the system, or that is right again.

    `key` is the same when it begins and when it ends. `title` is one line that says what, `details` are lines
    that say more, `advice` what to do.
    """

    key: str
    state: Literal["begun", "ended"]
    kind: Literal["health", "dead_jobs", "overdue", "silence"]
    title: str
    details: list[str] = Field(default_factory=list)
    advice: str | None = None
    began_at: Timestamp
    ended_at: Timestamp | None = None
    time_zone: str = "UTC"


def level_labels(levels: Sequence[Level]) -> dict[str, str]:
    """The label of each level, the highest level first."""
    return {level.level: level.label for level in sorted(levels, key=lambda level: level.rank)}
