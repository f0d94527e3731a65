"""Each button does its work, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.dashboard.seed import Seeded

Opened = Callable[..., Page]
DEAD = "select count(*) from outbox where status = 'dead'"


def assert_said(page: Page, text: str) -> None:
    """The next page says so."""
    page.locator(".message", has_text=text).wait_for()


def test_one_job_is_tried_again_after_a_question(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    page = open_page()
    page.goto(f"{dashboard}/job?id={job}")
    page.get_by_role("link", name="Try again").click()
    assert page.locator("h1").inner_text() == f"Try again job {job}?"
    assert seeded.value(DEAD) == 3
    page.get_by_role("button", name="Try again: 1 job", exact=True).click()
    assert_said(page, f"Job {job} will be tried again.")
    assert seeded.value("select status from outbox where id = %s", job) == "pending"
    assert seeded.value(DEAD) == 2
    assert page.locator(".lead").inner_text().startswith("Waiting")


@pytest.mark.parametrize(
    ("action", "said"), [("Try again", "2 jobs will be tried again."), ("Discard", "2 jobs discarded.")]
)
def test_all_jobs_of_one_error_are_acted_on_after_a_question(
    seeded: Seeded, dashboard: str, open_page: Opened, action: str, said: str
) -> None:
    seeded.db.execute("update outbox set last_error = 'Refused, job 17' where dedupe_key = 'seed:d1'")
    seeded.db.execute("update outbox set last_error = 'Refused, job 18' where dedupe_key = 'seed:d2'")
    page = open_page()
    page.goto(f"{dashboard}/queue")
    first = page.locator("#errors-table tbody tr").first
    assert "2 jobs" in first.inner_text()
    first.get_by_role("link", name=action).click()
    page.get_by_role("button", name=f"{action}: 2 jobs").click()
    assert_said(page, said)
    states = seeded.db.execute(
        "select status from outbox where dedupe_key in ('seed:d1', 'seed:d2')"
    ).fetchall()
    assert states == ([("pending",)] * 2 if action == "Try again" else [])
    assert seeded.value("select status from outbox where dedupe_key = 'seed:d3'") == "dead"


def test_a_waiting_job_is_cancelled_and_shows_its_time_line(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue?status=pending")
    page.locator("#jobs-table a", has_text="Weekly digest").click()
    assert page.locator(".timeline li").count() == 4
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel: 1 job").click()
    assert_said(page, "cancelled.")
    assert page.locator(".lead").inner_text().startswith("Dead")
    assert seeded.value("select actor from audit where action = 'cancel'") == "Dashboard on this machine"


def test_a_question_that_is_turned_down_changes_nothing(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    page.get_by_role("link", name="Discard").first.click()
    page.get_by_role("link", name="Go back, change nothing").click()
    page.wait_for_url(f"{dashboard}/queue")
    assert seeded.value(DEAD) == 3


def test_a_job_that_somebody_else_acted_on_is_said(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    job = seeded.value("select min(id) from outbox where status = 'dead'")
    page = open_page()
    page.goto(f"{dashboard}/queue/act?action=discard&job={job}")
    seeded.value("select redrive_outbox(%s)", job)
    page.get_by_role("button", name="Discard").click()
    assert_said(page, "somebody was faster")
    assert page.locator(".message").get_attribute("role") == "alert"
    page.goto(f"{dashboard}/queue/act?action=discard&job={job}")
    assert page.locator("main button").count() == 0


def test_a_digest_is_built_now_and_once(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.get_by_role("link", name="Send digest now").click()
    assert (
        "4 changes would go to 1 channel, each as its filter lets them through: board."
        in page.locator("main").inner_text()
    )
    assert seeded.value("select count(*) from digests") == 4
    page.get_by_role("button", name="Send digest now").click()
    assert_said(page, "4 people went into 1 message")
    assert seeded.value("select count_untold()") == 0
    newest = seeded.value("select max(id) from digests")
    assert seeded.value("select channel from digests where id = %s", newest) == "board"
    assert seeded.value("select count(*) from outbox where payload ->> 'digest_id' = %s::text", newest) == 1
    page.goto(f"{dashboard}/digests/send")
    page.get_by_role("button", name="Send digest now").click()
    assert_said(page, "Nobody waits for a digest")
    assert seeded.value("select max(id) from digests") == newest


def test_a_digest_without_a_channel_is_said(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute("update channels set is_active = false")
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    assert "No active channel sends digests." in page.locator("#send ~ p").first.inner_text()
    page.get_by_role("link", name="Send digest now").click()
    assert "No active channel sends digests" in page.locator("main").inner_text()
    assert page.locator("main button").count() == 0


def test_somebody_is_found_and_put_aside_and_taken_back(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/people")
    page.get_by_label("Search").fill("alert officer")
    page.keyboard.press("Enter")
    page.locator(".people tbody a").click()
    page.get_by_role("link", name="Put aside").click()
    page.get_by_label("For how long").select_option("90")
    page.get_by_label("Reason").fill("our own test account")
    page.get_by_role("button", name="Put aside").click()
    assert_said(page, "Put aside")
    days = "select round(extract(epoch from until - now()) / 86400) from suppressions where value = 'hostile'"
    assert seeded.value(days) == 90
    assert "our own test account" in page.locator(".aside").inner_text()
    page.get_by_role("button", name="Take back").click()
    assert_said(page, "Not aside any more")
    assert seeded.value("select count(*) from suppressions") == 0


def test_somebody_is_corrected(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/person?id=u9")
    page.get_by_role("link", name="Correct").click()
    assert page.get_by_label("Title").input_value() == "Chief Financial Officer"
    page.get_by_label("Company").fill("Globex")
    page.get_by_role("button", name="Correct").click()
    assert_said(page, "The company is corrected.")
    assert "Globex" in page.locator(".lead").inner_text()
    assert "The company was corrected on" in page.locator(".correction").inner_text()
    assert seeded.value("select company from user_state where user_id = 'u9'") == "Globex"
    assert seeded.value("select actor from audit where action = 'correct'") == "Dashboard on this machine"
    page.goto(f"{dashboard}/person/correct?id=u9")
    page.get_by_label("Title").fill("Gardener")
    page.get_by_role("button", name="Correct").click()
    assert_said(page, "by this title they are no executive, and are let go.")
    assert seeded.value("select count(*) from user_state where user_id = 'u9'") == 0


def test_a_correction_is_undone(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    before = seeded.value("select title || company from user_state where user_id = 'u9'")
    page = open_page()
    page.goto(f"{dashboard}/person/correct?id=u9")
    page.get_by_label("Title").fill("Gardener")
    page.get_by_label("Company").fill("Globex")
    page.get_by_role("button", name="Correct").click()
    assert_said(page, "are no executive, and are let go.")
    assert page.locator(".lead").inner_text() == "No executive now."
    page.get_by_role("button", name="Undo the correction of the company").click()
    assert_said(page, "Undone")
    page.get_by_role("button", name="Undo the correction of the title").click()
    assert_said(page, "Undone: what the community says counts again.")
    assert page.locator(".correction").count() == 0
    assert seeded.value("select title || company from user_state where user_id = 'u9'") == before


def test_a_mistaken_company_that_is_suppressed_is_undone(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    seeded.db.execute(
        "insert into suppressions (kind, value, until) values ('company', 'Globex', '2999-01-01')"
    )
    page = open_page()
    page.goto(f"{dashboard}/person/correct?id=u9")
    page.get_by_label("Company").fill("Globex")
    page.get_by_role("button", name="Correct").click()
    assert_said(page, "whoever is of this company is put aside.")
    said = page.locator("main").inner_text()
    assert "The company was corrected on" in said
    assert not any(word in said for word in ("Globex", "Chief", "community says"))
    page.get_by_role("button", name="Undo").click()
    assert_said(page, "Undone: what the community says counts again.")
    assert "Chief Financial Officer" in page.locator(".lead").inner_text()


def test_what_changed_while_the_form_was_open_is_not_corrected_back(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/person/correct?id=u9")
    seeded.db.execute("update user_state set title = 'Chief Revenue Officer' where user_id = 'u9'")
    page.get_by_label("Company").fill("Globex")
    page.get_by_role("button", name="Correct").click()
    assert_said(page, "The company is corrected.")
    assert seeded.value("select title || company from user_state where user_id = 'u9'") == (
        "Chief Revenue OfficerGlobex"
    )


def test_somebody_is_forgotten_after_a_question(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/person?id=u9")
    page.get_by_role("link", name="Forget").click()
    assert "1 change," in page.locator("main").inner_text()
    assert seeded.value("select count(*) from user_state where user_id = 'u9'") == 1
    page.get_by_role("button", name="Forget for good").click()
    assert_said(page, "Forgotten. Erased from 1 change")
    assert seeded.value("select count(*) from user_state where user_id = 'u9'") == 0
    answer = page.request.get(f"{dashboard}/person?id=u9")
    assert answer.status == 404


def test_an_account_is_watched_and_given_an_owner(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute("insert into accounts (name) values ('Acme <b>GmbH</b>')")
    page = open_page()
    page.goto(f"{dashboard}/accounts")
    page.get_by_label("Owner of").fill("Ada")
    page.get_by_label("Watch").check()
    page.get_by_role("button", name="Save").click()
    assert_said(page, "is watched.")
    assert seeded.value("select owner from accounts where is_watched") == "Ada"
    page.get_by_role("link", name="Watched").click()
    assert page.locator("#accounts-table tbody tr").count() == 1


def test_a_digest_goes_out_again_to_one_channel(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute(
        "insert into digests (week_start, week_end, channel, payload, part, parts)"
        " select week_start, week_end, channel, payload, 2, 2 from digests order by week_end desc limit 1"
    )
    seeded.db.execute(
        "insert into digests (week_start, week_end, channel, payload)"
        " select week_start, week_end, 'sales', payload from digests order by week_end desc limit 1"
    )
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    first = page.locator("details.digest").first
    assert "2 channels, 3 messages, 3 not sent yet" in first.locator("summary").inner_text()
    first.get_by_role("link", name="Send again… to board").click()
    assert "2 messages with 10 people" in page.locator("main").inner_text()
    page.get_by_role("button", name="Send again: 2 messages").click()
    assert_said(page, "2 messages go out again now.")
    jobs = seeded.db.execute(
        "select channel, count(*) from outbox where dedupe_key like 'digest:%%:again:%%' group by channel"
    ).fetchall()
    assert jobs == [("board", 2)]
    # A channel that is off gets nothing.
    cut_off = seeded.value("select max(week_end) from digests")
    assert seeded.value("select send_digest_again(%s, 'old')", cut_off) == 0
    assert seeded.value("select send_digest_again(%s, 'board', 'old')", cut_off) == 0
    # Another one gets a copy.
    first.get_by_role("link", name="Send again… to board").click()
    page.get_by_label("To", exact=True).select_option("Channel sales")
    page.get_by_role("button", name="Send again: 2 messages").click()
    assert_said(page, "2 messages go out again now.")
    copies = "select count(*) from outbox where channel = 'sales' and (payload -> 'is_copy')::boolean"
    assert seeded.value(copies) == 2


def test_a_report_is_told_again_to_one_channel(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    table = page.locator("#reports-table")
    # What has no files yet has nothing to tell.
    assert table.get_by_role("link", name="Send again…").count() == 2
    table.get_by_role("link", name="Send again… The report of February 2026, revision 1").click()
    assert "Send the report of February 2026 again?" in page.locator("h1").inner_text()
    assert page.get_by_label("To", exact=True).locator("option").all_inner_texts() == [
        "Channel board", "Channel sales",
    ]  # fmt: skip
    page.get_by_label("To", exact=True).select_option("Channel sales")
    page.get_by_role("button", name="Send again").click()
    assert_said(page, "1 message goes out again now.")
    again = "outbox where dedupe_key like 'report_message:%:again:%'"
    report = seeded.value("select id::text from reports where month_label = '2026-02' and revision = 1")
    jobs = f"select kind, channel, payload ->> 'report_id' from {again}"  # noqa: S608 (a constant)
    assert seeded.db.execute(jobs.encode()).fetchall() == [("report_message", "sales", report)]
    for number, channel in ((int(report), "old"), (int(report) + 1, "sales"), (int(report) + 99, "sales")):
        assert seeded.value("select send_report_again(%s, %s)", number, channel) == 0
    told = seeded.value(
        "select actor || ' ' || action || ' ' || (detail ->> 'to') from audit where subject = 'reports'"
    )
    assert told == "Dashboard on this machine send_again sales"


def test_the_report_of_the_chosen_month_is_generated(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    month = seeded.value("select to_char(now() at time zone time_zone, 'YYYY-MM') from settings")
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.get_by_label("Month").select_option(month)
    page.get_by_role("button", name="Generate report now").click()
    changes = seeded.value(
        "select count(*) from detections, pathfinder.month_bounds(to_date(%s, 'YYYY-MM')) as bounds"
        " where is_told and detected_at >= bounds.month_start and detected_at < bounds.month_end",
        month,
    )
    assert (
        f"It is of {changes} changes so far. It tells 1 channel: board." in page.locator("main").inner_text()
    )
    assert seeded.value("select count(*) from reports where month_label = %s", month) == 0
    page.get_by_role("button", name="Generate report now").click()
    total = seeded.value("select summary ->> 'total' from reports where month_label = %s", month)
    name = seeded.value("select to_char(to_date(%s, 'YYYY-MM'), 'FMMonth YYYY')", month)
    assert_said(page, f"The report of {name}, revision 1, was built with {total} people")
    report = seeded.value("select id from reports where month_label = %s", month)
    assert seeded.value("select count(*) from outbox where payload ->> 'report_id' = %s::text", report) == 1
    assert seeded.value("select actor from audit where action = 'generate'") == "Dashboard on this machine"


def test_ended_links_are_made_anew(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.get_by_role("link", name="Make them anew").click()
    assert "Revision 1 holds all of them" in page.locator("main").inner_text()
    page.get_by_role("button", name="Make its files anew").click()
    assert_said(page, "The report of January 2026, revision 1, is up to date")
    assert seeded.value("select count(*) from outbox where dedupe_key like 'report:%%:again:%%'") == 1
    assert (
        seeded.value("select actor from audit where action = 'render_again'") == "Dashboard on this machine"
    )


def test_what_the_database_refuses_is_said_beside_the_form(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    page.evaluate("document.querySelector('#month option').value = '2999-01'")
    page.get_by_role("button", name="Generate report now").click()
    page.get_by_role("button", name="Generate report now").click()
    assert_said(page, "January 2999 has not begun")
    assert seeded.value("select count(*) from reports") == 3


def test_a_message_is_told_once(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/digests/send")
    page.get_by_role("button", name="Send digest now").click()
    assert_said(page, "4 people went into 1 message")
    assert page.title().startswith("4 people went into 1 message")
    assert seeded.value("select actor from audit where action = 'send'") == "Dashboard on this machine"
    page.reload()
    assert page.locator(".message").count() == 0
