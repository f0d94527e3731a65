"""The pages work on a phone, in the dark, by keyboard, and can be read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.dashboard.seed import Seeded

Opened = Callable[..., Page]
PAGES = [
    "/",
    "/people",
    "/changes",
    "/person?id=hostile",
    "/person/forget?id=hostile",
    "/person/aside?id=hostile",
    "/person/correct?id=hostile",
    "/accounts",
    "/queue",
    "/queue/act?action=discard&job=1",
    "/deliveries",
    "/digests/send",
    "/digests/again?cut=2026-01-05T09:00:00Z&channel=board",
    "/reports/again?report=2",
    "/reports/generate?month=2026-11",
    "/rules?title=Former+CFO,+now+CEO",
    "/rules/examples",
    "/rules/missed",
    "/rules/new?category=vp&pattern=keeper",
    "/feedback",
    "/numbers?days=30",
    "/audit",
]

# Every visible text with its colour, the background it is on, and its size; and every input's border.
COLOURS = """
() => {
  const parse = (colour) => {
    const numbers = colour.match(/[\\d.]+/g).map(Number);
    return numbers.length === 3 ? [...numbers, 1] : numbers;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    if (element.closest('svg')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    found.push({
      what: walker.currentNode.textContent.trim().slice(0, 40), least: large ? 3 : 4.5,
      front: parse(style.color), back: behind(element),
    });
  }
  const fields = 'input:not([type=hidden]):not([type=checkbox]):not([hidden]), select';
  for (const element of document.querySelectorAll(fields))
    found.push({what: `border of ${element.id}`, least: 3,
      front: parse(getComputedStyle(element).borderTopColor), back: behind(element.parentElement)});
  for (const element of document.querySelectorAll('svg rect.csuite, svg rect.vp'))
    found.push({what: `bar ${element.getAttribute('class')}`, least: 3,
      front: parse(getComputedStyle(element).fill), back: behind(element.closest('figure'))});
  return found;
}
"""


def luminance(colour: list[float]) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [value / 255 for value in colour[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[float], other: list[float]) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([119, 119, 119], [255, 255, 255]) == pytest.approx(4.48, abs=0.01)


def test_everything_has_enough_contrast_in_light_and_in_dark(
    seen: Seeded, dashboard: str, guarded_dashboard: str, open_page: Opened
) -> None:
    backgrounds: dict[Literal["light", "dark"], str] = {
        "light": "rgb(255, 255, 255)",
        "dark": "rgb(18, 22, 28)",
    }
    page = open_page()
    for address in [*(dashboard + path for path in PAGES), f"{guarded_dashboard}/login"]:
        page.goto(address)
        for scheme, background in backgrounds.items():
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == background
            colours: list[dict[str, Any]] = page.evaluate(COLOURS)
            assert len(colours) > 5
            poor = [
                (item["what"], round(contrast(item["front"], item["back"]), 2))
                for item in colours
                if contrast(item["front"], item["back"]) < item["least"]
            ]
            assert poor == [], (address, scheme)


def test_nothing_is_wider_than_the_screen(
    seen: Seeded, dashboard: str, guarded_dashboard: str, open_page: Opened
) -> None:
    page = open_page(viewport={"width": 768, "height": 740})
    for address in [*(dashboard + path for path in PAGES), f"{guarded_dashboard}/login"]:
        page.goto(address)
        for summary in page.locator("summary").all():
            summary.click()
        for width in (768, 360, 320):
            page.set_viewport_size({"width": width, "height": 740})
            page.wait_for_function(f"innerWidth === {width}")
            assert page.evaluate("document.documentElement.scrollWidth") == width, address
            over = page.evaluate(
                "() => [...document.querySelectorAll('main *, header *')].filter((e) => e.checkVisibility()"
                " && getComputedStyle(e).clipPath === 'none' && !e.closest('.hidden, caption, thead, .skip')"
                " && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80))"
            )
            assert over == [], (address, width)


def test_text_may_be_twice_as_large(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page(viewport={"width": 640, "height": 740})
    for path in PAGES:
        page.goto(dashboard + path)
        page.evaluate("document.documentElement.style.fontSize = '32px'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path


def test_the_whole_of_it_can_be_done_by_keyboard(seeded: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{dashboard}/queue")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert skip.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "1 job"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text().startswith("Try again")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Try again: 1 job").focus()
    page.keyboard.press("Enter")
    page.locator(".message").wait_for()
    assert seeded.value("select count(*) from outbox where status = 'dead'") == 2

    page.goto(f"{dashboard}/rules")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "title":
            break
    page.keyboard.type("CEO")
    page.keyboard.press("Enter")
    page.locator("#explanation").wait_for()


def test_the_focus_is_always_seen(seen: Seeded, dashboard: str, open_page: Opened) -> None:
    page = open_page()
    for path in ("/queue", "/deliveries", "/rules"):
        page.goto(dashboard + path)
        focused = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            outline = page.evaluate(
                "() => { const at = document.activeElement; const style = getComputedStyle(at);"
                " return at === document.body ? null : [at.outerHTML.slice(0, 60), style.outlineStyle,"
                " parseFloat(style.outlineWidth)]; }"
            )
            if outline is None:
                break
            focused.add(outline[0])
            assert outline[1] != "none", outline
            assert outline[2] >= 2, outline
        assert len(focused) >= 7, path


def test_each_page_has_its_landmarks_one_heading_and_named_controls(
    seen: Seeded, dashboard: str, open_page: Opened
) -> None:
    page = open_page()
    for path in PAGES:
        page.goto(dashboard + path)
        assert page.get_by_role("banner").count() == 1
        assert page.get_by_role("main").count() == 1
        assert page.get_by_role("navigation", name="Pages", exact=True).count() == 1
        assert page.get_by_role("contentinfo").count() == 1
        assert page.locator("h1").count() == 1
        assert page.locator("header nav [aria-current=page]").count() == 1
        assert page.locator("html").get_attribute("lang") == "en"
        nameless = page.evaluate(
            "() => [...document.querySelectorAll('input:not([type=hidden]):not([hidden]), select')]"
            ".filter((e) => e.labels.length === 0).map((e) => e.outerHTML)"
        )
        assert nameless == []
        ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids))
        tables = page.locator("table").all()
        assert all(table.locator("caption").count() == 1 for table in tables)
        levels = page.evaluate(
            "() => [...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))"
        )
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_login_works_in_a_browser(seeded: Seeded, guarded_dashboard: str, open_page: Opened) -> None:
    page = open_page()
    page.goto(f"{guarded_dashboard}/deliveries")
    page.get_by_label("Token").fill("a-token-for-the-tests-only")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Send digest now").click()
    page.get_by_role("button", name="Send digest now").click()
    page.locator(".message", has_text="4 people").wait_for()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Token").wait_for()
