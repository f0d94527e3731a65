"""pg_cron itself: the migrations schedule two jobs, and the real thing fires the tick."""

from __future__ import annotations

import time

from local.migrations import MIGRATIONS
from local.postgres import Cluster
from tests.schedule.conftest import Schedule


def test_only_the_tick_the_watch_and_the_pruning_are_scheduled(schedule: Schedule) -> None:
    assert schedule.rows("select jobname, schedule, command, username, active from cron.job order by 1") == [
        {
            "jobname": "captpathfinder-prune",
            "schedule": "17 3 * * *",
            "command": "select pathfinder.prune_cron_history(now())",
            "username": "postgres",
            "active": True,
        },
        {
            "jobname": "captpathfinder-tick",
            "schedule": "* * * * *",
            "command": "select public.tick()",
            "username": "postgres",
            "active": True,
        },
        {
            "jobname": "captpathfinder-watch",
            "schedule": "* * * * *",
            "command": "select pathfinder.watch(now())",
            "username": "postgres",
            "active": True,
        },
    ]


def test_pg_cron_fires_the_tick_and_the_tick_builds_what_is_owed() -> None:
    with Cluster.temporary(migrations=MIGRATIONS) as cluster, cluster.connect(autocommit=True) as db:
        db.execute("truncate public.job_runs")
        db.execute("delete from public.channels")
        db.execute(
            "insert into public.channels (name, transport, config, created_at)"
            """ values ('email', 'slack_webhook', '{"secret_env": "CHANNEL_X"}', now() - interval '9d')"""
        )
        # In one transaction, so that a tick between them cannot begin without the detection.
        with db.transaction():
            db.execute("select pathfinder.start_schedule(now() - interval '8 days')")
            db.execute(
                "insert into public.detections (user_id, title, seniority_level, detected_at)"
                " values ('7', 'CEO', 'csuite', now() - interval '8 days')"
            )
        limit = time.monotonic() + 100
        runs: list[tuple[object, ...]] = []
        while not runs:
            assert time.monotonic() < limit, "pg_cron did not run the tick within a minute"
            time.sleep(0.2)
            runs = db.execute(
                "select details.status from cron.job_run_details as details join cron.job using (jobid)"
                " where job.jobname = 'captpathfinder-tick' and details.end_time is not null"
                " and exists (select from public.job_runs where job = 'digest' and attempts = 1)"
            ).fetchall()
        assert ("succeeded",) in runs
        assert db.execute("select payload -> 'people' -> 0 ->> 'user_id' from public.digests").fetchall() == [
            ("7",)
        ]
