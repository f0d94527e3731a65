"""Events for machines: each change at once, as the filter has it, and what was sent and published."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.people import Connection, add_channel, change, claim, complete


@pytest.fixture
def listening(db: Connection) -> Connection:
    """A database with one channel that gets events, `crm`."""
    db.execute("delete from public.channels")
    add_channel(db, "crm", "{event}")
    return db


def events(db: Connection) -> list[dict[str, Any]]:
    """Deliver what waits; return the documents."""
    jobs = claim(db, kinds=["event"])
    for job in jobs:
        complete(db, job)
    return [job["document"] for job in jobs]


def test_each_kind_of_change_is_an_event_with_what_was_and_is(listening: Connection) -> None:
    change(listening, "1", "new")
    change(listening, "1", "moved", company="Globex", previous_company="Acme")
    change(listening, "1", "demotion", title="VP", seniority_level="vp", previous_level="csuite")
    change(listening, "1", "promotion")
    change(listening, "1", "role")
    change(listening, "1", "left")
    told = events(listening)
    assert [event["event"] for event in told] == [
        "executive.detected",
        "executive.moved",
        "executive.demoted",
        "executive.promoted",
        "executive.role_changed",
        "executive.left",
    ]
    assert all(event["occurred_at"] for event in told)
    moved, left = told[1]["person"], told[5]["person"]
    assert (moved["company"], moved["previous_company"]) == ("Globex", "Acme")
    assert (left["title"], left["previous_title"]) == (None, "CEO")


def test_a_filter_and_what_is_only_recorded_keep_events_back(listening: Connection) -> None:
    add_channel(listening, "vps", "{event}", filter={"level": ["vp"]})
    change(listening, "1", "new")
    change(listening, "2", "new", is_told=False)
    jobs = claim(listening, kinds=["event"])
    got = {job["channel"]: job["document"].get("person", {}).get("user_id") for job in jobs}
    assert got == {"crm": "1", "vps": None}


def test_forgetting_is_announced_and_the_announcement_is_not_kept(listening: Connection) -> None:
    change(listening, "1", "new")
    events(listening)
    listening.execute("select public.forget_user('1')")
    listening.execute("select public.forget_user('never known')")
    [event] = events(listening)
    assert event["event"] == "executive.forgotten"
    assert event["member"] == {"community": "main", "user_id": "1"}
    left = listening.execute(
        "select count(*) from public.outbox where payload::text like '%forgotten%'"
    ).fetchone()
    assert left == (0,)


def test_a_digest_that_was_sent_and_a_report_that_was_published_are_events(listening: Connection) -> None:
    add_channel(listening, "board", "{digest}")
    listening.execute("update public.settings set digest_size = 1, digest_messages = 2")
    # They came after the channel began.
    listening.execute("update pathfinder.digest_cut_offs set cut_off = now() - interval '1 hour'")
    for user in "123":
        change(listening, user, "new")
    listening.execute("select public.send_digests()")
    events(listening)
    first, second = claim(listening, kinds=["digest"])
    complete(listening, first)
    assert events(listening) == []
    complete(listening, second)
    [sent] = events(listening)
    assert sent["event"] == "digest.sent"
    assert (sent["digest"]["channel"], sent["digest"]["counts"]["people"]) == ("board", 3)

    listening.execute("select public.generate_reports()")
    [job] = claim(listening, kinds=["report"])
    complete(listening, job, {"csv_uri": "reports/x.csv", "file_uri": "reports/x.csv"})
    [published] = events(listening)
    assert published["event"] == "report.published"
    assert published["report"]["total"] == 3
