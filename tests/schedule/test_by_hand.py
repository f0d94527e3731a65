"""Digests and reports that somebody asks for by hand, before their time or again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.schedule.conftest import Schedule

FRIDAY = "2026-11-06 22:00Z"  # 17:00 in New York
MONTH_END = "2026-12-01 04:55Z"  # 23:55 in New York on 30 November


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
    assert by_hand["period"]["end"] == "2026-11-04T15:00:00+00:00"
    # Where the last one ended, though there was nobody to tell of.
    assert weekly["period"]["start"] == "2026-11-04T15:01:00+00:00"
    assert weekly["period"]["end"] == "2026-11-06T22:00:00+00:00"


def test_by_hand_without_a_channel_says_so(schedule: Schedule) -> None:
    schedule.db.execute("delete from public.channels")
    schedule.detect("7", "2026-11-03 10:00Z")
    answer = schedule.value("select public.build_weekly_digest('2026-11-04 15:00Z')")
    assert answer["status"] == "no_channel"
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


def test_by_hand_during_the_month_does_not_replace_the_month_end_report(schedule: Schedule) -> None:
    schedule.detect("first", "2026-11-05 10:00Z")
    answer = schedule.value("select public.build_month_end_report('2026-11-15 12:00Z')")
    assert (answer["status"], answer["month"], answer["revision"], answer["total"]) == (
        "built",
        "2026-11",
        1,
        1,
    )
    schedule.detect("second", "2026-11-20 10:00Z")
    assert ("report", "2026-11", "done") in schedule.ran(MONTH_END)
    assert [(summary["revision"], summary["total"]) for summary in schedule.reports()] == [(1, 1), (2, 2)]


def test_by_hand_again_without_news_renders_the_newest_again(schedule: Schedule) -> None:
    schedule.detect("first", "2026-11-05 10:00Z")
    by_hand = "select pathfinder.report_by_hand('2026-11', %s)"
    first = schedule.value(by_hand, "2026-12-03 12:00Z")
    # Its rendering waits still: nothing more is queued.
    assert schedule.value(by_hand, "2026-12-03 12:01Z")["status"] == "unchanged"
    assert len(schedule.jobs("report")) == 1
    schedule.db.execute("update public.outbox set status = 'done', finished_at = now()")
    again = schedule.value(by_hand, "2026-12-03 12:02Z")
    assert (again["status"], again["report_id"]) == ("unchanged", first["report_id"])
    assert [job["payload"]["report_id"] for job in schedule.jobs("report")] == [first["report_id"]] * 2
    assert len(schedule.reports()) == 1
    # The schedule, coming late, finds it built.
    assert ("report", "2026-11", "done") in schedule.ran("2026-12-03 13:00Z")
    assert len(schedule.reports()) == 1


def test_by_hand_for_a_past_month_before_the_installation(schedule: Schedule) -> None:
    schedule.detect("old", "2026-02-28 23:00Z")
    answer = schedule.value("select pathfinder.report_by_hand('2026-02', '2026-11-10 12:00Z')")
    assert (answer["revision"], answer["total"]) == (1, 1)
    [summary] = schedule.reports()
    assert summary["name"] == "February 2026"
    assert [week["start"] for week in summary["by_week"]] == [
        "2026-01-26",
        "2026-02-02",
        "2026-02-09",
        "2026-02-16",
        "2026-02-23",
    ]
    schedule.detect("older", "2026-02-03 10:00Z")
    again = schedule.value("select pathfinder.report_by_hand('2026-02', '2026-11-10 12:01Z')")
    assert (again["status"], again["revision"], again["total"]) == ("built", 2, 2)


@pytest.mark.parametrize(
    ("month", "message"),
    [
        ("2026-12", "December 2026 has not begun"),
        ("2026-13", "is not a month"),
        ("november", "is not a month"),
        ("2026-01", "have been deleted"),
    ],
)
def test_by_hand_for_an_impossible_month_says_what_is_wrong(
    schedule: Schedule, month: str, message: str
) -> None:
    schedule.db.execute("update public.settings set detection_retention = '62 days'")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=message):
        schedule.value("select pathfinder.report_by_hand(%s, '2026-11-10 12:00Z')", month)
    assert schedule.reports() == []


def finish_report(schedule: Schedule) -> list[str]:
    """Finish the report that waits to be rendered; returns the channels that are told of it then."""
    schedule.db.execute("update public.channels set is_active = (name = 'board')")
    [job] = schedule.rows("select * from public.claim_outbox('tests', '{report}', 5, 60)")
    arguments = (job["id"], job["attempt"])
    assert schedule.value(
        "select public.complete_outbox(%s, 'tests', %s, '{\"csv_uri\": \"x\"}')", *arguments
    )
    told = schedule.rows("select channel from public.outbox where kind = 'report_message' order by channel")
    return [row["channel"] for row in told]


def test_a_report_that_is_not_to_be_sent_is_told_to_nobody_until_it_is_asked_for_again(
    schedule: Schedule,
) -> None:
    schedule.add_channel("board", "{report}")
    schedule.detect("jane", "2026-11-10 12:00Z")
    by_hand = "select pathfinder.report_by_hand('2026-11', %s, %s)"
    assert schedule.value(by_hand, "2026-11-20 12:00Z", False)["told"] is False
    assert finish_report(schedule) == []
    again = schedule.value(by_hand, "2026-11-20 12:05Z", False)
    assert (again["status"], again["told"]) == ("unchanged", False)
    assert finish_report(schedule) == []
    sent = schedule.value(by_hand, "2026-11-20 12:10Z", True)
    assert (sent["status"], sent["revision"], sent["told"]) == ("unchanged", 1, True)
    assert finish_report(schedule) == ["board"]
    assert schedule.value(by_hand, "2026-11-20 12:15Z", True)["told"] is False


def test_of_several_revisions_by_hand_the_newest_is_the_one_that_is_told(schedule: Schedule) -> None:
    schedule.add_channel("board", "{report}")
    by_hand = "select pathfinder.report_by_hand('2026-11', %s, %s)"
    for revision, moment in enumerate(("2026-11-20 12:00Z", "2026-11-20 12:05Z"), start=1):
        schedule.detect(f"user {revision}", "2026-11-10 12:00Z")
        assert schedule.value(by_hand, moment, False)["revision"] == revision
        assert finish_report(schedule) == []
    sent = schedule.value(by_hand, "2026-11-20 12:10Z", True)
    assert (sent["status"], sent["revision"], sent["told"]) == ("unchanged", 2, True)
    told = schedule.rows("select revision, is_told from public.reports order by revision")
    assert told == [{"revision": 1, "is_told": False}, {"revision": 2, "is_told": True}]


def test_a_report_by_hand_that_nobody_was_told_of_does_not_replace_the_month_end_report(
    schedule: Schedule,
) -> None:
    schedule.detect("jane", "2026-11-10 12:00Z")
    schedule.value("select pathfinder.report_by_hand('2026-11', '2026-12-01 04:56Z', false)")
    schedule.tick("2026-12-01 04:57Z")
    told = schedule.rows("select revision, is_told from public.reports order by revision")
    assert told == [{"revision": 1, "is_told": False}, {"revision": 2, "is_told": True}]
