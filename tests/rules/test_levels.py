"""Levels are rows: switched on and off, and no others are accepted."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.rules.helpers import Db, level, newest, one


def test_a_level_that_is_switched_on_is_found_and_makes_a_version(db: Db) -> None:
    before = newest(db)
    assert level(db, "Director of Sales") is None
    assert "director_patterns" not in one(db, "select public.export_rules()")

    db.execute("update public.levels set is_on = true where level = 'director'")
    assert newest(db) == before + 1
    assert one(
        db, "select change ->> 'operation' from public.rule_versions order by version desc limit 1"
    ) == ("levels")
    assert level(db, "Director of Sales") == "director"
    assert level(db, "Managing Director") == "csuite"
    assert level(db, "Director and VP") == "vp"
    assert level(db, "Assistant Director") is None
    assert one(db, "select public.export_rules()")["director_patterns"] != []
    assert db.execute("select title from public.check_rules()").fetchall() == []

    db.execute("update public.levels set is_on = false where level = 'vp'")
    assert level(db, "VP Sales") is None
    assert level(db, "Director and VP") == "director"


def test_a_new_level_needs_no_code(db: Db) -> None:
    db.execute(
        "insert into public.levels (level, rank, label, label_plural) values ('chief', 4, 'Chief', 'Chiefs')"
    )
    db.execute(
        "insert into public.classification_rules (category, pattern) values ('chief', 'chief engineer')"
    )
    assert level(db, "Chief Engineer") == "chief"
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="cannot be renamed"):
        db.execute("update public.levels set level = 'head' where level = 'chief'")


def test_an_import_replaces_only_the_categories_that_it_names(db: Db) -> None:
    config = {"version": "vp only", "vp_patterns": [r"\bsecond in command\b"]}
    preview = one(db, "select public.preview_rules(%s)", json.dumps(config))
    db.execute("update public.settings set protect_examples = false")
    answer = one(db, "select public.import_rules(%s)", json.dumps(config))
    assert answer["change"]["counts"] == preview["change"]["counts"]
    assert answer["counts"]["vp"] == 1
    assert answer["counts"]["csuite"] > 20
    assert level(db, "Second in Command") == "vp"
    assert level(db, "VP Sales") is None
    assert level(db, "CEO") == "csuite"
    assert level(db, "Former CEO") is None


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "insert into public.classification_rules (category, pattern) values ('cxo', 'ceo')",
            'category cannot be "cxo"',
        ),
        (
            (
                "insert into public.classification_rules (category, pattern, scope)"
                " values ('vp', 'vp', 'person')"
            ),
            'scope cannot be "person"',
        ),
        (
            "insert into public.rule_examples (title, expected) values ('VP', 'vice president')",
            'expected cannot be "vice president"',
        ),
        (
            "insert into public.function_rules (function, pattern) values ('money', 'treasury')",
            'function cannot be "money"',
        ),
    ],
)
def test_a_value_that_is_no_choice_is_refused_with_the_choices(db: Db, statement: str, message: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=message) as refused:
        db.execute(statement)
    assert "Choose one of: " in str(refused.value.diag.message_hint)


def test_a_new_rule_is_a_phrase_and_active(db: Db) -> None:
    db.execute("insert into public.classification_rules (category, pattern) values ('vp', 'head (of) state')")
    assert one(
        db, "select array[kind, is_active::text] from public.classification_rules order by id desc limit 1"
    ) == ["phrase", "true"]
    assert level(db, "Head of State") == "vp"


def test_one_removed_rule_is_one_removed_rule(db: Db) -> None:
    config = one(db, "select public.export_rules()")
    removed = config["csuite_patterns"].pop(3)
    preview = one(db, "select public.preview_rules(%s)", json.dumps(config))
    assert preview["change"]["counts"] == {"added": 0, "removed": 1, "changed": 0}
    assert preview["change"]["removed"][0]["pattern"] == removed["pattern"]


def test_what_is_no_json_gets_a_sentence(db: Db) -> None:
    for function in ("preview_rules", "import_rules"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match='"add: nothing" is not JSON'):
            db.execute(f"select public.{function}(%s)", [json.dumps("add: nothing")])


def test_many_wrong_examples_are_explained_together(db: Db) -> None:
    db.execute(
        "insert into public.rule_examples (title, expected)"
        " select 'Gardener ' || number, 'vp' from generate_series(1, 300) as number"
        " union all select 'Former CEO ' || number, 'csuite' from generate_series(1, 300) as number"
    )
    rows = db.execute("select title, reason from public.check_rules()").fetchall()
    assert len(rows) == 600
    reasons = {str(title).rstrip("0123456789 "): reason for title, reason in rows}
    assert reasons == {
        "Gardener": "No rule finds an office in it.",
        "Former CEO": 'The office in it is excluded by the rule "Former, retired".',
    }
