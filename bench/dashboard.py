"""Every page of the dashboard over a large project, beside the query behind it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import httpx
import psycopg
from psycopg import sql

from bench.common import BenchRow, percentile, seconds
from local.stack import Stack
from tests.dashboard.conftest import dashboard_process
from tests.dashboard.seed import switched_on, tick

EXECUTIVES = 100_000
CHANGES = 300_000
JOBS = 1_000_000
EVENTS = 100_000
CALLS = 20

# Filled without triggers, as a restored backup would be. One person is called otherwise than all others.
_FILL = (
    """
    insert into public.user_state (
        user_id, username, title, seniority_level, functions, country, country_code, company,
        first_detected_at
    )
    select
        'u' || n, case when n = 50000 then 'Zacharias Unicorn' else 'Member Number ' || n end,
        case when n % 3 = 0 then 'Chief Financial Officer' else 'Vice President, Sales' end,
        case when n % 3 = 0 then 'csuite' else 'vp' end,
        case when n % 3 = 0 then array['finance'] else array['sales'] end,
        (array['Germany', 'Nigeria', 'Japan'])[1 + n % 3], (array['DE', 'NG', 'JP'])[1 + n % 3],
        'Company ' || n % 9973, now() - n * interval '3 minutes'
    from generate_series(1, {executives}) as n
    """,
    """
    insert into public.detections (
        user_id, username, title, seniority_level, country_code, company, detected_at, kind, previous_level,
        included_in_digest
    )
    select
        'u' || 1 + n % {executives}, 'Member Number ' || n, 'Vice President, Sales', 'vp',
        (array['DE', 'NG', 'JP'])[1 + n % 3], 'Company ' || n % 9973, now() - n * interval '1 minute',
        case when n % 50 = 0 then 'demotion' else 'new' end, case when n % 50 = 0 then 'csuite' end, true
    from generate_series(1, {changes}) as n
    """,
    """
    insert into public.outbox (
        kind, channel, dedupe_key, status, attempts, last_error, finished_at, created_at
    )
    select
        case when n % 1000 = 0 then 'report' else 'alert' end, 'channel-' || n % 20, 'job ' || n,
        case when n % 500 = 1 then 'dead' when n > {jobs} - 200 then 'pending' else 'done' end, 1,
        case when n % 500 = 1 then 'Slack answered with HTTP 503 to job ' || n end,
        case when n % 500 = 1 or n <= {jobs} - 200 then now() - n * interval '1 second' end,
        now() - n * interval '1 second'
    from generate_series(1, {jobs}) as n
    """,
    """
    insert into public.outbox_attempts (outbox_id, attempt, worker, finished_at, outcome)
    select id, 1, 'worker', now(), status
    from public.outbox
    where status in ('dead', 'done') and id % 5 = 0
    """,
    """
    insert into public.events_raw (
        source, community, user_id, idempotency_key, attribute, value, state, profile_field
    )
    select 'community', 'main', 'm' || n, 'bench ' || n, 'title', 'Gardener ' || n % 500, 'processed', 'Title'
    from generate_series(1, {events}) as n
    """,
)  # fmt: skip


def _search(**search: str) -> str:
    return json.dumps(search)


# Each page, and the function behind it.
PAGES = {
    "/": "select public.stats()",
    "/people": "select public.list_executives('{}')",
    "/people?text=unicorn": f"select public.list_executives('{_search(text='unicorn')}')",
    "/people?text=nobody+at+all": f"select public.list_executives('{_search(text='nobody at all')}')",
    "/people?level=csuite&country=DE&sort=name": (
        f"select public.list_executives('{_search(level='csuite', country='DE', sort='name')}')"
    ),
    "/changes": "select public.list_changes('{}')",
    "/changes?kind=demotion&days=90": f"select public.list_changes('{_search(kind='demotion', days='90')}')",
    "/changes?text=nobody+at+all&days=90": (
        f"select public.list_changes('{_search(text='nobody at all', days='90')}')"
    ),
    "/person?id=u777": "select public.find_person('u777')",
    "/accounts": "select public.account_coverage()",
    "/queue": "select public.list_jobs('{}'), public.list_job_errors()",
    "/queue?status=done&kind=report": (
        f"select public.list_jobs('{_search(status='done', kind='report')}'), public.list_job_errors()"
    ),
    "/queue?kind=digest": f"select public.list_jobs('{_search(kind='digest')}'), public.list_job_errors()",
    "/queue?error=none": f"select public.list_jobs('{_search(error='none')}'), public.list_job_errors()",
    "/job?id=501": "select public.find_job(501), public.preview_job(501)",
    "/deliveries": "select public.list_deliveries()",
    "/rules": "select count(pattern) from public.classification_rules",
    "/rules?title=Former+CFO,+now+CEO": "select public.explain_title('Former CFO, now CEO')",
    "/rules/missed": "select public.list_missed_titles()",
    "/numbers?days=90": "select public.count_activity(90)",
    "/audit": "select public.list_audit()",
}


def run() -> list[BenchRow]:
    """Start a stack, fill it, and open every page; about five minutes, most of them filling."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack", durable=False, dies_with_caller=True)
        try:
            stack.up()
            dsn = stack.cluster.dsn("supabase_admin")
            with psycopg.connect(dsn, autocommit=True) as db, switched_on(db):
                _fill(db)
                tick(db)
                with dashboard_process(stack, Path(folder) / "log") as url:
                    return [_page(db, url, path, query) for path, query in PAGES.items()]
        finally:
            stack.down(purge=True)


def _fill(db: psycopg.Connection[tuple[object, ...]]) -> None:
    db.execute("set session_replication_role = replica")
    db.execute("set statement_timeout = 0")
    numbers = {
        "executives": sql.Literal(EXECUTIVES),
        "changes": sql.Literal(CHANGES),
        "jobs": sql.Literal(JOBS),
        "events": sql.Literal(EVENTS),
    }
    for statement in _FILL:
        db.execute(sql.SQL(statement).format(**numbers))
    db.execute("vacuum (analyze)")
    db.execute("reset session_replication_role")


def _page(db: psycopg.Connection[tuple[object, ...]], url: str, path: str, query: str) -> BenchRow:
    with httpx.Client(base_url=url, timeout=60) as client:
        assert client.get(path).status_code == 200, path
        pages = [seconds(lambda: client.get(path).raise_for_status()) for _ in range(CALLS)]
    db.execute(query.encode()).fetchall()
    bare = [seconds(lambda: db.execute(query.encode()).fetchall()) for _ in range(CALLS)]
    page, alone = percentile(pages, 95), percentile(bare, 95)
    return BenchRow(
        f"{path}",
        f"p95 {page * 1000:.0f} ms",
        f"p95 {alone * 1000:.0f} ms",
        page / alone,
        "cost: the page in the dashboard against its query alone",
    )
