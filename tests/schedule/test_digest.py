"""What is in a digest: everybody once, newest first, in parts; nobody lost at a boundary."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.schedule.conftest import Schedule

FRIDAY = "2026-11-06 22:00Z"  # 17:00 in New York
NEXT_FRIDAY = "2026-11-13 22:00Z"


def test_a_digest_is_complete(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.detections (user_id, username, title, seniority_level, company, country,"
        " joined_at, detected_at, kind, matched_rule, alerted_at)"
        " values ('7', 'Ada', 'CTO', 'csuite', 'Acme', 'France', '2020-01-02', '2026-11-05 10:00Z',"
        " 'promotion', 'C-level titles', '2026-11-05 10:01Z')"
    )
    schedule.detect("8", "2026-11-05 09:00Z", level="vp", title="VP Sales")
    schedule.tick(FRIDAY)
    [digest] = schedule.digests()
    [ada, _] = digest.pop("people")
    assert digest == {
        "channel": "email",
        "week_start": "2026-10-30T21:00:00+00:00",  # a Friday before the end of summer time
        "week_end": "2026-11-06T22:00:00+00:00",
        "time_zone": "America/New_York",
        "period": "30 October to 6 November 2026",
        "part": 1,
        "parts": 1,
        "counts": {"total": 2, "csuite": 1, "vp": 1, "new": 1, "promotion": 1},
    }
    assert (
        ada.items()
        >= {
            "detection_id": schedule.value("select id from public.detections where user_id = '7'"),
            "user_id": "7",
            "username": "Ada",
            "title": "CTO",
            "seniority_level": "csuite",
            "company": "Acme",
            "country": "France",
            "joined_at": "2020-01-02T00:00:00+00:00",
            "detected_at": "2026-11-05T10:00:00+00:00",
            "kind": "promotion",
            "why": "C-level titles",
            "alerted_at": "2026-11-05T10:01:00+00:00",
        }.items()
    )


def test_parts_of_digest_size_newest_first_for_each_channel_that_sends_digests(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.channels (name, transport, sends, is_active, config)"
        """ values ('teams', 'teams_workflow', '{digest}', true, '{"secret_env": "HOOK"}'),"""
        """ ('reports', 'slack_webhook', '{report,alert}', true, '{"secret_env": "HOOK"}'),"""
        " ('off', 'webhook', '{digest}', false, '{}')"
    )
    for number in range(23):
        schedule.detect(f"{number:02}", f"2026-11-05 10:{number:02}Z", level="vp" if number % 5 else "csuite")
    schedule.tick(FRIDAY)

    digests = schedule.digests()
    assert [(digest["channel"], digest["part"], digest["parts"]) for digest in digests] == [
        (channel, part, 3) for channel in ("email", "teams") for part in (1, 2, 3)
    ]
    newest_first = [f"{number:02}" for number in range(22, -1, -1)]
    for channel in (digests[:3], digests[3:]):
        assert [schedule.people(part) for part in channel] == [
            newest_first[:10],
            newest_first[10:20],
            newest_first[20:],
        ]
    assert all(
        digest["counts"] == {"total": 23, "csuite": 5, "vp": 18, "new": 23, "promotion": 0}
        for digest in digests
    )
    jobs = schedule.jobs("digest")
    ids = [row["id"] for row in schedule.rows("select id from public.digests order by id")]
    assert [(job["channel"], job["payload"], job["dedupe_key"]) for job in jobs] == [
        (digest["channel"], {"digest_id": number}, f"digest:{number}")
        for digest, number in zip(digests, ids, strict=True)
    ]


def test_somebody_found_twice_is_one_entry_that_tells_both(schedule: Schedule) -> None:
    earlier = schedule.detect("7", "2026-11-04 10:00Z", level="vp", title="VP Sales")
    later = schedule.detect("7", "2026-11-05 10:00Z", kind="promotion", title="CEO")
    schedule.tick(FRIDAY)
    schedule.tick(NEXT_FRIDAY)
    [digest] = schedule.digests()
    assert digest["counts"] == {"total": 1, "csuite": 1, "vp": 0, "new": 0, "promotion": 1}
    [person] = digest["people"]
    assert (person["detection_id"], person["title"]) == (later, "CEO")
    assert person["also"] == [
        {
            "detection_id": earlier,
            "kind": "new",
            "title": "VP Sales",
            "seniority_level": "vp",
            "detected_at": "2026-11-04T10:00:00+00:00",
        }
    ]
    assert schedule.value("select bool_and(included_in_digest) from public.detections")


def test_windows_are_half_open_and_meet(schedule: Schedule) -> None:
    schedule.detect("before", "2026-11-06 21:59:59.999999Z")
    schedule.detect("at", "2026-11-06 22:00:00Z")
    schedule.tick("2026-11-06 22:03:21Z")  # pg_cron is never exactly on time
    schedule.detect("after", "2026-11-06 22:02Z")
    schedule.tick(NEXT_FRIDAY)
    first, second = schedule.digests()
    assert first["week_end"] == second["week_start"] == "2026-11-06T22:00:00+00:00"
    assert (schedule.people(first), schedule.people(second)) == (["before"], ["after", "at"])


def test_a_transaction_that_commits_after_the_build_is_in_the_next_digest(schedule: Schedule) -> None:
    with psycopg.connect(schedule.dsn) as slow:
        slow.execute(
            "insert into public.detections (user_id, title, seniority_level, detected_at)"
            " values ('slow', 'CEO', 'csuite', '2026-11-06 21:59:59Z')"
        )
        schedule.detect("quick", "2026-11-06 21:00Z")
        schedule.tick(FRIDAY)
        slow.commit()
    schedule.tick(NEXT_FRIDAY)
    assert [schedule.people(digest) for digest in schedule.digests()] == [["quick"], ["slow"]]


def test_an_empty_week_goes_only_where_it_is_asked_for(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.channels (name, transport, config)"
        """ values ('always', 'slack_webhook', '{"secret_env": "HOOK", "send_empty": true}'),"""
        """ ('never', 'slack_webhook', '{"secret_env": "HOOK", "send_empty": false}')"""
    )
    assert schedule.ran(FRIDAY) == [("digest", "2026-W45", "done")]
    [digest] = schedule.digests()
    assert (digest["channel"], digest["part"], digest["parts"], digest["people"]) == ("always", 1, 1, [])
    assert digest["counts"] == {"total": 0, "csuite": 0, "vp": 0, "new": 0, "promotion": 0}
    assert len(schedule.jobs("digest")) == 1


def test_without_a_channel_people_wait_for_the_first_one(schedule: Schedule) -> None:
    schedule.db.execute("update public.channels set is_active = false")
    schedule.detect("7", "2026-11-05 10:00Z")
    assert schedule.ran(FRIDAY) == [("digest", "2026-W45", "done")]
    assert schedule.value("select result ->> 'held' from public.job_runs where period = '2026-W45'") == "1"
    assert not schedule.value("select included_in_digest from public.detections")

    schedule.detect("8", "2026-11-12 10:00Z")
    schedule.db.execute(
        "insert into public.channels (name, transport, config)"
        """ values ('new', 'slack_webhook', '{"secret_env": "HOOK"}')"""
    )
    schedule.tick(NEXT_FRIDAY)
    [digest] = schedule.digests()
    assert (digest["channel"], schedule.people(digest)) == ("new", ["8", "7"])
    # The window says since when: where the last digest that went anywhere ended.
    assert digest["period"] == "30 October to 13 November 2026"


def test_a_new_channel_gets_the_digest_from_then_on(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    schedule.tick(FRIDAY)
    schedule.db.execute(
        "insert into public.channels (name, transport, sends, config)"
        """ values ('slack', 'slack_webhook', '{digest}', '{"secret_env": "HOOK"}')"""
    )
    schedule.detect("8", "2026-11-12 10:00Z")
    schedule.tick(NEXT_FRIDAY)
    got = [(digest["channel"], schedule.people(digest)) for digest in schedule.digests()]
    assert got == [("email", ["7"]), ("email", ["8"]), ("slack", ["8"])]


def test_by_hand_the_next_weekly_digest_begins_where_this_one_ends(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-03 10:00Z")
    answer = schedule.value("select public.build_weekly_digest('2026-11-04 15:00Z')")
    assert (answer["status"], answer["people"], answer["digests"]) == ("built", 1, 1)
    again = schedule.value("select public.build_weekly_digest('2026-11-04 15:01Z')")
    assert again["status"] == "empty"
    schedule.detect("8", "2026-11-05 10:00Z")
    schedule.tick(FRIDAY)
    by_hand, weekly = schedule.digests()
    assert (schedule.people(by_hand), schedule.people(weekly)) == (["7"], ["8"])
    assert by_hand["week_end"] == weekly["week_start"] == "2026-11-04T15:00:00+00:00"
    assert weekly["week_end"] == "2026-11-06T22:00:00+00:00"


def test_by_hand_without_a_channel_says_so_and_keeps_everybody(schedule: Schedule) -> None:
    schedule.db.execute("delete from public.channels")
    schedule.detect("7", "2026-11-03 10:00Z")
    answer = schedule.value("select public.build_weekly_digest('2026-11-04 15:00Z')")
    assert (answer["status"], answer["held"]) == ("no_channel", 1)
    assert "channels" in answer["hint"]
    assert not schedule.value("select included_in_digest from public.detections")


def test_only_the_worker_s_role_may_call_for_digests_and_reports(schedule: Schedule) -> None:
    schedule.detect("7", datetime.now(UTC) - timedelta(minutes=1))
    schedule.db.execute("set role service_role")
    assert schedule.value("select public.send_digests()")["status"] == "built"
    assert schedule.value("select public.generate_reports()")["status"] == "built"
    owners_only = ["tick()", "build_weekly_digest()", "build_month_end_report()", "purge_old_events()"]
    for role, calls in {
        "service_role": owners_only,
        "anon": [*owners_only, "send_digests()", "generate_reports()"],
        "authenticated": [*owners_only, "send_digests()", "generate_reports()"],
    }.items():
        schedule.db.execute(f"set role {role}".encode())
        for call in calls:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                schedule.db.execute(f"select public.{call}".encode())


@pytest.mark.parametrize("seed", range(3))
def test_whatever_crosses_a_boundary_everybody_is_told_exactly_once(schedule: Schedule, seed: int) -> None:
    """Random detections (some at the very cut-off, some committed late), ticks, and calls by hand."""
    chance = random.Random(seed)  # noqa: S311 (a reproducible sample)
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    cut_offs = [datetime(2026, 11, 6, 22, tzinfo=UTC) + timedelta(days=7 * week) for week in range(6)]
    expected = set()
    for number in range(120):
        now += timedelta(hours=chance.random() * 12)
        late = timedelta(seconds=chance.choice([0, 0, 0, 30, 3600]))
        near = min(cut_offs, key=lambda cut_off: abs(cut_off - now))
        moment = near if abs(near - now) < timedelta(hours=4) else now - late
        expected.add(schedule.detect(f"user {chance.randrange(40)} of {number // 40}", moment))
        if chance.random() < 0.3:
            schedule.tick(now)
        if chance.random() < 0.05:
            schedule.value("select public.build_weekly_digest(%s)", now)
    for minute in range(5):
        schedule.tick(now + timedelta(days=8, minutes=minute))

    told = []
    for digest in schedule.digests():
        people = schedule.people(digest)
        assert len(set(people)) == len(people)
        for person in digest["people"]:
            assert person["detected_at"] < digest["week_end"]
            told += [person["detection_id"], *(also["detection_id"] for also in person.get("also", []))]
    assert sorted(told) == sorted(expected)
