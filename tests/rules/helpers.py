"""What the tests of the rules share."""

from __future__ import annotations

from typing import Any

import psycopg

Db = psycopg.Connection[tuple[object, ...]]


def one(db: Db, query: str, *arguments: object) -> Any:  # noqa: ANN401 (whatever the query gives)
    """Return the first column of the first row; None without a row."""
    row = db.execute(query, arguments).fetchone()
    return None if row is None else row[0]


def level(db: Db, title: str | None) -> str | None:
    """Return the level of a title by the rules in force."""
    found: str | None = one(db, "select seniority_level from public.classify_title(%s)", title)
    return found


def newest(db: Db) -> int:
    """Return the version of the rules in force."""
    return int(one(db, "select max(version) from public.rule_versions"))


def add(db: Db, category: str, pattern: str, kind: str = "regex", scope: str = "segment") -> int:
    """Add a rule as an editor does, and return its id."""
    return int(
        one(
            db,
            "insert into public.classification_rules (category, pattern, kind, scope)"
            " values (%s, %s, %s, %s) returning id",
            category,
            pattern,
            kind,
            scope,
        )
    )
