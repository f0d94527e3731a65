"""The public pages in a browser: a telephone in the dark, a screen by day, and names as ugly as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from captpathfinder.render.feedback_page import Subject, feedback_page, notice_page
from tests.channels.people import detect
from tests.feedback.conftest import Connection, Pages
from tests.feedback.test_proposals import mutes, proposals
from tests.reports.pages import contrast, look, open_page
from tests.reports.samples import HOSTILE


@contextmanager
def opened(browser: Browser, *, width: int, dark: bool) -> Iterator[Page]:
    """A page; what the browser complains about on its console fails the test."""
    complaints: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def test_a_reader_presses_a_button_on_a_telephone_and_undoes_it(
    told: Connection, pages: Pages, browser: Browser
) -> None:
    url = pages.feedback(detect(told, "1", name="Grace Hopper"))
    with opened(browser, width=390, dark=True) as page:
        page.goto(url)
        assert page.get_by_role("button").count() == 3
        page.get_by_role("button", name="Not an executive").click()
        page.get_by_role("status").get_by_text("will not hear of Grace Hopper again").wait_for()
        assert page.url == url
        assert mutes(told) == [("sales", "1", "not executive", None)]
        # By keyboard.
        page.get_by_role("button", name="Undo").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Not an executive").wait_for()
        assert page.get_by_role("status").count() == 0
        assert (mutes(told), proposals(told)) == ([], [])


def test_the_page_of_a_digest_is_styled_under_its_policy(
    told: Connection, pages: Pages, browser: Browser
) -> None:
    detect(told, "1", name="Grace Hopper")
    told.execute("select public.send_digests()")
    row = told.execute("select id from public.digests where channel = 'sales'").fetchone()
    assert row is not None
    with opened(browser, width=390, dark=True) as page:
        page.goto(pages.digest(row[0]))
        assert look(page)["texts"][0]["under"] == [18, 22, 28]
        page.get_by_role("link", name=re.compile("Not.right")).click()
        assert page.locator("h1").inner_text() == "What is not right?"


@pytest.mark.parametrize(("width", "dark"), [(1100, False), (390, True)])
def test_pages_fit_and_can_be_read_whatever_a_member_typed(browser: Browser, width: int, dark: bool) -> None:
    subjects = [
        Subject(channel="board", username=text, title=text, company=text, is_muted=True,
                verdicts=["not_executive"])
        for text in [*HOSTILE, "\u738b" * 300, "x" * 300]
    ]  # fmt: skip
    for made in [*map(feedback_page, subjects), notice_page(404), notice_page(503)]:
        with open_page(browser, made.html, width=width, dark=dark) as page:
            seen = look(page)
            assert page.locator("script, img, iframe, a").count() == 0
            assert page.locator("h1").count() == 1
        assert seen["width"] <= seen["window"]
        for text in seen["texts"]:
            assert contrast(text["colour"], text["under"]) >= (3 if text["large"] else 4.5), text
