"""The schedule: an idle tick, and building a digest and a report against one scan of the same rows."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import psycopg

from bench.common import BenchRow, seconds, side_by_side
from local.postgres import TemplateCluster
from tests.conftest import Connection

DIGEST_PEOPLE = 10_000
REPORT_DETECTIONS = 100_000
IDLE_TICKS = 300
IDLE_AT = "2026-11-20 22:01Z"


FILL = """
    insert into public.detections (
        user_id, username, title, seniority_level, country, company, detected_at, kind, previous_level,
        matched_rule, rules_version
    )
    select
        'user ' || number,
        'Name of Member ' || number,
        (array['Chief Executive Officer', 'VP of Sales', 'Chief Financial Officer'])[1 + number %% 3],
        case when number %% 3 = 1 then 'vp' else 'csuite' end,
        'Country ' || number %% 97,
        'Company ' || number %% 9973,
        timestamptz '2026-11-13 22:00Z' + number * interval '6 days' / %(count)s,
        case when number %% 10 = 0 then 'promotion' else 'new' end,
        case when number %% 10 = 0 then 'vp' end,
        'C-level titles',
        1 + number %% 3
    from generate_series(1, %(count)s) as number
"""
SCAN = (
    "select count(user_id), count(username), count(title), count(seniority_level), count(country),"
    " count(company), count(kind), count(matched_rule), max(detected_at) from public.detections"
)


def run() -> list[BenchRow]:
    """Measure on a database of its own; about a minute."""
    with TemplateCluster.temporary() as cluster:
        return [
            *_measured(cluster, _idle_tick),
            *_measured(cluster, _digest),
            *_measured(cluster, _summary),
        ]


def _measured(
    cluster: TemplateCluster, measure: Callable[[str, Connection], list[BenchRow]]
) -> list[BenchRow]:
    dsn = cluster.new_database("bench")
    with psycopg.connect(dsn, autocommit=True) as db:
        # Work against work: the scan would otherwise be spread over several processes.
        db.execute("set max_parallel_workers_per_gather = 0")
        db.execute("delete from public.channels")
        db.execute(
            "insert into public.channels (name, transport, config, created_at)"
            """ values ('email', 'slack_webhook', '{"secret_env": "CHANNEL_HOOK"}', '2025-11-19')"""
        )
        db.execute("truncate public.job_runs")
        db.execute("select pathfinder.start_schedule('2026-11-19 12:00Z')")
        rows = measure(dsn, db)
    cluster.drop(dsn)
    return rows


def _idle_tick(dsn: str, db: Connection) -> list[BenchRow]:
    """Time ticks that find nothing to do, over the ledger of a year and a day's events."""
    db.execute("select pathfinder.start_schedule('2025-11-20 12:00Z')")
    db.execute(
        "insert into public.job_runs (job, period, outcome, finished_at)"
        " select 'housekeeping', day::date::text, 'done', day from generate_series(timestamptz '2025-10-15',"
        " '2026-11-18', interval '1 day') as day"
    )
    db.execute(FILL, {"count": 1000})
    while db.execute("select public.tick(%s) ->> 'status'", [IDLE_AT]).fetchone() != ("idle",):
        pass
    db.execute("vacuum analyze public.job_runs, public.detections")

    def tick() -> None:
        for _ in range(IDLE_TICKS):
            db.execute("select public.tick(%s)", [IDLE_AT])

    def look_up() -> None:
        for _ in range(IDLE_TICKS):
            db.execute("select max(period) from public.job_runs where job = 'digest'")

    warm, look_up_seconds = (total / IDLE_TICKS for total in side_by_side(tick, look_up))

    def in_new_connection(statement: bytes) -> float:
        with psycopg.connect(dsn, autocommit=True) as fresh:
            return seconds(lambda: fresh.execute(statement).fetchone())

    cold = statistics.median(
        in_new_connection(f"select public.tick('{IDLE_AT}')".encode()) for _ in range(20)
    )
    return [
        BenchRow(
            "Idle tick",
            f"{warm * 1e3:.3f} ms",
            f"{look_up_seconds * 1e3:.3f} ms",
            warm / look_up_seconds,
            "cost, against one index look-up over the same connection; it writes nothing",
        ),
        BenchRow(
            "Idle tick as pg_cron runs it",
            f"{cold * 1e3:.1f} ms",
            "60 s",
            cold / 60,
            "share of the minute between two ticks; in a new connection, every function loaded anew",
        ),
    ]


def _digest(_dsn: str, db: Connection) -> list[BenchRow]:
    db.execute(FILL, {"count": DIGEST_PEOPLE})
    db.execute("vacuum analyze public.detections")

    def build() -> None:
        with db.transaction(force_rollback=True):
            built = db.execute(
                "select public.build_weekly_digest('2026-11-20 22:00Z') ->> 'people'"
            ).fetchone()
            assert built == (str(DIGEST_PEOPLE),)

    build_seconds, scan_seconds = side_by_side(build, lambda: db.execute(SCAN))
    return [
        BenchRow(
            f"Digest of {DIGEST_PEOPLE:,} people",
            f"{build_seconds * 1e3:.0f} ms",
            f"{scan_seconds * 1e3:.1f} ms",
            build_seconds / scan_seconds,
            "cost, against one plain scan of the same rows; each compared, ranked and entered in the ledger",
        )
    ]


def _summary(dsn: str, db: Connection) -> list[BenchRow]:
    db.execute(FILL, {"count": REPORT_DETECTIONS})
    db.execute("vacuum analyze public.detections")
    build_seconds = seconds(lambda: db.execute("select public.build_month_end_report('2026-11-20 22:00Z')"))
    db.execute("vacuum (full, analyze) public.detections")
    total = db.execute("select summary ->> 'total' from public.reports").fetchone()
    assert total == (str(REPORT_DETECTIONS),)

    summary_seconds, scan_seconds = side_by_side(
        lambda: db.execute("select pathfinder.report_summary(reports) from public.reports"),
        lambda: db.execute(SCAN),
        rounds=3,
    )
    return [
        BenchRow(
            f"Report summary over {REPORT_DETECTIONS:,} detections",
            f"{summary_seconds:.2f} s",
            f"{scan_seconds:.2f} s",
            summary_seconds / scan_seconds,
            f"cost, against one plain scan; the whole build, each row marked: {build_seconds:.0f} s",
        )
    ]
