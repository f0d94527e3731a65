"""What a transport is: it takes a message to one channel, as that channel's `config` says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from captpathfinder.errors import PermanentError
from captpathfinder.messages import Message
from captpathfinder.models import ClaimedJob
from captpathfinder.worker.decisions import describe_validation

ConfigT = TypeVar("ConfigT", bound="TransportConfig")


class TransportConfig(BaseModel):
    """The `config` of a channel, as far as its transport reads it.

    The database refuses a row that lacks something or has a key that nothing reads; what else is there is for
    the database, such as when a channel is alerted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


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
