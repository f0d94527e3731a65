"""What fails is stored, queued, tried again in order, and parked in the end."""

from __future__ import annotations

import threading

import psycopg
import pytest

from tests.ingest.platform import Platform, load_classifier

BROKEN = """
    create or replace function pathfinder.classify(
        title text, out level text, out matched_rule text, out rules_version bigint, out charges text[]
    )
    language plpgsql stable set search_path = '' as $$
    begin
        if title ~ 'poison' or {everything} then
            raise exception 'the rules are broken' using errcode = 'XX123';
        end if;
        level := case when title ~ '^CEO' then 'csuite' end;
    end $$
"""


def break_rules(platform: Platform, *, everything: bool = True) -> None:
    platform.db.execute(BROKEN.format(everything=str(everything).lower()).encode())


def mend_rules(platform: Platform) -> None:
    load_classifier(platform.db)


def process(platform: Platform, max_events: int = 500) -> int:
    done: int = platform.value("select pathfinder.process_pending_events(%s)", max_events)
    return done


def make_due(platform: Platform) -> None:
    platform.db.execute("update public.events_raw set due_at = now() where state = 'waiting'")


def pending(platform: Platform) -> int:
    count: int = platform.value("select count(*) from public.events_raw where state = 'waiting'")
    return count


def test_an_event_whose_classification_fails_is_stored_and_queued(platform: Platform) -> None:
    break_rules(platform)
    answer = platform.post({"userId": "1", "profileField": "Job Title", "value": "CEO", "oldValue": "VP"})
    assert answer.status == 202
    assert answer.result["status"] == "queued"
    rows = platform.rows(
        "select id, value, processed, processed_at, state, error, attempts, due_at > now()"
        " from public.events_raw"
    )
    assert rows == [
        (answer.result["event_id"], "CEO", False, None, "waiting", "XX123: the rules are broken", 1, True)
    ]
    assert platform.state("1") is None
    assert platform.detections("1") == []
    assert platform.counts() == {("community", "queued"): 1}


def test_a_queued_event_is_processed_once_its_cause_is_mended(platform: Platform) -> None:
    break_rules(platform)
    platform.change("1", "CEO", "")
    make_due(platform)
    assert process(platform) == 0
    mend_rules(platform)
    assert process(platform) == 0, "it waits for its time"
    make_due(platform)
    assert process(platform) == 1
    assert process(platform) == 0
    assert platform.state("1") == ("CEO", "csuite")
    assert platform.rows("select processed, state, error, attempts from public.events_raw") == [
        (True, "processed", None, 3)
    ]


def test_a_failing_state_update_leaves_no_half_event(platform: Platform) -> None:
    platform.db.execute("alter table public.detections add constraint no check (false) not valid")
    assert platform.change("1", "CEO", "")["status"] == "queued"
    assert platform.value("select count(*) from public.events_raw") == 1
    assert platform.state("1") is None
    platform.db.execute("alter table public.detections drop constraint no")
    make_due(platform)
    assert process(platform) == 1
    assert platform.detections("1") == [("CEO", "csuite", "new")]


def test_a_retry_of_a_queued_event_is_a_duplicate(platform: Platform) -> None:
    break_rules(platform)
    for title, more in [("CEO", {}), ("CTO", {"eventId": "e1"})]:
        assert platform.change("1", title, "", **more)["status"] == "queued"
        assert platform.change("1", title, "", **more)["status"] == "duplicate"


def test_a_later_event_that_failed_waits_for_its_own_time_though_the_one_before_it_is_done(
    platform: Platform,
) -> None:
    break_rules(platform)
    platform.change("1", "VP Sales", "")
    platform.change("1", "CEO", "VP Sales")
    mend_rules(platform)
    # What failed more often waits for longer.
    platform.db.execute(
        "update public.events_raw set due_at = now() + case value when 'CEO' then interval '4 hours'"
        " else interval '0' end"
    )
    assert process(platform) == 1
    assert platform.detections("1") == [("VP Sales", "vp", "new")]
    assert pending(platform) == 1
    make_due(platform)
    assert process(platform) == 1
    assert platform.detections("1")[-1] == ("CEO", "csuite", "promotion")


def test_the_wait_of_an_event_doubles_from_a_minute_to_six_hours_and_ends(platform: Platform) -> None:
    waits = platform.rows(
        "select extract(epoch from pathfinder.event_retry_delay(n))::int / 60"
        " from generate_series(1, 15) as n"
    )
    assert [wait for (wait,) in waits] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360, None, None]


def test_later_events_of_the_member_queue_behind_and_end_in_order(platform: Platform) -> None:
    break_rules(platform)
    platform.change("1", "VP Sales", "")
    mend_rules(platform)
    assert platform.change("1", "CEO", "VP Sales")["status"] == "queued"
    assert platform.change("2", "CEO", "")["status"] == "processed"
    assert process(platform) == 0, "the second waits for the first"
    make_due(platform)
    assert process(platform) == 2
    assert platform.detections("1") == [("VP Sales", "vp", "new"), ("CEO", "csuite", "promotion")]


def test_delays_grow_and_what_keeps_failing_is_parked(platform: Platform) -> None:
    break_rules(platform, everything=False)
    platform.change("1", "poison", "")
    delays: list[int | None] = []
    while pending(platform):
        assert len(delays) < 50
        make_due(platform)
        process(platform)
        delays.append(
            platform.value("select round(extract(epoch from due_at - now())) from public.events_raw")
        )
    assert delays.pop() is None
    assert len(delays) == 12
    assert delays == sorted(delay for delay in delays if delay)
    assert (delays[0], delays[-1]) == (120, 6 * 3600)
    assert platform.rows("select processed, state, attempts from public.events_raw") == [
        (False, "parked", 14)
    ]


def test_a_parked_event_keeps_nobody_waiting_and_can_be_tried_again(platform: Platform) -> None:
    break_rules(platform, everything=False)
    platform.change("1", "poison", "")
    platform.db.execute("update public.events_raw set attempts = 13")
    make_due(platform)
    process(platform)
    assert platform.change("1", "CEO", "poison")["status"] == "processed"
    mend_rules(platform)
    platform.db.execute("set role service_role")
    assert platform.value("select public.retry_parked_events()") == 1
    platform.db.execute("reset role")
    assert process(platform) == 1
    assert platform.state("1") == ("CEO", "csuite"), "what came later stays"
    assert platform.rows("select state from public.events_raw order by id") == [("stale",), ("processed",)]


def test_one_poisoned_event_does_not_stop_the_others(platform: Platform) -> None:
    break_rules(platform)
    for user in range(5):
        platform.change(str(user), "poison" if user == 2 else "CEO", "")
    break_rules(platform, everything=False)
    make_due(platform)
    assert process(platform) == 4
    assert pending(platform) == 1


@pytest.mark.parametrize("size", [1, 3, 7])
def test_batches_are_bounded(platform: Platform, size: int) -> None:
    break_rules(platform)
    for user in range(8):
        platform.change(str(user), "CEO", "")
    mend_rules(platform)
    make_due(platform)
    done = [process(platform, size) for _ in range(-(-8 // size))]
    assert sum(done) == 8
    assert max(done) == size


def test_a_member_whose_lock_is_held_is_queued_within_the_time_limit(platform: Platform, db_dsn: str) -> None:
    with psycopg.connect(db_dsn) as other:
        other.execute("select pathfinder.lock_member('main', '1')")
        # Within the three seconds that the role has, as every post here.
        assert platform.change("1", "CEO", "")["status"] == "queued"
        assert platform.change("2", "CEO", "")["status"] == "processed"
        make_due(platform)
        assert process(platform) == 0, "passed over, not waited for"
    assert process(platform) == 1
    assert platform.state("1") == ("CEO", "csuite")


def test_a_row_that_is_locked_elsewhere_queues_the_event(platform: Platform, db_dsn: str) -> None:
    platform.change("1", "VP Sales", "")
    with psycopg.connect(db_dsn) as other:
        other.execute("select from public.user_state for update")
        assert platform.change("1", "CEO", "VP Sales")["status"] == "queued"
    make_due(platform)
    assert process(platform) == 1
    assert platform.state("1") == ("CEO", "csuite")


def test_a_classification_that_takes_too_long_is_cut_off_and_queued(platform: Platform) -> None:
    platform.db.execute(
        """create or replace function pathfinder.classify(
            title text, out level text, out matched_rule text, out rules_version bigint, out charges text[]
        ) language plpgsql stable set search_path = '' as
        $$ begin perform pg_sleep(30); end $$"""
    )
    result = platform.change("1", "CEO", "")
    assert result["status"] == "queued"
    assert platform.value("select error from public.events_raw").startswith("57014")


def test_many_runners_process_each_event_once(platform: Platform, db_dsn: str) -> None:
    break_rules(platform)
    for number in range(60):
        platform.change(str(number % 20), f"CEO {number // 20}")
    mend_rules(platform)
    make_due(platform)
    done: list[int] = []

    def run() -> None:
        with psycopg.connect(db_dsn, autocommit=True) as connection:
            for _ in range(10):
                row = connection.execute("select pathfinder.process_pending_events(7)").fetchone()
                assert row is not None
                done.append(int(str(row[0])))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 60
    assert platform.value("select count(*) from public.detections") == 20
    assert platform.value("select count(*) from public.user_state where title = 'CEO 2'") == 20


def test_held_events_survive_a_failure_of_their_release(platform: Platform) -> None:
    platform.change("1", "Engineer", "")
    assert platform.change("1", "CEO", "Writer")["status"] == "held"
    platform.age("16 minutes")
    break_rules(platform)
    assert process(platform) == 0
    mend_rules(platform)
    assert process(platform) == 0, "it waits for another try"
    platform.age("6 minutes")
    assert process(platform) == 1
    assert platform.state("1") == ("CEO", "csuite")
