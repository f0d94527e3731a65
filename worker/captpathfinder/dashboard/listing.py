"""Lists that are searched, filtered, sorted and paged by the address alone. Nothing here does I/O.

What is looked for stands in the query of the address, so that a list can be bookmarked and sent to somebody,
and works without a script.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

# Longest text that is looked for, in characters.
LONGEST_SEARCH = 200
PAGE_ROWS = 50

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Filter:
    """A field of the form above a list; without choices a text."""

    name: str
    label: str
    choices: Choices | None = None
    hint: str = ""


@dataclass(frozen=True)
class Sort:
    """The orders of a list; the first is the one it has by itself."""

    choices: Choices


@dataclass(frozen=True)
class Listing:
    """What an address asks a list for. `search` holds only what was chosen from what can be chosen."""

    path: str
    filters: Sequence[Filter]
    search: Mapping[str, str]
    after: object = None
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_filtered(self) -> bool:
        """Whether anything is looked for; an order is nothing that is looked for."""
        return any(name != "sort" for name in self.search)

    @property
    def first(self) -> str:
        """The address of the first page of this search."""
        return self._address({**self.fixed, **self.search})

    @property
    def unfiltered(self) -> str:
        """The address without what is looked for."""
        return self._address(self.fixed)

    def next(self, after: object) -> str:
        """The address of the page that begins after these keys."""
        packed = base64.urlsafe_b64encode(json.dumps(after).encode()).decode().rstrip("=")
        return self._address({**self.fixed, **self.search, "after": packed})

    @property
    def export(self) -> str:
        """The address of all that is found, as CSV."""
        return self._address({**self.fixed, **self.search}, ".csv")

    def _address(self, query: Mapping[str, str], suffix: str = "") -> str:
        return f"{self.path}{suffix}?{urlencode(query)}" if query else f"{self.path}{suffix}"


def read_listing(
    path: str, filters: Sequence[Filter], query: Mapping[str, str], fixed: Mapping[str, str] | None = None
) -> Listing:
    """What a query asks for. Raises `ValueError` for a page that cannot be."""
    search: dict[str, str] = {}
    for one in filters:
        value = query.get(one.name, "").replace("\0", "").strip()[:LONGEST_SEARCH]
        if value and (one.choices is None or value in {choice for choice, _ in one.choices}):
            search[one.name] = value
    return Listing(path, filters, search, _unpack(query.get("after", "")), fixed or {})


def row_number(text: str) -> int:
    """The id of a row, as an address or a form has it. Raises `HTTPException` for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise HTTPException(400)
    return int(text)


def _unpack(packed: str) -> object:
    if not packed:
        return None
    after = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    return after if isinstance(after, dict) else None
