"""What a client asked to hear: the entries of `config.postgres_changes`, parsed and given their ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Ids on the hosted server are Erlang's phash2, which is 27 bits wide.
ID_SPACE = 2**27

OPERATORS = {"eq": "=", "neq": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "in": "in"}


class SubscriptionError(Exception):
    """A subscription that is refused; the text is sent to the client as a `system` error."""


@dataclass(frozen=True)
class Filter:
    """`column=operator.value`; the value of `in` is in the spelling of a Postgres array."""

    column: str
    operator: str
    value: str


@dataclass(frozen=True)
class Subscription:
    """One entry: which changes of which tables; `*` means any."""

    id: int
    event: str
    schema: str
    table: str
    filters: tuple[Filter, ...] = ()
    select: tuple[str, ...] | None = None

    def wants(self, action: str, schema: str, table: str) -> bool:
        """Whether a change of that kind and table concerns this subscription, filters aside."""
        return self.event in ("*", action) and self.schema in ("*", schema) and self.table in ("*", table)

    def describe(self) -> str:
        """The parameters as the hosted server lists them in its refusals."""
        filters = ", ".join(
            "{" + ", ".join(_quoted(part) for part in (f.column, f.operator, f.value)) + ", false}"
            for f in self.filters
        )
        select = "nil" if self.select is None else "[" + ", ".join(map(_quoted, self.select)) + "]"
        return (
            f"event: {self.event}, schema: {self.schema}, table: {self.table}, "
            f"filters: [{filters}], select: {select}"
        )


def subscription_id(params: Mapping[str, Any]) -> int:
    """The id of a subscription: the same for the same parameters, never 0 (clients take that for none)."""
    canonical = json.dumps(params, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.blake2b(canonical, digest_size=8).digest()
    return int.from_bytes(digest, "big") % (ID_SPACE - 1) + 1


def parse_subscription(params: Mapping[str, Any]) -> Subscription:
    """Parse one entry of `config.postgres_changes`; raises `SubscriptionError`.

    A missing table means every table of the schema, a missing schema means `public`; neither is an error
    of its own, but one of the two has to be there.
    """
    schema, table, filter_text = params.get("schema"), params.get("table"), params.get("filter")
    named = [value for value in (schema, table, filter_text) if value is not None]
    if not all(isinstance(value, str) for value in named) or (schema is None and table is None):
        raise SubscriptionError(
            "No subscription params provided. "
            f"Please provide at least a `schema` or `table` to subscribe to: {json.dumps(params)}"
        )
    event = str(params.get("event", "*")).upper()
    select = params.get("select")
    if select is not None and not isinstance(select, list):
        raise SubscriptionError(
            "Error parsing `select` params: expected a list of column name strings, "
            'e.g. select: ["col1", "col2"]'
        )
    selected = tuple(name for name in select or () if isinstance(name, str)) or None
    if selected and (schema == "*" or table in ("*", None)):
        raise SubscriptionError(
            "Column selection is not supported for wildcard subscriptions. "
            "Provide an explicit schema and table name."
        )
    return Subscription(
        id=subscription_id(params),
        event=event if event in ("INSERT", "UPDATE", "DELETE") else "*",
        schema=schema or "public",
        table=table or "*",
        filters=_parse_filters(filter_text or ""),
        select=selected,
    )


def _parse_filters(text: str) -> tuple[Filter, ...]:
    return tuple(_parse_filter(part.strip()) for part in _split(text)) if text.strip() else ()


def _split(text: str) -> list[str]:
    """Split at the commas outside parentheses: they join filters, those inside belong to `in`."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _parse_filter(text: str) -> Filter:
    column, equals, condition = text.partition("=")
    operator, dot, value = condition.partition(".")
    if not (column and equals and dot) or operator not in OPERATORS:
        shown = [operator, value] if equals and dot else [text]
        raise SubscriptionError(f"Error parsing `filter` params: {json.dumps(shown)}")
    if operator == "in":
        if not (value.startswith("(") and value.endswith(")")):
            raise SubscriptionError(
                "Error parsing `filter` params: `in` filter value must be wrapped by parentheses"
            )
        value = "{" + value[1:-1] + "}"
    return Filter(column, operator, value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
