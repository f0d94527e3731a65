"""What an editor corrects reaches the digests that are built and not sent yet."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.channels.people import add_channel, change, detect
from tests.feedback.test_proposals import only, press, value

Connection = psycopg.Connection[Any]

ENTRIES = """
    select entry ->> 'user_id', entry ->> 'kind', entry ->> 'title', entry ->> 'company'
    from public.digests cross join lateral jsonb_array_elements(payload -> 'people') as entry
    where channel = 'sales'
    order by part, 1
"""
BEHIND_THE_LINK = """
    select entry ->> 'user_id', entry ->> 'company'
    from (select min(id) as id from public.digests where channel = 'sales') as first
    cross join lateral public.digest_people(first.id) as entry
    order by 1
"""


@pytest.fixture
def told(db: Connection) -> Connection:
    """Two channels that get digests, and three executives at Acme who are told of."""
    db.execute("delete from public.channels")
    for name in ("sales", "board"):
        add_channel(db, name, "{digest}")
    for user in "123":
        detect(db, user)
    db.execute("update public.user_state set company = 'Acme'")
    db.execute("update public.detections set company = 'Acme'")
    return db


def counts(db: Connection) -> dict[str, Any]:
    found: dict[str, Any] = value(
        db, "select payload -> 'counts' from public.digests where channel = 'sales' limit 1"
    )
    return {name: number for name, number in found.items() if number}


def send(db: Connection) -> None:
    db.execute("delete from public.outbox")
    db.execute("select public.send_digests()")


def test_a_corrected_company_is_in_the_message_and_behind_its_link(told: Connection) -> None:
    send(told)
    press(told, value(told, "select id from public.detections where user_id = '2'"), "wrong_company")
    told.execute("select public.accept_proposal(%s, company => 'Globex')", [only(told)])
    assert told.execute(ENTRIES).fetchall() == [
        ("1", "new", "CEO", "Acme"), ("2", "new", "CEO", "Globex"), ("3", "new", "CEO", "Acme"),
    ]  # fmt: skip
    assert told.execute(BEHIND_THE_LINK).fetchall() == [("1", "Acme"), ("2", "Globex"), ("3", "Acme")]
    assert counts(told) == {"new": 3, "people": 3}
    # Nothing is left for the next one to tell.
    told.execute("update public.digests set sent = true, sent_at = now()")
    send(told)
    assert value(told, "select count(*) from public.digests where not sent") == 0


def test_a_correction_that_is_undone_is_out_of_the_message_again(told: Connection) -> None:
    send(told)
    before = told.execute(ENTRIES).fetchall()
    told.execute("select public.correct_person('2', company => 'Globex')")
    assert told.execute(ENTRIES).fetchall() != before
    told.execute("select public.undo_correction('2')")
    assert told.execute(ENTRIES).fetchall() == before
    assert counts(told) == {"new": 3, "people": 3}


def test_a_title_that_stays_at_its_level_and_a_country_are_corrected_too(told: Connection) -> None:
    send(told)
    told.execute("select public.correct_person('1', title => 'Chief Executive', country => 'Japan')")
    assert told.execute(ENTRIES).fetchall()[0] == ("1", "new", "Chief Executive", "Acme")
    there = Jsonb([{"user_id": "1", "country_name": "Japan"}])
    assert value(told, "select payload -> 'people' @> %s from public.digests where channel = 'sales'", there)


def test_who_is_no_executive_by_the_correction_stands_there_no_more(told: Connection) -> None:
    send(told)
    told.execute("select public.correct_person('2', title => 'Gardener')")
    assert [row[0] for row in told.execute(ENTRIES).fetchall()] == ["1", "3"]
    assert [row[0] for row in told.execute(BEHIND_THE_LINK).fetchall()] == ["1", "3"]
    assert counts(told) == {"new": 2, "people": 2}
    for user in "13":
        told.execute("select public.correct_person(%s, title => 'Gardener')", [user])
    # A message of nobody is none.
    assert value(told, "select count(*) from public.digests") == 0
    send(told)
    assert value(told, "select count(*) from public.digests") == 0


def test_who_is_behind_the_link_is_counted_there(told: Connection) -> None:
    told.execute("update public.settings set digest_size = 1, digest_messages = 1")
    send(told)
    rest = "select payload ->> 'rest' from public.digests where channel = 'sales'"
    [(shown, *_)] = told.execute(ENTRIES).fetchall()
    hidden = next(user for user in "123" if user != shown)
    told.execute("select public.correct_person(%s, company => 'Globex')", [hidden])
    assert (hidden, "Globex") in told.execute(BEHIND_THE_LINK).fetchall()
    assert value(told, rest) == "2"
    told.execute("select public.correct_person(%s, title => 'Gardener')", [hidden])
    assert value(told, rest) == "1"
    assert [row[0] for row in told.execute(ENTRIES).fetchall()] == [shown]


def test_a_message_that_was_sent_stays_as_it_was(told: Connection) -> None:
    send(told)
    told.execute("update public.digests set sent = true, sent_at = now() where channel = 'sales'")
    before = value(told, "select payload from public.digests where channel = 'sales'")
    told.execute("select public.correct_person('2', company => 'Globex')")
    assert value(told, "select payload from public.digests where channel = 'sales'") == before
    assert "Globex" in str(value(told, "select payload from public.digests where channel = 'board'"))


def test_of_a_digest_in_parts_the_one_that_was_sent_stays_as_it_was(told: Connection) -> None:
    told.execute("update public.settings set digest_size = 1, digest_messages = 3")
    send(told)
    told.execute("update public.digests set sent = true, sent_at = now() where part = 1")
    payload = "select payload from public.digests where channel = 'sales' and part = 1"
    before = value(told, payload)
    for user in "123":
        told.execute("select public.correct_person(%s, company => 'Globex')", [user])
    assert value(told, payload) == before
    assert [row[3] for row in told.execute(ENTRIES).fetchall()] == ["Acme", "Globex", "Globex"]


def test_another_digest_that_waits_as_well_stays_as_it_was(told: Connection) -> None:
    send(told)
    first = value(told, "select max(id) from public.digests")
    for user in "45":
        detect(told, user)
    send(told)
    waiting = "select id, payload from public.digests where not sent and id > %s order by id"
    before = told.execute(waiting, [first]).fetchall()
    assert len(before) == 2
    told.execute("select public.correct_person('2', title => 'Gardener')")
    told.execute("select public.correct_person('3', company => 'Globex')")
    assert told.execute(waiting, [first]).fetchall() == before


def test_a_move_that_was_none_is_not_told(told: Connection) -> None:
    send(told)
    told.execute("delete from public.digests")
    told.execute("update public.user_state set company = 'Globex' where user_id = '1'")
    change(told, "1", "moved", company="Globex", previous_company="Acme")
    change(told, "2", "role", company="Acme", functions=["finance"], previous_functions=["sales"])
    send(told)
    assert counts(told) == {"moved": 1, "role": 1, "people": 2}
    told.execute("select public.correct_person('1', company => 'Acme')")
    assert [row[0] for row in told.execute(ENTRIES).fetchall()] == ["2"]
    assert counts(told) == {"role": 1, "people": 1}


def test_what_happened_after_the_cut_off_is_for_the_next_digest(told: Connection) -> None:
    send(told)
    told.execute("update public.user_state set company = 'Globex' where user_id = '1'")
    change(told, "1", "moved", company="Globex", previous_company="Acme")
    told.execute("select public.correct_person('1', company => 'Initech')")
    assert told.execute(ENTRIES).fetchall()[0] == ("1", "new", "CEO", "Acme")
    told.execute("update public.digests set sent = true, sent_at = now()")
    send(told)
    next_one = (
        "select payload #>> '{people,0,company}' from public.digests where channel = 'sales' and not sent"
    )
    assert value(told, next_one) == "Initech"


def test_what_is_announced_is_told_as_a_change_of_its_own(told: Connection) -> None:
    send(told)
    told.execute("select public.correct_person('1', company => 'Globex', announce => true)")
    assert told.execute(ENTRIES).fetchall()[0] == ("1", "new", "CEO", "Acme")
    told.execute("update public.digests set sent = true, sent_at = now()")
    send(told)
    latest = "select payload #> '{people,0}' from public.digests where channel = 'sales' and not sent"
    entry = value(told, latest)
    assert (entry["kind"], entry["previous_company"], entry["company"]) == ("moved", "Acme", "Globex")


def test_the_same_id_in_another_community_is_left_alone(told: Connection) -> None:
    told.execute(
        "insert into public.user_state (community, user_id, username, title, seniority_level, company)"
        " values ('other', '1', 'Bo', 'CEO', 'csuite', 'Acme')"
    )
    told.execute(
        "insert into public.detections (community, user_id, username, title, seniority_level, company)"
        " values ('other', '1', 'Bo', 'CEO', 'csuite', 'Acme')"
    )
    send(told)
    told.execute("select public.correct_person('1', 'other', company => 'Globex')")
    found = told.execute(
        "select entry ->> 'community', entry ->> 'company' from public.digests"
        " cross join lateral jsonb_array_elements(payload -> 'people') as entry"
        " where channel = 'sales' and entry ->> 'user_id' = '1' order by 1"
    ).fetchall()
    assert found == [("main", "Acme"), ("other", "Globex")]


def test_who_was_told_in_a_part_that_was_sent_stays_told_whatever_is_corrected(told: Connection) -> None:
    told.execute("update public.settings set digest_size = 1, digest_messages = 3")
    send(told)
    told.execute("update public.digests set sent = true, sent_at = now() where part = 1")
    first = told.execute(ENTRIES).fetchall()[0][0]
    before = told.execute(BEHIND_THE_LINK).fetchall()
    ledger = (
        "select outcome, digest_ledger.kind from pathfinder.digest_ledger join public.detections"
        " on detections.id = detection_id where channel = 'sales' and user_id = %s"
    )
    told.execute("select public.correct_person(%s, title => 'Gardener')", [first])
    assert told.execute(ledger, [first]).fetchall() == [("told", "new")]
    assert told.execute(BEHIND_THE_LINK).fetchall() == before
    assert counts(told) == {"new": 3, "people": 3}
    told.execute("select public.undo_correction(%s)", [first])
    told.execute("update public.digests set sent = true, sent_at = now()")
    send(told)
    assert value(told, "select count(*) from public.digests where not sent") == 0, "nobody is told twice"
