"""What a rendered page looks like: measured in a browser, and in its pictures."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from local.machine import find_browser

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Every text of the page with its colour, what it stands upon, and where its box sticks out of the window.
LOOK = """
() => {
    const parse = (text) => text.match(/[\\d.]+/g).map(Number);
    const under = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
        }
        return [255, 255, 255];
    };
    const texts = [];
    for (const element of document.body.querySelectorAll("*")) {
        const own = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
        let box = element.getBoundingClientRect();
        for (let at = element; at; at = at.parentElement) {
            if (getComputedStyle(at).overflowX === "hidden") box = at.getBoundingClientRect();
        }
        if (!own.length || box.width < 2 || ["title", "desc"].includes(element.tagName)) continue;
        const style = getComputedStyle(element);
        const drawn = element instanceof SVGElement;
        texts.push({
            text: own[0].data.trim().slice(0, 40),
            colour: parse(drawn ? style.fill : style.color).slice(0, 3),
            under: under(element),
            large: parseFloat(style.fontSize) >= (+style.fontWeight >= 700 ? 18.66 : 24),
            left: box.left,
            right: box.right,
        });
    }
    return {texts, width: document.documentElement.scrollWidth, window: innerWidth};
}
"""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Headless Chromium, Debian's or Google's."""
    program = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser: Browser, html: str, *, width: int, dark: bool = False) -> Iterator[Page]:
    """A page that shows the HTML."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    try:
        page = context.new_page()
        page.set_content(html)
        yield page
    finally:
        context.close()


def look(page: Page) -> dict[str, Any]:
    """The measurements of `LOOK`."""
    seen: dict[str, Any] = page.evaluate(LOOK)
    return seen


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast of two colours, 1 to 21. Source: WCAG 2.2, relative luminance and contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(colour: str) -> list[float]:
    """`#18202c` as numbers."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: list[float]) -> float:
    parts = [value / 255 for value in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def pictures(pdf: Path, folder: Path, *, dots: int = 40) -> list[Path]:
    """The PDF's pages as grey pictures (PGM), by poppler."""
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dots), str(pdf), str(folder / "page")],
        check=True,
        capture_output=True,
    )
    return sorted(folder.glob("page*.pgm"))


def read_picture(path: Path) -> tuple[int, int, bytes]:
    """Width, height and the pixels, 0 to 255, of a PGM file."""
    magic, size, most, pixels = path.read_bytes().split(b"\n", 3)
    assert (magic, most) == (b"P5", b"255")
    width, height = map(int, size.split())
    return width, height, pixels
