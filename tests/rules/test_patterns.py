"""What people write as a rule: translated where its meaning is clear, refused with advice where it is not."""

from __future__ import annotations

import psycopg
import pytest

from tests.rules.helpers import Db, add, level, newest

ACCEPTED = [
    (r"\bgrand vizier\b", "Grand Vizier", "Grander Viziers"),
    (r"(?i)\bGrand Vizier\b", "grand vizier", "viziers"),
    (r"^Grand\s+Vizier$", "Grand  Vizier", "The Grand Vizier"),
    (r"\AGrand Vizier\Z", "GRAND VIZIER", "Grand Vizier II"),
    (r"(?P<size>grand|petit) vizier", "Petit Vizier", "Vizier"),
    (r"(?<size>grand|petit) vizier", "Petit Vizier", "Vizier"),
    (r"(grand|petit)-vizier", "grand vizier", "grandvizier"),
    (r"grand.*?vizier", "grand old vizier", "vizier grand"),
    (r"g\.?v\.?", "G.V.", "vg"),
    (r"g\.v\.", "G. V.", "vg"),
    (r"\bg[.]v[.]\b", "gv", "vg"),
    ("Großwesir", "GROSSWESIR", "Wesir"),
    (r"Wes[ií]re?n?\b", "Wesír", "Wesirate"),
    (r"[A-Z]{3}vizier", "xyzvizier", "12vizier"),
    (r"grand\x20vizier", "grand vizier", "grandvizier"),
    (r"caf\u00e9 vizier", "Cafe Vizier", "vizier"),
    ("vizier (?!retired)(of|for)", "Vizier of Hats", "Vizier"),
    ("(?<!grand )vizier", "vizier", "grand vizier"),
    ("sales & vizier", "Sales and Vizier", "sales vizier"),
    (r"vizier\sof\s\w+\s\d", "vizier of hats 7", "vizier of hats"),
    ("宰相", "日本の宰相です", "日本"),
    ("vizier|grand waiter", "Grand Waiter", "waiter"),
]


@pytest.mark.parametrize(("pattern", "found", "passed"), ACCEPTED)
def test_habits_of_other_languages_are_translated(db: Db, pattern: str, found: str, passed: str) -> None:
    add(db, "vp", pattern)
    assert level(db, found) == "vp"
    assert level(db, passed) is None


@pytest.mark.parametrize(
    ("phrase", "found", "passed"),
    [
        ("Grand Vizier (of hats)", "the GRAND VIZIER of Hats", "grand vizier"),
        ("Präsidialrat", "prasidialrat", "Präsidialrats"),
        ("C.O.E.", "coe", "coed"),
        ("宰相", "大宰相", "宰"),
        ("R&D czar", "R and D Czar", "czar"),
    ],
)
def test_a_phrase_is_plain_words(db: Db, phrase: str, found: str, passed: str) -> None:
    add(db, "vp", phrase, kind="phrase")
    assert level(db, found) == "vp"
    assert level(db, passed) is None


REFUSED = [
    ("", "it is empty"),
    ("   ", "it is empty"),
    (r"(\w+) \1", "refers back"),
    (r"(?P<a>x)(?P=a)", "refers back"),
    (r"ceo (?i)chief", "may only stand at its start"),
    (r"(?x)ceo", "is not available"),
    (r"(?>ceo)", "atomic groups"),
    (r"ceo++", "possessive"),
    (r"\p{L}+", "classes such as"),
    (r"ceo\h", "is not understood"),
    (r"(ceo", "never closed"),
    (r"ceo)", "never opened"),
    (r"[ceo", "never closed"),
    (r"*ceo", "nothing before it to repeat"),
    (r"ceo|", "matches an empty title"),
    (r"(ceo)?", "matches an empty title"),
    (r".", "almost every title"),
    (r"\w+", "almost every title"),
    (r"[z-a]x", "runs backwards"),
    (r"ceo{1,999}", "repeats too often"),
    (r"((a{40}){40}){40}", "repeats too often"),
    (r"ceo{x}", "a number"),
    ("x" * 501, "501 characters"),
    (r"***=ceo", "begins with"),
    (r"ceo\n", "no line break"),
    (r"[\b]ceo", "square brackets"),
    (r"ceo\\", "without backslashes"),
]


@pytest.mark.parametrize(("pattern", "said"), REFUSED)
def test_what_cannot_work_is_refused_and_changes_nothing(db: Db, pattern: str, said: str) -> None:
    before = newest(db), level(db, "CEO"), level(db, "VP")
    with pytest.raises(psycopg.errors.InvalidParameterValue) as refusal:
        add(db, "csuite", pattern)
    assert said in str(refusal.value.diag.message_primary)
    assert len(str(refusal.value.diag.message_hint)) > 10
    assert (newest(db), level(db, "CEO"), level(db, "VP")) == before


def test_a_slow_pattern_is_refused(db: Db) -> None:
    with pytest.raises(
        psycopg.errors.InvalidParameterValue, match=r"too long to check|too complicated|repeats too often"
    ):
        add(db, "vp", r"(\w+\s?){20}(\w*\s?\w*){20}(?<!(\w+ ?){15}x)y(?<!(\w+ ?){15}x)(\w+\s?){20}z")


def test_one_bad_rule_of_many_refuses_all(db: Db) -> None:
    before = newest(db)
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        db.execute(
            "insert into public.classification_rules (category, pattern)"
            " values ('vp', 'grand vizier'), ('vp', '(')"
        )
    assert newest(db) == before
    assert level(db, "grand vizier") is None


def test_scope_title_sees_all_parts(db: Db) -> None:
    db.execute("update public.settings set protect_examples = false")
    add(db, "exclusion", r"speaker", scope="title")
    assert level(db, "CEO | Keynote speaker") is None
    add(db, "csuite", r"^grand$\nvizier", scope="title")
    assert level(db, "Grand | Vizier") == "csuite"
    assert level(db, "Grand | Vizier | Speaker") is None
