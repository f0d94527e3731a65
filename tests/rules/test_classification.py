"""Normalisation, parts and exclusions, and what must not matter."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.helpers import Db, add, level, one
from tests.rules.scoring import read_titles


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("C.E.O.", ["ceo"]),
        ("Sr. V.P. Sales @ Chief Inc | ex-CEO", ["sr vp sales", "ex ceo"]),
        ("CEO — Foo", ["ceo", "foo"]),
        ("Vice\u2013President", ["vice president"]),
        ("CEO🚀Founder", ["ceo", "founder"]),
        ("\uff23\uff25\uff2f\u200b & Founder", ["ceo and founder"]),
        ("\U0001d5d6\U0001d5d8\U0001d5e2", ["ceo"]),
        ("Gründer*in, Geschäftsführer(in)", ["grunder", "geschaftsfuhrer"]),
        ("Directeur·rice général·e", ["directeur general"]),
        ("Director/a General", ["director general"]),
        ("(Co-)Founder", ["cofounder"]),
        ("Certified Prosthetist Orthotist (CPO)", ["certified prosthetist orthotist"]),
        ("CEO/Founder", ["ceo and founder"]),
        ("Partner / Founder", ["partner", "founder"]),
        ("Working at Foo as CEO", ["working as ceo"]),
        ("@acme CEO", ["ceo"]),
        ("株式会社FooのCEO", ["株式会社 foo の ceo"]),
        ("מנכ״ל", ["מנכל"]),
        ("GENEL MÜDÜR YARDIMCISI", ["genel mudur yardimcisi"]),
        ("İşletme Sahibi", ["isletme sahibi"]),
        ("R&amp;D", ["r and d"]),
        (" | , ", []),
    ],
)
def test_titles_are_normalised_into_parts(db: Db, title: str, parts: list[str]) -> None:
    assert one(db, "select pathfinder.segment_title(%s)", title) == parts


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Former CFO, now CEO", "csuite"),
        ("Former CFO and current CEO", "csuite"),
        ("Former CEO, now VP Sales", "vp"),
        ("Executive Assistant to the CEO", None),
        ("Assistant to the President and CEO", None),
        ("Chairman Emeritus and CEO", "csuite"),
        ("Assistant to the Chairman Emeritus and CEO", None),
        ("Founder and Advisor to CEOs", "csuite"),
        ("VP turned Founder", "csuite"),
        ("Former Googler and CEO", "csuite"),
        ("EVP & CFO", "csuite"),
    ],
)
def test_the_highest_office_held_now_counts(db: Db, title: str, expected: str | None) -> None:
    assert level(db, title) == expected


def test_an_explanation_agrees_and_names_the_rule(db: Db) -> None:
    why = one(db, "select public.explain_title('Former CFO, now CEO | Speaker')")
    assert why["seniority_level"] == "csuite"
    assert why["normalized"] == "former cfo | now ceo | speaker"
    assert [part["excluded"] for part in why["segments"]] == [True, False, False]
    assert why["decided_by"]["category"] == "csuite"
    assert "now ceo" in why["reason"]
    assert why["functions"] == ["general"]

    why = one(db, "select public.explain_title('Former CFO')")
    assert why["seniority_level"] is None
    assert why["decided_by"]["category"] == "exclusion"
    assert why["functions"] == []
    # Not the first exclusion that is found, but the one of the part in which an office stands.
    for pattern in ("gardener", "standin"):
        add(db, "exclusion", pattern, kind="phrase")
    why = one(db, "select public.explain_title('Gardener | CEO standin')")
    assert (why["seniority_level"], why["decided_by"]["pattern"]) == (None, "standin")
    # An exclusion is to blame only where there is something to exclude.
    assert one(db, "select public.explain_title('Standin')")["decided_by"] is None
    assert one(db, "select public.explain_title('Gardener')")["reason"] == "No rule finds an office in it."
    assert one(db, "select public.explain_title('')")["reason"] == "The title is empty."


def test_every_explanation_agrees_with_the_classification(db: Db) -> None:
    # An explanation tries rule by rule, which takes a tenth of a second.
    titles = [row.title for name in ("messy", "multilingual") for row in read_titles(name)][::27]
    rows = db.execute(
        "select listed.title, verdict.level, verdict.matched_rule,"
        " why ->> 'seniority_level', why -> 'decided_by' ->> 'description'"
        " from unnest(%s::text[]) as listed (title)"
        " cross join lateral pathfinder.classify(listed.title) as verdict"
        " cross join lateral (select public.explain_title(listed.title) as why offset 0) as explained",
        [titles],
    ).fetchall()
    assert len(rows) == len(titles)
    assert [row for row in rows if row[1] != row[3] or (row[1] and row[2] != row[4])] == []


TITLES = st.sampled_from(
    [row.title for name in ("titles_dev", "messy", "multilingual") for row in read_titles(name)]
)
WITHOUT_EMPLOYER = st.sampled_from(
    ["CEO", "Vice President", "Gardener", "Former CEO", "Owner", "Geschäftsführer"]
)
EXAMPLES = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@EXAMPLES
@given(title=TITLES)
def test_case_and_white_space_do_not_matter(db: Db, title: str) -> None:
    expected = level(db, title)
    assert level(db, title) == expected
    # A long s, a sharp s and a dotless i change their letter with their case in Python.
    if not set(title) & set("ßıİſΣς"):
        assert level(db, title.upper()) == expected
        assert level(db, title.lower()) == expected
    assert level(db, f"  {title}\u00a0\t ") == expected
    assert level(db, title.replace(" ", "   ")) == expected


@EXAMPLES
@given(title=TITLES)
def test_accents_do_not_matter(db: Db, title: str) -> None:
    plain, decomposed = one(
        db, "select jsonb_build_array(normalize(%s, nfc), normalize(%s, nfd))", title, title
    )
    assert level(db, plain) == level(db, decomposed) == level(db, title)


@EXAMPLES
@given(
    title=WITHOUT_EMPLOYER,
    employer=st.sampled_from(
        ["Chief Inc", "President Hotels", "VP Bank", "The CEO Magazine", "Owner.com", "Acme"]
    ),
    joint=st.sampled_from([" at ", " @ ", " @", " bei ", " chez ", " presso "]),
)
def test_surrounding_employers_do_not_matter(db: Db, title: str, employer: str, joint: str) -> None:
    assert level(db, title + joint + employer) == level(db, title)


@EXAMPLES
@given(title=st.text(max_size=200))
def test_any_text_can_be_classified(db: Db, title: str) -> None:
    clean = title.replace("\0", "").encode("utf-8", "ignore").decode()
    assert level(db, clean) in {None, "csuite", "vp"}


def test_a_huge_title_is_bounded(db: Db) -> None:
    assert level(db, "CEO " + "a" * 1_000_000) == "csuite"
