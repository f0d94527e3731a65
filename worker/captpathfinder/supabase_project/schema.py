"""Which schema this worker was made with, and how the database's compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

# The newest migration that this worker was made with; a test compares it with supabase/migrations.
SCHEMA = "20261101000700"

Comparison = Literal["same", "older", "newer", "unknown"]


def database_schema(health: Mapping[str, Any]) -> str | None:
    """The newest of our migrations there, as `health()` tells; None where not all were applied."""
    checks = health.get("checks")
    database = checks.get("database") if isinstance(checks, Mapping) else None
    version = database.get("migration") if isinstance(database, Mapping) else None
    return version if isinstance(version, str) else None


def compare_schema(version: str | None) -> Comparison:
    """What the database's schema is beside the worker's.

    >>> compare_schema(SCHEMA), compare_schema("20200101000000"), compare_schema(None)
    ('same', 'older', 'unknown')
    """
    if version is None:
        return "unknown"
    if version == SCHEMA:
        return "same"
    return "older" if version < SCHEMA else "newer"
