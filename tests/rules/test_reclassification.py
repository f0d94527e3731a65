"""Edited rules are applied to the titles that are retained."""

from __future__ import annotations

from tests.people.test_changes import say
from tests.rules.helpers import Db, add, one


def test_of_several_retained_titles_the_newest_is_judged(db: Db) -> None:
    for title in ("Keeper of Keys", "Gardener"):
        say(db, title, user="1")
    for title in ("Gardener", "Keeper of Keys"):
        say(db, title, user="2")
    add(db, "vp", "keeper of keys", kind="phrase")
    answer = one(db, "select public.reclassify(dry_run => false)")
    assert [(person["user_id"], person["title"]) for person in answer["people"]] == [("2", "Keeper of Keys")]
    assert db.execute("select user_id from public.user_state").fetchall() == [("2",)]
