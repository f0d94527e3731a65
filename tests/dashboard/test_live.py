"""A page that is left open stays current, and nobody loses their place."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.dashboard.seed import Seeded

Opened = Callable[..., Page]
# As when somebody comes back to the page.
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def test_an_open_page_shows_what_happened_and_keeps_ones_place(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue?status=dead")
    dead = page.locator("[data-figure=dead]")
    expect(dead).to_have_text("3")
    link = page.locator("#jobs-table a").first
    link.focus()
    held = link.get_attribute("href")
    page.get_by_label("What", exact=True).select_option("alert")
    link.focus()
    seeded.db.execute(
        "insert into outbox (kind, channel, dedupe_key, status, finished_at)"
        " values ('alert', 'sales', 'newer', 'dead', now())"
    )
    page.evaluate(COME_BACK)
    expect(dead).to_have_text("4")
    expect(page.locator("#jobs-table tbody tr")).to_have_count(4)
    assert page.evaluate("document.activeElement.getAttribute('href')") == held
    # What somebody has chosen, and not asked for yet, stays.
    assert page.get_by_label("What", exact=True).input_value() == "alert"


def test_what_is_unfolded_stays_so(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/deliveries")
    second = page.locator("details.digest").nth(1)
    second.locator("summary").click()
    seeded.db.execute("update channels set description = 'the board of directors' where name = 'board'")
    page.evaluate(COME_BACK)
    expect(page.locator("#channels-table")).to_contain_text("the board of directors")
    assert second.get_attribute("open") is not None


def test_a_page_that_cannot_be_read_anew_says_so_until_it_can(
    seeded: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    page.goto(f"{dashboard}/numbers")
    stale = page.locator("#stale")
    expect(stale).to_be_hidden()
    page.evaluate(
        "() => { window.really = window.fetch; window.fetch = () => Promise.reject(new Error('away')); }"
    )
    page.evaluate(COME_BACK)
    expect(stale).to_be_visible()
    page.evaluate("() => { window.fetch = window.really; }")
    page.evaluate(COME_BACK)
    expect(stale).to_be_hidden()


def test_updating_can_be_stopped(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    page.get_by_role("button", name="Stop updating").click()
    page.evaluate(
        "() => { window.fetch = () => { document.title = 'asked'; return Promise.reject(new Error()); }; }"
    )
    page.evaluate(COME_BACK)
    assert page.title() != "asked"
    page.get_by_role("button", name="Go on updating").click()
    page.wait_for_function("document.title === 'asked'")


def test_a_page_that_never_changes_is_not_read_again(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/rules")
    assert page.locator("#pause").is_hidden()
