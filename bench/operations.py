"""health() and stats() over a system used for a long time, against a query that does nothing."""

from __future__ import annotations

from functools import partial

import psycopg
from psycopg import sql

from bench.common import BenchRow, side_by_side
from local.postgres import TemplateCluster
from tests.conftest import Connection

DETECTIONS = 1_000_000
EVENTS = 10_000_000
DAYS = 400
CALLS = 50

# Filled without triggers and indexes, which are made afterwards, as a restored backup would be.
_DETECTIONS = """
    insert into public.detections (
        user_id, username, title, seniority_level, company, detected_at, matched_rule
    )
    select 'user ' || number, 'Name of Member ' || number, 'VP of Sales',
        case when number %% 3 = 0 then 'csuite' else 'vp' end, 'Company ' || number %% 9973,
        now() - number * interval '1 day' * %(days)s / %(count)s, 'VP titles'
    from generate_series(1, %(count)s) as number
"""
_EXECUTIVES = """
    insert into public.user_state (user_id, username, title, seniority_level)
    select user_id, username, title, seniority_level from public.detections
"""
_EVENTS = """
    insert into public.events_raw (
        idempotency_key, source, user_id, username, profile_field, attribute, value, received_at, state,
        settled_at
    )
    select md5(number::text), 'community', (number %% 100000)::text, 'Name of Member', 'Job Title', 'title',
        'Baker ' || number, moment, 'processed', moment
    from (
        select number, now() - (%(count)s - number) * interval '14 days' / %(count)s as moment
        from generate_series(1, %(count)s) as number
    ) as numbers
"""
_WAITING = """
    insert into public.outbox (kind, channel, dedupe_key, status, finished_at)
    select 'alert', 'email', 'done ' || number, 'done', now() - number * interval '1 minute'
    from generate_series(1, 100000) as number
    union all
    select 'alert', 'email', 'pending ' || number, 'pending', null from generate_series(1, 100) as number
"""
# What webhooks and attempts of a year would have counted: every shard in use on every day.
_COUNTED = """
    insert into pathfinder.webhook_counters (day, source, outcome, shard, count)
    select current_date - day, 'community', outcome, shard, 100
    from generate_series(0, 399) as day, generate_series(0, 15) as shard,
        unnest(array['processed', 'duplicate', 'skipped', 'stale', 'unauthorised', 'malformed']) as outcome
"""
_ATTEMPTS = """
    insert into pathfinder.counters (subject, day, label, shard, count)
    select 'attempts', current_date - day, array['email', 'alert', outcome], shard, 10
    from generate_series(0, 399) as day, generate_series(0, 3) as shard,
        unnest(array['done', 'retry']) as outcome
"""


def run() -> list[BenchRow]:
    """Fill a database of its own and measure; about three minutes, most of them filling."""
    with TemplateCluster.temporary() as cluster:
        dsn = cluster.new_database("bench")
        fill(cluster.dsn_of(dsn, "supabase_admin"), DETECTIONS, EVENTS)
        with psycopg.connect(dsn, autocommit=True) as db:
            return [*_measure(db), *_sizes(db)]


def fill(superuser: str, detections: int, events: int) -> None:
    """Fill the tables: no triggers, indexes last, and the counters as their triggers would leave them."""
    with psycopg.connect(superuser, autocommit=True) as db:
        db.execute("set session_replication_role = replica")
        db.execute("set statement_timeout = 0")
        db.execute("set maintenance_work_mem = '512MB'")
        for table, fills in (
            ("public.detections", [(_DETECTIONS, detections)]),
            ("public.user_state", [(_EXECUTIVES, detections)]),
            ("public.events_raw", [(_EVENTS, events)]),
        ):
            indexes = db.execute(
                "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
                " where indrelid = %s::regclass and not indisprimary and not exists"
                " (select from pg_constraint where conindid = indexrelid)",
                [table],
            ).fetchall()
            for name, _ in indexes:
                db.execute(f"drop index {name}".encode())
            for statement, count in fills:
                db.execute(sql.SQL(statement), {"count": count, "days": DAYS})
            for _, definition in indexes:
                db.execute(str(definition).encode())
        for statement in (_WAITING, _COUNTED, _ATTEMPTS):
            db.execute(statement.encode())
        db.execute(
            "insert into pathfinder.counters (subject, day, label, shard, count)"
            " select 'detections', (detected_at at time zone 'UTC')::date, array[seniority_level, community],"
            " id % 16, count(*) from public.detections group by 2, 3, 4"
        )
        db.execute(
            "insert into pathfinder.counters (subject, day, label, shard, count)"
            " select 'executives', '-infinity', array[seniority_level, community], 0, count(*)"
            " from public.user_state group by 3"
        )
        db.execute("vacuum (analyze) public.events_raw")
        db.execute("vacuum (analyze)")


def _measure(db: Connection) -> list[BenchRow]:
    def repeat(statement: bytes) -> None:
        for _ in range(CALLS):
            db.execute(statement).fetchone()

    rows = []
    for name, statement in (
        ("health()", b"select public.health()"),
        ("stats()", b"select public.stats()"),
        ("recent_detections(50)", b"select count(*) from public.recent_detections(50)"),
    ):
        cost, nothing = (
            total / CALLS
            for total in side_by_side(
                partial(repeat, statement),
                lambda: repeat(b"select 1"),
            )
        )
        rows.append(
            BenchRow(
                f"{name} at {DETECTIONS:,} detections and {EVENTS:,} events",
                f"{cost * 1e3:.2f} ms",
                f"{nothing * 1e3:.2f} ms",
                cost / nothing,
                "cost, against `select 1` over the same connection",
            )
        )
    return rows


def _sizes(db: Connection) -> list[BenchRow]:
    rows = []
    for table, count in (("events_raw", EVENTS), ("detections", DETECTIONS)):
        row = db.execute(
            "select pg_table_size(%(t)s::regclass), pg_indexes_size(%(t)s::regclass)",
            {"t": f"public.{table}"},
        ).fetchone()
        assert row is not None
        data, indexes = (int(str(size)) for size in row)
        rows.append(
            BenchRow(
                f"disk of a row of {table}",
                f"{(data + indexes) / count:.0f} bytes",
                f"{data / count:.0f} bytes",
                (data + indexes) / data,
                "with its indexes, against the table alone",
            )
        )
    return rows
