import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captpathfinder.render.alert import alert_message
from captpathfinder.render.digest import digest_message
from captpathfinder.render.document import report_html
from captpathfinder.render.documents import Alert, Digest, Person, ReportDocument
from captpathfinder.render.escape import csv_cell, is_visible, markdown, one_line, shown
from captpathfinder.render.people_csv import BYTE_ORDER_MARK, COLUMNS, id_cell, write_header, write_rows
from captpathfinder.render.report import NO_PDF, by_level, report_message, sentences
from captpathfinder.render.sample import sample_message
from captpathfinder.render.words import day, short_day, signed
from tests.worker.support import DIGEST

NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    SCRIPT,
    '=HYPERLINK("http://evil.example","x")',
    "\u202eevil\u202c",
    "[click](https://evil.example) **bold** ![x](y) <b>",
    "a\r\nb\x00\x1b[31m",
    "\u0301lone mark",
    "\ud800",
    "x" * 5000,
    '" onmouseover="alert(1)',
]
SUMMARY: dict[str, Any] = {
    "month": "2026-11",
    "name": "November 2026",
    "period_start": "2026-11-01T04:00:00+00:00",
    "period_end": "2026-12-01T05:00:00+00:00",
    "time_zone": "America/New_York",
    "total": 1234,
    "by_level": {"csuite": 234, "vp": 1000},
    "by_kind": {"new": 1200, "promotion": 34},
    "by_country": [{"name": SCRIPT, "count": 3}, {"name": None, "count": 1}],
    "by_week": [{"start": "2026-11-02", "by_level": {"csuite": 2, "vp": 1}, "total": 3}],
    "previous": {"month": "2026-10", "total": 1200, "by_level": {"csuite": 236}},
    "rules_versions": [3, 4],
}
REPORT: dict[str, Any] = {
    "id": 1,
    "month_label": "2026-11",
    "period_start": SUMMARY["period_start"],
    "period_end": SUMMARY["period_end"],
    "time_zone": "America/New_York",
    "generated_at": "2026-12-01T04:55:00+00:00",
    "links": {"csv": "https://x.supabase.co/storage/v1/object/sign/reports/a.csv?token=t&download=a.csv"},
    "links_expire_at": "2026-12-08T04:55:00+00:00",
}


class Tags(HTMLParser):
    """The tags and attributes of a page, and whether they are closed in order."""

    VOID = frozenset({"meta", "br", "img", "hr", "link", "col"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a start"
        assert self.open.pop() == tag


def digest_of(*texts: str) -> Digest:
    person = DIGEST["people"][0]
    changed = ("username", "title", "company", "country_name", "previous_title", "previous_company")
    people = [
        {
            **person,
            **dict.fromkeys(changed, text),
            "kind": kind,
            "functions": [text],
            "account": {"name": text},
        }
        for text in texts
        for kind in ("new", "promotion", "moved", "left")
    ]
    return Digest.model_validate({**DIGEST, "people": people})


def row(**changes: object) -> Person:
    return Person.model_validate(
        {
            "id": 1,
            "user_id": "u1",
            "username": "Ada",
            "title": "CEO",
            "level": "csuite",
            "changed_at": "2026-11-19 10:00:00+00",
            **changes,
        }
    )


def report(**changes: object) -> ReportDocument:
    return ReportDocument.model_validate({"report": REPORT, "summary": {**SUMMARY, **changes}})


def assert_harmless(page: str) -> None:
    parsed = Tags(page)
    assert not parsed.open
    assert "script" not in parsed.tags
    assert not {name for name in parsed.attributes if name.startswith("on")}
    for char in "\u202e\x00\x1b\ud800":
        assert char not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_harmless_in_every_message(text: str) -> None:
    digest = digest_of(text, "Ada")
    alerts = [Alert(changes=[person]) for person in digest.people[:4]]
    for message in (digest_message(digest), *map(alert_message, alerts)):
        assert_harmless(message.html)
        assert "\n" not in message.subject
        assert len(message.html) < 40_000
        assert "](https://evil" not in message.markdown
        assert "<script" not in message.markdown
        for form in (message.text, message.markdown, message.subject):
            form.encode("utf-8")
            assert "\u202e" not in form
        for form in (message.html, message.text, message.markdown, message.subject, message.summary):
            assert "://evil" not in form
            assert "evil.example" not in form


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_harmless_in_the_report(text: str) -> None:
    page = report_html(report(), {"csuite": [row(username=text, title=text or "x", company=text)], "vp": []})
    assert_harmless(page)
    page.encode("utf-8")


def test_the_report_compares_with_the_month_before_and_says_when_it_is_cut() -> None:
    page = report_html(report(), {"csuite": [row(id=n) for n in range(34)], "vp": []})
    assert "1,234" in page
    assert "+34 against October 2026" in page
    assert "\u22122 against October 2026" in page
    assert "The most important 34 of 234" in page
    assert "not known" in page


def test_a_month_so_far_is_compared_with_the_same_days_of_the_month_before() -> None:
    first_days = {"month": "2026-10", "total": 1300, "days": 12}
    assert "66 fewer than in the first 12 days of October 2026 (1,300)." in report_html(
        report(previous=first_days), {}
    )
    assert "66 fewer than in the first 12 days" in report_message(report(previous=first_days)).summary
    assert "October" not in report_message(report(previous={"month": "2026-10", "known": False})).text


@pytest.mark.parametrize(
    ("company", "country", "said"),
    [
        (4, 7, None),
        (4, 9, "The largest group: Germany (9)."),
        (12, 20, "The largest groups: Acme (12) and Germany (20)."),
    ],
)
def test_a_group_is_named_when_it_is_a_fifth_of_the_month(
    company: int, country: int, said: str | None
) -> None:
    month = report(
        total=41,
        by_company=[{"name": "Acme", "count": company}, {"name": "Globex", "count": 1}],
        by_country=[{"name": "Germany", "count": country}, {"name": "Peru", "count": 1}],
    )
    told = sentences(month.summary)
    assert [sentence for sentence in told if "largest" in sentence] == ([said] if said else [])


def test_a_level_is_called_in_a_sentence_as_it_is_by_itself_where_it_begins_with_initials() -> None:
    names = {"csuite": "C-level executives", "vp": "Vice presidents", "svp": "SVPs", "x": "X"}
    month = report(
        by_level=dict.fromkeys(names, 2),
        levels=[
            {"level": level, "rank": rank, "label": name, "label_plural": name}
            for rank, (level, name) in enumerate(names.items(), start=1)
        ],
    )
    assert by_level(month.summary) == "2 C-level executives, 2 vice presidents, 2 SVPs and 2 X"


def test_an_empty_month_reads_well() -> None:
    nobody = report(total=0, by_level={}, by_kind={}, by_week=[], by_country=[])
    page = report_html(nobody, {"csuite": [], "vp": []})
    assert "Nobody was found in November 2026" in page
    assert_harmless(page)


def test_the_report_message_carries_numbers_links_and_their_end() -> None:
    second = report(revision=2, people_added=3)
    message = report_message(
        second.model_copy(update={"report": second.report.model_copy(update={"revision": 2})}), "board"
    )
    assert message.subject == "November 2026, revision 2: 1,234 executives found"
    assert "34 more than in October 2026" in message.summary
    for text in (message.text, message.markdown):
        assert REPORT["links"]["csv"] in text
        assert "7 December 2026, 23:55 (America/New" in text
        assert "Revision 2: 3 people added." in text
        assert NO_PDF in text.replace("\\", "")
    assert REPORT["links"]["csv"].replace("&", "&amp;") in message.html
    assert_harmless(message.html)


def test_the_message_of_a_month_that_goes_on_says_so() -> None:
    early = report()
    began = early.summary.period_end - timedelta(days=9)
    message = report_message(
        early.model_copy(update={"report": early.report.model_copy(update={"generated_at": began})})
    )
    assert message.subject == "November 2026 so far: 1,234 executives found"
    assert "1,234 executives found in November 2026 so far" in message.html
    assert "so far" not in report_message(report()).text


def test_the_sample_names_its_channel() -> None:
    assert "<b>" not in sample_message("<b>", "digest", NOW).html.split("<h1")[1]
    assert "teams" in sample_message("teams", "digest", NOW).markdown


def written(*rows: Person) -> str:
    file = io.StringIO(newline="")
    write_header(file)
    write_rows(file, rows, "America/New_York")
    return file.getvalue()


def test_the_csv_is_what_people_open_in_excel() -> None:
    account = {"name": "Acme", "tier": 1, "owner": "Eve", "region": "DACH", "is_watched": True}
    person = row(
        user_id="0042",
        kind="promotion",
        previous_title='VP "x", y',
        previous_level="vp",
        company="Acme Ltd",
        account=account,
        country="PE",
        country_name="Peru",
        functions=["finance", "legal"],
        email_domain="acme.example",
        profile_url="https://c.example/u/42",
        joined_at="2020-01-02T03:04:05+00:00",
        changed_at="2026-11-20T03:00:00+00:00",
    )
    text = written(person)
    assert text.startswith(BYTE_ORDER_MARK)
    lines = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert tuple(lines[0]) == COLUMNS
    assert lines[1] == [
        "Ada", "CEO", "C-level executive", "promoted", "2026-11-19", 'VP "x", y', "Vice president",
        "Acme Ltd",
        "", "Acme", "1", "Eve", "DACH", "yes", "Peru", "finance, legal", "acme.example",
        "https://c.example/u/42", "2020-01-01", "'0042", "main", "1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["007", "1234567890123456", "12345678901234567890", "1e5", "3-4", "2026-11-20", "TRUE", "1.5"]
)
def test_ids_that_a_spreadsheet_would_change_are_marked_and_whole(text: str) -> None:
    assert id_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["2000", "u1", "0a1b", "7f3c9e2e-1111-2222-3333-444455556666"])
def test_other_ids_are_left_alone(text: str) -> None:
    assert id_cell(text) == text


@pytest.mark.parametrize("text", ["\u200b", "\u3164", " \u2800 ", "\u0301", "", "\u00ad\u2060"])
def test_a_name_that_nobody_sees_is_not_known(text: str) -> None:
    assert not is_visible(text)
    message = digest_message(digest_of(text))
    for form in (message.text, message.html, message.markdown):
        assert "Name not known" in form


@pytest.mark.parametrize(
    "text",
    ["http://evil.example", "www.evil.example", "evil.example/x", "a@evil.example", "http://192.0.2.7/"],
)
def test_what_a_member_types_becomes_no_link(text: str) -> None:
    linkable = re.compile(r"://|\bwww\.|[a-z0-9]\.[a-z]{2}|\d\.\d+\.\d", re.IGNORECASE)
    assert linkable.search(text)
    assert not linkable.search(shown(text))


def test_dots_that_make_no_link_are_left_alone() -> None:
    for text in ("Ph.D., M.D.", "S.A. de C.V.", "v2.0, 3.5%", "Mr. Smith"):
        assert shown(text) == text


@given(st.text(max_size=30))
def test_no_cell_starts_like_a_formula_whatever_is_typed(text: str) -> None:
    cell = csv_cell(text)
    assert cell[:1] not in tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
    assert cell.lstrip(" \u00a0\u200b\ufeff")[:1] not in tuple("=+-@") or cell.startswith("'")
    assert not any(ord(char) < 32 for char in cell)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200b=1", "\uff1d1", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_neutralised(text: str) -> None:
    assert csv_cell(text).startswith("'")


@given(st.text(max_size=300))
def test_one_line_is_one_line_of_bounded_length(text: str) -> None:
    line = one_line(text, 80)
    assert len(line) <= 81
    assert len(line.splitlines()) <= 1
    line.encode("utf-8")


@given(st.text(alphabet="aZ9 .=\\~", max_size=100))
def test_plain_text_is_one_line_as_any_other_is(text: str) -> None:
    for limit in (80, None):
        # With a mark that goes, it is looked at letter by letter.
        assert one_line(text, limit) == one_line(f"\u202e{text}", limit)


@given(st.text(alphabet="[]()<>*_`~#|!\\ab:/.w&", max_size=40))
def test_markdown_keeps_no_markup_of_the_member(text: str) -> None:
    escaped = markdown(text)
    unescaped = escaped.replace("\\\\", "")
    for mark in "[]*_`~#|":
        position = unescaped.find(mark)
        while position != -1:
            assert position > 0
            assert unescaped[position - 1] == "\\"
            position = unescaped.find(mark, position + 1)
    assert "<" not in escaped
    assert "://" not in escaped
    assert "www." not in escaped.lower()


def test_days_are_local_to_the_zone() -> None:
    moment = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
    assert day(moment, "America/New_York") == "31 October 2026"
    assert day(moment, "Mars/Olympus") == "1 November 2026"
    assert day(None, "UTC") == ""
    assert short_day(moment, "America/New_York") == "31\N{NO-BREAK SPACE}Oct\N{NO-BREAK SPACE}2026"
    assert short_day(None, "UTC") == ""


def test_changes_have_their_sign() -> None:
    assert [signed(3), signed(0), signed(-1200)] == ["+3", "\u00b10", "\u22121,200"]
