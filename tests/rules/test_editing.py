"""Edits of classification_rules: checked, compiled and recorded in one transaction, one after the other."""

from __future__ import annotations

import threading

import psycopg
import pytest

from tests.rules.helpers import Db, add, level, newest, one


def test_an_edit_takes_effect_at_once_as_a_new_version(db: Db) -> None:
    before = newest(db)
    assert level(db, "Head of Country") is None
    rule = add(db, "csuite", r"\bhead of country\b")
    assert level(db, "Head of Country") == "csuite"
    assert newest(db) == before + 1

    db.execute("update public.classification_rules set is_active = false where id = %s", [rule])
    assert level(db, "Head of Country") is None
    db.execute(
        "update public.classification_rules set is_active = true, category = 'vp' where id = %s", [rule]
    )
    assert level(db, "Head of Country") == "vp"
    db.execute("delete from public.classification_rules where id = %s", [rule])
    assert level(db, "Head of Country") is None
    assert newest(db) == before + 4


def test_a_version_says_who_when_what_and_how_many(db: Db) -> None:
    counts = one(db, "select counts from public.rule_versions order by version desc limit 1")
    rule = add(db, "vp", "second in command", kind="phrase")
    by, change, new_counts = db.execute(
        "select created_by, change, counts from public.rule_versions order by version desc limit 1"
    ).fetchone() or ("", {}, {})
    assert by == "Table Editor or SQL (postgres)"
    assert isinstance(change, dict)
    assert change["operation"] == "insert"
    assert [entry["id"] for entry in change["added"]] == [rule]
    assert change["counts"] == {"added": 1, "removed": 0, "changed": 0}
    assert new_counts == {**counts, "vp": counts["vp"] + 1}

    db.execute("update public.classification_rules set description = 'Deputy' where id = %s", [rule])
    change = one(db, "select change from public.rule_versions order by version desc limit 1")
    assert change["changed"] == [
        {"id": rule, "before": {"description": None}, "after": {"description": "Deputy"}}
    ]


def test_the_api_role_edits_and_is_recorded(db: Db) -> None:
    db.execute("set role service_role")
    add(db, "vp", "second in command", kind="phrase")
    db.execute("reset role")
    assert (
        one(db, "select created_by from public.rule_versions order by version desc limit 1")
        == "Worker or command line"
    )
    with db.transaction():
        db.execute("set local role service_role")
        db.execute("select set_config('request.headers', '{\"x-captpathfinder-actor\": \"Bo (7)\"}', true)")
        add(db, "vp", "fourth in command", kind="phrase")
    assert one(db, "select created_by from public.rule_versions order by version desc limit 1") == "Bo (7)"
    with db.transaction():
        db.execute("select set_config('request.jwt.claims', '{\"email\": \"ann@example.com\"}', true)")
        add(db, "vp", "third in command", kind="phrase")
    assert (
        one(db, "select created_by from public.rule_versions order by version desc limit 1")
        == "ann@example.com"
    )


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_other_roles_can_neither_edit_nor_classify(db: Db, role: str) -> None:
    for query in (
        "insert into public.classification_rules (category, pattern) values ('vp', 'x y z')",
        "select * from public.classify_title('CEO')",
        "select public.explain_title('CEO')",
        "select * from public.check_rules()",
        "select public.preview_rules('[]')",
        "select public.export_rules()",
        "select public.import_rules('{}')",
        "select public.restore_rules(1)",
        "select public.reclassify()",
        "select * from pathfinder.classify('CEO')",
    ):
        db.execute(f"set role {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(query)
        db.execute("reset role")


def test_a_statement_that_changes_nothing_leaves_no_version(db: Db) -> None:
    before = newest(db)
    db.execute("update public.classification_rules set is_active = is_active")
    db.execute("delete from public.classification_rules where pattern = 'is not there'")
    assert newest(db) == before


def test_many_rules_in_one_statement_are_one_version(db: Db) -> None:
    before = newest(db)
    db.execute(
        "insert into public.classification_rules (category, kind, pattern)"
        " select 'vp', 'phrase', 'deputy of region ' || number from generate_series(1, 300) as number"
    )
    assert newest(db) == before + 1
    assert level(db, "Deputy of Region 299") == "vp"


def test_bulk_replacement_over_several_statements(db: Db) -> None:
    db.execute("update public.settings set protect_examples = true")
    with db.transaction():
        db.execute("create temporary table kept on commit drop as table public.classification_rules")
        db.execute("delete from public.classification_rules")
        assert level(db, "CEO") is None
        for part in range(4):
            db.execute(
                "insert into public.classification_rules (category, kind, scope, pattern, description)"
                " select category, kind, scope, pattern, description from kept where id %% 4 = %s"
                " order by id",
                [part],
            )
    assert level(db, "CEO") == "csuite"
    assert level(db, "Former CEO") is None


def test_losing_the_last_rule_of_a_level_is_said(db: Db) -> None:
    db.execute("update public.settings set protect_examples = false")
    notices: list[str] = []
    db.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
    db.execute("delete from public.classification_rules where category = 'vp'")
    said = "No active rule finds the level vp any more."
    assert notices == [said]
    assert one(db, "select change from public.rule_versions order by version desc limit 1")["warnings"] == [
        said
    ]
    assert (None, "vp", "No active rule finds the level vp.") in db.execute(
        "select title, expected, reason from public.check_rules()"
    ).fetchall()
    assert level(db, "VP Sales") is None
    assert level(db, "CEO") == "csuite"
    # Once: who has lost it already loses nothing by the next edit.
    add(db, "exclusion", "on leave", kind="phrase")
    assert notices == [said]


def test_truncating_the_rules_leaves_nobody_senior(db: Db) -> None:
    db.execute("update public.settings set protect_examples = false")
    db.execute("truncate public.classification_rules")
    assert level(db, "CEO") is None


def test_concurrent_edits_are_all_in_the_last_version(db: Db, db_dsn: str) -> None:
    before = newest(db)
    errors: list[Exception] = []

    def edit(number: int) -> None:
        try:
            with psycopg.connect(db_dsn, autocommit=True) as connection:
                for turn in range(5):
                    add(connection, "vp", f"keeper {number} {turn}", kind="phrase")
        except Exception as error:  # noqa: BLE001 (reported by the test itself)
            errors.append(error)

    threads = [threading.Thread(target=edit, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert newest(db) == before + 20
    assert all(level(db, f"Keeper {number} {turn}") == "vp" for number in range(4) for turn in range(5))


def test_an_edit_that_cannot_see_another_fails_instead_of_undoing_it(db: Db, db_dsn: str) -> None:
    with psycopg.connect(db_dsn) as blind:
        blind.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        blind.execute("select 1")
        add(db, "vp", "seen keeper", kind="phrase")
        with pytest.raises(psycopg.errors.SerializationFailure):
            add(blind, "vp", "blind keeper", kind="phrase")
    assert level(db, "Seen Keeper") == "vp"


def test_an_edit_that_breaks_an_example_is_refused_when_examples_are_protected(db: Db) -> None:
    db.execute(
        "insert into public.rule_examples (title, expected) values ('Baker', 'vp'), ('Grand Vizier', 'none')"
    )
    db.execute("update public.settings set protect_examples = true")
    before = newest(db)
    with pytest.raises(
        psycopg.errors.InvalidParameterValue, match='"Grand Vizier" would become csuite instead of none'
    ):
        add(db, "csuite", "grand vizier", kind="phrase")
    assert newest(db) == before
    assert level(db, "Grand Vizier") is None
    # "Baker" was wrong before, which is no reason to refuse another edit.
    add(db, "csuite", "head of country", kind="phrase")
    db.execute("update public.settings set protect_examples = false")
    add(db, "csuite", "grand vizier", kind="phrase")
    assert level(db, "Grand Vizier") == "csuite"


def test_deciding_rule_and_version_come_with_the_level(db: Db) -> None:
    db.execute(
        "insert into public.classification_rules (category, kind, pattern, description)"
        " values ('csuite', 'phrase', 'head of country', 'Country heads')"
    )
    asked = "select level, matched_rule, rules_version from pathfinder.classify(%s)"
    answer = db.execute(asked, ["Head of Country, France"]).fetchone()
    assert answer == ("csuite", "Country heads", newest(db))
    assert db.execute(asked, ["Gardener"]).fetchone() == (None, None, newest(db))
    assert level(db, None) is None
    assert level(db, "  ") is None


def test_an_edit_of_several_statements_is_compared_with_what_was_before_all_of_them(db: Db) -> None:
    db.execute("insert into public.rule_examples (title, expected) values ('Grand Vizier', 'none')")
    before = newest(db)

    def edit() -> None:
        with db.transaction():
            add(db, "csuite", "grand vizier", kind="phrase")
            add(db, "csuite", "head of country", kind="phrase")

    with pytest.raises(psycopg.errors.InvalidParameterValue, match='"Grand Vizier" would become csuite'):
        edit()
    assert newest(db) == before
    with db.transaction():
        rule = add(db, "csuite", "grand vizier", kind="phrase")
        db.execute("delete from public.classification_rules where id = %s", [rule])
    assert level(db, "Grand Vizier") is None


def test_an_edited_scope_is_in_force(db: Db) -> None:
    rule = add(db, "vp", "keeper of keys", kind="phrase")
    assert level(db, "Keeper of Keys") == "vp"
    assert level(db, "Keeper, of Keys") is None
    db.execute("update public.classification_rules set scope = 'title' where id = %s", [rule])
    assert level(db, "Keeper, of Keys") == "vp"
    db.execute("update public.classification_rules set scope = 'segment' where id = %s", [rule])
    assert level(db, "Keeper, of Keys") is None


def test_an_edited_kind_is_in_force(db: Db) -> None:
    rule = add(db, "vp", "keeper of (keys|wine)", kind="phrase")
    assert level(db, "Keeper of Wine") is None
    db.execute("update public.classification_rules set kind = 'regex' where id = %s", [rule])
    assert level(db, "Keeper of Wine") == "vp"


@pytest.mark.parametrize(
    ("rules", "title", "expected"),
    [
        (
            [("exclusion", "on leave"), ("exclusion", "on leave as advisor")],
            "CEO (on leave as advisor)",
            None,
        ),
        ([("csuite", "keeper"), ("csuite", "wine keeper")], "ex CEO, wine keeper", None),
    ],
)
def test_rules_find_the_same_whichever_was_added_first(
    db: Db, rules: list[tuple[str, str]], title: str, expected: str | None
) -> None:
    found = []
    for ordered in (rules, rules[::-1]):
        added = [add(db, category, pattern, "phrase") for category, pattern in ordered]
        found.append(level(db, title))
        db.execute("delete from public.classification_rules where id = any(%s)", [added])
    assert found == [expected, expected]
