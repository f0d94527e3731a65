"""What a transport is: it takes a message to one channel, as that channel's `config` says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from captpathfinder.errors import PermanentError
from captpathfinder.messages import Message
from captpathfinder.models import ClaimedJob
from captpathfinder.worker.decisions import describe_validation

ConfigT = TypeVar("ConfigT", bound="TransportConfig")


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class QuietHours(_Options):
    """When no alert goes, in the zone of the settings; `from` later than `to` spans midnight."""

    start: str = Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field(alias="to", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")

    @model_validator(mode="after")
    def _last(self) -> QuietHours:
        if self.start == self.end:
            raise ValueError("must not begin when they end")
        return self


class AlertOptions(_Options):
    """How a channel is alerted. The database does what they say; they are here to be checked.

    `group_seconds` is how long whoever is found gathers for one message once three have gone.
    """

    levels: list[Literal["csuite", "vp"]] = Field(default=["csuite", "vp"], min_length=1)
    quiet_hours: QuietHours | None = None
    group_seconds: float = Field(default=60, ge=0, le=3600)


class TransportConfig(_Options):
    """The `config` of a channel. A key that is not known is an error: it is a typing mistake.

    The options here are those of every transport: `send_empty` asks for digests without people.
    """

    send_empty: bool = False
    alerts: AlertOptions = AlertOptions()


@dataclass(frozen=True)
class Delivery:
    """One attempt to deliver one message.

    `name` identifies the job over all its attempts, towards systems that can be asked for it. `progress` is
    what earlier attempts recorded; `record` adds to it and raises `LeaseLostError` when the job is no
    longer this worker's.
    """

    job: ClaimedJob
    message: Message
    name: str
    progress: Mapping[str, Any]
    record: Callable[[Mapping[str, Any]], Awaitable[None]]


class Transport(Protocol):
    """Delivers a message. Returns what is worth keeping (ids, never content) as the job's result.

    Raises a `CaptPathfinderError`; `decisions.decide` makes a retry or the end of it.
    """

    async def deliver(self, delivery: Delivery) -> dict[str, Any]:
        """Deliver, and return when the other side has finished or accepted, as its protocol allows."""
        ...


def parse_config(model: type[ConfigT], job: ClaimedJob) -> ConfigT:
    """The channel's config as `model`, or a `PermanentError` that names what is wrong."""
    try:
        return model.model_validate(job.config)
    except ValidationError as error:
        raise PermanentError(f"Channel {job.channel}: {describe_validation(error)}") from None
