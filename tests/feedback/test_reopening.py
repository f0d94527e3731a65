"""A decision about what readers said is undone, in the database."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.channels.people import add_channel, detect
from tests.feedback.test_proposals import only, press, proposals, value

Connection = psycopg.Connection[Any]


@pytest.fixture
def told(db: Connection) -> Connection:
    """Two channels, sales and board, that get digests."""
    db.execute("delete from public.channels")
    for name in ("sales", "board"):
        add_channel(db, name, "{digest}")
    return db


def test_reopening_brings_back_what_was_decided_at_once_and_no_other_decision(told: Connection) -> None:
    add_channel(told, "crm", "{digest}")
    detection = detect(told, "1")
    press(told, detection, "already_known", "crm")
    told.execute("select public.accept_proposal(%s)", [only(told)])
    told.execute("delete from public.suppressions")
    detection = detect(told, "1") if value(told, "select count(*) from public.user_state") == 0 else detection
    for channel in ("sales", "board"):
        press(told, detection, "already_known", channel)
    press(told, detection, "wrong_company", "board")
    number = only(told)
    told.execute("select public.accept_proposal(%s)", [number])
    # The reader of one has said the same again meanwhile.
    detect(told, "1")
    press(told, value(told, "select max(id) from public.detections"), "already_known", "board")
    assert value(told, "select public.reopen_proposal(%s)", number) == 1
    assert sorted(proposals(told)) == [
        ("board", "1", "already_known", "open"),
        ("board", "1", "wrong_company", "open"),
        ("crm", "1", "already_known", "accepted"),
        ("sales", "1", "already_known", "open"),
    ]


def test_reopening_undoes_the_correction_that_accepting_made_and_no_later_one(told: Connection) -> None:
    press(told, detect(told, "1"), "wrong_company")
    number = only(told)
    company = "select company from public.user_state where user_id = '1'"
    before = value(told, company)
    for later, after in ((None, before), ("Initech", "Initech")):
        made = value(told, "select public.accept_proposal(%s, company => 'Globex')", number)
        assert (made["as"], set(made)) == ("correction", {"as", "corrected_at", "company"})
        assert value(told, company) == "Globex"
        if later:
            told.execute("select public.correct_person('1', company => %s)", [later])
        told.execute("select public.reopen_proposal(%s)", [number])
        assert value(told, company) == after
        assert value(told, "select count(*) from pathfinder.corrections") == (1 if later else 0)


def test_reopening_leaves_a_correction_that_was_there_before(told: Connection) -> None:
    press(told, detect(told, "1"), "wrong_company")
    told.execute("select public.correct_person('1', company => 'Globex')")
    number = only(told)
    told.execute("select public.accept_proposal(%s, company => 'Globex')", [number])
    told.execute("select public.reopen_proposal(%s)", [number])
    assert value(told, "select company from public.user_state where user_id = '1'") == "Globex"


@pytest.mark.parametrize("right", ["Globex", "Acme"])
@pytest.mark.parametrize("earlier", ["Initech", ""])
def test_reopening_puts_back_what_an_editor_had_corrected_before(
    told: Connection, right: str, earlier: str
) -> None:
    detection = detect(told, "1")
    told.execute("update public.user_state set company = 'Acme'")
    told.execute("select public.correct_person('1', company => %s)", [earlier])
    press(told, detection, "wrong_company")
    number = only(told)
    told.execute("select public.accept_proposal(%s, company => %s)", [number, right])
    assert value(told, "select company from public.user_state") == right
    told.execute("select public.reopen_proposal(%s)", [number])
    assert value(told, "select company from public.user_state") == (earlier or None)
    assert told.execute("select stated, value from pathfinder.corrections").fetchall() == [
        ("Acme", earlier or None)
    ]
    assert value(told, "select detail from public.audit where action = 'accept'").keys() == {
        "as", "corrected_at", "proposal", "verdict"
    }  # fmt: skip


def test_reopening_puts_back_a_correction_of_whom_the_accepted_company_suppresses(told: Connection) -> None:
    detection = detect(told, "1")
    told.execute("update public.user_state set company = 'Acme'")
    told.execute("select public.add_suppression('company', 'Globex', until => '2999-01-01')")
    told.execute("select public.correct_person('1', company => 'Initech')")
    press(told, detection, "wrong_company")
    number = only(told)
    told.execute("select public.accept_proposal(%s, company => 'Globex')", [number])
    assert value(told, "select count(*) from public.user_state") == 0
    told.execute("select public.reopen_proposal(%s)", [number])
    assert value(told, "select company from public.user_state") == "Initech"


def test_reopening_puts_back_a_correction_of_who_is_no_executive_any_more(told: Connection) -> None:
    press(told, detect(told, "1"), "wrong_company")
    told.execute("update public.user_state set company = 'Acme'")
    told.execute("select public.correct_person('1', company => 'Initech')")
    number = only(told)
    told.execute("select public.accept_proposal(%s, company => 'Globex')", [number])
    told.execute("delete from public.user_state")
    told.execute("select public.reopen_proposal(%s)", [number])
    assert told.execute("select stated, value from pathfinder.corrections").fetchall() == [
        ("Acme", "Initech")
    ]


def test_reopening_leaves_another_company_that_the_member_has_stated_since(told: Connection) -> None:
    detection = detect(told, "1")
    told.execute("update public.user_state set company = 'Acme'")
    told.execute("select public.correct_person('1', company => 'Initech')")
    press(told, detection, "wrong_company")
    number = only(told)
    told.execute("select public.accept_proposal(%s, company => 'Acme')", [number])
    told.execute("update public.user_state set company = 'Hooli'")
    told.execute("select public.reopen_proposal(%s)", [number])
    assert value(told, "select company from public.user_state") == "Hooli"
    assert value(told, "select count(*) from pathfinder.corrections") == 0
