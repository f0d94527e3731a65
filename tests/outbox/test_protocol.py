"""The outbox protocol, call by call, as the role that the worker has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from local.postgres import TemplateCluster
from tests.conftest import Connection

Row = dict[str, Any]

# Seconds by which two readings of one machine's clock may differ.
CLOCKS = 0.5


@pytest.fixture(autouse=True)
def _no_channels(db: Connection) -> None:
    """Each test adds the channels that it speaks of; those of the seed would take their turns, too."""
    db.execute("delete from public.channels")


@pytest.fixture
def worker(db_dsn: str) -> Iterator[psycopg.Connection[Row]]:
    """A connection as the worker has it: service_role."""
    with psycopg.connect(db_dsn, autocommit=True, row_factory=dict_row) as connection:
        connection.execute("set role service_role")
        yield connection


def enqueue(db: Connection, key: str, *, channel: str | None = None, priority: int = 50) -> int | None:
    row = db.execute(
        "select pathfinder.enqueue('channel_test', %s, '{}', %s, %s)", [channel, key, priority]
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


def test_same_key_is_queued_once(db: Connection) -> None:
    assert enqueue(db, "a") is not None
    assert enqueue(db, "a") is None


def test_claimed_job_is_not_claimed_again(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    assert [row["attempt"] for row in claim(worker)] == [1]
    assert claim(worker, name="w2") == []


def test_the_wait_doubles_from_five_seconds_to_an_hour_and_is_spread_over_its_second_half(
    db: Connection,
) -> None:
    waits = db.execute(
        """
        select
            extract(epoch from pathfinder.job_retry_delay(failures, 0))::float8,
            extract(epoch from pathfinder.job_retry_delay(failures, 1))::float8
        from unnest(array[0, 1, 2, 3, 10, 11, 20, 21, 1000, 2147483647]) as failures
        """
    ).fetchall()
    longest = [5.0, 5.0, 10.0, 20.0, 2560.0, 3600.0, 3600.0, 3600.0, 3600.0, 3600.0]
    assert waits == [(seconds / 2, seconds) for seconds in longest]
    # Spread by chance, where nobody says otherwise.
    row = db.execute(
        "select count(distinct pathfinder.job_retry_delay(n % 1 + 1)) from generate_series(1, 9) as n"
    ).fetchone()
    assert row is not None
    assert int(str(row[0])) > 1


def test_two_workers_claiming_at_once_share_without_waiting(db: Connection, db_dsn: str) -> None:
    for number in range(4):
        enqueue(db, f"job {number}")
    with psycopg.connect(db_dsn) as first, psycopg.connect(db_dsn) as second:
        mine = first.execute("select id from public.claim_outbox('w1', null, 2, 60)").fetchall()
        second.execute("set local lock_timeout = '1ms'")
        theirs = second.execute("select id from public.claim_outbox('w2', null, 4, 60)").fetchall()
    assert len(mine) == len(theirs) == 2
    assert not set(mine) & set(theirs)


def test_two_workers_claiming_lapsed_leases_at_once_share_without_waiting(
    db: Connection, worker: psycopg.Connection[Row], db_dsn: str
) -> None:
    for number in range(4):
        enqueue(db, f"job {number}")
    assert len(claim(worker, name="dead")) == 4
    let_lease_run_out(db)
    with psycopg.connect(db_dsn) as first, psycopg.connect(db_dsn) as second:
        mine = first.execute("select id from public.claim_outbox('w1', null, 2, 60)").fetchall()
        # Whoever would wait is refused.
        second.execute("set local lock_timeout = '1ms'")
        theirs = second.execute("select id from public.claim_outbox('w2', null, 4, 60)").fetchall()
    assert len(mine) == len(theirs) == 2
    assert not set(mine) & set(theirs)
    holders = db.execute("select locked_by, attempts from public.outbox order by 1").fetchall()
    assert holders == [("w1", 2), ("w1", 2), ("w2", 2), ("w2", 2)]


def test_only_the_holder_of_the_lease_finishes(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    identity = claimed["id"]
    assert one(worker, "complete_outbox(%s, 'w2', 1)", identity) is False
    assert one(worker, "complete_outbox(%s, 'w1', 2)", identity) is False
    assert one(worker, "fail_outbox(%s, 'w2', 1, 'no')", identity) is None
    assert one(worker, "extend_lease(%s, 'w2', 1)", identity) is None
    assert one(worker, "release_outbox(%s, 'w2', 1)", identity) is False
    assert one(worker, "record_progress(%s, 'w2', 1, '{}')", identity) is False
    assert job(db, "a")["status"] == "running"
    assert one(worker, "complete_outbox(%s, 'w1', 1)", identity) is True


def test_expired_lease_is_worth_nothing_and_the_next_worker_continues(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    one(worker, "record_progress(%s, 'w1', 1, '{\"deployment_id\": \"d\"}')", claimed["id"])
    let_lease_run_out(db)

    assert one(worker, "extend_lease(%s, 'w1', 1)", claimed["id"]) is None
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is False
    (again,) = claim(worker, name="w2")
    assert (again["attempt"], again["progress"]) == (2, {"deployment_id": "d"})
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is False
    assert one(worker, "complete_outbox(%s, 'w2', 2)", claimed["id"]) is True
    assert attempts(db, "a") == ["lease_expired", "done"]


def test_repeated_completion_after_a_lost_answer_is_true(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is True
    assert one(worker, "complete_outbox(%s, 'w1', 1)", claimed["id"]) is True
    assert one(worker, "fail_outbox(%s, 'w1', 1, 'late')", claimed["id"]) is None
    assert job(db, "a")["status"] == "done"


def test_failure_waits_longer_each_time_and_the_last_one_is_death(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 3")
    waits = []
    for attempt in (1, 2, 3):
        (claimed,) = claim(worker)
        with worker.transaction():
            answer = one(worker, "fail_outbox(%s, 'w1', %s, 'boom')", claimed["id"], attempt)
            assert answer == ("dead" if attempt == 3 else "pending")
            # Within the transaction time stands still.
            row = worker.execute(
                "select extract(epoch from run_at - now())::float8 as wait from public.outbox"
            ).fetchone()
            assert row is not None
            waits.append(row["wait"])
        make_due(db)
    assert 2.5 <= waits[0] <= 5
    assert 5 <= waits[1] <= 10
    assert claim(worker) == []
    assert attempts(db, "a") == ["retry", "retry", "dead"]
    assert job(db, "a")["last_error"] == "boom"


def test_retry_after_is_the_least_wait(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    (claimed,) = claim(worker)
    one(worker, "fail_outbox(%s, 'w1', 1, 'slow down', true, 120)", claimed["id"])
    row = db.execute("select run_at - now() > interval '110 seconds' from public.outbox").fetchone()
    assert row == (True,)


def test_final_failure_is_dead_at_once_and_redriven_with_its_history(
    db: Connection, worker: psycopg.Connection[Row]
) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 1")
    (claimed,) = claim(worker)
    assert one(worker, "fail_outbox(%s, 'w1', 1, 'the key is wrong', false)", claimed["id"]) == "dead"
    assert one(worker, "redrive_outbox(%s)", claimed["id"]) == 1
    (again,) = claim(worker)
    assert again["attempt"] == 2
    assert one(worker, "complete_outbox(%s, 'w1', 2)", claimed["id"]) is True
    assert attempts(db, "a") == ["dead", "done"]


def test_lost_lease_of_the_last_attempt_is_death(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 1")
    claim(worker)
    let_lease_run_out(db)
    assert claim(worker) == []
    assert job(db, "a")["status"] == "dead"
    assert attempts(db, "a") == ["lease_expired"]


def test_release_does_not_count_as_an_attempt(db: Connection, worker: psycopg.Connection[Row]) -> None:
    enqueue(db, "a")
    db.execute("update public.outbox set max_attempts = 1")
    for attempt in (1, 2, 3):
        (claimed,) = claim(worker)
        assert claimed["attempt"] == attempt
        assert one(worker, "release_outbox(%s, 'w1', %s)", claimed["id"], attempt) is True
    (claimed,) = claim(worker)
    assert one(worker, "fail_outbox(%s, 'w1', 4, 'boom')", claimed["id"]) == "dead"


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
