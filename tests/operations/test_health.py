"""health(): what is wrong is said, in a sentence that says what to do, and nothing else is."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any, LiteralString

import pytest

from local.migrations import MIGRATIONS
from local.stack import Stack
from tests.conftest import Connection
from tests.operations.conftest import Admin


def health(db: Connection) -> dict[str, Any]:
    row = db.execute("select public.health()").fetchone()
    assert row is not None
    assert isinstance(row[0], dict)
    return row[0]


def test_all_is_well(well: Connection) -> None:
    answer = health(well)
    assert (answer["status"], answer["reasons"]) == ("ok", [])
    checks = answer["checks"]
    assert checks["database"]["read_only"] is False
    assert checks["database"]["migration"] == max(path.name for path in MIGRATIONS.glob("*.sql"))[:14]
    assert checks["rules_version"] >= 1
    assert [worker["worker"] for worker in checks["workers"]] == ["w1"]
    assert checks["workers"][0]["control_room"] == "ok"


DEGRADED: list[tuple[LiteralString, str]] = [
    ("update webhook_sources set enabled = false", "set_webhook_secret"),
    ("update channels set is_active = false", "No channel is active"),
    (
        (
            "insert into events_raw (idempotency_key, source, user_id, received_at)"
            " values ('k', 's', '1', now() - interval '11 minutes')"
        ),
        "waited for 11 minutes",
    ),
    (
        "insert into events_raw (idempotency_key, source, user_id, state) values ('k', 's', '1', 'parked')",
        "retry_parked_events",
    ),
    (
        (
            "insert into outbox (kind, channel, dedupe_key, run_at)"
            " values ('digest', 'mail', 'd', now() - interval '3 hours')"
        ),
        "due for 3 hours",
    ),
    (
        (
            "insert into outbox (kind, channel, dedupe_key, status, locked_by, lease_expires_at)"
            " values ('digest', 'mail', 'd', 'running', 'gone', now() - interval '20 minutes')"
        ),
        "due for 20 minutes",
    ),
    (
        (
            "with off as (insert into channels (name, transport, config, is_active)"
            " select 'off', transport, config, false from channels)"
            " insert into outbox (kind, channel, dedupe_key) values ('digest', 'off', 'd')"
        ),
        "1, of off",
    ),
    (
        "insert into outbox (kind, dedupe_key, status, finished_at) values ('digest', 'd', 'dead', now())",
        "captpathfinder redrive",
    ),
    (
        "insert into job_runs (job, period, outcome, error) values ('digest', '2026-W40', 'failed', 'x')",
        "job_runs.error",
    ),
    ("update worker_heartbeats set seen_at = now() - interval '3 minutes'", "captpathfinder run"),
    (
        "select heartbeat('w1', '0.1.0', 4, 0, 'listening', now(), '{\"stopping\": true}')",
        "captpathfinder run",
    ),
    ("select heartbeat('w1', '0.1.0', 4, 0, 'lost', null, '{}')", "no worker hears Realtime"),
    ("alter publication supabase_realtime drop table outbox", "alter publication"),
    (
        "select heartbeat('w1', '0.1.0', 4, 0, 'listening', now(), '{\"control_room\": \"key_rejected\"}')",
        "AA_API_KEY",
    ),
    ("select pathfinder.count_webhook(null, 'unauthorised')", "1 of them as unauthorised"),
    ("select pathfinder.count_webhook('community', 'malformed')", "1 of them as malformed"),
]


@pytest.mark.parametrize(("trouble", "sentence"), DEGRADED, ids=[words for _, words in DEGRADED])
def test_trouble_degrades_and_is_said(trouble: LiteralString, sentence: str, well: Connection) -> None:
    well.execute(trouble)
    answer = health(well)
    assert answer["status"] == "degraded"
    assert len(answer["reasons"]) == 1, answer["reasons"]
    assert sentence in answer["reasons"][0]
    # What it means stands first, without a name out of the database or the shell.
    plain, said, todo = answer["reasons"][0].partition(" For the operator: ")
    assert said
    assert todo
    assert not re.search(r"\w_\w|\w\.\w|\(\)|captpathfinder|select |HTTP", plain), plain


NO_TROUBLE: list[LiteralString] = [
    "select heartbeat('w1', '0.1.0', 4, 0, 'off', null, '{}')",
    "select heartbeat('w2', '0.1.0', 4, 0, 'lost', null, '{}')",
    "select heartbeat('w2', '0.1.0', 4, 0, 'lost', null, '{\"stopping\": true}')",
    "insert into outbox (kind, channel, dedupe_key) values ('digest', 'mail', 'd')",
    (
        "insert into outbox (kind, channel, dedupe_key, run_at)"
        " values ('digest', 'mail', 'd', now() + interval '1 hour')"
    ),
    "insert into events_raw (idempotency_key, source, user_id) values ('k', 's', '1')",
    "insert into job_runs (job, period, outcome) values ('digest', '2026-W40', 'running')",
    (
        "select pathfinder.count_webhook('community', 'processed'),"
        " pathfinder.count_webhook(null, 'unauthorised'), pathfinder.count_webhook(null, 'malformed')"
    ),
]


@pytest.mark.parametrize("usual", NO_TROUBLE)
def test_what_is_usual_is_no_trouble(usual: LiteralString, well: Connection) -> None:
    well.execute(usual)
    assert health(well)["reasons"] == []


def test_a_schedule_that_stands_still_is_down(well: Connection, admin: Admin) -> None:
    admin.execute("delete from cron.job_run_details")
    assert "has not run yet" in health(well)["reasons"][0]
    admin.ticked(age="6 minutes")
    answer = health(well)
    assert answer["status"] == "down"
    assert "has not run for 6 minutes" in answer["reasons"][0]


def test_runs_of_other_jobs_are_not_taken_for_the_tick(well: Connection, admin: Admin) -> None:
    admin.execute(
        "update cron.job_run_details set jobid = (select max(jobid) + 1 from cron.job),"
        " command = 'select other.tick()'"
    )
    assert health(well)["status"] == "down"


def test_a_switched_off_schedule_is_down_and_says_how_to_switch_it_on(well: Connection, admin: Admin) -> None:
    admin.execute("update cron.job set active = false where jobname = 'captpathfinder-tick'")
    answer = health(well)
    assert answer["status"] == "down"
    assert "cron.alter_job" in answer["reasons"][0]


def test_a_failed_tick_degrades_at_once_and_is_down_when_none_succeeds(
    well: Connection, admin: Admin
) -> None:
    admin.ticked("failed", "1 second")
    answer = health(well)
    assert (answer["status"], len(answer["reasons"])) == ("degraded", 1)
    assert "return_message" in answer["reasons"][0]
    admin.execute("delete from cron.job_run_details where status = 'succeeded'")
    assert health(well)["status"] == "down"


def test_a_read_only_database_is_down(well: Connection) -> None:
    well.execute("set local default_transaction_read_only = on")
    answer = health(well)
    assert answer["status"] == "down"
    assert "takes no writes" in answer["reasons"][0]


def test_no_rules_is_down(well: Connection) -> None:
    well.execute("delete from public.rule_versions")
    answer = health(well)
    assert answer["status"] == "down"
    assert "captpathfinder rules import" in answer["reasons"][0]


def test_only_the_service_role_may_ask(well: Connection) -> None:
    for role, allowed in (("anon", False), ("authenticated", False), ("service_role", True)):
        for function in ("health()", "stats()", "recent_detections(integer, text)"):
            row = well.execute("select has_function_privilege(%s, %s, 'execute')", [role, function])
            assert row.fetchone() == (allowed,), (role, function)


def test_over_http_down_is_503_with_the_reasons_and_degraded_is_200(stack: Stack) -> None:
    """The stack's pg_cron jobs are switched off in tests, so it is down until a run is on record."""

    def ask(method: str) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            stack.url("gateway") + "/rest/v1/rpc/health",
            b"{}" if method == "POST" else None,
            {"apikey": stack.secrets.secret_key, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    for method in ("GET", "POST"):
        status, answer = ask(method)
        assert (status, answer.get("status")) == (503, "down"), answer
        assert answer["reasons"]
    with stack.cluster.connect("supabase_admin") as connection:
        connection.execute("update cron.job set active = true where jobname = 'captpathfinder-tick'")
        connection.execute(
            "insert into cron.job_run_details (jobid, runid, status, start_time)"
            " select jobid, 1000000000, 'succeeded', now() from cron.job"
            " where jobname = 'captpathfinder-tick'"
        )
    try:
        status, answer = ask("GET")
        assert (status, answer["status"]) == (200, "degraded"), answer
        assert "no worker" in " ".join(answer["reasons"])
    finally:
        with stack.cluster.connect("supabase_admin") as connection:
            connection.execute("delete from cron.job_run_details")
            connection.execute("update cron.job set active = false")
