"""Every number on the pages is what SQL says."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from captpathfinder.dashboard.wording import plain
from local.stack import Stack
from tests.dashboard.conftest import dashboard_process
from tests.dashboard.seed import HOSTILE_NAME, HOSTILE_TITLE, Seeded, tick

Opened = Callable[..., Page]

FIGURES = {
    "/": {
        "executives": "select count(*) from user_state",
        "csuite": "select count(*) from user_state where seniority_level = 'csuite'",
        "vp": "select count(*) from user_state where seniority_level = 'vp'",
        "detections": (
            "select count(*) from detections"
            " where (detected_at at time zone 'UTC')::date > '{today}'::date - 30"
        ),
        "digests-sent": "select count(*) from digests where sent and sent_at > now() - interval '30 days'",
        "digests-pending": "select count(*) from digests where not sent",
        "jobs-pending": "select count(*) from outbox where status = 'pending'",
        "jobs-dead": "select count(*) from outbox where status = 'dead'",
    },
    "/queue": {
        "pending": "select count(*) from outbox where status = 'pending'",
        "running": "select count(*) from outbox where status = 'running'",
        "dead": "select count(*) from outbox where status = 'dead'",
    },
}


def figure(page: Page, name: str) -> str:
    return page.locator(f"[data-figure={name}]").inner_text()


def rows(page: Page, table: str) -> list[list[str]]:
    found = page.locator(f"#{table} tbody tr").all()
    return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in found]


def goto(page: Page, url: str, seen: Seeded) -> date:
    """Open a page, and return the day that it was of: again, if that ended meanwhile."""
    today = "select (now() at time zone 'UTC')::date"
    while True:
        day: date = seen.value(today)
        page.goto(url)
        if seen.value(today) == day:
            return day


@pytest.mark.parametrize("path", FIGURES)
def test_each_figure_equals_sql(seen: Seeded, dashboard: str, open_page: Opened, path: str) -> None:
    page = open_page()
    today = goto(page, dashboard + path, seen)
    assert {name: figure(page, name) for name in FIGURES[path]} == {
        name: str(seen.value(query.format(today=today))) for name, query in FIGURES[path].items()
    }


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_the_numbers_of_a_period_equal_sql(
    seen: Seeded, dashboard: str, open_page: Opened, days: int
) -> None:
    page = open_page()
    today = goto(page, f"{dashboard}/numbers?days={days}", seen)
    first = today - timedelta(days=days - 1)
    queries = {
        "webhooks": "select sum(count) from pathfinder.webhook_counters where day >= %s",
        "found": "select count(*) from detections where (detected_at at time zone 'UTC')::date >= %s",
        "done": (
            "select count(*) from outbox_attempts where outcome = 'done'"
            " and (finished_at at time zone 'UTC')::date >= %s"
        ),
        "failed": (
            "select count(*) from outbox_attempts where outcome in ('retry', 'dead')"
            " and (finished_at at time zone 'UTC')::date >= %s"
        ),
    }
    assert {name: figure(page, name) for name in queries} == {
        name: f"{seen.value(query, first):,}" for name, query in queries.items()
    }


def test_detections_by_day_are_drawn_and_listed(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    today = goto(page, dashboard, seen)
    page.get_by_text("As a table").click()
    expected = seen.db.execute(
        "select to_char((detected_at at time zone 'UTC')::date, 'FMDD FMMonth YYYY'),"
        " (count(*) filter (where seniority_level = 'csuite'))::text,"
        " (count(*) filter (where seniority_level = 'vp'))::text"
        " from detections"
        " where (detected_at at time zone 'UTC')::date > %s::date - 30"
        " group by (detected_at at time zone 'UTC')::date order by min(detected_at) desc",
        [today],
    ).fetchall()
    assert [tuple(row) for row in rows(page, "days")] == expected
    # Heights are in proportion to the numbers: the area of each colour is its share.
    heights = {
        level: page.eval_on_selector_all(
            f"svg.chart rect.{shade}", "bars => bars.reduce((sum, bar) => sum + bar.height.baseVal.value, 0)"
        )
        for level, shade in (("csuite", "fill-strong"), ("vp", "fill-mild"))
    }
    counted = {level: sum(int(row[at]) for row in expected) for level, at in (("csuite", 1), ("vp", 2))}
    ratio = heights["csuite"] / heights["vp"]
    assert ratio == pytest.approx(counted["csuite"] / counted["vp"], rel=0.01)
    assert page.locator("svg.chart").get_attribute("aria-label") is not None


def test_pages_speak_of_the_levels_that_are_on(
    seeded: Seeded, stack: Stack, open_page: Opened, tmp_path: Path
) -> None:
    # What levels are called is remembered for a while.
    with dashboard_process(stack, tmp_path / "log") as dashboard:
        _speaks_of_levels(seeded, dashboard, open_page)


def _speaks_of_levels(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute("update levels set is_on = level <> 'vp'")
    seeded.db.execute("update levels set label = 'Head', label_plural = 'Heads' where level = 'director'")
    # Two on one day, and one the day before.
    seeded.db.execute(
        "with person as ("
        "    insert into user_state (user_id, title, seniority_level)"
        "    select user_id, 'Director', 'director' from unnest('{d1,d2,d3}'::text[]) as user_id returning *)"
        " insert into detections (user_id, title, seniority_level, detected_at)"
        " select user_id, title, seniority_level, now() - case user_id when 'd3' then interval '1 day'"
        "    else interval '0' end from person"
    )
    page = open_page()
    page.goto(dashboard)
    counted = "select count(*) from user_state where seniority_level = "
    for level in ("csuite", "director"):
        assert figure(page, level) == str(seeded.value(f"{counted}'{level}'"))
    assert page.locator("[data-figure=vp]").count() == 0
    assert figure(page, "executives") == str(
        seeded.value("select count(*) from user_state where seniority_level in ('csuite', 'director')")
    )
    assert page.locator(".legend .key").all_inner_texts() == ["C-level executives", "Heads"]
    page.get_by_text("As a table").click()
    assert page.locator("#days thead th").all_inner_texts() == ["Day", "C-level executives", "Heads"]
    assert [row[2] for row in rows(page, "days")][:2] == ["2", "1"]
    heights = page.eval_on_selector_all(
        "svg.chart rect.fill-mild", "bars => bars.map(bar => bar.height.baseVal.value)"
    )
    assert len(heights) == 2
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.01)
    assert page.locator(".people .level").first.inner_text() == "Head"
    # Whoever was found while a level was on keeps what it is called.
    page.goto(f"{dashboard}/numbers")
    assert {"Head", "Vice president", "C-level executive"} <= {row[0] for row in rows(page, "found-table")}


def test_webhooks_by_outcome_equal_the_counters(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(dashboard)
    assert rows(page, "outcomes")[:3] == [
        ["Processed", "1,300"],
        ["Repeated", "7"],
        ["Refused: wrong secret", "3"],
    ]


def test_changes_are_listed_newest_first_and_each_once_over_the_pages(
    seen: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/changes")
    listed = page.locator(".people tbody th").all_inner_texts()
    assert page.locator(".found span").inner_text() == "50 changes on this page"
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("link", name="First page").wait_for()
    listed += page.locator(".people tbody th").all_inner_texts()
    assert page.get_by_role("link", name="Next page").count() == 0
    expected = seen.db.execute(
        "select username, title from detections order by detected_at desc, id desc"
    ).fetchall()
    assert [tuple(said.split("\n")[:2]) for said in listed] == expected


def test_one_is_one_and_nobody_is_said(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/people?text=hostile")
    assert page.locator(".found span").inner_text() == "1 executive"
    page.goto(f"{dashboard}/people?text=nobody+at+all")
    assert page.locator("main .none").inner_text().startswith("Nobody fits.")
    page.get_by_role("link", name="Show all").last.click()
    page.wait_for_url(f"{dashboard}/people")


def test_what_is_filtered_is_exported_and_no_spreadsheet_runs_it(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    seeded.db.execute("update user_state set username = '=1+1' where user_id = 'u9'")
    page = open_page()
    page.goto(f"{dashboard}/people?level=csuite&sort=name")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert download.value.suggested_filename.startswith("people-")
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8-sig", newline="")))
    expected = seeded.db.execute("select user_id from user_state where seniority_level = 'csuite'").fetchall()
    assert sorted(row["user_id"] for row in rows) == sorted(user_id for (user_id,) in expected)
    assert {row["name"] for row in rows if row["user_id"] == "u9"} == {"'=1+1"}


def test_fifty_people_are_short_on_a_phone(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{dashboard}/changes")
    assert page.locator(".people tbody tr").count() == 50
    assert page.evaluate("document.documentElement.scrollHeight") < 8_500


def test_the_audit_says_who_changed_what(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute("update settings set digest_size = 7")
    page = open_page()
    page.goto(f"{dashboard}/audit?subject=settings")
    first = page.locator("#audit-table tbody tr").first.inner_text()
    assert "Table Editor or SQL (supabase_admin)" in first
    assert "Digest size: 10 → 7" in first


def test_a_person_is_shown_with_what_happened_and_why(
    seen: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/changes?kind=promotion")
    page.locator(".people tbody a").first.click()
    assert "Promoted from vice president" in page.locator(".timeline").inner_text()
    assert page.locator("#why").count() == 1


def test_what_members_type_stays_text(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/changes")
    first = page.locator("table tbody tr").first.inner_text()
    assert HOSTILE_NAME in first
    assert HOSTILE_TITLE in first
    # The page's own scripts are files, named in its head.
    assert page.locator("body script, script:not([src]), img[src=x]").count() == 0


def test_the_queue_lists_each_job_with_its_error(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    text = page.locator("main").inner_text()
    for job, error in seen.db.execute("select id, last_error from outbox where status <> 'done'"):
        assert f"job {job}" in text
        assert error is None or error in text
    expected = seen.db.execute(
        "select coalesce(channel, 'No channel'), (count(*) filter (where status = 'pending'))::text,"
        " (count(*) filter (where status = 'running'))::text,"
        " (count(*) filter (where status = 'dead'))::text,"
        " (select count(*) from outbox_attempts as a join outbox as o on o.id = outbox_id"
        "  where o.channel is not distinct from outbox.channel and outcome = 'done')::text,"
        " (select count(*) from outbox_attempts as a join outbox as o on o.id = outbox_id"
        "  where o.channel is not distinct from outbox.channel and outcome in ('retry', 'dead'))::text"
        " from outbox group by channel order by channel nulls first"
    ).fetchall()
    assert [tuple(row) for row in rows(page, "channels")] == expected


def test_deliveries_equal_their_tables(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    waiting = seen.value("select count_untold()")
    assert figure(page, "waiting") == f"{waiting} changes wait"
    page.locator("details.digest").evaluate_all("all => all.forEach(one => { one.open = true })")
    digests = seen.db.execute(
        "select payload #>> '{counts,people}', sent from digests order by week_end desc"
    )
    shown = page.locator("details.digest tbody tr").all()
    told = [row.locator("td").all_inner_texts() for row in shown]
    assert [(cells[0].split()[0], not cells[1].startswith("0 of")) for cells in told] == digests.fetchall()
    reports = seen.db.execute("select revision, summary ->> 'total' from reports order by id desc")
    listed = rows(page, "reports-table")
    assert [(int(row[0].split()[-1]), row[1]) for row in listed] == reports.fetchall()
    assert [row[0] for row in rows(page, "channels-table")] == ["board", "old", "sales"]


def test_links_are_shown_while_they_work_and_only_to_web_addresses(
    seen: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    links = page.locator("#reports-table a:not([href*=again])").all()
    assert [link.get_attribute("href") for link in links] == [
        *(f"https://storage.example.com/reports/r.{form}?token=t" for form in ("pdf", "csv")),
        # Whose links have ended, it offers to make anew.
        "/reports/generate?month=2026-01",
    ]
    assert "The links ended on" in page.locator("#reports-table tr").nth(3).inner_text()


def test_health_is_told_with_its_reasons(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(dashboard)
    verdict = page.locator(".verdict")
    health = seeded.value("select health()")
    assert verdict.locator("h2").inner_text() == "Needs attention"
    assert [" ".join(text.split()) for text in verdict.locator("li").all_inner_texts()] == health["reasons"]

    seeded.db.execute("update outbox set status = 'done' where status = 'dead'")
    page.reload()
    assert seeded.value("select health() ->> 'status'") == "ok"
    assert verdict.locator("h2").inner_text() == "All is well"

    seeded.db.execute("delete from cron.job_run_details")
    tick(seeded.db, "10 minutes")
    page.reload()
    assert verdict.locator("h2").inner_text() == "Down"
    reasons = seeded.value("select health() -> 'reasons'")
    assert reasons[0].startswith("The schedule has not run")
    assert [" ".join(text.split()) for text in verdict.locator("li").all_inner_texts()] == reasons


def test_a_fresh_project_says_what_will_be_where(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    tables = "detections, user_state, digests, reports, outbox, outbox_attempts, channels, worker_heartbeats"
    seeded.db.execute(f"truncate {tables}, pathfinder.webhook_counters cascade".encode())
    page = open_page()
    for path, said in (
        ("/", "Nobody has been found yet."),
        ("/people", "Nobody has been found yet."),
        ("/changes", "Nobody has been found yet."),
        ("/accounts", "There is none. Add rows to the table accounts"),
        ("/queue", "There has been no job yet."),
        ("/deliveries", "No digest has been built yet."),
        ("/numbers", "None has arrived."),
    ):
        answer = page.goto(dashboard + path)
        assert answer is not None
        assert answer.status == 200
        assert said in page.locator("main").inner_text(), path


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "nothing"),
        (False, "no"),
        (0, "0"),
        (["digest", True], "digest, yes"),
        ({"day": "monday", "levels": []}, "day: monday; levels: nothing"),
        ({}, "nothing"),
    ],
)
def test_values_of_the_audit_are_written_as_people_do(value: object, said: str) -> None:
    assert plain(value) == said


def test_the_audit_says_what_became_of_what(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    seeded.db.execute("update channels set is_active = false, sends = '{digest}' where name = 'board'")
    page = open_page()
    page.goto(f"{dashboard}/audit?subject=channels")
    first = page.locator("#audit-table tbody tr").first.inner_text()
    assert "Switched off" in first
    assert "Sends: digest, report → digest" in first
    assert "Changed" in first


def test_the_page_of_numbers_says_what_each_figure_counts(
    seen: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/numbers")
    words = page.locator("#counted dl")
    assert not words.is_visible()
    # By keyboard.
    page.locator("#counted summary").focus()
    page.keyboard.press("Enter")
    words.wait_for()
    terms = words.locator("dt").all_inner_texts()
    assert terms == [
        "Webhooks",
        "Found",
        "Changes",
        "Executives now",
        "People in a digest",
        "People in a report",
        "Done",
    ]
    labels = page.locator(".tiles .label").all_inner_texts()
    assert set(labels) - {"Half of the jobs took"} <= set(terms)
