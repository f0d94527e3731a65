"""The first executive of an account is said to be one."""

from __future__ import annotations

import pytest

from tests.accounts.people import know
from tests.conftest import Connection
from tests.people.test_changes import rows, say


@pytest.fixture
def acme(db: Connection) -> Connection:
    """An account, and members of two communities to come."""
    db.execute("insert into public.accounts (name, is_watched) values ('Acme', true), ('Globex', false)")
    return db


def firsts(db: Connection) -> list[object]:
    """Whom the changes, told one by one, say to be the first of their account; none without an account."""
    return [
        first
        for (first,) in rows(
            db,
            "select told.person #> '{account,is_first}' from public.detections cross join lateral"
            " pathfinder.people_json(array(select change from"
            " pathfinder.net_changes(array[detections.id], 'infinity') as change)) as told"
            " order by detections.id",
        )
    ]


def test_first_executive_of_an_account_is_said_to_be_and_the_second_is_not(acme: Connection) -> None:
    for user, company in (("1", "Acme"), ("2", "ACME, Inc."), ("3", "Globex"), ("4", "Nobody's")):
        say(acme, company, "company", user=user)
        say(acme, "VP Sales", user=user)
    assert firsts(acme) == [True, False, True, None]


def test_whoever_rises_or_moves_is_not_said_to_be_the_first(acme: Connection) -> None:
    say(acme, "Acme", "company")
    say(acme, "VP Sales")
    say(acme, "CEO")
    say(acme, "Globex", "company")
    assert firsts(acme) == [True, False, False]


def test_the_same_id_in_another_community_is_somebody_else(acme: Connection) -> None:
    for community in ("main", "partners"):
        say(acme, "Acme", "company", community=community)
        say(acme, "VP Sales", community=community)
    assert firsts(acme) == [True, False]


def test_who_was_there_counts_whether_they_left_or_their_changes_have_gone(acme: Connection) -> None:
    say(acme, "Acme", "company", user="1")
    say(acme, "VP Sales", user="1")
    say(acme, "Gardener", user="1")
    know(acme, "2", company="Globex")
    acme.execute("delete from public.detections where user_id = '2'")
    for user, company in (("3", "Acme"), ("4", "Globex")):
        say(acme, company, "company", user=user)
        say(acme, "VP Sales", user=user)
    assert firsts(acme)[2:] == [False, False]


def test_who_is_suppressed_does_not_count(acme: Connection) -> None:
    say(acme, "Acme", "company", user="1")
    say(acme, "VP Sales", user="1")
    acme.execute("insert into public.suppressions (kind, value) values ('member', '1')")
    say(acme, "Acme", "company", user="2")
    say(acme, "VP Sales", user="2")
    assert firsts(acme) == [True]
