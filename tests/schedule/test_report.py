"""The month-end report: exact counts, half-open local months, and revisions."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg

from tests.schedule.conftest import Row, Schedule

MONTH_END = "2026-12-01 04:55Z"  # 23:55 in New York on 30 November
NIGHT = "2026-12-01 07:00Z"  # 02:00
NEW_YORK = ZoneInfo("America/New_York")


def test_what_a_report_would_be_of_is_of_its_month_alone(schedule: Schedule) -> None:
    for user, moment in (("1", "2019-12-31 12:00Z"), ("2", "2020-01-15 12:00Z"), ("3", "2020-02-01 12:00Z")):
        schedule.detect(user, moment)
    preview = schedule.value("select public.preview_report('2020-01')")
    assert (preview["changes"], preview["unreported"], preview["channels"]) == (1, 1, ["email"])


def test_the_summary_counts_what_is_there(schedule: Schedule) -> None:
    chance = random.Random(5)  # noqa: S311 (a reproducible sample)
    schedule.db.execute("insert into public.rule_versions (rules, counts) values ('[]', '{}')")
    rows = []
    for number in range(300):
        moment = datetime(2026, 11, 1, 4, tzinfo=UTC) + timedelta(seconds=chance.randrange(30 * 86400))
        row: Row = {
            "level": chance.choice(["csuite", "vp"]),
            "kind": chance.choice(["new", "new", "promotion"]),
            "country": chance.choice(["Germany", "France", None, "Peru", "  "]),
            "company": f"Company {int(chance.random() ** 2 * 30)}",
            "rules_version": chance.choice([3, 4]),
        }
        schedule.detect(f"user {number}", moment, **row)
        rows.append((moment.astimezone(NEW_YORK), row))
    # Outside the month by a hair.
    schedule.detect("october", "2026-11-01 03:59:59.999Z")
    schedule.tick(MONTH_END)

    [summary] = schedule.reports()
    count = Counter(row["level"] for _, row in rows)
    kinds = Counter(row["kind"] for _, row in rows)
    assert summary["total"] == 300
    assert summary["by_level"] == {"csuite": count["csuite"], "vp": count["vp"]}
    assert summary["by_kind"] == {
        "new": kinds["new"],
        "promotion": kinds["promotion"],
        **dict.fromkeys(["moved", "role", "demotion", "left"], 0),
    }

    countries = Counter((row["country"] or "").strip() or None for _, row in rows)
    unknown = countries.pop(None)
    assert {entry["name"]: entry["count"] for entry in summary["by_country"]} == {**countries, None: unknown}
    assert summary["by_country"][-1] == {"name": None, "count": unknown}
    companies = Counter(str(row["company"]) for _, row in rows)
    top = sorted(companies.items(), key=lambda item: (-item[1], item[0]))[:20]
    assert [(entry["name"], entry["count"]) for entry in summary["by_company"]] == top

    weeks = Counter((moment.date() - timedelta(days=moment.weekday())).isoformat() for moment, _ in rows)
    assert [week["start"] for week in summary["by_week"]] == [
        "2026-10-26",
        "2026-11-02",
        "2026-11-09",
        "2026-11-16",
        "2026-11-23",
        "2026-11-30",
    ]
    assert {week["start"]: week["total"] for week in summary["by_week"] if week["total"]} == dict(weeks)
    assert all(sum(week["by_level"].values()) == week["total"] for week in summary["by_week"])
    assert summary["rules_versions"] == [3, 4]
    assert {key: summary[key] for key in ("month", "name", "revision", "people_added", "time_zone")} == {
        "month": "2026-11",
        "name": "November 2026",
        "revision": 1,
        "people_added": 0,
        "time_zone": "America/New_York",
    }
    assert summary["period_start"] == "2026-11-01T04:00:00+00:00"  # still summer time
    assert summary["period_end"] == "2026-12-01T05:00:00+00:00"
    [report] = schedule.rows("select * from public.reports")
    assert report["rules_version"] == schedule.value("select max(version) from public.rule_versions")
    [job] = schedule.jobs("report")
    assert (job["payload"], job["dedupe_key"], job["priority"]) == (
        {"report_id": report["id"]},
        f"report:{report['id']}",
        70,
    )


def test_names_are_counted_whatever_their_case(schedule: Schedule) -> None:
    for number, country in enumerate(["Germany", "germany", " Germany ", "GERMANY", "Peru"]):
        schedule.detect(f"user {number}", "2026-11-05 10:00Z", country=country)
    schedule.tick(MONTH_END)
    assert schedule.reports()[0]["by_country"] == [
        {"name": "Germany", "count": 4},
        {"name": "Peru", "count": 1},
    ]


def test_change_against_the_month_before(schedule: Schedule) -> None:
    for number in range(3):
        schedule.detect(f"november {number}", f"2026-11-{5 + number} 10:00Z")
    schedule.tick(MONTH_END)
    schedule.detect("december", "2026-12-05 10:00Z", level="vp", kind="promotion")
    schedule.tick("2027-01-01 04:55Z")
    november, december = schedule.reports()
    assert november["previous"]["known"] is False
    assert december["previous"] == {
        "month": "2026-11",
        "total": 3,
        "by_level": {"csuite": 3, "vp": 0},
        "by_kind": {"new": 3, "promotion": 0, "moved": 0, "role": 0, "demotion": 0, "left": 0},
        "known": True,
    }
    assert [(month["start"], month["total"]) for month in december["by_month"]] == [
        ("2026-07-01", 0),
        ("2026-08-01", 0),
        ("2026-09-01", 0),
        ("2026-10-01", 0),
        ("2026-11-01", 3),
        ("2026-12-01", 1),
    ]


def test_a_month_without_a_report_is_counted_from_its_first_moment_to_before_the_next(
    schedule: Schedule,
) -> None:
    # In New York; its clocks are set back later on the first of November.
    for user, moment in (
        ("before", "2026-10-01 03:59:59Z"),
        ("first", "2026-10-01 04:00Z"),
        ("last", "2026-11-01 03:59:59Z"),
        ("next", "2026-11-01 04:00Z"),
    ):
        schedule.detect(user, moment)
    october = schedule.value("select pathfinder.month_totals('2026-10-01', null)")
    assert (october["total"], october["known"]) == (2, True)
    # As much of it as had passed at a moment.
    partly = schedule.value("select pathfinder.month_totals('2026-10-01', '2026-11-01 03:59:59Z')")
    assert partly["total"] == 1
    november = schedule.value("select pathfinder.month_totals('2026-11-01', null)")
    assert november["total"] == 1


def test_a_report_counts_people_not_changes(schedule: Schedule) -> None:
    for hour, kind in enumerate(["new", "left"] * 4):
        schedule.detect("flaps", f"2026-11-05 {hour:02}:00Z", kind=kind)
    schedule.detect("flaps", "2026-11-05 09:00Z", level="vp", title="VP Sales")
    schedule.detect("flaps", "2026-11-06 09:00Z", kind="promotion")
    schedule.detect("in and out", "2026-11-06 09:00Z")
    schedule.detect("in and out", "2026-11-07 09:00Z", kind="left")
    schedule.detect("gone", "2026-11-07 09:00Z", kind="left")
    schedule.detect("told of by nobody", "2026-11-07 09:00Z", is_told=False)
    schedule.tick(MONTH_END)
    [summary] = schedule.reports()
    assert (summary["total"], summary["by_level"]) == (1, {"csuite": 1, "vp": 0})
    assert {kind: count for kind, count in summary["by_kind"].items() if count} == {"new": 1, "left": 1}
    rows = [row["person"] for row in schedule.rows("select public.report_rows(1) as person")]
    assert [(person["user_id"], person["kind"]) for person in rows] == [("flaps", "new"), ("gone", "left")]
    # A page of whom nothing is left to say is not taken for the last.
    [gone] = schedule.rows("select public.report_rows(1, %s, 1) as person", rows[0]["detection_id"])
    assert gone["person"]["user_id"] == "gone"


def test_a_month_so_far_is_compared_with_as_much_of_the_month_before(schedule: Schedule) -> None:
    for day in (2, 10, 12, 20):
        schedule.detect(f"october {day}", f"2026-10-{day:02} 10:00Z")
    schedule.detect("november", "2026-11-03 10:00Z")
    schedule.value("select public.build_month_end_report('2026-11-11 12:00Z')")
    [summary] = schedule.reports()
    assert summary["total"] == 1
    previous = summary["previous"]
    assert (previous["month"], previous["days"], previous["total"], previous["known"]) == (
        "2026-10",
        11,
        2,
        True,
    )


def test_watched_accounts_functions_and_what_is_not_known_are_counted(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.accounts (name, aliases, tier, owner, is_watched)"
        " values ('Acme', '{ACME Rockets}', '1', 'Jane', true), ('Globex', '{}', null, null, false)"
    )
    when = "2026-11-05 10:00Z"
    schedule.detect("1", when, company="Acme Inc.", functions=["finance", "operations"], country="Germany")
    schedule.detect("2", when, company="ACME Rockets", functions=["finance"], country="Deutschland")
    schedule.detect("3", when, company="Globex", country="Atlantis")
    schedule.detect("4", when, company=None, country=None)
    schedule.detect("5", when, company="Acme", kind="left")
    schedule.tick(MONTH_END)
    [summary] = schedule.reports()
    assert summary["watched"] == [{"name": "Acme", "tier": "1", "owner": "Jane", "found": 2, "left": 1}]
    assert summary["by_company"] == [
        {"name": "Acme", "count": 2},
        {"name": "Globex", "count": 1},
        {"name": None, "count": 1},
    ]
    assert summary["by_function"] == [
        {"name": "finance", "count": 2},
        {"name": "operations", "count": 1},
        {"name": None, "count": 2},
    ]
    assert summary["by_country"] == [
        {"name": "Germany", "count": 2},
        {"name": "Atlantis", "count": 1},
        {"name": None, "count": 1},
    ]


def test_a_level_that_is_switched_on_is_counted_like_the_others(schedule: Schedule) -> None:
    schedule.db.execute("update public.levels set is_on = true where level = 'director'")
    schedule.detect("1", "2026-11-05 10:00Z", level="director", title="Director Sales")
    schedule.tick(MONTH_END)
    [summary] = schedule.reports()
    assert summary["by_level"] == {"csuite": 0, "vp": 0, "director": 1}
    assert [level["level"] for level in summary["levels"]] == ["csuite", "vp", "director"]


def test_what_arrives_after_the_build_is_in_one_later_revision(schedule: Schedule) -> None:
    schedule.detect("early", "2026-11-20 10:00Z")
    assert ("report", "2026-11", "done") in schedule.ran(MONTH_END)
    schedule.detect("late", "2026-12-01 04:57Z")
    schedule.detect("late", "2026-12-01 04:58Z", kind="promotion")
    schedule.detect("december", "2026-12-01 05:00Z")
    assert schedule.ran("2026-12-01 06:59Z") == []
    assert schedule.ran(NIGHT) == [("report_revision", "2026-11 r2", "done")]
    first, second = schedule.reports()
    assert (first["revision"], first["total"], first["people_added"]) == (1, 1, 0)
    assert (second["revision"], second["total"], second["people_added"]) == (2, 2, 1)
    assert [job["payload"]["report_id"] for job in schedule.jobs("report")] == [
        row["id"] for row in schedule.rows("select id from public.reports order by id")
    ]
    for hours in range(1, 60):
        assert schedule.ran(datetime(2026, 12, 1, 7, tzinfo=UTC) + timedelta(hours=hours)) == []
    schedule.tick("2027-01-01 04:55Z")
    assert schedule.reports()[-1]["total"] == 1


def test_of_several_revisions_the_newest_is_followed_and_compared_with(schedule: Schedule) -> None:
    schedule.detect("early", "2026-11-20 10:00Z")
    schedule.tick(MONTH_END)
    schedule.detect("late", "2026-12-01 04:57Z")
    assert schedule.ran(NIGHT) == [("report_revision", "2026-11 r2", "done")]
    schedule.detect("later", "2026-12-01 04:58Z")
    assert schedule.ran("2026-12-02 06:59Z") == []
    assert schedule.ran("2026-12-02 07:00Z") == [("report_revision", "2026-11 r3", "done")]
    assert [report["total"] for report in schedule.reports()] == [1, 2, 3]

    schedule.tick("2027-01-01 04:55Z")
    assert schedule.reports()[-1]["previous"]["total"] == 3


def test_no_revision_when_nothing_was_late(schedule: Schedule) -> None:
    schedule.detect("early", "2026-11-20 10:00Z")
    schedule.tick(MONTH_END)
    assert schedule.ran(NIGHT) == []
    assert len(schedule.reports()) == 1


def test_a_transaction_that_commits_after_the_revision_leads_to_another(schedule: Schedule) -> None:
    schedule.tick(MONTH_END)
    with psycopg.connect(schedule.dsn) as slow:
        slow.execute(
            "insert into public.detections (user_id, title, seniority_level, detected_at)"
            " values ('slow', 'CEO', 'csuite', '2026-12-01 04:59Z')"
        )
        assert schedule.ran(NIGHT) == []
        slow.commit()
    # At the next look, as its night has passed already; and once.
    assert schedule.ran("2026-12-01 07:01Z") == [("report_revision", "2026-11 r2", "done")]
    assert schedule.ran("2026-12-02 07:00Z") == []
    assert schedule.reports()[-1]["people_added"] == 1


def test_each_detection_is_in_exactly_one_month_whatever_the_zone_becomes(schedule: Schedule) -> None:
    """The zone changes again and again, in the evening of the month's end too; months still meet."""
    moment = datetime(2026, 11, 2, 12, tzinfo=UTC)
    zones = ["Pacific/Apia", "America/New_York", "Asia/Kolkata", "UTC", "Australia/Lord_Howe"]
    number = 0
    while moment < datetime(2027, 3, 15, tzinfo=UTC):
        moment += timedelta(hours=2)
        if number % 200 == 0 or (moment.day == 1 and moment.hour == 4):
            schedule.db.execute("update public.settings set time_zone = %s", [zones[number % 5]])
        if number % 3 == 0:
            schedule.detect(f"user {number}", moment)
        number += 1
        schedule.tick(moment + timedelta(minutes=30))
    reports = schedule.rows(
        "select distinct on (month_label) * from public.reports order by 2, revision desc"
    )
    assert [report["month_label"] for report in reports] == [
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    ]
    for before, after in itertools.pairwise(reports):
        assert before["period_end"] == after["period_start"]
    in_bounds = schedule.rows(
        "select count(*) filter (where report.id is null) as lost, count(*) as total"
        " from public.detections left join public.reports as report on report.id = detections.report_id"
        " and detected_at >= report.period_start and detected_at < report.period_end"
        " where detected_at < %s",
        reports[-1]["period_end"],
    )
    assert in_bounds[0]["lost"] == 0
    newest = {summary["month"]: summary["total"] for summary in schedule.reports()}
    assert sum(newest.values()) == in_bounds[0]["total"]


def test_links_are_renewed_once_before_they_expire_while_a_report_is_recent(schedule: Schedule) -> None:
    schedule.tick(MONTH_END)
    [report] = schedule.rows("select id from public.reports")
    schedule.db.execute("update public.reports set links_expire_at = '2026-12-08 05:00Z'")
    schedule.tick("2026-12-07 12:00Z")
    assert schedule.jobs("report_links") == []  # the last tenth of seven days has not begun
    for minute in range(3):
        schedule.tick(f"2026-12-07 13:0{minute}Z")
    [job] = schedule.jobs("report_links")
    assert job["payload"] == {"report_id": report["id"]}
    schedule.db.execute("update public.reports set links_expire_at = '2026-12-15 05:00Z'")
    schedule.tick("2026-12-15 04:00Z")
    assert len(schedule.jobs("report_links")) == 2
    schedule.db.execute("update public.reports set links_expire_at = '2027-02-15 05:00Z' where revision = 1")
    schedule.tick("2027-02-15 04:00Z")
    assert [job for job in schedule.jobs("report_links") if job["payload"] == {"report_id": report["id"]}][
        2:
    ] == []
