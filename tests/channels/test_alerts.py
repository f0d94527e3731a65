"""Instant alerts in the database: who is told, when, together with whom, and never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.channels.people import (
    Connection,
    add_channel,
    change,
    claim,
    complete,
    detect,
    pass_delay,
    users,
)


@pytest.fixture
def alerting(db: Connection) -> Connection:
    """A database with alerts switched on and one channel, `sales`."""
    db.execute("delete from public.channels")
    db.execute(
        "update public.settings set instant_alerts = true, time_zone = 'Europe/Berlin', alert_delay = '0'"
    )
    add_channel(db, "sales")
    return db


def make_due(db: Connection) -> None:
    db.execute("update public.outbox set run_at = now() where status = 'pending'")


def test_nothing_is_queued_while_alerts_are_off(alerting: Connection) -> None:
    alerting.execute("update public.settings set instant_alerts = false")
    detect(alerting, "1")
    assert alerting.execute("select count(*) from public.outbox").fetchone() == (0,)
    assert alerting.execute("select count(*) from pathfinder.alerts").fetchone() == (0,)


def test_an_alert_waits_for_what_else_happens_to_the_member_and_tells_it_as_one(
    alerting: Connection,
) -> None:
    alerting.execute("update public.settings set alert_delay = '2 minutes'")
    change(alerting, "1", "new", title="VP Sales", seniority_level="vp")
    change(alerting, "1", "promotion", title="CEO", previous_title="VP Sales")
    change(alerting, "1", "moved", company="Globex", previous_company="Acme")
    assert claim(alerting) == []
    [(from_first, from_now)] = alerting.execute(
        "select run_at - created_at, run_at - clock_timestamp() from public.outbox"
    ).fetchall()
    assert from_now <= timedelta(minutes=2) <= from_first
    pass_delay(alerting)
    [job] = claim(alerting)
    [told] = job["document"]["changes"]
    assert (told["kind"], told["title"], told["company"]) == ("new", "CEO", "Globex")
    complete(alerting, job)
    assert alerting.execute("select count(*) from public.outbox where status <> 'done'").fetchone() == (0,)


@pytest.mark.parametrize("kinds", [("new", "left"), ("left", "new"), ("promotion", "demotion")])
def test_a_change_that_is_undone_meanwhile_is_not_told(alerting: Connection, kinds: tuple[str, str]) -> None:
    alerting.execute("update public.settings set alert_delay = '2 minutes'")
    vice_president = {"title": "VP Sales", "seniority_level": "vp", "previous_title": "CEO"}
    for kind in kinds:
        change(
            alerting,
            "1",
            kind,
            **(vice_president | {"previous_level": "csuite"} if kind == "demotion" else {}),
        )
    pass_delay(alerting)
    [job] = claim(alerting)
    assert job["document"] == {"missing": True}


def test_a_person_who_is_not_ripe_yet_waits_for_the_next_alert(alerting: Connection) -> None:
    alerting.execute("update public.settings set alert_delay = '2 minutes'")
    change(alerting, "1", "new")
    pass_delay(alerting)
    change(alerting, "2", "new")
    assert [users(job) for job in claim(alerting)] == [["1"]]
    pass_delay(alerting)
    assert [users(job) for job in claim(alerting)] == [["2"]]


def test_only_kinds_that_settings_name_are_alerts(alerting: Connection) -> None:
    for number, kind in enumerate(["moved", "role", "left", "promotion"]):
        change(alerting, str(number), kind)
    assert [users(job) for job in claim(alerting)] == [["3"]]


def test_a_muted_member_is_no_alert_and_no_event(alerting: Connection) -> None:
    add_channel(alerting, "crm", "{event}")
    alerting.execute("insert into public.mutes (channel, user_id) values ('sales', '1'), ('crm', '1')")
    change(alerting, "1", "new")
    change(alerting, "2", "new")
    jobs = claim(alerting, kinds=["alert", "event"])
    assert [users(job) for job in jobs if job["kind"] == "alert"] == [["2"]]
    events = [job["document"] for job in jobs if job["kind"] == "event"]
    assert {"missing": True} in events
    assert [event["person"]["user_id"] for event in events if "person" in event] == ["2"]


def test_a_detection_is_an_alert(alerting: Connection) -> None:
    detection = detect(alerting, "1")
    assert alerting.execute("select alerted_at from public.detections").fetchone() == (None,)
    [job] = claim(alerting)
    assert users(job) == ["1"]
    assert job["document"]["count"] == 1
    assert job["document"]["channel"] == "sales"
    assert job["document"]["time_zone"] == "Europe/Berlin"
    complete(alerting, job)
    row = alerting.execute("select alerted_at is not null, id from public.detections").fetchone()
    assert row == (True, detection)


def test_each_channel_gets_what_its_filter_says(alerting: Connection) -> None:
    add_channel(alerting, "board", filter={"level": ["csuite"]})
    detect(alerting, "1", "vp")
    detect(alerting, "2", "csuite")
    got = {job["channel"]: users(job) for job in claim(alerting)}
    # The most important first.
    assert got == {"sales": ["2", "1"], "board": ["2"]}


def test_a_bulk_import_is_three_alerts_and_then_one_a_minute(alerting: Connection) -> None:
    for number in range(3):
        detect(alerting, f"first {number}")
        [job] = claim(alerting)
        assert users(job) == [f"first {number}"]
        complete(alerting, job)
    for number in range(97):
        detect(alerting, f"then {number}")
    assert claim(alerting) == []
    [(wait,)] = alerting.execute(
        "select run_at - created_at from public.outbox where status = 'pending'"
    ).fetchall()
    assert timedelta(0) < wait <= timedelta(seconds=60)
    make_due(alerting)
    [job] = claim(alerting)
    assert job["document"]["count"] == 97
    assert len(users(job)) == 10


def test_a_retry_tells_the_same_people_and_newcomers_get_an_alert_of_their_own(alerting: Connection) -> None:
    detect(alerting, "1")
    [first] = claim(alerting)
    detect(alerting, "2")
    alerting.execute(
        "select public.fail_outbox(%s, 'w1', %s, 'later', true, 0)", [first["id"], first["attempt"]]
    )
    detect(alerting, "3")
    make_due(alerting)
    got = {job["id"] == first["id"]: users(job) for job in claim(alerting)}
    assert got == {True: ["1"], False: ["3", "2"]}


def test_nobody_is_told_of_twice_however_often_it_is_announced(alerting: Connection) -> None:
    detect(alerting, "1")
    alerting.execute("select pathfinder.announce_detection(detections) from public.detections")
    jobs = claim(alerting)
    assert [users(job) for job in jobs] == [["1"]]
    complete(alerting, jobs[0])
    alerting.execute("select pathfinder.announce_detection(detections) from public.detections")
    assert claim(alerting) == []


def test_an_open_transaction_keeps_no_webhook_waiting_and_its_person_is_not_lost(
    alerting: Connection, db_dsn: str
) -> None:
    detect(alerting, "1")
    with psycopg.connect(db_dsn) as slow:
        detect(slow, "2")
        # It holds the job that waits, so that it is not claimed without its person.
        assert claim(alerting) == []
        alerting.execute("set lock_timeout = '1s'")
        detect(alerting, "3")
        slow.commit()
    assert sorted(user for job in claim(alerting) for user in users(job)) == ["1", "2", "3"]


def test_many_at_once_against_a_worker_lose_nobody(alerting: Connection, db_dsn: str) -> None:
    people = 120
    told: list[str] = []

    def work(start: int) -> None:
        with psycopg.connect(db_dsn, autocommit=True) as mine:
            for number in range(start, people, 4):
                detect(mine, str(number))

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(work, start) for start in range(4)]
        # Until all is told; what is never told hangs, and the test's own limit says where.
        while len(told) < people:
            make_due(alerting)
            for job in claim(alerting):
                row = alerting.execute(
                    "select array_agg(user_id) from pathfinder.alerts join public.detections"
                    " on detections.id = detection_id where job_id = %s",
                    [job["id"]],
                ).fetchone()
                told += (row and row[0]) or []
                complete(alerting, job)
        for each in running:
            each.result()
    assert sorted(told, key=int) == [str(number) for number in range(people)]


def test_quiet_hours_hold_alerts_back_even_if_they_were_due_before(alerting: Connection) -> None:
    detect(alerting, "1")
    # Hours that begin an hour ago and end in two, in a zone whose clocks are never changed.
    alerting.execute("update public.settings set time_zone = 'Asia/Kathmandu'")
    row = alerting.execute(
        "select to_char(at - interval '1 hour', 'HH24:MI'), to_char(at + interval '2 hours', 'HH24:MI')"
        " from (select now() at time zone 'Asia/Kathmandu' as at) as local"
    ).fetchone()
    assert row is not None
    quiet = {"from": row[0], "to": row[1]}
    alerting.execute(
        "update public.channels set config = config || %s", [Jsonb({"alerts": {"quiet_hours": quiet}})]
    )
    # Alerts alone: what was ordered for an hour comes at that hour.
    alerting.execute("insert into public.outbox (kind, channel, dedupe_key) values ('event', 'sales', 'e')")
    assert [job["kind"] for job in claim(alerting, kinds=["alert", "event"])] == ["event"]
    detect(alerting, "2")
    alerting.execute("""update public.channels set config = config - 'alerts'""")
    make_due(alerting)
    assert sorted(user for job in claim(alerting) for user in users(job)) == ["1", "2"]


_times = st.times().map(lambda time: time.replace(second=0, microsecond=0, tzinfo=None))


@given(
    begins=_times,
    ends=_times,
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001  (made aware below)
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_after_quiet_hours_it_is_not_quiet_and_no_earlier_moment_was_free(
    db: Connection, begins: datetime, ends: datetime, moment: datetime, zone: str
) -> None:
    if begins == ends:
        return
    quiet = {"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"}
    start = moment.replace(microsecond=0, tzinfo=UTC)
    row = db.execute(
        "select pathfinder.after_quiet_hours(%s, %s, %s)", [start, Jsonb(quiet), zone]
    ).fetchone()
    assert row is not None
    after: datetime = row[0]

    def is_quiet(at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(zone)).time()
        if begins < ends:
            return bool(begins <= local < ends)  # type: ignore[operator]  # both are times
        return bool(local >= begins or local < ends)  # type: ignore[operator]  # both are times

    assert start <= after <= start + timedelta(hours=26)
    if not is_quiet(start):
        assert after == start
        return
    assert after.astimezone(ZoneInfo(zone)).utcoffset() is not None
    offsets = {at.astimezone(ZoneInfo(zone)).utcoffset() for at in (start, after, after + timedelta(hours=3))}
    if len(offsets) == 1:
        assert not is_quiet(after)
        assert is_quiet(after - timedelta(seconds=1))
