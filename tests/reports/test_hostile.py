"""A month of people who mean no good is harmless in every file and every message."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from captpathfinder.messages import Message
from captpathfinder.render.alert import alert_message
from captpathfinder.render.digest import digest_message
from captpathfinder.render.document import report_html
from captpathfinder.render.documents import Alert, Digest, Person
from captpathfinder.render.outline import outline
from captpathfinder.render.pdf import write_pdf
from captpathfinder.render.people_csv import BYTE_ORDER_MARK, write_header, write_rows
from captpathfinder.render.report import report_message
from captpathfinder.transports.parts import in_parts
from captpathfinder.transports.slack_webhook import blocks
from captpathfinder.transports.teams_workflow import MOST_BYTES, card
from tests.reports.samples import END, HOSTILE, START, ZONE, hostile_month

# Control characters, half characters, and what turns the reading order around.
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe]")
# What Excel, LibreOffice and Sheets take for the beginning of a formula.
FORMULA = re.compile(r"\s*[=+\-@\t\r]")


class Tags(HTMLParser):
    """The tags and the attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}


def messages() -> list[Message]:
    """A digest, an alert and a report's message about such people."""
    people = [
        {
            "detection_id": number,
            "user_id": str(number),
            "username": text,
            "kind": ("new", "promotion", "moved", "role", "demotion", "left")[number % 6],
            "title": text,
            "previous_title": HOSTILE[-1 - number],
            "level": "csuite",
            "company": text,
            "previous_company": HOSTILE[-1 - number],
            "country_name": text,
            "functions": [text],
            "account": {"name": text, "tier": text, "is_watched": True},
            "profile_url": text,
            "feedback": text,
            "changed_at": START,
        }
        for number, text in enumerate(HOSTILE)
    ]
    counts = dict.fromkeys(("new", "promotion", "moved", "role", "demotion", "left"), 3)
    digest = {
        "channel": "<b>mail",
        "period": {"start": START, "end": END, "time_zone": ZONE},
        "counts": {**counts, "people": len(people)},
        "trend": {"last_week": 3, "mean_of_eight": 2.5},
        "filter_words": HOSTILE[0],
        "people": people,
    }
    return [
        digest_message(Digest.model_validate(digest)),
        digest_message(Digest.model_validate({**digest, "group_by": "account", "part": 2, "parts": 2})),
        alert_message(Alert.model_validate({"changes": people})),
        *(alert_message(Alert.model_validate({"changes": [person]})) for person in people),
        report_message(hostile_month().document),
    ]


def test_the_html_has_no_tag_or_attribute_of_theirs() -> None:
    material = hostile_month()
    page = report_html(material.document, material.people)
    seen = Tags(page)
    assert not seen.tags & {"script", "img", "iframe", "a", "form", "base", "object"}
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert not seen.links
    assert not NEVER.search(page)
    assert page.count("</style>") == page.count("</title>\n<style>") == 1
    # One person cannot fill the page.
    assert len(page) < 200_000


def test_the_pdf_has_no_link_action_or_script(tmp_path: Path) -> None:
    material = hostile_month()
    write_pdf(report_html(material.document, material.people), tmp_path / "report.pdf")
    reader = PdfReader(tmp_path / "report.pdf")
    root: Any = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & root.keys()
    assert "/JavaScript" not in root.get("/Names", {})
    assert not any(page.annotations for page in reader.pages)
    text = "".join(page.extract_text() for page in reader.pages)
    assert "alert(1)" in text
    assert "7 * 7" in text


def test_a_letter_cannot_be_buried_under_its_marks() -> None:
    material = hostile_month()
    assert not re.search("\u0301{5}", report_html(material.document, material.people))


def test_the_csv_runs_nothing_wherever_it_is_split() -> None:
    file = io.StringIO(newline="")
    write_header(file)
    write_rows(file, [row for rows in hostile_month().people.values() for row in rows], ZONE)
    text = file.getvalue().removeprefix(BYTE_ORDER_MARK)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 33
    assert {len(row) for row in rows} == {22}
    assert not [cell for row in rows for cell in row if FORMULA.match(cell)]
    # Where a semicolon separates cells, as in Excel of most of Europe.
    parts = [part for line in text.splitlines() for part in line.split(";")]
    assert len(parts) > len(rows)
    assert not [part for part in parts if FORMULA.match(part)]
    assert not NEVER.search(text.replace("\r\n", ""))


def test_the_csv_keeps_what_was_typed_in_full() -> None:
    long = Person.model_validate({"id": 1, "user_id": "1", "title": "W" * 5000, "changed_at": START})
    file = io.StringIO(newline="")
    write_rows(file, [long], ZONE)
    assert "W" * 5000 in file.getvalue()


@pytest.mark.parametrize("message", messages(), ids=lambda message: message.kind)
def test_messages_are_harmless_in_each_form(message: Message) -> None:
    page = Tags(message.html)
    assert not page.tags & {"script", "img", "iframe", "form"}
    # The dark colours, and nothing else.
    assert message.html.count("<style") == 1
    assert not {name for name in page.attributes if name.startswith("on")}
    assert page.links <= set(message.links.values())
    for line in (message.subject, message.summary):
        assert "\n" not in line
    for text in (message.subject, message.summary, message.text, message.html, message.markdown):
        assert not NEVER.search(text)
    assert not re.search(r"(?<!\\)\]\((?!https://x\.example)", message.markdown)
    assert "<" not in message.markdown
    assert "**bold**" not in message.markdown


@pytest.mark.parametrize("message", messages(), ids=lambda message: message.kind)
def test_cards_and_blocks_show_their_texts_as_they_are(message: Message) -> None:
    cards = in_parts(outline(message), card, most_bytes=MOST_BYTES, most=25)
    for body in cards:
        assert len(body) <= 25_000
        content = json.loads(body)["attachments"][0]["content"]
        assert content["version"] == "1.2"
        # A text block would read Markdown.
        assert '"TextBlock"' not in body.decode()
        assert not NEVER.search(body.decode())
    for body in in_parts(outline(message), blocks, most_bytes=100_000, most=13):
        made = json.loads(body)
        assert len(made["blocks"]) <= 50
        assert "<!channel>" not in made["text"]
        for text in texts(made["blocks"]):
            assert len(text["text"]) <= 3000
            # The kinds of text that Slack shows as they are.
            assert text["type"] in ("plain_text", "text", "link")
            assert text["type"] != "link" or text["url"] in message.links.values()


def texts(value: object) -> list[dict[str, Any]]:
    """Every element that has a text of its own."""
    if isinstance(value, dict):
        own = [value] if isinstance(value.get("text"), str) else []
        return own + [text for item in value.values() for text in texts(item)]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


def test_the_report_message_carries_numbers_links_and_their_end_to_chats() -> None:
    message = report_message(hostile_month().document)
    [body] = in_parts(outline(message), card, most_bytes=MOST_BYTES, most=25)
    told = body.decode()
    assert "24 executives found in November 2026" in told
    assert "7 more than in October 2026" in told
    assert "The links work until 8 December 2026, 00:00 (America/New_York)." in told
    assert [action["url"] for action in json.loads(body)["attachments"][0]["content"]["actions"]] == list(
        message.links.values()
    )
