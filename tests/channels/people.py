"""What the tests of alerts, enrichment and privacy do in the database."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]


def add_channel(db: Connection, name: str, sends: str = "{alert}", **config: object) -> None:
    narrow = config.pop("filter", {})
    db.execute(
        "insert into public.channels (name, transport, sends, filter, config)"
        " values (%s, 'slack_webhook', %s, %s, %s)",
        [name, sends, Jsonb(narrow), Jsonb({"secret_env": "CHANNEL_SALES_SLACK", **config})],
    )


def detect(db: Connection, user: str, level: str = "csuite", **columns: object) -> int:
    """Detect a member as the ingestion does; returns the detection's id."""
    row = db.execute(
        "with person as (insert into public.user_state (user_id, username, title, seniority_level)"
        " values (%(user)s, %(name)s, 'CEO', %(level)s) returning user_state)"
        " select pathfinder.record_change(null, (select user_state from person), 'webhook', true)",
        {"user": user, "name": columns.get("name", f"Ada {user}"), "level": level},
    ).fetchone()
    assert row is not None
    found = db.execute("select max(id) from public.detections where user_id = %s", [user]).fetchone()
    assert found is not None
    return int(found[0])


def change(db: Connection, user: str, kind: str, **columns: object) -> int:
    """Record a change of a known executive as the ingestion does, and announce it; returns its id."""
    row: dict[str, Any] = {
        "user_id": user, "username": f"Ada {user}", "kind": kind, "title": "CEO", "seniority_level": "csuite",
    }  # fmt: skip
    if kind in ("promotion", "demotion"):
        row |= {"previous_title": "VP Sales", "previous_level": "vp"}
    if kind == "left":
        row |= {"title": None, "seniority_level": None, "previous_title": "CEO", "previous_level": "csuite"}
    row |= columns
    insert = sql.SQL("insert into public.detections ({}) values ({}) returning id").format(
        sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join([sql.Placeholder()] * len(row))
    )
    with db.transaction():
        [(number,)] = db.execute(insert, list(row.values())).fetchall()
        db.execute(
            "select pathfinder.announce_detection(detections) from public.detections where id = %s", [number]
        )
    return int(number)


def pass_delay(db: Connection) -> None:
    """Let settings.alert_delay pass for all that waits."""
    db.execute("update pathfinder.alerts set queued_at = queued_at - interval '1 hour' where job_id is null")
    db.execute("update public.outbox set run_at = least(run_at, now()) where status = 'pending'")


def claim(db: Connection, *, kinds: list[str] | None = None, jobs: int = 100) -> list[dict[str, Any]]:
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select * from public.claim_outbox('w1', %s, %s, 60)", [kinds or ["alert"], jobs]
        ).fetchall()


def users(job: dict[str, Any]) -> list[str]:
    return [change["user_id"] for change in job["document"].get("changes", [])]


def complete(db: Connection, job: dict[str, Any], result: dict[str, Any] | None = None) -> None:
    row = db.execute(
        "select public.complete_outbox(%s, 'w1', %s, %s)", [job["id"], job["attempt"], Jsonb(result or {})]
    ).fetchone()
    assert row == (True,)
