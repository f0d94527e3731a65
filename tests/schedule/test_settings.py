"""Edits of the settings: refused in clear words when impossible, in force at the next tick."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.schedule.conftest import Schedule


def change(schedule: Schedule, **values: object) -> None:
    """Edit the settings as the Table Editor does."""
    for column, value in values.items():
        statement = sql.SQL("update public.settings set {} = %s").format(sql.Identifier(column))
        schedule.db.execute(statement, [value])


@pytest.mark.parametrize(
    ("column", "value", "message", "hint"),
    [
        ("time_zone", "Europe/Berln", "'Europe/Berln' is not a known time zone", "Europe/Berlin"),
        ("time_zone", "New York", "not a known time zone", "Did you mean America/New_York?"),
        ("time_zone", "London", "not a known time zone", "Europe/London"),
        ("time_zone", "Mars/Olympus Mons", "not a known time zone", "continent and a city"),
        ("time_zone", "", "not a known time zone", "continent and a city"),
        ("time_zone", " est ", "EST never changes to summer time", "America/New_York"),
        ("time_zone", "EST5EDT4,M3.2.0,M11.1.0", "not a known time zone", None),
        ("time_zone", "posix/Europe/Berlin", "not a known time zone", "Europe/Berlin"),
        ("digest_day", "Freitag", "'Freitag' is not a day of the week", "friday"),
        ("digest_day", "s", "not a day of the week", "saturday"),
        ("digest_time", "24:00", "24:00 is not a time of day", "23:59"),
        ("month_end_time", "24:00", "month_end_time: 24:00", "23:59"),
        ("housekeeping_time", "24:00", "housekeeping_time: 24:00", "23:59"),
        ("digest_size", 0, "1 to 100 people, not 0", "Ten is usual"),
        ("digest_size", 101, "1 to 100 people, not 101", "Ten is usual"),
        ("digest_messages", 0, "1 to 20 messages a digest, not 0", "Three are usual"),
        ("announced_changes", Jsonb([]), "announced_changes: it is to be an object", "For example"),
        ("announced_changes", Jsonb({"digest": []}), "it is to say both digest and alert", "For example"),
        (
            "announced_changes",
            Jsonb({"digest": ["newest"], "alert": []}),
            "digest can hold new, promotion, demotion, role, moved, left",
            "For example",
        ),
        (
            "profile_url_template",
            "https://c.example/users",
            "with {user_id} or {username}",
            "/users/{user_id}",
        ),
        ("profile_url_template", "javascript:{user_id}", "with {user_id} or {username}", "/users/{user_id}"),
        ("profile_url_template", "https://c.example/{id}/{user_id}", "with {user_id} or", "/users/{user_id}"),
        ("alert_delay", "2 hours", "alert_delay: 02:00:00 is too long", "at most 1 hour"),
        ("hold_window", "-1 minute", "hold_window: -00:01:00 is too short", "15 minutes"),
        ("silence_alarm", "1 minute", "silence_alarm: 00:01:00 is too short", "3 days"),
        ("event_retention", "1 hour", "event_retention: 01:00:00 is too short", "Write at least 1 day; for"),
        ("history_retention", "1 day", "history_retention: 1 day is too short", "7 days"),
        ("detection_retention", "30 days", "detection_retention: 30 days is too short", "62 days"),
        ("link_lifetime", "0", "link_lifetime: 00:00:00 is too short", "at least 1 minute"),
        ("link_lifetime", "2 years", "link_lifetime: 2 years is too long", "365 days"),
        ("dedup_window", "-1 hour", "dedup_window: -01:00:00 is too short", "30 days"),
    ],
)
def test_an_impossible_value_is_refused_in_words_that_help(
    untouched: Schedule, column: str, value: object, message: str, hint: str | None
) -> None:
    before = untouched.rows("select * from public.settings")
    untouched.db.execute("set role service_role")
    try:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            change(untouched, **{column: value})
    finally:
        untouched.db.execute("reset role")
    assert message in (refused.value.diag.message_primary or "")
    if hint is not None:
        assert hint in (refused.value.diag.message_hint or "")
    assert untouched.rows("select * from public.settings") == before


@pytest.mark.parametrize("value", ["25:00", "quarter past five"])
def test_what_is_no_time_at_all_is_refused_by_its_type(untouched: Schedule, value: str) -> None:
    with pytest.raises(psycopg.errors.DataError, match=value):
        change(untouched, digest_time=value)


def test_what_is_merely_untidy_is_tidied(schedule: Schedule) -> None:
    change(schedule, time_zone=" europe/london ", digest_day="Thu ")
    assert schedule.rows("select time_zone, digest_day from public.settings") == [
        {"time_zone": "Europe/London", "digest_day": "thursday"}
    ]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("US/Eastern", "America/New_York"),
        ("us/pacific", "America/Los_Angeles"),
        ("EST5EDT", "America/New_York"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("GB", "Europe/London"),
        ("Zulu", "UTC"),
        ("CET", "Europe/Brussels"),
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("Europe/Bratislava", "Europe/Bratislava"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_an_old_name_of_a_time_zone_is_stored_as_the_one_of_today(
    schedule: Schedule, written: str, stored: str
) -> None:
    change(schedule, time_zone=written)
    assert schedule.value("select time_zone from public.settings") == stored


def test_every_time_zone_of_the_world_is_accepted_and_stored_under_a_name_that_stays(
    untouched: Schedule,
) -> None:
    """What is stored is stored again as it is, and shows the same time as what was written."""
    zones = untouched.rows(
        "with zones as materialized ("
        "    select name, utc_offset, pathfinder.canonical_time_zone(name) as stored from pg_timezone_names"
        "    where name !~ '^(posix/|right/|posixrules$|localtime$|Factory$)'"
        "    order by random() limit 60)"
        " select name, stored, pathfinder.canonical_time_zone(stored) as again,"
        "    utc_offset = (now() at time zone stored) - (now() at time zone 'UTC') as same"
        " from zones"
    )
    assert len(zones) == 60
    assert [zone for zone in zones if zone["stored"] != zone["again"] or not zone["same"]] == []


def test_a_stored_name_that_the_server_does_not_know_any_more_stops_nothing(schedule: Schedule) -> None:
    """As after an upgrade to a system without the old names, or a restore there, which runs no triggers."""
    schedule.db.execute("alter table public.settings disable trigger user")
    change(schedule, time_zone="America/New York")
    schedule.db.execute("alter table public.settings enable trigger user")
    assert schedule.ran("2026-11-05 16:00Z") == []
    assert schedule.value("select time_zone from public.settings") == "America/New_York"


def test_the_one_row_can_be_neither_deleted_nor_doubled(schedule: Schedule) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="cannot be deleted"):
        schedule.db.execute("delete from public.settings")
    with pytest.raises(psycopg.errors.UniqueViolation):
        schedule.db.execute("insert into public.settings default values")


def test_an_edit_is_in_force_at_the_next_tick(schedule: Schedule) -> None:
    for number in range(3):
        schedule.detect(f"user {number}", "2026-11-05 10:00Z")
    assert schedule.ran("2026-11-05 16:00Z") == []
    change(schedule, digest_day="thursday", digest_time="11:00", digest_size=2)
    assert schedule.ran("2026-11-05 16:01Z") == [("digest", "2026-W45", "done")]
    assert [len(digest["people"]) for digest in schedule.digests()] == [2, 1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"digest_day": "friday"}, {"digest_day": "monday"}),
        ({"digest_day": "monday"}, {"digest_day": "sunday"}),
        ({"digest_time": "09:00"}, {"digest_time": "21:00"}),
        ({"time_zone": "Pacific/Pago_Pago"}, {"time_zone": "Pacific/Kiritimati"}),
        ({"time_zone": "Pacific/Kiritimati"}, {"time_zone": "Pacific/Pago_Pago"}),
        ({"digest_day": "sunday", "digest_time": "23:59"}, {"digest_day": "monday", "digest_time": "00:00"}),
        ({"month_end_time": "00:01"}, {"month_end_time": "23:59"}),
    ],
)
def test_an_edit_in_the_middle_of_a_period_neither_skips_nor_doubles_it(
    schedule: Schedule, before: dict[str, str], after: dict[str, str]
) -> None:
    """Edit in each of sixteen weeks ten hours later than in the one before, then count."""
    ran: list[tuple[str, str]] = []
    change(schedule, **before)
    schedule.db.execute("truncate public.job_runs")
    schedule.db.execute("select pathfinder.start_schedule('2026-01-05 11:30Z')")
    for week in range(16):
        monday = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(days=7 * week)
        edited_at = week * 10
        for hour in sorted({*range(0, 168, 6), edited_at}):
            if hour == edited_at:
                change(schedule, **after)
            ran += [(job, period) for job, period, _ in schedule.ran(monday + timedelta(hours=hour))]
        schedule.detect(f"user {week}", monday + timedelta(hours=edited_at))
        change(schedule, **before)
    last = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(days=7 * 16)
    ran += [(job, period) for job, period, _ in schedule.ran(last)]

    digests = [period for job, period in ran if job == "digest"]
    assert digests == sorted(set(digests))
    mondays = [date(2026, 1, 5) + timedelta(days=7 * week) for week in range(1, 16)]
    assert {f"{day.isocalendar().year}-W{day.isocalendar().week:02}" for day in mondays} <= set(digests)
    assert [period for job, period in ran if job == "report"][-3:] == ["2026-01", "2026-02", "2026-03"]
    told = [person for digest in schedule.digests() for person in schedule.people(digest)]
    assert len(told) == len(set(told))
    windows = [(digest["week_start"], digest["week_end"]) for digest in schedule.digests()]
    assert all(start <= end for start, end in windows)


@pytest.mark.parametrize("seed", range(2))
def test_any_edits_at_any_time_keep_each_period_to_one_run(schedule: Schedule, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (a reproducible sample)
    zones = ["Pacific/Pago_Pago", "Pacific/Kiritimati", "America/New_York", "Asia/Kolkata"]
    days = ["monday", "wednesday", "friday", "sunday"]
    ran: list[tuple[str, str]] = []
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    while now < datetime(2027, 3, 2, 12, tzinfo=UTC):
        now += timedelta(hours=chance.random() * 5)
        if chance.random() < 0.1:
            change(
                schedule,
                time_zone=chance.choice(zones),
                digest_day=chance.choice(days),
                digest_time=f"{chance.randrange(24):02}:{chance.randrange(60):02}",
                month_end_time=f"{chance.randrange(24):02}:{chance.randrange(60):02}",
                housekeeping_time=f"{chance.randrange(24):02}:{chance.randrange(60):02}",
            )
        if chance.random() < 0.2:
            schedule.detect(f"user {len(ran)} {now}", now)
        ran += [(run["job"], run["period"]) for run in schedule.tick(now + timedelta(minutes=1))["runs"]]
    assert len(ran) == len(set(ran))
    months = [period for job, period in ran if job == "report"]
    assert months[:3] == ["2026-11", "2026-12", "2027-01"]
    weeks = [period for job, period in ran if job == "digest"]
    assert weeks[:16] == [
        *(f"2026-W{week}" for week in range(45, 54)),
        *(f"2027-W{week:02}" for week in range(1, 8)),
    ]
