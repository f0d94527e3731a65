"""Examples, previews, import, export, restore, and changing one's mind."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.rules.helpers import Db, add, level, newest, one

CONFIG = {
    "version": "2024-07",
    "exclusion_patterns": [r"\bassistant\b"],
    "csuite_patterns": [r"\bchief\s+\w+\s+officer\b", r"\bc[ef]o\b"],
    "vp_patterns": [
        r"\bv\.?p\.?\b",
        {"pattern": "vice president", "kind": "phrase", "description": "In full"},
    ],
}


@pytest.fixture(autouse=True)
def unprotected_examples(db: Db) -> None:
    """Let the rule sets made up here get the shipped examples wrong."""
    db.execute("update public.settings set protect_examples = false")


def test_the_default_examples_are_right(db: Db) -> None:
    assert db.execute("select * from public.check_rules()").fetchall() == []
    assert one(db, "select count(*) from public.rule_examples") >= 30


def test_a_wrong_example_is_listed_with_the_rule_to_blame(db: Db) -> None:
    db.execute(
        "insert into public.rule_examples (title, expected)"
        " values ('Gardener', 'vp'), ('Former CEO of Foo', 'csuite'), ('Vice President', 'none')"
    )
    found = {
        title: (actual, rule_id, reason)
        for title, actual, rule_id, reason in db.execute(
            "select title, actual, rule_id, reason from public.check_rules()"
        ).fetchall()
    }
    assert found["Gardener"] == ("none", None, "No rule finds an office in it.")
    categories = one(db, "select jsonb_object_agg(id, category) from public.classification_rules")
    assert found["Former CEO of Foo"][0] == "none"
    assert categories[str(found["Former CEO of Foo"][1])] == "exclusion"
    assert found["Vice President"][0] == "vp"
    assert categories[str(found["Vice President"][1])] == "vp"


def test_import_and_export_are_inverse(db: Db) -> None:
    answer = one(db, "select public.import_rules(%s)", json.dumps(CONFIG))
    assert answer["counts"] == {"exclusion": 1, "csuite": 2, "vp": 2, "director": 3, "inactive": 0}
    assert one(db, "select public.export_rules()") == CONFIG
    assert level(db, "V.P. Sales") == "vp"
    assert level(db, "Chief Fun Officer") == "csuite"
    assert level(db, "Assistant VP") is None
    assert one(db, "select label from public.rule_versions order by version desc limit 1") == "2024-07"


def test_an_exported_rule_set_can_be_imported_again(db: Db) -> None:
    db.execute(
        "update public.classification_rules set is_active = false where category = 'vp' and id % 2 = 0"
    )
    exported = one(db, "select public.export_rules()")
    one(db, "select public.import_rules(%s)", json.dumps(CONFIG))
    one(db, "select public.import_rules(%s)", json.dumps(exported))
    assert one(db, "select public.export_rules()") == exported


def test_an_import_is_one_version(db: Db) -> None:
    before = newest(db)
    answer = one(db, "select public.import_rules(%s)", json.dumps(CONFIG))
    assert answer["version"] == newest(db)
    assert one(db, "select count(*) from public.rule_versions where version > %s", before) == 1
    assert answer["change"]["operation"] == "import"


@pytest.mark.parametrize(
    "config",
    [
        [],
        {},
        {**CONFIG, "vp_patterns": "vp"},
        {**CONFIG, "vp_patterns": [7]},
        {**CONFIG, "vp_patterns": [{"kind": "phrase"}]},
        {**CONFIG, "vp_patterns": [{"pattern": "vp", "colour": "red"}]},
        {**CONFIG, "vp_pattern": []},
        {**CONFIG, "vp_patterns": ["(vp"]},
    ],
)
def test_a_bad_import_is_refused_whole(db: Db, config: object) -> None:
    before = newest(db), one(db, "select public.export_rules()")
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        one(db, "select public.import_rules(%s)", json.dumps(config))
    assert (newest(db), one(db, "select public.export_rules()")) == before


def test_the_api_role_may_import_and_restore(db: Db) -> None:
    before = newest(db)
    db.execute("set role service_role")
    one(db, "select public.import_rules(%s)", json.dumps(CONFIG))
    one(db, "select public.restore_rules(%s)", before)
    assert level(db, "Geschäftsführer") == "csuite"


def test_any_version_can_be_restored(db: Db) -> None:
    first = newest(db)
    ids = db.execute("select id from public.classification_rules order by id").fetchall()
    one(db, "select public.import_rules(%s)", json.dumps(CONFIG))
    assert level(db, "Geschäftsführer") is None
    answer = one(db, "select public.restore_rules(%s)", first)
    assert answer["restored"] == first
    assert answer["version"] == newest(db) > first
    assert level(db, "Geschäftsführer") == "csuite"
    assert db.execute("select id from public.classification_rules order by id").fetchall() == ids
    rules = "select rules from public.rule_versions where version = %s"
    assert one(db, rules, first) == one(db, rules, newest(db))
    # New rules get new ids.
    assert add(db, "vp", "grand vizier") > max(int(str(row[0])) for row in ids)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="no version 999"):
        one(db, "select public.restore_rules(999)")


def test_a_preview_counts_those_whose_title_it_is_now(db: Db) -> None:
    for number, (user, title) in enumerate(
        (("1", "Grand Vizier"), ("1", "Baker"), ("2", "Grand Vizier"), ("3", "Baker"), ("3", "Grand Vizier"))
    ):
        db.execute(
            "insert into public.events_raw (idempotency_key, source, user_id, attribute, value, state)"
            " values (%s, 'community', %s, 'title', %s, 'processed')",
            [str(number), user, title],
        )
    candidate = [{"category": "csuite", "pattern": "grand vizier", "kind": "phrase"}]
    preview = one(db, "select public.preview_rules(%s)", json.dumps(candidate))
    assert [(entry["title"], entry["people"]) for entry in preview["titles"]] == [("Grand Vizier", 2)]


def test_a_preview_shows_who_would_change_and_changes_nothing(db: Db) -> None:
    db.execute(
        "insert into public.user_state (user_id, title, seniority_level)"
        " values ('1', 'Grand Vizier & VP', 'vp'), ('2', 'CEO', 'csuite')"
    )
    before = newest(db)
    candidate = [{"category": "csuite", "pattern": "grand vizier", "kind": "phrase"}]
    preview = one(db, "select public.preview_rules(%s)", json.dumps(candidate))
    assert preview["titles"] == [
        {
            "title": "Grand Vizier & VP",
            "before": "vp",
            "after": "csuite",
            "known_from": ["executive"],
            "people": 1,
            "expected": None,
        }
    ]
    assert preview["changed"] == 1
    assert preview["change"]["counts"] == {"added": 1, "removed": 0, "changed": 0}
    assert newest(db) == before
    assert one(db, "select public.preview_rules('[]') -> 'titles'") == []

    rule = one(
        db,
        "select id from public.classification_rules where description = 'Retired, said in a part of its own'",
    )
    edits = {"remove": [rule], "change": [], "add": []}
    preview = one(db, "select public.preview_rules(%s)", json.dumps(edits))
    assert preview["change"]["counts"]["removed"] == 1

    preview = one(db, "select public.preview_rules(%s)", json.dumps({**CONFIG, "csuite_patterns": []}))
    assert preview["warnings"] == ["No active rule would find the level csuite any more."]
    assert {"title": "CEO", "before": "csuite", "after": "none"}.items() <= next(
        entry for entry in preview["titles"] if entry["title"] == "CEO"
    ).items()
    assert preview["broken_examples"] > 0
    refused: tuple[Any, ...] = (
        [{"category": "csuite", "pattern": "("}],
        {"remove": [-1]},
        {"delete": []},
        7,
        [{"pattern": "x"}],
    )
    for wrong in refused:
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            one(db, "select public.preview_rules(%s)", json.dumps(wrong))


def _event(db: Db, user: str, title: str) -> None:
    db.execute(
        "insert into public.events_raw"
        " (idempotency_key, source, user_id, profile_field, attribute, value, settled_at, state)"
        " values (%s, 'test', %s, 'Title', 'title', %s, now(), 'processed')",
        [f"{user}:{title}", user, title],
    )


def test_reclassifying_first_shows_then_does_and_announces_nobody(db: Db) -> None:
    db.execute(
        "insert into public.user_state (user_id, title, seniority_level)"
        " values ('1', 'VP Hats', 'csuite'), ('2', 'Gardener', 'vp'), ('3', 'CEO', 'csuite'),"
        " ('4', 'CEO', 'vp')"
    )
    _event(db, "5", "Chief Fun Officer")
    _event(db, "6", "Gardener")
    dry = one(db, "select public.reclassify()")
    expected = {"found": 1, "removed": 1, "raised": 1, "lowered": 1}
    assert (dry["dry_run"], dry["examined"], dry["changes"]) == (True, 6, expected)
    levels = "select user_id, seniority_level from public.user_state order by user_id"
    assert db.execute(levels).fetchall()[0] == ("1", "csuite")

    done = one(db, "select public.reclassify(dry_run => false)")
    assert done["changes"] == expected
    assert db.execute(levels).fetchall() == [("1", "vp"), ("3", "csuite"), ("4", "csuite"), ("5", "csuite")]
    assert one(db, "select array_agg(distinct is_told) from public.detections") == [False]
    assert one(db, "select count(*) from public.outbox") == 0
    result = one(db, "select result from public.job_runs where job = 'reclassify'")
    assert result["changes"] == expected
    assert "people" not in result
    assert one(db, "select public.reclassify(dry_run => false)")["changes"] == dict.fromkeys(expected, 0)


def test_reclassifying_announces_when_asked(db: Db) -> None:
    db.execute("insert into public.user_state (user_id, title, seniority_level) values ('4', 'CEO', 'vp')")
    _event(db, "5", "Chief Fun Officer")
    one(db, "select public.reclassify(dry_run => false, announce => true)")
    assert db.execute(
        "select user_id, kind, rules_version from public.detections order by user_id"
    ).fetchall() == [
        ("4", "promotion", newest(db)),
        ("5", "new", newest(db)),
    ]


def test_reclassifying_goes_in_batches(db: Db) -> None:
    db.execute(
        "insert into public.user_state (user_id, title, seniority_level)"
        " select 'u' || number, 'Gardener', 'vp' from generate_series(10, 34) as number"
    )
    batch = one(db, "select public.reclassify(false, false, 10)")
    sizes = [batch["examined"]]
    while batch["next"] is not None:
        batch = one(db, "select public.reclassify(false, false, 10, %s)", batch["next"])
        sizes.append(batch["examined"])
    assert sizes == [10, 10, 5]
    assert one(db, "select count(*) from public.user_state") == 0
