"""Sixteen clients at once: one member's conflicting events, and many members' events."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable

import psycopg

from tests.ingest.platform import Answer, Platform

CLIENTS = 16


def together(dsn: str, work: Callable[[Platform, int], list[Answer]]) -> list[Answer]:
    """Let each client do its work at the same time; return all answers, or raise what one raised."""
    barrier = threading.Barrier(CLIENTS)
    answers: list[Answer] = []
    faults: list[BaseException] = []

    def run(number: int) -> None:
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                barrier.wait(30)
                answers.extend(work(Platform(connection), number))
        except BaseException as fault:  # noqa: BLE001 (handed to the test below)
            faults.append(fault)
            barrier.abort()

    threads = [threading.Thread(target=run, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return answers


def payload(user: str, value: str, **more: object) -> dict[str, object]:
    return {"userId": user, "username": user, "profileField": "Job Title", "value": value, **more}


def test_the_same_event_from_all_clients_counts_once(platform: Platform, db_dsn: str) -> None:
    for more in [{"oldValue": ""}, {"eventId": "one"}]:
        platform.db.execute("truncate public.events_raw, public.user_state, public.detections cascade")
        answers = together(db_dsn, lambda client, _: [client.post(payload("1", "CEO", **more))])  # noqa: B023
        assert Counter(answer.result["status"] for answer in answers) == {
            "processed": 1,
            "duplicate": CLIENTS - 1,
        }
        assert platform.detections("1") == [("CEO", "csuite", "new")]
        assert platform.value("select count(*) from public.events_raw") == 1


def test_one_event_id_for_several_members_is_no_id(platform: Platform, db_dsn: str) -> None:
    answers = together(
        db_dsn, lambda client, number: [client.post(payload(str(number), "CEO", eventId="one"))]
    )
    assert Counter(answer.result["status"] for answer in answers) == {"processed": CLIENTS}
    assert platform.value("select count(*) from public.user_state") == CLIENTS


def test_conflicting_events_of_one_member_end_consistently(platform: Platform, db_dsn: str) -> None:
    titles = ["CEO", "VP Sales", "Engineer", "CFO", "Writer", "SVP"]

    def work(client: Platform, number: int) -> list[Answer]:
        choose = random.Random(number)  # noqa: S311 (test data)
        return [client.post(payload("1", choose.choice(titles))) for _ in range(25)]

    answers = together(db_dsn, work)
    # Whoever waits too long for the others of the member is queued.
    assert {answer.status for answer in answers} <= {200, 202}
    assert len(answers) == CLIENTS * 25
    while platform.value("select exists (select from public.events_raw where state = 'waiting')"):
        platform.db.execute("update public.events_raw set due_at = now() where state = 'waiting'")
        platform.value("select pathfinder.process_pending_events()")

    # Replayed one by one in the order in which they were applied, the events must give what is stored.
    level: str | None = None
    detections: list[tuple[str, str, str]] = []
    applied = platform.rows(
        "select value from public.events_raw where state = 'processed' order by settled_at, id"
    )
    for (title,) in applied:
        new = {"CEO": "csuite", "CFO": "csuite", "VP Sales": "vp", "SVP": "vp"}.get(title)
        if new is not None and level is None:
            detections.append((title, new, "new"))
        elif level == "vp" and new == "csuite":
            detections.append((title, new, "promotion"))
        level = new
    assert platform.detections("1") == detections
    assert platform.state("1") == (None if level is None else (applied[-1][0], level))
    assert sum(platform.counts().values()) == CLIENTS * 25


def connect_beside(connection: psycopg.Connection[tuple[object, ...]], dsn: str) -> Platform:
    """Connect with a backend whose number is the same modulo 16, so that both count in the same place."""
    for _ in range(1000):
        other = psycopg.connect(dsn, autocommit=True)
        if (other.info.backend_pid - connection.info.backend_pid) % 16 == 0:
            return Platform(other)
        other.close()
    raise AssertionError("the server never gave such a backend")


def test_members_do_not_wait_for_each_other(platform: Platform, db_dsn: str) -> None:
    with psycopg.connect(db_dsn) as other:
        # A webhook of one member, not committed yet, with all its locks.
        other.execute("select set_config('request.headers', %s, true)", [json.dumps(platform.headers)])
        other.execute("select public.community_webhook(%s)", [json.dumps(payload("0", "CEO"))])
        beside = connect_beside(other, db_dsn)
        with beside.db:
            # Whoever has to wait for a lock is refused at once.
            beside.db.execute("set lock_timeout = '1ms'")
            for user in range(1, 20):
                assert beside.post(payload(str(user), "CEO")).result["status"] == "processed"
                assert beside.post(payload("x", "CEO"), {}).status == 401


def test_many_members_events_are_all_applied_without_a_deadlock(platform: Platform, db_dsn: str) -> None:
    def work(client: Platform, number: int) -> list[Answer]:
        users = [str(user) for user in range(40)]
        random.Random(number).shuffle(users)  # noqa: S311 (test data)
        return [client.post(payload(user, f"CEO {number}")) for user in users]

    answers = together(db_dsn, work)
    assert Counter(answer.result["status"] for answer in answers) == {"processed": CLIENTS * 40}
    assert platform.value("select count(*) from public.user_state") == 40
    assert platform.value("select count(*) from public.detections") == 40
    assert platform.counts() == {("community", "processed"): CLIENTS * 40}
    assert platform.value("select count(*) from public.events_raw where not processed") == 0
