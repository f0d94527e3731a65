"""The report as people see it: the PDF's pages and the HTML as pictures, measured."""

from __future__ import annotations

import itertools
import logging
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Request
from pypdf import PdfReader

from captpathfinder.render.document import ranking, report_html
from captpathfinder.render.documents import NamedCount, Person
from captpathfinder.render.lists import importance, list_of
from captpathfinder.render.pdf import write_pdf
from captpathfinder.render.process import Material
from captpathfinder.render.theme import DARK, LIGHT
from tests.reports.pages import contrast, look, open_browser, open_page, pictures, read_picture, rgb
from tests.reports.samples import SCRIPTS, START, hostile_month, month

MONTHS = {"usual": month(40, revision=2), "hostile": hostile_month(), "empty": month(0), "one": month(1)}


def html_of(material: Material) -> str:
    return report_html(material.document, material.people)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def usual_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    write_pdf(html_of(MONTHS["usual"]), path)
    return path


@pytest.mark.parametrize("name", MONTHS)
@pytest.mark.parametrize(("width", "dark"), [(1200, False), (1200, True), (360, False)])
def test_the_html_fits_its_window_and_can_be_read(
    browser: Browser, tmp_path: Path, name: str, width: int, dark: bool
) -> None:
    with open_page(browser, html_of(MONTHS[name]), width=width, dark=dark) as page:
        seen = look(page)
        picture = tmp_path / "page.png"
        page.screenshot(path=picture)
        assert picture.stat().st_size > 5_000
    assert seen["width"] <= seen["window"]
    assert len(seen["texts"]) > 8
    for text in seen["texts"]:
        assert text["left"] >= -1, text
        assert text["right"] <= width + 1, text
        needed = 3 if text["large"] else 4.5
        assert contrast(text["colour"], text["under"]) >= needed, text


def test_the_look_sees_what_cannot_be_read_or_sticks_out(browser: Browser) -> None:
    bad = (
        '<p style="color:#999;background:#fff">pale</p><div style="width:900px">wide<br>' + "x" * 9 + "</div>"
    )
    with open_page(browser, bad, width=360) as page:
        seen = look(page)
    assert seen["width"] > seen["window"]
    assert min(contrast(text["colour"], text["under"]) for text in seen["texts"]) < 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_shapes_of_charts_stand_out(theme: dict[str, str]) -> None:
    for shade in ("strong", "mild", "muted"):
        assert contrast(rgb(theme[shade]), rgb(theme["panel"])) >= 3


def test_bars_are_shares_of_the_whole_and_what_is_not_known_is_text() -> None:
    rows = [{"name": "Peru", "count": 12}, {"name": "Chile", "count": 6}, {"name": None, "count": 22}]
    summary = month(40).document.summary.model_copy(
        update={"by_country": [NamedCount.model_validate(row) for row in rows]}
    )
    figure = ranking("By country", summary.by_country, summary.total, "countries")
    assert [(bar.name, bar.share) for bar in figure.bars] == [("Peru", 0.3), ("Chile", 0.15)]
    assert [bar.drawing.groups[0].boxes[1].width for bar in figure.bars] == [30, 15]
    assert figure.note == "Not known: 22 people."


def test_names_are_text_of_the_page_not_of_a_drawing() -> None:
    for drawing in re.findall("<svg.*?</svg>", html_of(MONTHS["hostile"]), re.DOTALL):
        assert not any(text in drawing for text in ("evil", "script", "CEO"))


def test_a_dark_page_is_dark_in_its_charts_as_well(browser: Browser) -> None:
    with open_page(browser, html_of(MONTHS["usual"]), width=1200, dark=True) as page:
        fills = page.eval_on_selector_all(
            "svg.chart .fill-strong", "all => all.map(e => getComputedStyle(e).fill)"
        )
        backdrop = page.eval_on_selector("body", "body => getComputedStyle(body).backgroundColor")
    assert {tuple(map(int, fill[4:-1].split(","))) for fill in fills} == {tuple(rgb(DARK["strong"]))}
    assert [int(part) for part in backdrop[4:-1].split(",")] == rgb(DARK["paper"])


@pytest.mark.parametrize("name", ["usual", "hostile"])
def test_the_html_asks_for_nothing_and_runs_nothing(browser: Browser, tmp_path: Path, name: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(html_of(MONTHS[name]), encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []

    def note_request(request: Request) -> None:
        asked.append(request.url)

    def note_dialog(dialog: Dialog) -> None:
        asked.append(dialog.message)

    page.on("request", note_request)
    page.on("dialog", note_dialog)
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert page.locator("script, iframe, object, embed, link, img").count() == 0
    page.close()


def test_people_who_cannot_see_it_are_told_the_same(browser: Browser) -> None:
    with open_page(browser, html_of(MONTHS["usual"]), width=1200) as page:
        assert page.locator("h1").count() == 1
        levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(e => +e.tagName[1])")
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        months, weeks = page.locator("svg[role=img]").all()
        assert "Jun: 30" in (months.get_attribute("aria-label") or "")
        assert "2 Nov: 8" in (weeks.get_attribute("aria-label") or "")
        # The bars are decoration: their names and numbers are text.
        bars = page.locator(".bars li")
        assert bars.count() == 14
        for bar in bars.all():
            assert any(char.isdigit() for char in bar.inner_text())
            assert bar.locator("svg").get_attribute("aria-hidden") == "true"
        tables = page.get_by_role("table")
        assert tables.count() == 5
        for table in tables.all():
            assert table.locator("caption").count() == 1
            assert table.locator("th[scope=col]").count() == 5
            rows = table.locator("tbody tr").count()
            assert table.locator("tbody th[scope=row]").count() == rows
    with open_page(browser, html_of(MONTHS["usual"]), width=360) as page:
        # Rows that are laid out as blocks on a phone are rows all the same.
        assert page.get_by_role("row").count() > 40


@pytest.mark.parametrize("name", MONTHS)
def test_each_letter_has_a_glyph(caplog: pytest.LogCaptureFixture, tmp_path: Path, name: str) -> None:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        write_pdf(html_of(MONTHS[name]), tmp_path / "report.pdf")
    assert [record.getMessage() for record in caplog.records if "notdef" in record.getMessage()] == []


def test_a_letter_without_a_glyph_is_noticed(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        write_pdf("<p>\U0010fffd", tmp_path / "report.pdf")
    assert any("notdef" in record.getMessage() for record in caplog.records)


def test_the_pdf_holds_the_names_its_fonts_and_its_headings(usual_pdf: Path) -> None:
    fonts = subprocess.run(["pdffonts", str(usual_pdf)], check=True, capture_output=True, text=True).stdout
    for line in fonts.splitlines()[2:]:
        assert line.split()[-5] == "yes", f"not embedded: {line}"
    text = subprocess.run(
        ["pdftotext", "-layout", str(usual_pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    for name in SCRIPTS:
        # Marks and shaped letters may come back in another order, but none is lost.
        assert all(char in text for char in name if char.isalpha()), name
    reader = PdfReader(usual_pdf)
    pages = len(reader.pages)
    assert f"Page {pages} of {pages}" in reader.pages[-1].extract_text()
    titles = [str(item["/Title"]) for item in reader.outline if isinstance(item, dict)]
    assert titles == ["Executives, November 2026"]
    nested = [
        str(item["/Title"])
        for part in reader.outline
        if isinstance(part, list)
        for item in part
        if isinstance(item, dict)
    ]
    assert nested[0] == "At a glance"
    assert any(title.startswith("C-level") for title in nested)
    assert reader.metadata is not None
    assert reader.metadata.title == "Executives, November 2026"
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]


def test_nothing_on_the_pdfs_pages_runs_into_the_margin(usual_pdf: Path, tmp_path: Path) -> None:
    write_pdf(html_of(MONTHS["hostile"]), tmp_path / "hostile.pdf")
    for number, pdf in enumerate((usual_pdf, tmp_path / "hostile.pdf")):
        folder = tmp_path / str(number)
        folder.mkdir()
        pages = pictures(pdf, folder)
        assert pages
        for page in pages:
            width, height, pixels = read_picture(page)
            margin = round(width * 12 / 210)  # of the 16 mm that the margin has
            rows = [pixels[at * width : (at + 1) * width] for at in range(height)]
            assert all(min(row[:margin] + row[-margin:]) > 250 for row in rows), page.name
            assert any(min(row) < 128 for row in rows), f"{page.name} is blank"


def test_the_most_important_come_first_as_in_digests() -> None:
    levels = MONTHS["usual"].document.summary.levels
    watched = {"name": "Acme", "is_watched": True}
    told: list[dict[str, Any]] = [
        {"level": "vp", "account": watched},
        {"level": "csuite", "kind": "promotion", "day": 2},
        {"level": "csuite", "day": 9, "account": {"name": "Globex"}},
        {"level": "csuite", "day": 3},
        {"level": "vp", "kind": "moved", "day": 1},
        {"kind": "left", "previous_level": "vp", "day": 9},
        {"level": "vp", "day": 8},
    ]
    people = [
        Person.model_validate(
            {
                "id": place,
                "user_id": str(place),
                "changed_at": START + timedelta(days=one.pop("day", 0)),
                **one,
            }
        )
        for place, one in enumerate(told)
    ]
    shuffled = [people[place] for place in (3, 6, 0, 5, 2, 1, 4)]
    assert sorted(shuffled, key=lambda person: importance(person, levels)) == people


def test_people_stand_in_the_list_of_their_level_or_of_what_happened() -> None:
    base = {"id": 1, "user_id": "7", "title": "CEO", "level": "csuite", "changed_at": START}
    kinds = ["new", "promotion", "moved", "role", "demotion", "left"]
    people = [Person.model_validate({**base, "kind": kind}) for kind in kinds]
    assert [list_of(person) for person in people] == [
        "csuite",
        "csuite",
        "changed",
        "changed",
        "changed",
        "left",
    ]


def test_a_watched_account_and_the_level_are_said_where_no_heading_says_them() -> None:
    watched = {"name": "Acme", "tier": "1", "is_watched": True}
    base = {"user_id": "7", "title": "CFO", "level": "csuite", "company": "Acme", "changed_at": START}
    people = {
        "csuite": [Person.model_validate({**base, "id": 1, "account": watched})],
        "changed": [Person.model_validate({**base, "id": 2, "kind": "role"})],
    }
    page = html_of(Material(document=MONTHS["one"].document, people=people))
    assert page.count("tier 1, watched account") == 1
    assert page.count('<span class="level">C-level executive</span>') == 1


def test_on_a_telephone_what_is_not_known_takes_no_line(browser: Browser) -> None:
    page_of = html_of(month(6, places=[None], firms=[None]))
    for width, seen in ((390, 0), (1100, 1)):
        with open_page(browser, page_of, width=width) as page:
            unknown = page.locator("td.unknown")
            assert unknown.count() > 6
            assert sum(unknown.nth(at).is_visible() for at in range(unknown.count())) == (
                unknown.count() * seen
            )


def test_a_long_month_is_cut_with_a_pointer_to_the_csv() -> None:
    material = month(900)
    page = html_of(material)
    assert page.count('scope="row"') == 400 + 8 + 3
    assert page.count("All of them are in the CSV file") == 2
    assert "The most important 200 of 600" in page


def test_a_month_that_goes_on_says_so_and_draws_no_week_to_come() -> None:
    early = month(40, generated_at="2026-11-12T12:00:00Z")
    page = html_of(early)
    assert "so far, as of 12 November 2026, 07:00" in page
    assert ">9 Nov<" in page
    assert ">16 Nov<" not in page
    assert "so far" not in html_of(month(40))


def test_an_empty_month_has_its_trend_and_no_tables() -> None:
    page = html_of(MONTHS["empty"])
    assert "Nobody was found in November 2026" in page
    assert "17 fewer than in October 2026" in page
    assert page.count("<svg") == 3  # the six months and their key
    assert "<table" not in page


def test_a_revision_says_what_it_added() -> None:
    assert "Revision 2: 3 people added." in html_of(MONTHS["usual"])
    assert "Revision" not in html_of(month(3))
