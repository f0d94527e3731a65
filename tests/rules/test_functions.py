"""What an executive is in charge of."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.people.test_changes import say
from tests.rules.helpers import Db, one
from tests.rules.scoring import read_titles


@pytest.mark.parametrize(
    ("title", "department", "functions"),
    [
        ("EVP & CFO | Speaker", None, ["finance"]),
        ("VP Sales & Marketing", None, ["marketing", "sales"]),
        ("Vice President", "Finance", ["finance"]),
        ("VP Sales", "Finance", ["sales"]),
        ("Vice President", None, []),
        ("CEO", None, ["general"]),
        ("首席执行官", None, ["general"]),
        ("董事长兼总经理", None, ["general"]),
        ("副总裁", None, []),
        ("الرئيس التنفيذي", None, ["general"]),
        ("المدير العام", None, ["general"]),
        ("대표이사", None, ["general"]),
        ("Генеральный директор", None, ["general"]),
        ("CEO | Marketing enthusiast", None, ["general"]),
        ("Former CMO, now CFO", None, ["finance"]),
        ("VP at Marketing Inc", None, []),
        ("President, North America", None, ["general"]),
        ("Founder & CTO", None, ["general", "technology"]),
        ("Chief Information Security Officer", None, ["security"]),
        ("Chief Data & AI Officer", None, ["data"]),
        ("VP, Customer Success", None, ["customer"]),
        ("General Counsel & EVP", None, ["legal"]),
        ("VP People", None, ["people"]),
        ("VP Product Strategy", None, ["product", "strategy"]),
        ("Geschäftsführer Vertrieb", None, ["sales"]),
        ("Vice-présidente, Ressources humaines", None, ["people"]),
        ("Vicepresidente de Operaciones", None, ["operations"]),
        ("Vice-presidente Jurídico", None, ["legal"]),
        ("Vicepresidente Finanza", None, ["finance"]),
        ("Vice President Inkoop", None, ["operations"]),
        ("最高財務責任者", None, ["finance"]),
        ("副社長 (技術)", None, ["technology"]),
        (None, "Technik", ["technology"]),
        (None, None, []),
    ],
)
def test_functions_are_found_in_the_title_else_in_the_department(
    db: Db, title: str | None, department: str | None, functions: list[str]
) -> None:
    assert one(db, "select pathfinder.find_functions(%s, %s)", title, department) == functions


def test_many_executives_are_in_charge_of_what_each_is_in_charge_of_alone(db: Db) -> None:
    departments = [None, "Finance", "Vertrieb", "Technik", "Stamp collecting"]
    titles: list[str | None] = [row.title for row in read_titles("messy") if row.label != "none"]
    # Departments that are titles too, and a title that says the same as a department.
    titles += ["Finance", "Vertrieb", "Vice President", "Vice President", None]
    asked = [(title, departments[place % 5]) for place, title in enumerate(titles)]
    one_by_one = {
        (title, department): one(db, "select pathfinder.find_functions(%s, %s)", title, department)
        for title, department in asked
    }
    found = db.execute(
        "select * from pathfinder.find_many_functions(%s::text[], %s::text[])",
        [[title for title, _ in asked], [department for _, department in asked]],
    ).fetchall()
    assert {(title, department): functions for title, department, functions in found} == one_by_one
    assert len(found) == len(one_by_one)
    assert len({tuple(functions) for functions in one_by_one.values()}) > 5


def test_an_edit_of_the_function_rules_takes_effect_at_once(db: Db) -> None:
    asked = "select pathfinder.find_functions('VP Underwater Basketry', null)"
    assert one(db, asked) == []
    db.execute(
        "insert into public.function_rules (function, pattern) values ('product', 'underwater basketry')"
    )
    assert one(db, asked) == ["product"]
    db.execute("update public.function_rules set is_active = false where pattern = 'underwater basketry'")
    assert one(db, asked) == []


def test_a_function_rule_without_clues_is_looked_for_in_every_text(db: Db) -> None:
    db.execute(
        "insert into public.function_rules (function, kind, pattern)"
        r" values ('product', 'regex', '\w+mongering')"
    )
    assert one(db, "select pathfinder.find_functions('VP Fishmongering', null)") == ["product"]
    assert one(db, "select pathfinder.find_functions('VP', 'Fishmongering')") == ["product"]
    many = "select functions from pathfinder.find_many_functions('{VP Fishmongering}', '{null}')"
    assert one(db, many) == ["product"]


def test_a_preview_of_function_rules_says_who_would_change_and_changes_nothing(db: Db) -> None:
    say(db, "VP Underwater Basketry")
    say(db, "VP Sales", user="2")
    asked = "select public.preview_function_rules(%s)"
    rules = "select jsonb_agg(rule order by rule.id) from public.function_rules as rule"
    before = one(db, rules)
    db.execute("set role service_role")
    shown = one(db, asked, '[{"function": "product", "pattern": "underwater basketry"}]')
    assert shown == {
        "examined": 2,
        "changed": 1,
        "titles": [
            {
                "title": "VP Underwater Basketry",
                "department": None,
                "people": 1,
                "before": [],
                "after": ["product"],
            }
        ],
    }
    ids = one(db, "select jsonb_agg(id) from public.function_rules where function = 'sales'")
    removed = one(db, asked, json.dumps({"remove": ids}))
    assert [(entry["before"], entry["after"]) for entry in removed["titles"]] == [(["sales"], [])]
    switched = one(db, asked, json.dumps({"change": [{"id": id_, "is_active": False} for id_ in ids]}))
    assert switched == removed
    assert one(db, rules) == before
    db.execute("reset role")
    assert one(db, "select pathfinder.find_functions('VP Sales', null)") == ["sales"]


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        ('"treasury"', "no list of edits"),
        ("{}", "no list of edits"),
        ('{"add": 7}', "no list of edits"),
        ('{"remove": [987654]}', "there is no rule 987654"),
        ('[{"function": "treasury", "pattern": "treasury"}]', "function"),
        ('[{"function": "finance", "kind": "regex", "pattern": "("}]', "was not accepted"),
    ],
)
def test_a_preview_of_function_rules_refuses_what_an_edit_would(db: Db, candidate: str, said: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=said):
        db.execute("select public.preview_function_rules(%s)", [candidate])
