"""What the database hands to the worker, as frozen typed models.

The shapes are those of the outbox protocol: `claim_outbox` returns a `ClaimedJob` whose `document` is what
is to be delivered (see `render.documents`). Fields that a later version of the database adds are ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator


def _read_timestamp(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


# PostgREST writes ISO 8601, other servers of its protocol what Postgres does: `2026-11-23 15:38:48.5+00`.
Timestamp = Annotated[datetime, BeforeValidator(_read_timestamp)]


class Model(BaseModel):
    """Frozen, tolerant of additions, and silent about the values it refuses (they may be personal)."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


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
