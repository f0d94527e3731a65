"""Clues only spare work: with and without them, every title gets the same level."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.rules.helpers import Db, add, level, one
from tests.rules.scoring import read_titles

SETS = (
    "titles_dev",
    "messy",
    "messy_2",
    "multilingual",
    "held_out_english",
    "held_out_european",
    "held_out_asia",
)

# Whether a rule matches any part of a title, and whether the title has any of the rule's clues.
MATCHED_AND_CLUED = """
    with checked as (select pathfinder.check_pattern('regex', %(pattern)s, 'segment') as matcher)
    select
        part.text ~ ('(?w)' || array_to_string(checked.matcher, '|')),
        coalesce(pathfinder.clue_words(checked.matcher) && pathfinder.title_words(part.text), true)
    from checked
    cross join unnest(pathfinder.segment_title(%(title)s)) as part (text)
"""


@pytest.mark.parametrize(
    ("pattern", "clues"),
    [
        (r"\bceo\b", ["ceo"]),
        (r"\bchief exec(utive)?\b", ["chief"]),
        (r"\b(co ?)?founder\b", ["cofounder", "founder"]),
        (r"\bwitch(doctor)?s?\b", ["witch", "witchdoctor", "witchdoctors", "witchs"]),
        (r"\bpresident of the (\w+ ){0,3}(choir|band)\b", ["band", "choir"]),
        (r"\b(?<!vice )chair[mw]an\b", ["chairman", "chairwan"]),
        (r"^chair$", ["chair"]),
        (r"\bgeneral'?s aide\b", ["aide"]),
        (r"\bבעל(ה)?\b", ["בעל", "בעלה"]),
        ("社長|会長", ["長"]),
        (r"officer", None),
        (r"\bchair\w*\b", None),
        (r"\b(ceo|x\d)\b", None),
        (r"\b\w+ officer", None),
    ],
)
def test_clues_are_words_that_no_match_lacks(db: Db, pattern: str, clues: list[str] | None) -> None:
    found = one(db, "select pathfinder.clue_words(pathfinder.check_pattern('regex', %s, 'segment'))", pattern)
    assert found == clues


@pytest.mark.parametrize(
    ("pattern", "title"),
    [
        ("संस्थापक", "संस्थापक।"),
        ("संस्थापक", "'संस्थापक'"),
        ("संस्थापक", "संस्थापक®, दिल्ली"),
        ("ผู้จัดการทั่วไป", "เจ้าหน้าที่ผู้จัดการทั่วไป"),
        ("ผู้จัดการทั่วไป", "ผู้จัดการทั่วไป"),
        ("शाखा प्रमुख", "शाखा प्रमुख, पुणे"),
    ],
)
def test_words_with_marks_that_are_no_letters_are_found(db: Db, pattern: str, title: str) -> None:
    arguments = {"pattern": rf"\b{pattern}\b", "title": title}
    rows = db.execute(MATCHED_AND_CLUED, arguments).fetchall()
    assert any(matched for matched, _ in rows)
    assert all(clued for matched, clued in rows if matched)


def test_so_many_wordings_that_saving_would_take_long_have_no_clues(db: Db) -> None:
    found = one(
        db,
        "select pathfinder.clue_words(pathfinder.check_pattern('regex', %s, 'segment'))",
        r"\b[abcdefgh][abcdefgh][abcdefgh][abcdefgh]\b",
    )
    assert found is None


def test_a_long_title_has_one_level_wherever_it_is_judged(db: Db) -> None:
    title = "a" * 496 + " CEOxyz"
    explained = one(db, "select public.explain_title(%s) ->> 'seniority_level'", title)
    assert level(db, title) == explained == "csuite"


def test_default_rules_have_clues(db: Db) -> None:
    without = one(
        db,
        "select count(*) from public.classification_rules where clues is null and category <> 'exclusion'",
    )
    assert without == 0


def test_each_default_rule_matches_only_what_holds_a_clue_of_it(db: Db) -> None:
    titles = [row.title for name in SETS for row in read_titles(name)]
    missed = db.execute(
        """
        with parts as materialized (
            select part.text, pathfinder.title_words(part.text) as words
            from unnest(%s::text[]) as listed (title)
            cross join lateral (
                select unnest(pathfinder.segment_title(listed.title))
                union
                select array_to_string(pathfinder.read_title(listed.title), E'\\n')
            ) as part (text)
        )
        select rule.pattern, missed.text
        from public.classification_rules as rule
        cross join lateral (
            select parts.text
            from parts
            where not coalesce(rule.clues && parts.words, true)
                and parts.text ~ ('(?w)' || array_to_string(rule.matcher, '|'))
            offset 0
        ) as missed
        """,
        [titles],
    ).fetchall()
    assert missed == []


# Levels by the rules in force, and by the same without clues, where they differ.
LEVELS_WITHOUT_CLUES = """
    with without as materialized (
        select array_agg(
            row(number, category, scope, rank, pattern, loose, null)::pathfinder.rule_expressions
        ) as expressions
        from pathfinder.rule_expressions
    )
    select listed.title, quick.level, slow.level
    from without
    cross join unnest(%s::text[]) as listed (title)
    cross join lateral pathfinder.classify(listed.title) as quick
    cross join lateral pathfinder.match_title(
        pathfinder.read_title(listed.title), without.expressions
    ) as slow
    where quick.level is distinct from slow.level
"""


def test_every_title_gets_the_same_level_without_clues(db: Db) -> None:
    # Without clues, every expression is tried on every part.
    titles = [row.title for name in SETS for row in read_titles(name)][::20]
    # A few in each statement, so that none comes near the time that the server grants one.
    differing = [
        row
        for first in range(0, len(titles), 20)
        for row in db.execute(LEVELS_WITHOUT_CLUES, [titles[first : first + 20]]).fetchall()
    ]
    assert differing == []


# A pattern and a text that it may match, made together.
Pair = tuple[str, str]
WORDS: st.SearchStrategy[Pair] = st.one_of(
    st.text("abceéßжю社長", min_size=1, max_size=4).map(lambda word: (word, word)),
    st.sampled_from([("chief", "chief"), ("of", "of"), (r"\w+", "zed"), (r"\w", "z"), ("o'x", "O'X")]),
)
JOINTS: st.SearchStrategy[Pair] = st.sampled_from(
    [(" ", " "), ("", ""), (r"\b", ""), (" ?", " "), (" ?", ""), ("-", "-"), (r"\s", " ")]
)
REPEATS = st.sampled_from(
    [("?", 0), ("?", 1), ("??", 1), ("*", 0), ("*", 2), ("+", 1), ("+", 3), ("{0,2}", 2), ("{2}", 2)]
)
PREFIXES = st.sampled_from(
    [("(?!x)", ""), ("(?<!x )", ""), ("(?=c)", ""), ("[ab]", "b"), ("[^a]", "q"), (".", "社"), ("[a-c]", "c")]
)


def _joined(pairs: tuple[Pair, ...]) -> Pair:
    return "".join(pattern for pattern, _ in pairs), "".join(text for _, text in pairs)


def _grouped(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.one_of(
        st.tuples(inner, JOINTS, inner).map(_joined),
        st.tuples(PREFIXES, inner).map(_joined),
        st.tuples(inner, inner).map(lambda drawn: (f"({drawn[0][0]}|{drawn[1][0]})", drawn[0][1])),
        st.tuples(inner, inner).map(lambda drawn: (f"({drawn[0][0]}|{drawn[1][0]})", drawn[1][1])),
        st.tuples(inner, REPEATS).map(
            lambda drawn: (f"({drawn[0][0]}){drawn[1][0]}", drawn[0][1] * drawn[1][1])
        ),
    )


RULES = st.tuples(
    st.sampled_from([(r"\b", ""), ("", ""), ("^", "")]),
    st.recursive(WORDS, _grouped, max_leaves=8),
    st.sampled_from([(r"\b", ""), ("", ""), ("$", "")]),
).map(_joined)


@given(
    rule=RULES,
    before=st.sampled_from(["", "a ", "社", "x™ "]),
    after=st.sampled_from(["", " b", "長", "'s"]),
)
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_rule_is_kept_from_a_title_that_it_matches(db: Db, rule: Pair, before: str, after: str) -> None:
    pattern, text = rule
    try:
        rows = db.execute(MATCHED_AND_CLUED, {"pattern": pattern, "title": before + text + after}).fetchall()
    except psycopg.errors.InvalidParameterValue:
        assume(False)  # a rule that would be refused
    event("matched" if any(matched for matched, _ in rows) else "not matched")
    assert all(clued for matched, clued in rows if matched)


def test_a_rule_without_clues_is_looked_for_in_every_title(db: Db) -> None:
    add(db, "csuite", r"\w+preneur")
    assert level(db, "Serial solopreneur") == "csuite"
    assert one(db, "select matched_rule from pathfinder.classify('Serial solopreneur')") == r"\w+preneur"
    assert level(db, "CEO") == "csuite"
    assert level(db, "Baker") is None
    db.execute("delete from public.classification_rules where pattern = %s", [r"\w+preneur"])
    assert level(db, "Serial solopreneur") is None


def test_a_rule_says_itself_in_digests_though_others_share_its_clue(db: Db) -> None:
    db.execute(
        "insert into public.classification_rules (category, kind, pattern, description)"
        " values ('vp', 'phrase', 'grand vizier', 'Viziers'), ('vp', 'phrase', 'grand duke', 'Dukes')"
    )
    assert one(db, "select matched_rule from pathfinder.classify('Grand Duke of Sales')") == "Dukes"
    assert one(db, "select matched_rule from pathfinder.classify('Grand Vizier of Sales')") == "Viziers"


def test_a_rule_that_is_switched_off_is_not_said_to_have_found_anybody(db: Db) -> None:
    db.execute(
        "insert into public.classification_rules (category, kind, pattern, description, is_active)"
        " values ('vp', 'regex', 'grand dukes?', 'Off', false),"
        " ('vp', 'regex', 'grand (dukes|duke)', 'On', true)"
    )
    assert one(db, "select matched_rule from pathfinder.classify('Grand Duke of Sales')") == "On"
