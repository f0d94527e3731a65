"""What a handler gets, and how it delivers a message."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from captpathfinder.context import Context
from captpathfinder.errors import PermanentError
from captpathfinder.messages import Message
from captpathfinder.models import ClaimedJob
from captpathfinder.transports import Delivery, transport_for
from captpathfinder.worker.decisions import describe_validation

DocumentT = TypeVar("DocumentT", bound=BaseModel)
Record = Callable[[Mapping[str, Any]], Awaitable[None]]

# What a job whose thing was deleted meanwhile ends with: there is nothing to deliver, and nothing went wrong.
GONE: dict[str, Any] = {"skipped": "what was to be delivered does not exist any more"}


@dataclass(frozen=True)
class Run:
    """One attempt at one job. `record` keeps progress for later attempts; it raises `LeaseLostError`."""

    context: Context
    job: ClaimedJob
    record: Record

    @property
    def is_gone(self) -> bool:
        """Whether what was to be delivered has been deleted."""
        return bool(self.job.document.get("missing"))

    def document(self, model: type[DocumentT]) -> DocumentT:
        """The job's document as `model`."""
        try:
            return model.model_validate(self.job.document)
        except ValidationError as error:
            raise PermanentError(f"Job {self.job.id}: {describe_validation(error)}") from None

    async def deliver(self, message: Message) -> dict[str, Any]:
        """Send `message` to the job's channel; returns the job's result."""
        transport = transport_for(self.job.transport, self.job.channel, self.context)
        name = delivery_name(self.job, self.context.settings.supabase_url)
        return await transport.deliver(Delivery(self.job, message, name, self.job.progress, self.record))


Handler = Callable[[Run], Awaitable[dict[str, Any]]]


def delivery_name(job: ClaimedJob, project: str) -> str:
    """A name that all attempts of the job share and no other job has, of no other project either.

    >>> delivery_name(job, "https://abc.supabase.co")
    'captpathfinder digest 17 3f2a9c0d41be'
    """
    identity = f"{project}|{job.id}|{job.kind}|{job.created_at.timestamp():.6f}"
    return f"captpathfinder {job.kind} {job.id} {hashlib.sha256(identity.encode()).hexdigest()[:12]}"
