"""Each button does its work, and says so."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.dashboard.seed import Seeded

Opened = Callable[..., Page]
DEAD = "select count(*) from outbox where status = 'dead'"


def assert_said(page: Page, text: str) -> None:
    """The next page says so."""
    page.locator(".message", has_text=text).wait_for()


def test_one_dead_job_is_tried_again(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    page = open_page()
    page.goto(f"{dashboard}/queue")
    page.get_by_role("button", name=f"Try again job {job}").click()
    assert_said(page, f"Job {job} will be tried again.")
    assert seeded.value("select status from outbox where id = %s", job) == "pending"
    assert seeded.value(DEAD) == 2
    assert page.locator("[data-figure=dead]").inner_text() == "2"


def test_all_dead_jobs_are_tried_again(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    page.get_by_role("button", name="Try all 3 again").click()
    assert_said(page, "3 jobs will be tried again.")
    assert seeded.value(DEAD) == 0
    assert page.get_by_role("button", name="again").count() == 0


def test_a_job_that_is_not_dead_any_more_is_said(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    seeded.value("select redrive_outbox(%s)", job)
    page.get_by_role("button", name=f"Try again job {job}").click()
    assert_said(page, f"Job {job} is not dead any more.")
    assert page.locator(".message").get_attribute("role") == "alert"


def test_a_digest_is_built_now_and_once(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.get_by_role("button", name="Send digest now").click()
    assert_said(page, "4 people went into 1 message")
    assert seeded.value("select count(*) from detections where not included_in_digest") == 0
    newest = seeded.value("select max(id) from digests")
    assert seeded.value("select channel from digests where id = %s", newest) == "board"
    assert seeded.value("select count(*) from outbox where payload ->> 'digest_id' = %s::text", newest) == 1
    page.get_by_role("button", name="Send digest now").click()
    assert_said(page, "Nobody waits for a digest")
    assert seeded.value("select max(id) from digests") == newest


def test_a_digest_without_a_channel_is_said(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute("update channels set is_active = false")
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    assert "No active channel sends digests." in page.locator("#send ~ p").inner_text()
    page.get_by_role("button", name="Send digest now").click()
    assert_said(page, "No active channel sends digests")
    assert seeded.value("select count(*) from detections where not included_in_digest") == 4


def test_the_report_of_the_chosen_month_is_generated(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    month = seeded.value("select to_char(now() at time zone time_zone, 'YYYY-MM') from settings")
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.get_by_label("Month").select_option(month)
    page.get_by_role("button", name="Generate report now").click()
    total = seeded.value("select summary ->> 'total' from reports where month_label = %s", month)
    assert_said(page, f"The report of {month}, revision 1, was built with {total} people")
    report = seeded.value("select id from reports where month_label = %s", month)
    assert seeded.value("select count(*) from outbox where payload ->> 'report_id' = %s::text", report) == 1


def test_ended_links_are_made_anew(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.get_by_role("button", name="Make them anew").click()
    assert_said(page, "The report of 2026-01, revision 1, is up to date")
    assert seeded.value("select count(*) from outbox where dedupe_key like 'report:%%:again:%%'") == 1


def test_what_the_database_refuses_is_said_beside_the_form(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.evaluate("document.querySelector('#month option').value = '2999-01'")
    page.get_by_role("button", name="Generate report now").click()
    assert_said(page, "January 2999 has not begun")
    assert seeded.value("select count(*) from reports") == 3


def test_a_message_is_told_once(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    page.get_by_role("button", name="Try all 3 again").click()
    assert_said(page, "3 jobs will be tried again.")
    assert page.title().startswith("3 jobs will be tried again.")
    page.reload()
    assert page.locator(".message").count() == 0


def test_a_title_is_explained(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/rules")
    for title in ("Former CFO, now CEO", "Executive Assistant to the CEO", "VP Sales", "</dd><b>Gardener"):
        page.get_by_label("Title", exact=True).fill(title)
        page.get_by_role("button", name="Explain").click()
        page.wait_for_url(f"{dashboard}/rules?{urlencode({'title': title})}")
        answer = seen.value("select explain_title(%s)", title)
        shown = page.locator("#explanation").inner_text()
        words = {"csuite": "C-suite", "vp": "Vice president", None: "Not senior"}
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
    page.goto(f"{dashboard}/rules")
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
