"""What the pages do in the database: lists that page by keys, errors that are one, acts that are noted."""

from __future__ import annotations

import json
import re
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from captpathfinder import codes
from tests.conftest import Connection


def value(db: Connection, query: str, *parameters: object) -> Any:  # noqa: ANN401  (whatever the query gives)
    row = db.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


def listed(db: Connection, function: str, search: dict[str, object], size: int = 50) -> list[dict[str, Any]]:
    """All rows of a list, read page by page."""
    rows: list[dict[str, Any]] = []
    after: object = None
    for _ in range(100):
        given = None if after is None else json.dumps(after)
        page = value(db, f"select {function}(%s, %s, %s)", json.dumps(search), given, size)
        rows += page["rows"]
        after = page["next"]
        if after is None:
            return rows
        assert len(page["rows"]) == size
    raise AssertionError("the list has no end")


@pytest.fixture
def people(db: Connection) -> Connection:
    """Forty executives, many found at one moment and called the same; and their changes."""
    db.execute(
        """
        insert into user_state (
            user_id, username, title, seniority_level, functions, country, company, first_detected_at
        )
        select
            'u' || n, (array['Ada 100%', 'béla_nagy', null, 'Chinwe Obi'])[1 + n % 4],
            (array['CFO', 'VP Sales'])[1 + n % 2], (array['csuite', 'vp'])[1 + n % 2],
            case when n % 2 = 0 then '{finance}'::text[] else '{}' end,
            (array['Germany', null, 'Nigeria'])[1 + n % 3], (array['Acme GmbH', null])[1 + n % 2],
            '2026-11-01 10:00+00'::timestamptz + make_interval(hours => n / 7)
        from generate_series(1, 40) as n
        """
    )
    db.execute(
        "insert into detections (user_id, username, title, seniority_level, company, country, detected_at)"
        " select user_id, username, title, seniority_level, company, country, first_detected_at"
        " from user_state"
    )
    db.execute(
        "insert into detections (user_id, kind, previous_title, previous_level, detected_at)"
        " values ('gone', 'left', 'CEO', 'csuite', now())"
    )
    return db


@pytest.mark.parametrize("sort", ["newest", "oldest", "name", "company"])
@pytest.mark.parametrize("size", [1, 7, 40, 50])
def test_every_executive_is_on_one_page_in_order(people: Connection, sort: str, size: int) -> None:
    rows = listed(people, "list_executives", {"sort": sort}, size)
    assert sorted(row["user_id"] for row in rows) == sorted(f"u{n}" for n in range(1, 41))
    column = {"name": "username", "company": "company"}.get(sort)
    keys = [(row[column] or "").lower() if column else row["at"] for row in rows]
    assert keys == sorted(keys, reverse=sort == "newest")


@pytest.mark.parametrize(
    ("search", "condition"),
    [
        ({"text": "100%"}, "username like 'Ada%'"),
        ({"text": "_nagy"}, "username like 'b%'"),
        ({"text": "  CHINWE   sales "}, "username like 'Chin%' and title = 'VP Sales'"),
        ({"text": "acme"}, "company is not null"),
        ({"text": "u17"}, "user_id = 'u17'"),
        ({"text": "'; drop table user_state --"}, "false"),
        ({"level": "csuite"}, "seniority_level = 'csuite'"),
        ({"function": "finance"}, "functions <> '{}'"),
        ({"country": "DE"}, "country = 'Germany'"),
        (
            {"country": "DE", "level": "vp", "text": "u1"},
            "country = 'Germany' and title like 'VP%' and user_id ~ 'u1'",
        ),
    ],
)
def test_executives_are_found(
    people: Connection, search: dict[str, object], condition: LiteralString
) -> None:
    found = {row["user_id"] for row in listed(people, "list_executives", search, 9)}
    query = sql.SQL("select user_id from user_state where {}").format(sql.SQL(condition))
    expected = people.execute(query).fetchall()
    assert found == {user_id for (user_id,) in expected}


def test_a_search_goes_by_its_index(people: Connection) -> None:
    """The condition is, word for word, what the index is of."""
    people.execute("set enable_seqscan = off")
    for table in ("user_state", "detections"):
        condition = value(people, "select pathfinder.contains_words(%s, 'chinwe acme')", table)
        query = " ".join(["explain select * from", table, "where", condition])
        plan = people.execute(query.encode()).fetchall()
        assert f"{table}_text_idx" in str(plan)


def test_the_communities_are_those_of_executives_sources_and_suppressions(people: Connection) -> None:
    assert value(people, "select pathfinder.communities()") == ["main"]
    people.execute("update user_state set community = 'b' where user_id = 'u1'")
    people.execute("update user_state set community = 'z' where user_id = 'u2'")
    assert value(people, "select pathfinder.communities()") == ["b", "main", "z"]


def test_frequent_titles_that_found_nobody_are_counted_and_name_nobody(db: Connection) -> None:
    for number, (user, title) in enumerate(
        [(f"k{n}", "Keeper of the Lighthouse") for n in range(4)]
        + [("k0", "  keeper of the LIGHTHOUSE ")]
        + [(f"s{n}", "Chief Financial Officer") for n in range(4)]
        + [(f"f{n}", "Fisher") for n in range(2)]
        + [(f"g{n}", "Gardener") for n in range(3)]
        # Only what somebody is called last counts.
        + [("g0", "Fisher")]
        + [(f"m{n}", "Miller") for n in range(3)]
    ):
        db.execute(
            "insert into events_raw (source, community, user_id, idempotency_key, attribute, value, state,"
            " profile_field) values ('community', 'main', %s, %s, 'title', %s, 'processed', 'Title')",
            [user, f"missed {number}", title],
        )
    db.execute("insert into user_state (user_id, title, seniority_level) values ('m0', 'Miller', 'vp')")
    missed = value(db, "select list_missed_titles()")
    assert [(row["title"].strip().lower(), row["members"]) for row in missed] == [
        ("keeper of the lighthouse", 4),
        ("fisher", 3),
    ]
    assert all(row.keys() == {"title", "members"} for row in missed)


def test_changes_are_found_by_kind_time_and_level_those_who_left_included(people: Connection) -> None:
    assert [row["user_id"] for row in listed(people, "list_changes", {"kind": "left"})] == ["gone"]
    assert [row["title"] for row in listed(people, "list_changes", {"kind": "left", "level": "csuite"})] == [
        "CEO"
    ]
    assert listed(people, "list_changes", {"kind": "left", "level": "vp"}) == []
    recent = {row["user_id"] for row in listed(people, "list_changes", {"days": 1})}
    assert "gone" in recent
    everything = listed(people, "list_changes", {"sort": "oldest"}, 6)
    assert len(everything) == 41
    assert everything[-1]["user_id"] == "gone"
    assert everything == list(reversed(listed(people, "list_changes", {}, 11)))


def test_a_person_is_known_with_changes_and_what_puts_them_aside(people: Connection) -> None:
    person = value(people, "select find_person('u3')")
    assert person["now"]["title"] == "VP Sales"
    assert [change["kind"] for change in person["changes"]] == ["new"]
    assert person["aside"] == []
    assert value(people, "select find_person('nobody')") is None
    assert value(people, "select find_person('gone')")["now"] is None
    value(people, "select add_suppression('member', 'u3')::text")
    assert [row["kind"] for row in value(people, "select find_person('u3')")["aside"]] == ["member"]


def test_messages_about_a_namesake_in_another_community_are_not_a_person_s(people: Connection) -> None:
    told = '{"people": [{"community": "partners", "user_id": "u3"}]}'
    people.execute(
        "insert into public.digests (week_start, week_end, channel, payload)"
        " values (now() - interval '7 days', now(), 'board', %s)",
        [told],
    )
    assert value(people, "select find_person('u3')")["messages"] == []
    people.execute("update public.digests set payload = %s", [told.replace("partners", "main")])
    assert len(value(people, "select find_person('u3')")["messages"]) == 1


ERRORS = (
    ("dead", "Slack answered with HTTP 503 to job 17"),
    ("dead", "Slack answered with HTTP 502 to job 18"),
    ("pending", "Slack answered with HTTP 503 to job 19"),
    ("dead", "The key is refused"),
    ("pending", None),
    ("running", "Slack answered with HTTP 503 to job 20"),
    ("done", "Slack answered with HTTP 503 to job 21"),
)


@pytest.fixture
def jobs(db: Connection) -> Connection:
    """Seven jobs with two errors."""
    for number, (status, error) in enumerate(ERRORS):
        db.execute(
            "insert into outbox (kind, channel, dedupe_key, status, last_error, attempts, finished_at,"
            " lease_expires_at, locked_by, run_at) values ('digest', 'c', %(n)s, %(s)s, %(e)s, 5,"
            " case when %(s)s in ('dead', 'done') then now() end,"
            " case when %(s)s = 'running' then now() + interval '1 hour' end,"
            " case when %(s)s = 'running' then 'w' end, now() + interval '1 hour')",
            {"n": str(number), "s": status, "e": error},
        )
    return db


def slack_key(db: Connection) -> str:
    return str(value(db, "select list_job_errors()")[0]["key"])


def states(db: Connection) -> list[str]:
    return [str(status) for (status,) in db.execute("select status from outbox order by id").fetchall()]


def test_every_kind_of_job_has_its_words(db: Connection) -> None:
    check = value(
        db, "select pg_get_constraintdef(oid) from pg_constraint where conname = 'outbox_kind_check'"
    )
    assert set(re.findall(r"'(\w+)'::text", check)) == set(codes.JOBS)


def test_a_copy_goes_to_one_channel_or_one_address(db: Connection) -> None:
    cut = value(
        db,
        "insert into digests (week_start, week_end, channel, payload)"
        " values (now() - interval '7 days', now(), 'email', '{}') returning week_end",
    )
    db.execute(
        "insert into channels (name, transport, config, sends, is_active)"
        " values ('old_post', 'email_smtp', %s, '{digest}', false)",
        ['{"host": "smtp.example.com", "from": "a@example.com", "to": ["board@example.com"]}'],
    )
    again = "select send_digest_again(%s, 'email', %s, %s)"
    for wrong in ("nobody", "a@b.example, c@d.example"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="no e-mail address"), db.transaction():
            value(db, again, cut, None, wrong)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="no active channel"), db.transaction():
        value(db, again, cut, None, "ada@example.com")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="not both"), db.transaction():
        value(db, again, cut, "email", "ada@example.com")
    assert value(db, again, cut, "nobody", None) == 0
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="needs a channel or an address"):
        value(db, "select send_report_again(1)")
    # Of several mail servers the digest's own.
    db.execute("update channels set is_active = true where name = 'old_post'")
    db.execute(
        "insert into channels (name, transport, config) select new, transport, config"
        " from channels, unnest('{a_first,the_last}'::text[]) as new where name = 'old_post'"
    )
    db.execute("update digests set channel = 'the_last'")
    assert value(db, "select send_digest_again(%s, 'the_last', null, 'ada@example.com')", cut) == 1
    assert value(db, "select channel from outbox where payload ? 'to'") == "the_last"


def test_equal_errors_are_one(jobs: Connection) -> None:
    groups = value(jobs, "select list_job_errors()")
    assert [(group["dead"], group["waiting"]) for group in groups] == [(2, 1), (1, 0)]
    found = listed(jobs, "list_jobs", {"error": groups[0]["key"], "status": "dead"}, 1)
    assert [row["last_error"] for row in found] == [ERRORS[1][1], ERRORS[0][1]]


def test_a_dry_run_counts_and_changes_nothing(jobs: Connection) -> None:
    before = states(jobs)
    for action, expected in (("retry", 3), ("postpone", 1), ("cancel", 1), ("discard", 2)):
        assert value(jobs, "select act_on_jobs(%s, error => %s)", action, slack_key(jobs)) == expected
    assert states(jobs) == before
    assert value(jobs, "select count(*) from audit where subject = 'jobs'") == 0


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("retry", ["pending", "pending", "pending", "dead", "pending", "running", "done"]),
        ("postpone", ["dead", "dead", "pending", "dead", "pending", "running", "done"]),
        ("cancel", ["dead", "dead", "dead", "dead", "pending", "running", "done"]),
        ("discard", ["pending", "dead", "pending", "running", "done"]),
    ],
)
def test_all_jobs_of_one_error_are_acted_on_and_no_other(
    jobs: Connection, action: str, expected: list[str]
) -> None:
    key = slack_key(jobs)
    count = value(jobs, "select act_on_jobs(%s, error => %s, dry_run => false)", action, key)
    assert states(jobs) == expected
    noted = jobs.execute(
        "select actor, action, (detail ->> 'jobs')::int from audit where subject = 'jobs'"
    ).fetchall()
    assert noted == [("Table Editor or SQL (postgres)", action, count)]


def test_a_retried_job_is_due_and_its_attempts_count_anew(jobs: Connection) -> None:
    dead = value(jobs, "select min(id) from outbox where status = 'dead'")
    assert value(jobs, "select act_on_jobs('retry', %s, dry_run => false)", dead) == 1
    row = jobs.execute(
        "select run_at <= now(), uncounted_attempts, attempts, finished_at from outbox where id = %s", [dead]
    ).fetchone()
    assert row == (True, 5, 5, None)


def test_a_postponed_job_waits_longer_and_what_is_at_work_is_left_alone(jobs: Connection) -> None:
    waiting = value(jobs, "select min(id) from outbox where status = 'pending'")
    before = value(jobs, "select run_at from outbox where id = %s", waiting)
    value(jobs, "select act_on_jobs('postpone', %s, delay => '1 day', dry_run => false)", waiting)
    assert (
        value(jobs, "select run_at from outbox where id = %s", waiting) - before
    ).total_seconds() == 86_400
    running = value(jobs, "select id from outbox where status = 'running'")
    for action in ("retry", "postpone", "cancel", "discard"):
        assert value(jobs, "select act_on_jobs(%s, %s, dry_run => false)", action, running) == 0


@pytest.mark.parametrize("arguments", ["'explode', 1", "null, 1", "'retry'", "'retry', 1, 'key'"])
def test_what_makes_no_sense_is_refused(jobs: Connection, arguments: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        value(jobs, f"select act_on_jobs({arguments}, dry_run => false)")


def test_a_job_is_shown_with_its_attempts_and_without_what_it_carries(jobs: Connection) -> None:
    jobs.execute("update outbox set payload = '{\"secret\": 1}' where id = (select min(id) from outbox)")
    jobs.execute(
        "insert into outbox_attempts (outbox_id, attempt, worker) select min(id), 1, 'w' from outbox"
    )
    job = value(jobs, "select find_job((select min(id) from outbox))")
    assert [attempt["worker"] for attempt in job["attempts"]] == ["w"]
    assert "secret" not in json.dumps(job)
    assert value(jobs, "select find_job(0)") is None


def acting(db: Connection, role: str, headers: dict[str, str], statement: str) -> str:
    """Who the audit says did it, last."""
    with db.transaction():
        db.execute("select set_config('request.headers', %s, true)", [json.dumps(headers)])
        db.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps({"role": role})])
        db.execute(statement.encode())
    return str(value(db, "select actor from audit order by id desc limit 1"))


def test_every_change_is_noted_with_who_made_it(db: Connection) -> None:
    named = {"x-captpathfinder-actor": "ada@example.com"}
    edit = "update settings set digest_size = digest_size % 100 + 1"
    assert acting(db, "service_role", named, edit) == "ada@example.com"
    assert acting(db, "service_role", {}, edit) == "Worker or command line"
    # Whoever has no secret key cannot say who they are.
    assert acting(db, "authenticated", named, edit) == "Table Editor or SQL (authenticated)"
    db.execute(edit.encode())
    assert value(db, "select actor from audit order by id desc limit 1") == "Table Editor or SQL (postgres)"
    db.execute(
        "insert into channels (name, transport, config) values ('c', 'webhook', %s)",
        [json.dumps({"url": "https://example.com/hook", "secret_env": "CHANNEL_C"})],
    )
    db.execute("update channels set is_active = false where name = 'c'")
    db.execute("delete from channels where name = 'c'")
    db.execute(
        "insert into suppressions (kind, value, reason) values ('member', 'u-4711', 'a secret reason')"
    )
    db.execute(
        "update classification_rules set description = 'another'"
        " where id = (select min(id) from classification_rules)"
    )
    noted = db.execute("select subject, action from audit order by id desc limit 5").fetchall()
    assert noted == [
        ("rules", "update"), ("suppressions", "insert"), ("channels", "delete"), ("channels", "update"),
        ("channels", "insert"),
    ]  # fmt: skip
    everything = value(db, "select jsonb_agg(detail)::text from audit")
    assert not any(kept in everything for kept in ("4711", "secret reason", "example.com/hook"))
    assert '"is_active": {"to": false, "from": true}' in everything


def test_a_statement_that_changes_nothing_is_not_noted(db: Connection) -> None:
    before = value(db, "select count(*) from audit")
    db.execute("update settings set digest_size = digest_size")
    assert value(db, "select count(*) from audit") == before


def test_an_ended_session_stays_ended_until_it_would_have_ended(db: Connection) -> None:
    value(db, "select end_session('one', now() + interval '1 hour')::text")
    value(db, "select end_session('two', now() - interval '1 hour')::text")
    assert value(db, "select is_session_ended('one')"), "whatever ended after it"
    value(db, "select end_session('one', now() + interval '1 hour')::text")
    assert [value(db, "select is_session_ended(%s)", name) for name in ("one", "three")] == [True, False]
    assert value(db, "select count(*) from pathfinder.ended_sessions where until < now()") <= 1
