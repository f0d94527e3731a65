"""Writes docs/events.md from the worker's models: `python -m local.events`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from captpathfinder.events import EVENTS, Envelope

PAGE = Path(__file__).parents[1] / "docs" / "events.md"

_HEAD = """\
# Events for machines

A channel with `sends` `{event}` and the transport `webhook` gets each of these as it happens, narrowed
by its `filter`. They are posted as [Standard Webhooks](https://www.standardwebhooks.com): verify
`webhook-signature` with any of its libraries, and know a repetition by `webhook-id`, which all attempts
share. Answer with any 2xx; 408, 425, 429 and 5xx are tried again, after `Retry-After` where you give it,
and 410 ends the job.

Events of one member may overtake each other while one of them is tried again: `data.changed_at` and
`data.change_id` say which is later. A field that is null is not known. New fields may come; none goes away.

This page is made from the worker's models by `make docs`.

| event | sent when | data |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| `{name}` | {when} | [{model.__name__}](#{_anchor(model)}) |"
        for name, (model, when) in EVENTS.items()
    ]
    models: dict[type[BaseModel], None] = dict.fromkeys([Envelope, *(model for model, _ in EVENTS.values())])
    parts = [_HEAD + "\n".join(rows) + "\n"]
    for model in models:
        schema = json.dumps(schema_of(model), indent=2, ensure_ascii=False)
        parts.append(f"## {model.__name__}\n\n{(model.__doc__ or '').strip()}\n\n```json\n{schema}\n```\n")
    return "\n".join(parts)


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what is sent."""
    schema: dict[str, Any] = model.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _anchor(model: type[BaseModel]) -> str:
    return model.__name__.lower()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
