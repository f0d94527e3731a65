"""Incidents are told once when they begin and once when they end; a token asks whether all is well."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
import pytest

from tests.conftest import Connection
from tests.operations.conftest import Admin


@pytest.fixture
def watched(well: Connection) -> Connection:
    """A database that is well, with a channel that gets incidents."""
    well.execute(
        "insert into public.channels (name, transport, sends, config)"
        """ values ('ops', 'slack_webhook', '{incident}', '{"secret_env": "CHANNEL_OPS"}')"""
    )
    return well


def watch(db: Connection, moment: str = "now()") -> list[dict[str, Any]]:
    """Look once; return what was queued by it."""
    before = db.execute("select coalesce(max(id), 0) from public.outbox").fetchone()
    assert before is not None
    query = f"select pathfinder.watch({moment})"
    db.execute(query.encode())
    rows = db.execute(
        "select payload from public.outbox where kind = 'incident' and id > %s order by id", before
    )
    return [row[0] for row in rows if isinstance(row[0], dict)]


def die(db: Connection, channel: str, error: str, key: str) -> None:
    db.execute(
        "insert into public.outbox (kind, channel, dedupe_key, status, finished_at, last_error)"
        " values ('digest', %s, %s, 'dead', now(), %s)",
        [channel, key, error],
    )


def test_nothing_is_told_while_all_is_well(watched: Connection) -> None:
    assert watch(watched) == []


def test_nothing_is_looked_for_where_nobody_is_told(well: Connection) -> None:
    die(well, "mail", "no", "1")
    assert watch(well) == []
    assert well.execute("select count(*) from pathfinder.incidents").fetchone() == (0,)


def test_jobs_that_were_given_up_are_one_incident_for_each_error_and_channel(watched: Connection) -> None:
    die(watched, "mail", "550 user 17 unknown", "1")
    die(watched, "mail", "550 user 4711 unknown", "2")
    die(watched, "mail", "certificate expired", "3")
    begun = watch(watched)
    assert [(told["state"], told["kind"], told["title"]) for told in begun] == [
        ("begun", "dead_jobs", "A job was given up, of channel mail"),
        ("begun", "dead_jobs", "2 jobs were given up, of channel mail"),
    ] or {told["title"] for told in begun} == {
        "A job was given up, of channel mail",
        "2 jobs were given up, of channel mail",
    }
    assert watch(watched) == []
    watched.execute("delete from public.outbox where last_error like '550%'")
    [ended] = watch(watched)
    assert (ended["state"], ended["title"]) == ("ended", "2 jobs were given up, of channel mail")
    assert ended["ended_at"] is not None
    assert ended["key"] in {told["key"] for told in begun}
    assert watch(watched) == []


@pytest.mark.parametrize(
    ("trouble", "kind", "said"),
    [
        ("update public.webhook_sources set enabled = false", "health", "needs somebody"),
        ("delete from public.rule_versions", "health", "is down"),
        (
            """insert into public.job_runs (job, period, outcome, error, next_attempt_at)
            values ('digest', '2020-W01', 'failed', 'broken', 'infinity')""",
            "overdue",
            "The digest of 2020-W01 is overdue",
        ),
        (
            """insert into public.events_raw
                (source, user_id, profile_field, received_at, idempotency_key, state)
            select name, '1', 'title', now() - interval '4 days', 'x', 'processed'
            from public.webhook_sources""",
            "silence",
            "No webhook for 4 days",
        ),
    ],
)
def test_trouble_is_told_when_it_begins(
    trouble: LiteralString, kind: str, said: str, watched: Connection
) -> None:
    watched.execute(trouble)
    told = watch(watched)
    assert [(each["state"], each["kind"]) for each in told] == [("begun", kind)]
    assert said in told[0]["title"]
    assert told[0]["advice"]
    assert watch(watched) == []


def test_a_schedule_that_stands_still_is_told_of_and_its_end_too(watched: Connection, admin: Admin) -> None:
    admin.execute("delete from cron.job_run_details")
    [begun] = watch(watched)
    assert (begun["state"], begun["title"]) == ("begun", "CaptPathfinder is down")
    admin.ticked()
    [ended] = watch(watched)
    assert (ended["state"], ended["key"]) == ("ended", begun["key"])


def test_the_status_takes_its_token_alone_and_says_no_more_than_it_must(watched: Connection) -> None:
    def status(token: str | None) -> dict[str, Any]:
        row = watched.execute("select public.health_status(%s)", [token]).fetchone()
        assert row is not None
        assert isinstance(row[0], dict)
        return row[0]

    for token in ("", None, "health_"):
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification), watched.transaction():
            status(token)
    [(first,)] = watched.execute("select public.set_health_token()").fetchall()
    [(second,)] = watched.execute("select public.set_health_token()").fetchall()
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification), watched.transaction():
        status(str(first))
    watched.execute("set role anon")
    answer = status(str(second))
    assert answer["status"] == "ok"
    assert set(answer) == {"status", "reasons", "time"}
    for denied in ("public.set_health_token()", "public.health()"):
        query = f"select {denied}"
        with pytest.raises(psycopg.errors.InsufficientPrivilege), watched.transaction():
            watched.execute(query.encode())
    watched.execute("set role postgres")
    stored = watched.execute("select digest::text from pathfinder.health_token").fetchone()
    assert stored is not None
    assert str(second) not in str(stored[0])
