"""stats() and recent_detections(): the numbers are those of the tables, whatever happens to the rows."""

from __future__ import annotations

import random
import threading
from typing import Any

import psycopg

from tests.conftest import Connection

COUNTED = """
    select
        (select coalesce(jsonb_object_agg(seniority_level, n), '{}')
            from (select seniority_level, count(*) as n from public.user_state group by 1) as levels),
        (select coalesce(jsonb_object_agg(day, n), '{}')
            from (
                select (detected_at at time zone 'UTC')::date as day, count(*) as n from public.detections
                where (detected_at at time zone 'UTC')::date > (now() at time zone 'UTC')::date - 30
                group by 1
            ) as days)
"""
FIND = """
    with person as (
        insert into public.user_state (user_id, title, seniority_level) values (%(user)s, 't', %(level)s)
        on conflict (community, user_id) do update set seniority_level = excluded.seniority_level
    )
    insert into public.detections (user_id, title, seniority_level, detected_at)
    values (%(user)s, 't', %(level)s, now() - %(days)s * interval '1 day')
"""


def stats(db: Connection) -> dict[str, Any]:
    row = db.execute("select public.stats()").fetchone()
    assert row is not None
    assert isinstance(row[0], dict)
    return row[0]


def assert_equal_to_the_tables(db: Connection) -> None:
    # Both on the same day.
    with db.transaction():
        numbers = stats(db)
        row = db.execute(COUNTED).fetchone()
    assert row is not None
    executives, days = row
    assert isinstance(executives, dict)
    assert numbers["executives"] == {"csuite": 0, "vp": 0} | executives
    assert {day["day"]: day["csuite"] + day["vp"] for day in numbers["detections"]["by_day"]} == days
    assert isinstance(days, dict)
    assert numbers["detections"]["last_30_days"] == sum(days.values())


def test_people_are_counted_through_every_kind_of_change(db: Connection) -> None:
    chance = random.Random(1)  # noqa: S311 (the same changes each time)
    assert_equal_to_the_tables(db)
    for step in range(120):
        user = str(chance.randrange(20))
        match chance.randrange(6):
            case 0:
                db.execute("delete from public.user_state where user_id = %s", [user])
            case 1:
                db.execute("delete from public.detections where user_id = %s", [user])
            case 2:
                db.execute(
                    "update public.detections set seniority_level = 'csuite',"
                    " detected_at = detected_at - interval '1 day' where user_id = %s",
                    [user],
                )
            case _:
                values = {
                    "user": user,
                    "level": chance.choice(["csuite", "vp"]),
                    "days": chance.randrange(40),
                }
                db.execute(FIND, values)
        if step % 10 == 0:
            assert_equal_to_the_tables(db)
    assert_equal_to_the_tables(db)
    assert stats(db)["detections"]["last_30_days"] > 0
    db.execute("truncate public.user_state, public.detections cascade")
    assert_equal_to_the_tables(db)


def test_what_is_rolled_back_is_not_counted(db: Connection) -> None:
    with db.transaction(force_rollback=True):
        db.execute(FIND, {"user": "1", "level": "vp", "days": 0})
    assert stats(db)["executives"] == {"csuite": 0, "vp": 0}


def test_concurrent_transactions_are_all_counted_and_none_waits(db: Connection, db_dsn: str) -> None:
    """Each holds its counts uncommitted until all have counted: with a shared row, this would never end."""
    all_counted = threading.Barrier(6, timeout=60)

    def find(user: int) -> None:
        with psycopg.connect(db_dsn) as connection:
            connection.execute(FIND, {"user": str(user), "level": "vp", "days": 0})
            all_counted.wait()

    threads = [threading.Thread(target=find, args=[user]) for user in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not all_counted.broken
    assert stats(db)["executives"] == {"csuite": 0, "vp": 6}


def test_deliveries_are_counted_by_channel_and_outcome(db: Connection) -> None:
    db.execute("delete from public.channels")
    db.execute(
        "insert into public.channels (name, transport, config)"
        ' values (\'mail\', \'aa_http\', \'{"kind": "email", "to": ["a@example.com"]}\')'
    )
    for number in range(3):
        db.execute(
            "select pathfinder.enqueue('realtime_test', 'mail', '{}', %s)",
            [f"test {number}"],
        )

    def claim() -> tuple[int, int]:
        row = db.execute("select id, attempt from public.claim_outbox('w')").fetchone()
        assert row is not None
        return int(str(row[0])), int(str(row[1]))

    job, attempt = claim()
    db.execute("select public.complete_outbox(%s, 'w', %s)", [job, attempt])
    db.execute("select public.complete_outbox(%s, 'w', %s)", [job, attempt])
    job, attempt = claim()
    db.execute("select public.fail_outbox(%s, 'w', %s, 'no', false)", [job, attempt])
    job, attempt = claim()
    db.execute("select public.fail_outbox(%s, 'w', %s, 'later')", [job, attempt])

    numbers = stats(db)
    assert numbers["deliveries"]["last_30_days"] == {"done": 1, "dead": 1, "retry": 1}
    assert {
        (row["channel"], row["kind"], row["outcome"], row["count"])
        for row in numbers["deliveries"]["by_channel"]
    } == {("mail", "realtime_test", outcome, 1) for outcome in ("done", "dead", "retry")}
    assert db.execute("select public.count_activity(1) -> 'channels'").fetchone() == (
        [{"channel": "mail", "done": 1, "failed": 2}],
    )
    outbox = numbers["outbox"]
    assert (outbox["pending"], outbox["running"], outbox["dead"]) == (1, 0, 1)
    assert {(row["channel"], row["status"], row["count"]) for row in outbox["by_channel"]} == {
        ("mail", "pending", 1),
        ("mail", "dead", 1),
        ("mail", "done", 1),
    }


def test_webhooks_are_counted_by_outcome_refused_ones_too(db: Connection) -> None:
    db.execute(
        "insert into public.webhook_sources (name, auth_kind, username) values ('community', 'basic', 'x')"
    )
    db.execute("select public.set_webhook_secret('community', 'a long random secret')")
    body = (
        '{"userId": "1", "username": "a", "profileField": "Job Title", "value": "CEO", "profileFieldId": "1"}'
    )
    right = "Basic eDphIGxvbmcgcmFuZG9tIHNlY3JldA=="
    for authorization, text in ((right, body), (right, body), ("Basic eDp5", body), (right, "{}")):
        db.execute(
            "select set_config('request.headers', json_build_object('authorization', %s::text)::text, false)",
            [authorization],
        )
        db.execute("select public.community_webhook(%s::json)", [text])
    assert stats(db)["webhooks"]["last_30_days"] == {
        "processed": 1,
        "duplicate": 1,
        "unauthorised": 1,
        "malformed": 1,
    }
    sources = {(row["source"], row["outcome"], row["count"]) for row in stats(db)["webhooks"]["by_source"]}
    assert ("community", "processed", 1) in sources
    assert ("(unknown)", "unauthorised", 1) in sources


def test_digests_reports_and_waiting_events(db: Connection) -> None:
    db.execute(
        "insert into public.digests (week_start, week_end, channel, payload, sent, sent_at) values"
        " (now(), now(), 'mail', '{}', false, null), (now(), now(), 'mail', '{}', true, now()),"
        " (now(), now(), 'mail', '{}', true, now() - interval '31 days')"
    )
    db.execute(
        "insert into public.reports (month_label, revision, period_start, period_end, time_zone, summary)"
        " values ('2026-09', 1, now(), now() + interval '1 day', 'UTC', '{}'),"
        " ('2026-09', 2, now(), now() + interval '1 day', 'UTC', '{}')"
    )
    db.execute(
        "insert into public.events_raw (idempotency_key, source, user_id, state)"
        " values ('1', 's', '1', 'waiting'), ('2', 's', '1', 'parked'),"
        " ('3', 's', '1', 'stale')"
    )
    numbers = stats(db)
    assert numbers["digests"] == {"pending": 1, "sent_last_30_days": 1}
    assert numbers["reports"]["total"] == 2
    assert (numbers["reports"]["latest"]["month_label"], numbers["reports"]["latest"]["revision"]) == (
        "2026-09",
        2,
    )
    assert (numbers["events"]["pending"], numbers["events"]["parked"]) == (1, 1)
    assert numbers["events"]["oldest_pending_at"] is not None


def test_recent_detections_are_the_newest_first(db: Connection) -> None:
    for number in range(5):
        db.execute(FIND, {"user": str(number), "level": "vp", "days": number % 3})
    people = [row[0] for row in db.execute("select public.recent_detections(3)").fetchall()]
    expected = db.execute(
        "select user_id from public.detections order by detected_at desc, id desc limit 3"
    ).fetchall()
    assert [(person["user_id"],) for person in people if isinstance(person, dict)] == expected
    for wanted, given in ((None, 5), (0, 0), (-1, 0), (10_000, 5)):
        rows = db.execute("select count(*) from public.recent_detections(%s::integer)", [wanted]).fetchone()
        assert rows == (given,), wanted


def test_levels_that_are_on_are_counted_and_the_first_two_are_always_there(db: Connection) -> None:
    db.execute("update public.levels set is_on = level <> 'vp'")
    for user, level in (("1", "csuite"), ("2", "director"), ("3", "director")):
        db.execute(FIND, {"user": user, "level": level, "days": 0})
    numbers = stats(db)
    assert numbers["executives"] == {"csuite": 1, "vp": 0, "director": 2}
    (day,) = numbers["detections"]["by_day"]
    assert {key: value for key, value in day.items() if key != "day"} == {"csuite": 1, "vp": 0, "director": 2}
    assert numbers["detections"]["last_30_days"] == 3


def test_without_a_level_the_numbers_are_zero(db: Connection) -> None:
    db.execute("update public.levels set is_on = false")
    numbers = stats(db)
    assert numbers["executives"] == {"csuite": 0, "vp": 0}
    assert numbers["detections"] == {"last_30_days": 0, "by_day": []}
