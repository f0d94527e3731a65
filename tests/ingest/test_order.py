"""Duplicates, reordering, lost webhooks: what counts in the end."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tests.ingest.platform import Platform


def statuses(platform: Platform, *changes: tuple[str, str]) -> list[str]:
    """Post (old, new) title changes of member 1 and return what became of each."""
    return [platform.change("1", new, old)["status"] for old, new in changes]


def test_a_retry_is_a_duplicate_until_the_window_ends(platform: Platform) -> None:
    assert statuses(platform, ("", "CEO"), ("", "CEO"), ("", "CEO")) == [
        "processed",
        "duplicate",
        "duplicate",
    ]
    platform.age("25 hours")
    assert statuses(platform, ("", "CEO")) == ["processed"]
    assert platform.detections("1") == [("CEO", "csuite", "new")]


def test_going_back_and_forth_ends_in_the_last_value(platform: Platform) -> None:
    changes = [("", "Engineer"), ("Engineer", "CEO"), ("CEO", "Engineer"), ("Engineer", "CEO")]
    assert statuses(platform, *changes) == ["processed"] * 4
    assert platform.state("1") == ("CEO", "csuite")
    assert len(platform.detections("1")) == 2


def test_an_old_retry_after_a_later_change_is_stale_and_changes_nothing(platform: Platform) -> None:
    assert statuses(platform, ("", "Engineer"), ("Engineer", "CEO"), ("", "Engineer")) == [
        "processed", "processed", "stale",
    ]  # fmt: skip
    assert platform.state("1") == ("CEO", "csuite")
    platform.age("25 hours")
    assert platform.value("select pathfinder.process_pending_events()") == 0
    assert platform.state("1") == ("CEO", "csuite")


def test_a_stale_event_that_is_retried_is_a_duplicate(platform: Platform) -> None:
    changes = [("", "Engineer"), ("Engineer", "CEO"), ("", "Engineer"), ("", "Engineer")]
    assert statuses(platform, *changes)[2:] == ["stale", "duplicate"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_changes_that_overtake_each_other_end_in_the_last_one(
    platform: Platform, order: tuple[int, ...]
) -> None:
    chain = [("Engineer", "VP Sales"), ("VP Sales", "Writer"), ("Writer", "CEO")]
    statuses(platform, ("", "Engineer"), *(chain[index] for index in order))
    assert platform.state("1") == ("CEO", "csuite")
    assert platform.detections("1") == [("VP Sales", "vp", "new"), ("CEO", "csuite", "new")]


def test_a_held_event_follows_the_change_that_it_builds_on(platform: Platform) -> None:
    assert statuses(platform, ("", "Engineer"), ("Writer", "CEO")) == ["processed", "held"]
    assert platform.state("1") is None
    result = platform.change("1", "Writer", "Engineer")
    assert (result["status"], result["is_senior"], result["seniority_level"]) == ("processed", True, "csuite")
    assert platform.state("1") == ("CEO", "csuite")


def test_one_lost_webhook_delays_a_member_but_silences_nobody(platform: Platform) -> None:
    assert statuses(platform, ("", "Engineer"), ("Writer", "CEO")) == ["processed", "held"]
    platform.age("14 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 0
    platform.age("2 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 1
    assert platform.state("1") == ("CEO", "csuite")
    assert platform.value("select pathfinder.process_pending_events()") == 0
    assert statuses(platform, ("CEO", "Writer")) == ["processed"]


def test_a_held_event_that_fails_stays_held_says_why_and_is_tried_again_in_a_few_minutes(
    platform: Platform,
) -> None:
    assert statuses(platform, ("", "Engineer"), ("Writer", "CEO")) == ["processed", "held"]
    platform.age("16 minutes")
    platform.db.execute("alter table public.user_state add constraint nobody check (false) not valid")
    held = "select error ~ 'nobody', due_at > now() from public.events_raw where state = 'held'"
    assert platform.value("select pathfinder.process_pending_events()") == 0
    assert platform.rows(held) == [(True, True)]
    platform.db.execute("alter table public.user_state drop constraint nobody")
    platform.age("6 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 1
    assert platform.state("1") == ("CEO", "csuite")


def test_a_held_event_that_something_newer_replaced_never_counts(platform: Platform) -> None:
    assert statuses(platform, ("", "Engineer"), ("Writer", "CEO"), ("Engineer", "VP Sales")) == [
        "processed", "held", "processed",
    ]  # fmt: skip
    platform.age("16 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 0
    assert platform.state("1") == ("VP Sales", "vp")


def test_what_is_held_is_replaced_by_nothing_that_is_said_of_others_or_of_something_else(
    platform: Platform,
) -> None:
    assert statuses(platform, ("", "Engineer"), ("Writer", "CEO")) == ["processed", "held"]
    platform.change("2", "CFO")
    platform.change("1", "Acme", field="Company")
    platform.db.execute(
        "insert into public.events_raw (community, user_id, attribute, value, state, settled_at, source,"
        " idempotency_key) values ('partners', '1', 'title', 'Gardener', 'processed', now(), 'x', 'x'),"
        # What came late, and was none any more.
        " ('main', '1', 'title', 'Apprentice', 'stale', now(), 'x', 'y')"
    )
    platform.age("16 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 1
    assert platform.state("1") == ("CEO", "csuite")


def test_beyond_the_window_a_contradiction_means_a_lost_webhook(platform: Platform) -> None:
    statuses(platform, ("", "Engineer"))
    platform.age("25 hours")
    assert statuses(platform, ("Writer", "CEO")) == ["processed"]


def test_a_contradiction_against_nothing_known_is_no_contradiction(platform: Platform) -> None:
    assert statuses(platform, ("Engineer", "CEO")) == ["processed"]


@pytest.mark.parametrize(
    ("known", "stated"), [(" Café ", "Cafe\u0301"), (None, ""), ("", None), ("A\tB", "A B")]
)
def test_values_are_compared_trimmed_composed_and_with_empty_as_null(
    platform: Platform, known: object, stated: object
) -> None:
    platform.change("1", known)
    assert platform.change("1", "CEO", stated)["status"] == "processed"


def test_without_an_old_value_the_last_to_arrive_counts(platform: Platform) -> None:
    assert platform.change("1", "CEO")["status"] == "processed"
    assert platform.change("1", "Engineer")["status"] == "processed"
    assert platform.state("1") is None


def test_the_senders_time_decides_where_it_sends_one(platform: Platform) -> None:
    assert platform.change("1", "VP Sales", timestamp="2026-01-01T10:00:00Z")["status"] == "processed"
    assert platform.change("1", "Engineer", timestamp="2026-01-01T09:59:59Z")["status"] == "stale"
    # The time counts, whatever the value replaced.
    assert (
        platform.change("1", "CEO", "Writer", timestamp="2026-01-01T12:00:00+01:00")["status"] == "processed"
    )
    assert platform.state("1") == ("CEO", "csuite")


def test_an_executives_time_outlives_the_retained_events(platform: Platform) -> None:
    platform.change("1", "CEO", timestamp="2026-01-01T10:00:00Z")
    platform.db.execute("delete from public.events_raw")
    assert platform.change("1", "Engineer", timestamp="2025-12-31T10:00:00Z")["status"] == "stale"
    assert platform.state("1") == ("CEO", "csuite")


def test_a_clock_far_ahead_does_not_silence_a_member(platform: Platform) -> None:
    platform.change("1", "CEO", timestamp="9999-12-31T00:00:00Z")
    assert platform.change("1", "Engineer", timestamp="9999-01-01T00:00:00Z")["status"] == "processed"
    assert platform.state("1") is None


def test_an_event_id_helps_and_never_decides_alone(platform: Platform) -> None:
    assert platform.change("1", "CEO", eventId="a")["status"] == "processed"
    assert platform.change("1", "CEO", eventId="b")["status"] == "processed"
    assert platform.change("1", "Engineer", eventId="c")["status"] == "processed"
    assert platform.change("1", "CEO", eventId="b")["status"] == "duplicate", "however much came since"
    assert platform.change("1", "Writer", eventId="a")["status"] == "processed", "another change"
    assert platform.change("2", "CEO", event_id="a")["status"] == "processed", "another member"


def test_an_id_that_stands_for_every_event_is_none(platform: Platform) -> None:
    """Some platforms send the id of the hook, or a constant."""
    for title in ("Engineer", "CEO", "Engineer", "CEO"):
        assert platform.change("1", title, eventId="1")["status"] == "processed"
    assert platform.change("1", "CEO", eventId="1")["status"] == "duplicate"
    assert platform.state("1") == ("CEO", "csuite")


def test_two_registered_fields_of_one_meaning_do_not_contradict_each_other(platform: Platform) -> None:
    platform.change("1", "CEO", "", field="Job Title")
    assert platform.change("1", "Writer", "Poet", field="Title")["status"] == "processed"
    assert platform.state("1") == ("CEO", "csuite")


def test_what_is_held_says_until_when(platform: Platform) -> None:
    platform.change("1", "Engineer", "Poet")
    platform.db.execute("update public.settings set hold_window = '1 minute'")
    answer = platform.change("1", "CEO", "Writer")
    assert answer["status"] == "held"
    assert platform.rows(
        "select due_at = %s, due_at - received_at, state, processed from public.events_raw where id = %s",
        answer["until"],
        answer["event_id"],
    ) == [(True, timedelta(minutes=1), "held", False)]
    # Nor by somebody who found it due a moment ago, before another put its time off.
    assert platform.value("select pathfinder.release_held_event(%s)", answer["event_id"]) == 0
    assert platform.value("select state from public.events_raw where id = %s", answer["event_id"]) == "held"


@pytest.mark.parametrize(
    ("known", "stated"),
    [
        ("Sales  Manager", "sales manager"),
        ("R&amp;D Manager", "R&D Manager"),
        ("R&D Manager", "R&amp;D Manager"),
        ("Caf\u00e9 Owner", "CAFE\u0301 OWNER"),
        ("<b>Writer</b>", "Writer"),
        ("Writer\u200b", "Writer"),
        ("Senior Manager of Global Sales and Marketing", "Senior Manager of Global Sales and"),
        ("Senior Manager of Global Sales and Marketing", "Senior Manager of Glo"),
        ("Senior Manager of Global Sales and Marketing", "Senior Manager\u2026"),
        ("Senior Manager of Global Sales and Marketing", "Senior Manager of ..."),
        ("Senior Manager of Global Sales and M", "Senior Manager of Global Sales and Marketing"),
    ],
)
def test_old_values_are_compared_as_a_person_would(platform: Platform, known: str, stated: str) -> None:
    platform.change("1", known, "Poet")
    assert platform.change("1", "CEO", stated)["status"] == "processed"


@pytest.mark.parametrize(
    ("known", "stated"),
    [
        ("Sales Manager", "Sales"),
        ("Manager", "Writer"),
        ("Writer", ""),
        ("Sr Writer", "Writer"),
        ("...", "abc"),
    ],
)
def test_other_old_values_are_others(platform: Platform, known: str, stated: str) -> None:
    platform.change("1", known, "Poet")
    assert platform.change("1", "CEO", stated)["status"] == "held"


def test_an_old_value_that_is_always_empty_says_nothing(platform: Platform) -> None:
    assert statuses(platform, ("", "Engineer"), ("", "CEO")) == ["processed", "processed"]
    assert platform.state("1") == ("CEO", "csuite")
    platform.change("2", "Engineer", "Writer")
    assert statuses(platform, ("", "Poet")) == ["held"], "from then on it says something"


def test_equal_times_are_decided_by_the_old_values(platform: Platform) -> None:
    when = "2026-01-01T10:00:00Z"
    assert platform.change("1", "Writer", "Poet", timestamp=when)["status"] == "processed"
    assert platform.change("1", "CEO", "Engineer", timestamp=when)["status"] == "held"
    assert platform.change("1", "Engineer", "Writer", timestamp=when)["status"] == "processed"
    assert platform.state("1") == ("CEO", "csuite")
    assert platform.change("1", "Writer", "Bard", timestamp=when)["status"] == "stale"


def test_an_older_change_that_comes_after_what_was_held_is_stale(platform: Platform) -> None:
    assert statuses(platform, ("", "Engineer"), ("Writer", "CEO")) == ["processed", "held"]
    platform.age("16 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 1
    assert statuses(platform, ("Engineer", "Writer")) == ["stale"]
    assert platform.state("1") == ("CEO", "csuite")


def test_attributes_have_orders_of_their_own(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    assert platform.change("1", "Initech", "Globex", field="Company")["status"] == "processed"
    assert platform.change("1", "Umbrella", "Globex", field="Company")["status"] == "held"
    assert platform.value("select company from public.user_state") == "Initech"
