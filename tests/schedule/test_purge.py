"""Housekeeping: what is past its retention goes, in batches; what a person would miss stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schedule.conftest import Schedule

NOW = "2026-11-20 12:00Z"


def add_events(schedule: Schedule, count: int, received_at: str, *, processed: bool = True) -> None:
    schedule.db.execute(
        "insert into public.events_raw (idempotency_key, source, user_id, received_at, state)"
        " select gen_random_uuid()::text, 'test', 'u', %s, %s"
        " from generate_series(1, %s)",
        [received_at, "processed" if processed else "waiting", count],
    )


def purge(schedule: Schedule, budget: str = "1 minute") -> dict[str, Any]:
    result: dict[str, Any] = schedule.value("select pathfinder.purge(%s, %s)", NOW, budget)
    return result


def test_only_processed_events_past_retention_go(schedule: Schedule) -> None:
    add_events(schedule, 3, "2026-11-01 12:00Z")
    add_events(schedule, 2, "2026-11-01 12:00Z", processed=False)
    add_events(schedule, 1, "2026-11-06 12:00Z")  # to the second 14 days ago
    add_events(schedule, 1, "2026-11-06 11:59:59Z")
    assert purge(schedule) == {"events_raw": 4, "complete": True}
    assert schedule.rows("select processed, count(*) from public.events_raw group by 1 order by 1") == [
        {"processed": False, "count": 2},
        {"processed": True, "count": 1},
    ]


def test_events_are_kept_as_long_as_repeats_are_recognised(schedule: Schedule) -> None:
    schedule.db.execute("update public.settings set event_retention = '1 day', dedup_window = '30 days'")
    add_events(schedule, 1, "2026-11-01 12:00Z")
    add_events(schedule, 1, "2026-10-20 12:00Z")
    assert purge(schedule) == {"events_raw": 1, "complete": True}


def test_large_leftovers_go_in_batches_and_the_next_ticks_go_on(schedule: Schedule) -> None:
    add_events(schedule, 12_000, "2026-11-01 12:00Z")
    add_events(schedule, 10, "2026-11-19 12:00Z")
    assert purge(schedule, "0") == {"events_raw": 5000, "complete": False}
    assert purge(schedule, "0") == {"events_raw": 5000, "complete": False}
    assert purge(schedule, "0") == {"events_raw": 2000, "complete": True}
    assert schedule.value("select count(*) from public.events_raw") == 10


def test_unfinished_housekeeping_goes_on_at_the_next_tick(schedule: Schedule) -> None:
    schedule.db.execute(
        "create or replace function pathfinder.purge(moment timestamptz, budget interval) returns jsonb"
        " language sql as $$ select jsonb_build_object('complete', moment >= '2026-11-05 07:02Z') $$"
    )
    outcomes = []
    for minute in range(4):
        runs = schedule.tick(f"2026-11-05 07:0{minute}Z")["runs"]
        outcomes.append([(run["period"], run["outcome"]) for run in runs])
    assert outcomes == [
        [("2026-11-05", "running")],
        [("2026-11-05", "running")],
        [("2026-11-05", "done")],
        [],
    ]


def test_housekeeping_that_never_ends_does_not_keep_an_earlier_night_open(schedule: Schedule) -> None:
    schedule.db.execute(
        "create or replace function pathfinder.purge(moment timestamptz, budget interval) returns jsonb"
        " language sql as $$ select '{\"complete\": false}'::jsonb $$"
    )
    schedule.tick("2026-11-05 07:00Z")
    schedule.tick("2026-11-06 07:00Z")
    open_nights = schedule.rows("select period from public.job_runs where outcome = 'running'")
    assert open_nights == [{"period": "2026-11-06"}]


def test_finished_work_goes_with_its_attempts_and_unfinished_or_dead_work_stays(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.outbox (kind, dedupe_key, status, finished_at, locked_by, lease_expires_at)"
        " select kind, kind || status || at, status,"
        " case when status in ('done', 'dead') then at::timestamptz end,"
        " case when status = 'running' then 'w' end, case when status = 'running' then now() end"
        " from unnest(array['2026-08-01', '2026-11-01']) as at,"
        " unnest(array['pending', 'running', 'done', 'dead']) as status,"
        " unnest(array['digest', 'report_message']) as kind"
    )
    schedule.db.execute(
        "insert into public.outbox_attempts (outbox_id, attempt, worker) select id, 1, 'w' from public.outbox"
    )
    assert purge(schedule) == {"outbox": 1, "complete": True}
    left = {row["dedupe_key"] for row in schedule.rows("select dedupe_key from public.outbox")}
    assert len(left) == 15
    assert "digestdone2026-08-01" not in left
    # Without it, rendering an old report again would announce it again.
    assert "report_messagedone2026-08-01" in left
    assert schedule.value("select count(*) from public.outbox_attempts") == 15


def test_purging_the_ledger_makes_nothing_owed_again(schedule: Schedule) -> None:
    schedule.db.execute("update public.settings set history_retention = '7 days'")
    schedule.start("2026-08-03 12:00Z")
    for minute in range(10):
        schedule.tick(f"2026-11-20 23:0{minute}Z")
    count = schedule.value("select count(*) from public.job_runs")
    schedule.db.execute("select pathfinder.purge('2028-01-01', '1 minute')")
    assert schedule.value("select count(*) from public.job_runs") == 3 < count
    assert schedule.tick("2026-11-20 23:30Z")["status"] == "idle"
    assert schedule.ran("2026-11-27 22:00Z") == [("digest", "2026-W48", "done")]


def test_failures_stay_in_the_ledger_however_old(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.job_runs (job, period, outcome, finished_at, next_attempt_at)"
        " values ('digest', '2020-W01', 'failed', '2020-01-03', 'infinity'), ('digest', '2020-W02', 'done',"
        " '2020-01-10', null)"
    )
    assert purge(schedule) == {"job_runs": 1, "complete": True}


@pytest.mark.parametrize("channel", [True, False])
def test_detections_go_only_when_asked_for_and_told_of(schedule: Schedule, channel: bool) -> None:
    schedule.db.execute("update public.channels set is_active = %s", [channel])
    schedule.db.execute(
        "insert into public.reports (month_label, period_start, period_end, time_zone, summary)"
        " values ('2026-07', '2026-07-01', '2026-08-01', 'UTC', '{}')"
    )
    for user, digested, reported in [("a", True, True), ("b", False, True), ("c", True, False)]:
        detection = schedule.detect(user, "2026-07-15 12:00Z")
        schedule.db.execute(
            "update public.detections set report_id = case when %s then (select id from public.reports) end"
            " where id = %s",
            [reported, detection],
        )
        if digested:
            schedule.db.execute(
                "insert into pathfinder.digest_ledger (channel, detection_id, outcome)"
                " select name, %s, 'undone' from public.channels",
                [detection],
            )
    schedule.detect("recent", "2026-11-15 12:00Z")
    schedule.db.execute(
        "insert into public.digests (week_start, week_end, channel, payload, sent, sent_at)"
        " values ('2026-07-10', '2026-07-17', 'email', '{}', true, now()),"
        " ('2026-07-10', '2026-07-17', 'teams', '{}', false, null)"
    )
    assert purge(schedule) == {"complete": True}
    schedule.db.execute("update public.settings set detection_retention = '90 days'")
    purged = purge(schedule)
    # One that no digest has told of stays while there is a channel to tell it.
    assert purged == {"detections": 1 if channel else 2, "digests": 1, "complete": True}
    assert schedule.value("select count(*) from public.digests where not sent") == 1


def test_workers_and_counters_long_gone_are_forgotten(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.worker_heartbeats (worker, seen_at)"
        " values ('gone', '2026-10-01'), ('here', '2026-11-20')"
    )
    schedule.db.execute(
        "insert into pathfinder.webhook_counters (day, source, outcome, shard)"
        " values ('2025-01-01', 's', 'processed', 0), ('2026-01-01', 's', 'processed', 0)"
    )
    purge(schedule)
    assert schedule.rows("select worker from public.worker_heartbeats") == [{"worker": "here"}]
    assert schedule.value("select count(*) from pathfinder.webhook_counters") == 1


def test_pg_cron_s_own_history_is_pruned_of_this_project_s_jobs_only(schedule: Schedule) -> None:
    ours = schedule.value("select jobid from cron.job where jobname = 'captpathfinder-tick'")
    schedule.db.execute("delete from cron.job_run_details")
    rows = [
        (1, ours, "failed", None),  # never began: no time
        (2, ours, "succeeded", "2026-11-12 12:00Z"),
        (3, ours, "succeeded", "2026-11-19 12:00Z"),
        (4, ours, "failed", None),
        (5, 9999, "succeeded", "2020-01-01 12:00Z"),  # somebody else's
    ]
    for runid, jobid, status, end_time in rows:
        schedule.db.execute(
            "insert into cron.job_run_details (runid, jobid, username, status, end_time)"
            " values (%s, %s, current_user, %s, %s)",
            [runid, jobid, status, end_time],
        )
    assert schedule.value("select pathfinder.prune_cron_history(%s)", NOW) == 2
    left = schedule.rows("select runid from cron.job_run_details order by runid")
    assert [row["runid"] for row in left] == [3, 4, 5]
