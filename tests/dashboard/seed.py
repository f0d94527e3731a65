"""A database in which something has happened: numbers to compare, work to do, values that must not show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from local.stack import Stack

# In a channel's config and a job's payload: nothing of them may reach a page.
CONFIG_SECRET = "https://hooks.example.com/services/T000/B000/verysecretpath"
PAYLOAD_SECRET = "payload-that-nobody-should-read"
# What a member may call himself. It has to come out as text.
HOSTILE_NAME = '<script>alert("name")</script>'
HOSTILE_TITLE = "Chief <img src=x onerror=alert(1)> Officer & Partner"


TICK = "captpathfinder-tick"


@contextmanager
def switched_on(db: psycopg.Connection[tuple[Any, ...]]) -> Iterator[None]:
    """Have the schedule look switched on, though it comes once a year: nothing is to happen unasked."""
    query = "update cron.job set active = %s, schedule = %s where jobname = %s"
    db.execute(query, [True, "0 0 1 1 *", TICK])
    try:
        yield
    finally:
        db.execute(query, [False, "* * * * *", TICK])


@dataclass(frozen=True)
class Seeded:
    """The stack, and a connection to its database as the superuser."""

    stack: Stack
    db: psycopg.Connection[tuple[Any, ...]]

    def value(self, query: str, *parameters: object) -> Any:  # noqa: ANN401  (whatever the query gives)
        """The one value that a query gives."""
        row = self.db.execute(query.encode(), parameters).fetchone()
        assert row is not None
        return row[0]


def seed(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Write it."""
    db.execute("delete from public.channels")
    for name, transport, config, sends, active in (
        ("board", "slack_webhook", {"secret_env": "CHANNEL_SLACK_URL"}, ["digest", "report"], True),
        ("sales", "slack_webhook", {"secret_env": "CHANNEL_SALES_URL"}, ["alert"], True),
        ("old", "slack_webhook", {"secret_env": "CHANNEL_OLD_URL"}, ["digest"], False),
    ):
        db.execute(
            "insert into public.channels (name, transport, config, sends, is_active)"
            " values (%s, %s, %s, %s, %s)",
            [name, transport, Jsonb(config), sends, active],
        )
    # Past the check of the config, as an older version or a superuser could have left it.
    db.execute("set session_replication_role = replica")
    db.execute("update public.channels set config = config || %s", [Jsonb({"url": CONFIG_SECRET})])
    db.execute("set session_replication_role = origin")
    _people(db)
    # Four changes are what the channel has not been told of the last sixty days.
    db.execute("update pathfinder.digest_cut_offs set cut_off = now() - interval '60 days'")
    db.execute(
        "insert into pathfinder.digest_ledger (channel, detection_id, outcome)"
        " select 'board', id, 'unmatched' from public.detections where included_in_digest"
    )
    _deliveries(db)
    _jobs(db)
    db.execute(
        "insert into pathfinder.webhook_counters (day, source, outcome, shard, count) values"
        " ((now() at time zone 'UTC')::date, 'community', 'processed', 0, 1234),"
        " ((now() at time zone 'UTC')::date - 3, 'community', 'processed', 1, 66),"
        " ((now() at time zone 'UTC')::date, 'community', 'duplicate', 0, 7),"
        " ((now() at time zone 'UTC')::date, '(unknown)', 'unauthorised', 0, 3)"
    )
    db.execute(
        "insert into public.worker_heartbeats (worker, version, concurrency, in_flight, realtime_state)"
        " values ('worker-one', '0.1.0', 4, 1, 'listening')"
    )
    tick(db)


def tick(db: psycopg.Connection[tuple[Any, ...]], age: str = "20 seconds") -> None:
    """Let pg_cron have started the schedule so long ago."""
    db.execute(
        "insert into cron.job_run_details (jobid, command, status, start_time)"
        " select jobid, command, 'succeeded', now() - %s::interval from cron.job where jobname = %s",
        [age, TICK],
    )


def _people(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    db.execute(
        """
        insert into public.detections (
            user_id, username, title, seniority_level, country, company, detected_at, kind, previous_level,
            matched_rule, rules_version, included_in_digest
        )
        select
            'u' || n,
            (array['Ada Example', 'Béla Nagy', 'Chinwe Obi', 'Dilnoza Karimova', 'Emil Sørensen'])[1 + n % 5],
            (array['Chief Financial Officer', 'VP of Engineering', 'Vice President, Sales EMEA'])[1 + n % 3],
            case when n % 3 = 0 then 'csuite' else 'vp' end,
            (array['Germany', 'Nigeria', null])[1 + n % 3],
            (array['Example GmbH', null, 'Northwind Trading'])[1 + n % 3],
            now() - make_interval(hours => 5 + (n * n) % 700),
            case when n % 9 = 0 then 'promotion' else 'new' end,
            case when n % 9 = 0 then 'vp' end,
            (array['Chief … officer', 'Vice president … of', 'Vice president … of'])[1 + n % 3],
            1,
            n > 4
        from generate_series(1, 60) as n
        """
    )
    db.execute(
        "insert into public.detections (user_id, username, title, seniority_level, company, detected_at,"
        " matched_rule, included_in_digest)"
        " values ('hostile', %s, %s, 'csuite', %s, now() - interval '1 hour', %s, true)",
        [HOSTILE_NAME, HOSTILE_TITLE, "A" * 300, "chief"],
    )
    db.execute(
        "insert into public.user_state (user_id, username, title, seniority_level)"
        " select user_id, username, title, seniority_level from public.detections"
    )


def _deliveries(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    for weeks, sent in ((3, True), (2, True), (1, True), (0, False)):
        db.execute(
            "insert into public.digests (week_start, week_end, channel, payload, sent, created_at, sent_at)"
            " values (now() - make_interval(weeks => %(w)s + 1), now() - make_interval(weeks => %(w)s),"
            " 'board', %(payload)s, %(sent)s, now() - make_interval(weeks => %(w)s),"
            " case when %(sent)s then now() - make_interval(weeks => %(w)s) end)",
            {
                "w": weeks,
                "sent": sent,
                "payload": Jsonb(
                    {"counts": {"people": 10 + weeks}, "people": [{"username": PAYLOAD_SECRET}]}
                ),
            },
        )
    files = {form: f"https://storage.example.com/reports/r.{form}?token=t" for form in ("pdf", "csv", "html")}
    for month, revision, links, expiry in (
        ("2026-01", 1, files, "-1 day"),
        ("2026-02", 1, {**files, "html": "javascript:alert(1)"}, "5 days"),
        ("2026-02", 2, {}, None),
    ):
        db.execute(
            "insert into public.reports (month_label, revision, period_start, period_end, time_zone,"
            " summary, links, links_expire_at, published_at)"
            " values (%s, %s, '2026-01-01', '2026-02-01', 'UTC', %s, %s, now() + %s::interval,"
            " case when %s then now() end)",
            [month, revision, Jsonb({"total": 40 + revision}), Jsonb(links), expiry, bool(links)],
        )


def _jobs(db: psycopg.Connection[tuple[Any, ...]]) -> None:
    payload = json.dumps({"note": PAYLOAD_SECRET})
    for key, kind, channel, status, error in (
        ("d1", "digest", "board", "dead", "The control room refuses the user name and key (HTTP 401)."),
        ("d2", "report_message", "board", "dead", "Slack answered with HTTP 404. <b>Check the channel.</b>"),
        ("d3", "alert", "sales", "dead", None),
        ("p1", "digest", "board", "pending", "The control room cannot be reached (ConnectError)."),
        ("p2", "report", None, "pending", None),
        ("r1", "alert", "sales", "running", None),
        ("f1", "digest", "board", "done", None),
        ("f2", "digest", "board", "done", None),
    ):
        db.execute(
            "insert into public.outbox (kind, channel, payload, dedupe_key, status, attempts, last_error,"
            " finished_at, lease_expires_at, locked_by, run_at)"
            " values (%(kind)s, %(channel)s, %(payload)s::jsonb, %(key)s, %(status)s, 3, %(error)s,"
            " case when %(status)s in ('dead', 'done') then now() end,"
            " case when %(status)s = 'running' then now() + interval '1 hour' end,"
            " case when %(status)s = 'running' then 'worker-one' end, now() + interval '1 hour')",
            {
                "kind": kind, "channel": channel, "payload": payload, "key": f"seed:{key}", "status": status,
                "error": error,
            },
        )  # fmt: skip
    db.execute(
        "insert into public.outbox_attempts (outbox_id, attempt, worker)"
        " select id, attempt, 'worker-one' from public.outbox, generate_series(1, attempts) as attempt"
    )
    # Counted when they end, as they are in life.
    db.execute(
        "update public.outbox_attempts set finished_at = now(), outcome = case"
        " when attempt < outbox.attempts or outbox.status = 'pending' then 'retry' else outbox.status end"
        " from public.outbox where outbox.id = outbox_id and outbox.status <> 'running'"
    )
