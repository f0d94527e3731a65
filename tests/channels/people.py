"""What the tests of alerts, enrichment and privacy do in the database."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]


def add_channel(db: Connection, name: str, sends: str = "{alert}", **config: object) -> None:
    db.execute(
        "insert into public.channels (name, transport, sends, config) values (%s, 'slack_webhook', %s, %s)",
        [name, sends, Jsonb({"secret_env": "CHANNEL_SALES_SLACK", **config})],
    )


def detect(db: Connection, user: str, level: str = "csuite", **columns: object) -> int:
    """Detect a member as the ingestion does; returns the detection's id."""
    row = db.execute(
        "with person as (insert into public.user_state (user_id, username, title, seniority_level)"
        " values (%(user)s, %(name)s, 'CEO', %(level)s) returning user_state)"
        " select pathfinder.record_detection((select user_state from person), 'new')",
        {"user": user, "name": columns.get("name", f"Ada {user}"), "level": level},
    ).fetchone()
    assert row is not None
    found = db.execute("select max(id) from public.detections where user_id = %s", [user]).fetchone()
    assert found is not None
    return int(found[0])


def claim(db: Connection, *, kinds: list[str] | None = None, jobs: int = 100) -> list[dict[str, Any]]:
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select * from public.claim_outbox('w1', %s, %s, 60)", [kinds or ["alert"], jobs]
        ).fetchall()


def users(job: dict[str, Any]) -> list[str]:
    return [person["user_id"] for person in job["document"].get("people", [])]


def complete(db: Connection, job: dict[str, Any], result: dict[str, Any] | None = None) -> None:
    row = db.execute(
        "select public.complete_outbox(%s, 'w1', %s, %s)", [job["id"], job["attempt"], Jsonb(result or {})]
    ).fetchone()
    assert row == (True,)
