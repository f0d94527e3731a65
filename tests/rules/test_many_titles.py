"""Many titles in one statement."""

from __future__ import annotations

import psycopg
import pytest

from tests.rules.helpers import Db, add
from tests.rules.scoring import read_titles

# Plain words are compared with clues before anything is normalised, whatever stands between them.
PLAIN = [
    "Gardener,CEO",
    "CEO, gardener",
    ", CEO",
    "ceo,",
    "c e o, gardener",
    "Gardener,c e o",
    "C,E,O",
    "Student, Chief Executive Officer",
    "Data Analyst, team 5",
    "VPofSales, team 5",
    "GroupPresident",
    f"{'gardener, ' * 60}CEO",
    f"CEO{', gardener' * 60}",
    "",
    ",",
]


def test_many_titles_are_judged_as_one_by_one(db: Db) -> None:
    titles = [row.title for row in read_titles("messy")] + PLAIN
    one_by_one = db.execute(
        "select listed.title, verdict.level, verdict.matched_rule, verdict.charges"
        " from unnest(%s::text[]) with ordinality as listed (title, position)"
        " cross join lateral pathfinder.classify(listed.title) as verdict order by listed.position",
        [titles],
    ).fetchall()
    assert db.execute("select * from pathfinder.classify_many(%s)", [titles]).fetchall() == one_by_one
    assert db.execute("select * from public.classify_titles(%s)", [titles]).fetchall() == [
        row[:3] for row in one_by_one
    ]
    assert len({level for _, level, _, _ in one_by_one}) == 3
    assert len({level for title, level, _, _ in one_by_one if title in PLAIN}) == 3


def test_each_given_title_has_a_row_in_its_place(db: Db) -> None:
    db.execute("set role service_role")
    add(db, "vp", "second in command", kind="phrase")
    titles = ["Gardener", "Second in Command", None, "", "Gardener", "CEO"]
    found = db.execute("select title, seniority_level from public.classify_titles(%s)", [titles]).fetchall()
    assert found == [
        ("Gardener", None),
        ("Second in Command", "vp"),
        (None, None),
        ("", None),
        ("Gardener", None),
        ("CEO", "csuite"),
    ]
    assert db.execute("select * from public.classify_titles('{}')").fetchall() == []


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_other_roles_classify_nothing(db: Db, role: str) -> None:
    db.execute(f"set role {role}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("select * from public.classify_titles('{CEO}')")
