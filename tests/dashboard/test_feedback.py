"""What readers said is not right, and what an editor makes of it, on the dashboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.dashboard.seed import Seeded

Opened = Callable[..., Page]
TITLE = "Chief Happiness Officer"


def say(seeded: Seeded, verdict: str) -> int:
    """A reader of a channel presses a button; the proposal's number."""
    seeded.db.execute(
        "update detections set title = %s where id = (select max(id) from detections where kind = 'new')",
        [TITLE],
    )
    seeded.db.execute(
        "select give_feedback((select min(name) from channels),"
        " (select max(id) from detections where kind = 'new'), now() + interval '1 day', %s)",
        [verdict],
    )
    return int(seeded.value("select max(id) from feedback_proposals"))


def test_an_editor_sees_who_would_change_then_accepts_and_undoes_it(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    say(seeded, "not_executive")
    page = open_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    page.goto(f"{dashboard}/feedback")
    page.locator("#proposals-table").get_by_role("link", name="Not an executive").click()
    assert page.get_by_role("button", name="Accept, with this exclusion").count() == 0
    page.get_by_role("button", name="See who would change").click()
    page.locator("#would-change").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Accept, with this exclusion").click()
    page.locator(".message", has_text="Accepted.").wait_for()
    assert seeded.value("select expected from rule_examples where title = %s", TITLE) == "none"
    assert seeded.value("select (pathfinder.classify(%s)).level", TITLE) is None
    page.get_by_role("button", name="Reopen").click()
    page.locator(".message", has_text="It waits again.").wait_for()
    assert seeded.value("select (pathfinder.classify(%s)).level", TITLE) == "csuite"
    assert seeded.value("select array_agg(distinct actor) from audit where subject = 'feedback' and action in"
                        " ('accept', 'reopen')") == ["Dashboard on this machine"]  # fmt: skip


def test_an_exclusion_that_breaks_examples_is_added_as_a_rule_instead(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    number = say(seeded, "not_executive")
    seeded.db.execute(
        "insert into rule_examples (title, expected) values ('Chief Happiness Officer', 'csuite')"
    )
    page = open_page()
    page.goto(f"{dashboard}/feedback/decide?id={number}&pattern=chief+happiness+officer")
    assert page.locator("#broken-table").count() == 1
    assert page.get_by_role("button", name="Accept, with this exclusion").count() == 0
    page.get_by_role("link", name="add it as a rule").click()
    assert page.get_by_label("What it does").input_value() == "exclusion"
    assert page.get_by_role("button", name="Save anyway").count() == 1


def test_a_company_is_corrected_and_another_proposal_dismissed(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    number = say(seeded, "wrong_company")
    page = open_page()
    page.goto(f"{dashboard}/feedback/decide?id={number}")
    page.get_by_label("The right company").fill("Globex")
    page.get_by_role("button", name="Accept as a correction").click()
    page.locator(".message", has_text="Accepted.").wait_for()
    member = seeded.value("select user_id from feedback_proposals where id = %s", number)
    assert seeded.value("select company from user_state where user_id = %s", member) == "Globex"
    other = say(seeded, "already_known")
    page.goto(f"{dashboard}/feedback/decide?id={other}")
    page.get_by_role("button", name="Dismiss").click()
    page.locator(".message", has_text="Dismissed.").wait_for()
    page.goto(f"{dashboard}/feedback?status=dismissed")
    assert page.locator("#proposals-table tbody tr").count() == 1
