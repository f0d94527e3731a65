"""The frames of Phoenix websocket protocol 1.0.0 that the worker meets, as the real server sends them.

A frame is a JSON object `{ref, payload, event, topic}`; clients add `join_ref`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SUBSCRIBED = "Subscribed to PostgreSQL"
UNAUTHORIZED = "Error 401: Unauthorized"


class ClientFrame(BaseModel):
    """Whatever a client sends."""

    model_config = ConfigDict(frozen=True)

    topic: str
    event: str
    payload: dict[str, Any] = Field(default_factory=dict)
    ref: str | None = None
    join_ref: str | None = None


def reply(topic: str, ref: str | None, response: object, status: Literal["ok", "error"] = "ok") -> str:
    """The answer to a client's frame `ref`."""
    return _frame(ref, {"status": status, "response": response}, "phx_reply", topic)


def system(
    topic: str,
    message: str,
    status: Literal["ok", "error"] = "ok",
    extension: Literal["postgres_changes", "system"] = "postgres_changes",
) -> str:
    """A message about a channel: that it listens, or why it does not."""
    channel = topic.removeprefix("realtime:")
    payload = {"message": message, "status": status, "extension": extension, "channel": channel}
    return _frame(None, payload, "system", topic)


def close(topic: str, join_ref: str | None) -> str:
    """The end of the channel that was joined with `join_ref`."""
    return _frame(join_ref, {}, "phx_close", topic)


def postgres_changes(topic: str, data: dict[str, Any], ids: Sequence[int]) -> str:
    """One change, for the subscriptions `ids` of a channel."""
    return _frame(None, {"data": data, "ids": list(ids)}, "postgres_changes", topic)


def refused(data: dict[str, Any]) -> dict[str, Any]:
    """The same change as it comes to a role that may not select the table: no row, no columns, no time."""
    return data | {"record": {}, "columns": [], "errors": [UNAUTHORIZED], "commit_timestamp": None}


def _frame(ref: str | None, payload: object, event: str, topic: str) -> str:
    return json.dumps({"ref": ref, "payload": payload, "event": event, "topic": topic}, ensure_ascii=False)
