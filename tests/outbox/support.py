"""Jobs, claims and answers, as short as a test wants them."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.conftest import Connection

Row = dict[str, Any]


def enqueue(db: Connection, key: str, *, channel: str | None = None, priority: int = 50) -> int | None:
    row = db.execute(
        "select pathfinder.enqueue('realtime_test', %s, '{}', %s, %s)", [channel, key, priority]
    ).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]  # the id, or null for a known key


def add_channel(db: Connection, name: str, *, sends: str = "{digest,report}", active: bool = True) -> None:
    """Add a channel whose config any transport check accepts: an endpoint by the name of a variable."""
    db.execute(
        "insert into public.channels (name, transport, sends, config, is_active)"
        " values (%s, 'slack_webhook', %s, '{\"secret_env\": \"CHANNEL_SLACK_URL\"}', %s)",
        [name, sends, active],
    )


def claim(
    worker: psycopg.Connection[Row], *, name: str = "w1", jobs: int = 10, lease: float = 60
) -> list[Row]:
    return worker.execute(
        "select * from public.claim_outbox(%s, null, %s, %s::numeric)", [name, jobs, lease]
    ).fetchall()


def one(worker: psycopg.Connection[Row], call: str, *arguments: object) -> object:
    row = worker.execute(f"select public.{call} as answer", arguments).fetchone()
    assert row is not None
    return row["answer"]


def job(db: Connection, key: str) -> Row:
    with db.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute("select * from public.outbox where dedupe_key = %s", [key]).fetchone()
    assert row is not None
    return row


def attempts(db: Connection, key: str) -> list[object]:
    return [
        outcome
        for (outcome,) in db.execute(
            """
            select outbox_attempts.outcome from public.outbox_attempts
            join public.outbox on outbox.id = outbox_attempts.outbox_id
            where dedupe_key = %s order by attempt
            """,
            [key],
        )
    ]


def let_lease_run_out(db: Connection) -> None:
    db.execute(
        "update public.outbox set lease_expires_at = now() - interval '1 second' where status = 'running'"
    )


def make_due(db: Connection) -> None:
    db.execute("update public.outbox set run_at = now() where status = 'pending'")


def history(db: Connection) -> list[tuple[object, ...]]:
    """Every attempt at every job: key, number, worker, how it ended."""
    return db.execute(
        "select dedupe_key, attempt, worker, outcome from public.outbox_attempts"
        " join public.outbox on outbox.id = outbox_attempts.outbox_id order by dedupe_key, attempt"
    ).fetchall()
