"""The outbox protocol, call by call, as the role that the worker has."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg.rows import dict_row

from local.postgres import TemplateCluster
from tests.conftest import Connection
from tests.outbox.support import (
    Row,
    add_channel,
    claim,
    enqueue,
    job,
    one,
)

pytestmark = pytest.mark.usefixtures("no_channels")


def test_same_key_is_queued_once(db: Connection) -> None:
    assert enqueue(db, "a") is not None
    assert enqueue(db, "a") is None


def test_claimed_job_is_not_claimed_again(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    assert [row["attempt"] for row in claim(worker)] == [1]
    assert claim(worker, name="w2") == []


def test_backlog_of_one_channel_does_not_keep_another_waiting(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    for name in ("busy", "quiet"):
        add_channel(db, name)
    for number in range(20):
        enqueue(db, f"busy {number}", channel="busy")
    enqueue(db, "quiet", channel="quiet")
    assert {row["channel"] for row in claim(worker, jobs=2)} == {"busy", "quiet"}


def test_alert_goes_before_everything_that_waits(db: Connection, worker: psycopg.Connection[Row]) -> None:
    add_channel(db, "email")
    for number in range(5):
        enqueue(db, f"report {number}", priority=70)
        enqueue(db, f"digest {number}", channel="email")
    enqueue(db, "alert", channel="email", priority=10)
    (first,) = claim(worker, jobs=1)
    assert first["id"] == job(db, "alert")["id"]


def test_jobs_of_a_channel_switched_off_wait_and_of_a_deleted_one_are_dead(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    add_channel(db, "email", active=False)
    enqueue(db, "a", channel="email")
    assert claim(worker) == []
    db.execute("update public.channels set name = 'mail'")
    assert job(db, "a")["channel"] == "mail"
    db.execute("delete from public.channels")
    assert job(db, "a")["status"] == "dead"
    assert "deleted" in job(db, "a")["last_error"]


def test_finished_digest_is_sent_and_finished_report_tells_its_channels(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    add_channel(db, "email")
    add_channel(db, "alerts", sends="{alert}")
    db.execute(
        "insert into public.digests (week_start, week_end, channel, payload)"
        " values (now() - interval '7 days', now(), 'email', '{\"part\": 1}')"
    )
    db.execute(
        "insert into public.reports (month_label, period_start, period_end, time_zone, summary)"
        " values ('2026-11', '2026-11-01', '2026-12-01', 'UTC', '{\"total\": 3}')"
    )
    db.execute("select pathfinder.enqueue('digest', 'email', '{\"digest_id\": 1}', 'digest:1')")
    db.execute("select pathfinder.enqueue('report', null, '{\"report_id\": 1}', 'report:1', 70)")
    claimed = {row["kind"]: row for row in claim(worker)}
    lifetime = claimed["digest"]["document"].pop("link_lifetime_seconds")
    assert claimed["digest"]["document"] == {"digest": {"id": 1}, "part": 1}
    assert lifetime == 7 * 24 * 3600
    assert claimed["report"]["document"]["summary"] == {"total": 3}

    for row in claimed.values():
        result = json.dumps({"file_uri": "reports/x.pdf", "links": {"pdf": "https://example.test"}})
        one(worker, "complete_outbox(%s, 'w1', 1, %s)", row["id"], result)

    assert db.execute("select sent, sent_at is not null from public.digests").fetchall() == [(True, True)]
    assert db.execute("select file_uri, links from public.reports").fetchall() == [
        ("reports/x.pdf", {"pdf": "https://example.test"})
    ]
    (message,) = claim(worker)
    assert (message["kind"], message["channel"]) == ("report_message", "email")


def test_what_was_deleted_in_the_meantime_is_said_to_be_missing(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    db.execute("select pathfinder.enqueue('digest', null, '{\"digest_id\": 99}', 'digest:99')")
    (claimed,) = claim(worker)
    assert claimed["document"] == {"missing": True}


def test_a_call_about_a_job_looks_at_no_other_job(
    db: Connection, template_cluster: TemplateCluster, db_dsn: str
) -> None:
    for number in range(20):
        enqueue(db, f"job {number}")
    with psycopg.connect(
        template_cluster.dsn_of(db_dsn, "supabase_admin"), autocommit=True, row_factory=dict_row
    ) as watched:
        watched.execute("set track_functions = 'all'")
        claimed = claim(watched, jobs=4)
        looks = []
        for held, call in zip(
            claimed,
            (
                "extend_lease(%s, 'w1', 1)",
                "record_progress(%s, 'w1', 1, '{}')",
                "release_outbox(%s, 'w1', 1)",
                "complete_outbox(%s, 'w1', 1)",
            ),
            strict=True,
        ):
            with watched.transaction():
                assert one(watched, call, held["id"])
                row = watched.execute(
                    "select pg_stat_get_xact_function_calls("
                    " 'pathfinder.holds_lease(bigint, text, integer)'::regprocedure) as looks"
                ).fetchone()
            assert row is not None
            looks.append(row["looks"])
    # One look each; a session's counter goes on counting.
    assert looks == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "call",
    ["claim_outbox('', null, 1, 60)", "claim_outbox('w', null, 0, 60)", "claim_outbox('w', null, 1, 0)"],
)
def test_impossible_claim_is_refused(call: str, worker: psycopg.Connection[Row]) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        worker.execute(f"select * from public.{call}")  # noqa: S608 (a test's own text)


def test_strangers_cannot_speak_to_the_outbox(db: Connection) -> None:
    for role in ("anon", "authenticated"):
        db.execute(f"set role {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("select * from public.claim_outbox('w')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("select * from public.outbox")
        db.execute("reset role")


def test_report_pages_hold_what_the_revision_held(db: Connection, worker: psycopg.Connection[Row]) -> None:
    for revision in (1, 2):
        db.execute(
            "insert into public.reports"
            " (month_label, revision, period_start, period_end, time_zone, summary, generated_at)"
            " values ('2026-11', %s, '2026-11-01', '2026-12-01', 'UTC', '{}', '2026-12-01')",
            [revision],
        )
    db.execute(
        """
        insert into public.detections (user_id, title, seniority_level, report_id, detected_at)
        select n::text, 'CEO', case when n % 2 = 0 then 'csuite' else 'vp' end, nullif(n / 4 + 1, 3),
            '2026-11-20'
        from generate_series(1, 9) as n
        """
    )

    def page(arguments: str) -> list[str]:
        rows = worker.execute(f"select public.report_rows({arguments}) as person".encode())
        return [row["person"]["user_id"] for row in rows]

    assert page("1") == ["1", "2", "3"]
    assert page("2, 0, 2") == ["1", "2"]
    assert page("2, 4") == ["5", "6", "7"]
    # A page may be shorter than asked for; only an empty one is the last.
