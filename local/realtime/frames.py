"""The frames of Phoenix websocket protocol 1.0.0, as the hosted server spells them.

A frame is a JSON object `{ref, payload, event, topic}`; clients add `join_ref`. Server frames are built
as text because rows come from Postgres as JSON text and must not lose digits on the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Action = Literal["INSERT", "UPDATE", "DELETE"]

SUBSCRIBED = "Subscribed to PostgreSQL"


class ClientFrame(BaseModel):
    """Whatever a client sends."""

    model_config = ConfigDict(frozen=True)

    topic: str
    event: str
    payload: dict[str, Any] = Field(default_factory=dict)
    ref: str | None = None
    join_ref: str | None = None


class JoinConfig(BaseModel):
    """The part of a join's `config` that matters for database changes."""

    model_config = ConfigDict(frozen=True)

    private: bool = False
    postgres_changes: list[dict[str, Any] | None] = Field(default_factory=list)


class JoinPayload(BaseModel):
    """The payload of `phx_join`."""

    model_config = ConfigDict(frozen=True)

    config: JoinConfig = Field(default_factory=JoinConfig)
    access_token: str | None = None


class AccessTokenPayload(BaseModel):
    """The payload of `access_token`, by which a client refreshes its token."""

    model_config = ConfigDict(frozen=True)

    access_token: str | None


def compact(value: object) -> str:
    """JSON without blanks, as the hosted server writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _frame(ref: str | None, payload: str, event: str, topic: str) -> str:
    return f'{{"ref":{compact(ref)},"payload":{payload},"event":{compact(event)},"topic":{compact(topic)}}}'


def reply(
    topic: str, ref: str | None, response: Mapping[str, Any], status: Literal["ok", "error"] = "ok"
) -> str:
    """The answer to a client's frame `ref`."""
    return _frame(ref, compact({"status": status, "response": response}), "phx_reply", topic)


def system(
    topic: str,
    message: str,
    status: Literal["ok", "error"] = "ok",
    extension: Literal["postgres_changes", "system"] = "postgres_changes",
) -> str:
    """A message about a channel: that it listens, or why it does not."""
    channel = topic.removeprefix("realtime:")
    payload = {"message": message, "status": status, "extension": extension, "channel": channel}
    return _frame(None, compact(payload), "system", topic)


def close(topic: str, join_ref: str | None) -> str:
    """The end of the channel that was joined with `join_ref`."""
    return _frame(join_ref, "{}", "phx_close", topic)


def postgres_changes(topic: str, data: str, ids: Sequence[int]) -> str:
    """One change, for the subscriptions `ids` of a channel; `data` is the text of `change_data`."""
    payload = f'{{"data":{data},"ids":{compact(list(ids))}}}'
    return _frame(None, payload, "postgres_changes", topic)


def change_data(
    *,
    schema: str,
    table: str,
    action: Action,
    columns: Iterable[tuple[str, str]],
    record: Mapping[str, str],
    old_record: Mapping[str, str],
    commit_timestamp: str | None,
    errors: Sequence[str] = (),
) -> str:
    """The `data` of a change, as JSON text.

    `columns` are (name, `pg_type.typname`); `record` and `old_record` map names to values that are JSON
    text already. An INSERT has no `old_record`, a DELETE no `record`.
    """
    parts = [f'"table":{compact(table)}', f'"type":"{action}"']
    if action != "DELETE":
        parts.append(f'"record":{json_object(record)}')
    described = ",".join(
        json_object({"name": compact(name), "type": compact(type_name)}) for name, type_name in columns
    )
    parts += [
        f'"columns":[{described}]',
        f'"errors":{compact(list(errors)) if errors else "null"}',
        f'"schema":{compact(schema)}',
        f'"commit_timestamp":{compact(commit_timestamp)}',
    ]
    if action != "INSERT":
        parts.append(f'"old_record":{json_object(old_record)}')
    return "{" + ",".join(parts) + "}"


def json_object(values: Mapping[str, str]) -> str:
    """An object in the spelling and key order of Postgres's jsonb: shorter keys first, then by bytes."""
    keys = sorted(values, key=lambda name: (len(name.encode()), name.encode()))
    return "{" + ", ".join(f"{compact(key)}: {values[key]}" for key in keys) + "}"
