"""The page of the rules: a title is explained, a rule is tried, saved, switched off and brought back."""

from __future__ import annotations

from urllib.parse import urlencode

import psycopg
import pytest

from tests.dashboard.seed import Seeded
from tests.dashboard.test_actions import Opened, assert_said


def test_a_title_is_explained(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/rules")
    for title in ("Former CFO, now CEO", "Executive Assistant to the CEO", "VP Sales", "</dd><b>Gardener"):
        page.get_by_label("Title", exact=True).fill(title)
        page.get_by_role("button", name="Explain").click()
        page.wait_for_url(f"{dashboard}/rules?{urlencode({'title': title})}")
        answer = seen.value("select explain_title(%s)", title)
        shown = page.locator("#explanation").inner_text()
        words = {"csuite": "C-level executive", "vp": "Vice president", None: "Not senior"}
        assert shown.startswith(words[answer["seniority_level"]])
        assert answer["reason"] in shown
        for segment in answer["segments"]:
            assert segment["text"] in shown
            assert all(f"rule {rule['id']}" in shown for rule in segment["matches"])
        assert page.get_by_label("Title", exact=True).input_value() == title


def test_failing_examples_are_listed_with_the_rule_to_blame(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/rules/examples")
    failing = seeded.value("select count(*) from check_rules()")
    assert page.locator("#failing-table").count() == min(failing, 1)
    seeded.db.execute(
        "insert into rule_examples (title, expected, note) values ('Chief Rose Gardener', 'vp', 'a joke'),"
        " ('Vice President of Nothing', 'none', null)"
    )
    page.reload()
    listed = page.locator("#failing-table tbody tr").all()
    rows = seeded.db.execute("select title, reason, rule_id from check_rules()").fetchall()
    assert len(listed) == len(rows) > failing
    for row, (title, reason, rule) in zip(listed, rows, strict=True):
        text = row.inner_text()
        assert title in text
        assert reason in text
        assert rule is None or f"rule {rule}" in text


def test_every_rule_is_listed(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/rules")
    patterns = seen.db.execute("select pattern from classification_rules order by id").fetchall()
    shown = page.locator("details code").all_text_contents()
    assert sorted(shown) == sorted(" ".join(pattern.split())[:2000] for (pattern,) in patterns)


def test_a_rule_is_tried_before_it_is_saved(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute(
        "update user_state set title = 'Keeper of the Lighthouse' where user_id in ('u1', 'u2')"
    )
    rules = "select count(*) from classification_rules"
    before = seeded.value(rules)
    page = open_page()
    page.goto(f"{dashboard}/rules")
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Words, or an expression").fill("keeper of the lighthouse")
    page.get_by_label("What it does").select_option("vp")
    page.get_by_role("button", name="See who would change").click()
    row = page.locator("#preview-table tbody tr", has_text="Keeper of the Lighthouse")
    assert "Vice president" in row.inner_text()
    assert seeded.value(rules) == before
    page.get_by_role("button", name="Save the rule").click()
    assert_said(page, "counts from now on.")
    assert seeded.value("select explain_title('Keeper of the lighthouse') ->> 'seniority_level'") == "vp"
    assert seeded.value("select actor from audit where subject = 'rules' order by id desc limit 1") == (
        "Dashboard on this machine"
    )


def test_a_rule_that_breaks_examples_can_be_saved_anyway_beside_what_breaks(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    seeded.db.execute(
        "insert into rule_examples (title, expected) values ('Keeper of the Lighthouse', 'none'),"
        " ('Lighthouse Painter', 'vp')"
    )
    seeded.db.execute("update user_state set title = 'Lighthouse keeper of Sales' where user_id = 'u1'")
    page = open_page()
    page.goto(f"{dashboard}/rules/new")
    page.get_by_label("Words, or an expression").fill("keeper of the lighthouse")
    page.get_by_label("What it does").select_option("vp")
    page.keyboard.press("Enter")
    broken = page.locator("#broken-table tbody tr")
    broken.wait_for()
    assert broken.locator("th").inner_text() == "Keeper of the Lighthouse"
    assert "Vice president" in broken.inner_text()
    assert "1 example would become wrong (1 wrong already)" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Save the rule").count() == 0
    page.get_by_role("link", name="Change the words").click()
    assert page.get_by_label("Words, or an expression").input_value() == "keeper of the lighthouse"
    page.get_by_role("button", name="Save anyway").click()
    page.wait_for_url(f"{dashboard}/rules/examples")
    assert_said(page, "Here is what it broke: correct these examples.")
    assert "Keeper of the Lighthouse" in page.locator("#failing-table").inner_text()
    # Who gives up the rule puts it right again; who gives up another breaks what it found.
    number = seeded.value("select max(id) from classification_rules")
    page.goto(f"{dashboard}/rules/switch?id={number}&to=off")
    page.get_by_role("button", name="Switch it off", exact=True).click()
    assert_said(page, f"Rule {number} is off.")
    seeded.db.execute("update rule_examples set expected = 'vp' where title = 'Keeper of the Lighthouse'")
    seeded.db.execute("update classification_rules set is_active = true where id = %s", [number])
    page.goto(f"{dashboard}/rules/switch?id={number}&to=off")
    page.get_by_role("button", name="Switch it off anyway").click()
    assert_said(page, f"Rule {number} is off.")


def test_a_rule_that_breaks_examples_is_refused_unless_it_is_said_to_be_meant(seeded: Seeded) -> None:
    seeded.db.execute("insert into rule_examples (title, expected) values ('Lighthouse Keeper', 'none')")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="Lighthouse Keeper"):
        seeded.db.execute("select add_rule('vp', 'lighthouse keeper')")
    assert seeded.value("select add_rule('vp', 'lighthouse keeper', anyway => true)")


def test_an_expression_that_is_none_is_said_beside_its_field(
    seen: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/rules/new?category=vp&kind=regex&pattern=(chief")
    assert page.locator("#problem").inner_text() != ""
    assert page.get_by_role("button", name="Save the rule").count() == 0
    assert page.get_by_label("Words, or an expression").input_value() == "(chief"


def test_a_rule_is_found_switched_off_and_its_version_brought_back(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    version = seeded.value("select max(version) from rule_versions")
    number = seeded.value("select max(id) from classification_rules where category = 'vp' and is_active")
    state = "select is_active from classification_rules where id = %s"
    page = open_page()
    page.goto(f"{dashboard}/rules")
    page.get_by_label("Find a rule").fill(str(number))
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=f"Switch off… rule {number}", exact=True).click()
    assert "would change" in page.locator("main").inner_text()
    assert seeded.value(state, number)
    page.get_by_role("button", name="Switch it off").click()
    assert_said(page, f"Rule {number} is off.")
    assert not seeded.value(state, number)
    page.get_by_role("link", name=f"Bring back… version {version}", exact=True).click()
    assert "1 later version would not be in force any more" in page.locator("main").inner_text()
    page.get_by_role("button", name=f"Bring version {version} back").click()
    assert_said(page, f"The rules are those of version {version} again")
    assert (
        seeded.value("select count(*) from classification_rules where not is_active and category = 'vp'") == 0
    )
