"""What digests, alerts and incidents say, in each form, and how they look in a mail program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from captpathfinder.render.alert import alert_message
from captpathfinder.render.digest import digest_message
from captpathfinder.render.digest_page import digest_page
from captpathfinder.render.documents import Alert, Digest, Incident
from captpathfinder.render.incident import incident_message
from captpathfinder.render.outline import outline
from captpathfinder.render.people import post
from captpathfinder.render.people_csv import BYTE_ORDER_MARK, write_header, write_rows
from captpathfinder.render.sample import sample_message
from tests.reports.pages import contrast, look, open_browser, open_page
from tests.reports.samples import HOSTILE

NOW = datetime(2026, 11, 20, 22, tzinfo=UTC)


def change(number: int, kind: str = "new", **changes: object) -> dict[str, Any]:
    return {
        "detection_id": number,
        "user_id": str(number),
        "username": f"Ada {number}",
        "kind": kind,
        "title": "Chief Financial Officer",
        "level": "csuite",
        "company": f"Firm {number}",
        "changed_at": NOW,
        **changes,
    }


def digest(people: list[dict[str, Any]], **changes: object) -> Digest:
    kinds = [person["kind"] for person in people]
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    return Digest.model_validate(
        {
            "digest_id": 4,
            "channel": "board",
            "period": {"start": NOW - timedelta(days=7), "end": NOW, "time_zone": "America/New_York"},
            "counts": {**counts, "people": len(people)},
            "people": people,
            **changes,
        }
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize(
    ("people", "subject"),
    [
        ([], "No new executives"),
        ([change(1)], "New executive: Ada 1, CFO of Firm 1"),
        ([change(1, title="CEO | Speaker | Dad", company=None)], "New executive: Ada 1, CEO"),
        ([change(1), change(2)], "2 new executives: CFO of Firm 1 and CFO of Firm 2"),
        ([change(n) for n in range(3)], "3 new executives: CFO of Firm 0, CFO of Firm 1 and CFO of Firm 2"),
        ([change(n) for n in range(12)], "12 new executives: CFO of Firm 0, CFO of Firm 1, and 10 more"),
        (
            [change(1, "promotion", title="Vice President of Sales", company=None), change(2, "left")],
            "Promotion: Ada 1, VP of Sales",
        ),
    ],
)
def test_the_subject_says_what_happened(people: list[dict[str, Any]], subject: str) -> None:
    assert digest_message(digest(people)).subject == subject


def test_numbers_are_those_of_the_whole_digest_and_people_those_of_the_message() -> None:
    counts = {"new": 40, "left": 2, "people": 42}
    people = [change(1), change(2)]
    message = digest_message(digest(people, counts=counts, part=2, parts=3, rest=12))
    assert message.subject == "40 new executives: CFO of Firm 1, CFO of Firm 2, and 38 more (2 of 3)"
    # Of a card the heading is all that there is.
    assert outline(message).heading == "40 new executives (2 of 3)"
    assert message.total == 42
    for form in (message.text, message.html, message.markdown):
        assert "2 of 40" in form
        assert "42 people: 40 new, 2 left" in form


def test_sections_come_in_order_and_people_in_theirs() -> None:
    kinds = ["left", "role", "new", "demotion", "moved", "promotion", "new"]
    people = [change(number, kind) for number, kind in enumerate(kinds)]
    message = digest_message(digest(people))
    headings = re.findall(r"<h2[^>]*>([^<]+)", message.html)
    assert headings == [
        "New executives", "Promoted", "Moved to another company", "Changed role", "Stepped down", "Left",
    ]  # fmt: skip
    names = re.findall(r"^- (Ada \d)", message.text, re.MULTILINE)
    assert names == ["Ada 2", "Ada 6", "Ada 5", "Ada 4", "Ada 1", "Ada 3", "Ada 0"]
    assert [entry.line.name for entry in outline(message).entries] == names


@pytest.mark.parametrize(
    ("group_by", "groups"),
    [("level", ["C-level executives", "Directors"]), ("account", ["Acme", "Other companies"])],
)
def test_people_are_grouped_as_the_channel_says(group_by: str, groups: list[str]) -> None:
    people = [
        change(1, account={"name": "Acme"}),
        change(2, level="director"),
        change(3, account={"name": "Acme"}),
    ]
    message = digest_message(digest(people, group_by=group_by))
    labels = [group.label for section in message.letter.sections for group in section.groups]
    assert labels == groups


def test_a_person_is_old_and_new_where_it_changed() -> None:
    old = {"previous_title": "VP Engineering", "previous_level": "vp", "previous_company": "Old AG"}
    people = [
        change(1, "promotion", title="CTO", **{**old, "previous_company": None}),
        change(2, "moved", title="CTO", **old),
        change(3, "left", title=None, level=None, company=None, **old),
        change(4, account={"name": "A", "tier": 2, "is_watched": True, "is_first": True}, country="PE",
               country_name="Peru", functions=["human_resources"]),
    ]  # fmt: skip
    facts = [
        "Firm 4",
        "tier 2",
        "watched account",
        "first executive of this account",
        "Peru",
        "Human resources",
    ]
    lines = re.findall(r"^- (.+)\n  (.+)$", digest_message(digest(people)).text, re.MULTILINE)
    assert dict(lines) == {
        "Ada 1: VP Engineering \u2192 CTO": "Firm 1",
        "Ada 2: CTO": "Old AG \u2192 Firm 2",
        "Ada 3: VP Engineering": "Old AG",
        "Ada 4: Chief Financial Officer": " \u00b7 ".join(facts),
    }


def test_names_link_to_their_profile_and_only_to_web_addresses() -> None:
    good = digest_message(digest([change(1, profile_url="https://c.example/u/(1)?a=1&b=2")]))
    assert 'href="https://c.example/u/(1)?a=1&amp;b=2"' in good.html
    assert "[Ada 1](https://c.example/u/%281%29?a=1&b=2)" in good.markdown
    assert "https://c.example/u/(1)?a=1&b=2" in good.text
    for url in (
        "javascript:alert(1)",
        "https://x/ y",
        'https://x/"onclick="',
        "data:text/html,x",
        "c.example",
    ):
        message = digest_message(digest([change(1, profile_url=url, feedback=url)]))
        assert "href" not in message.html
        assert url not in message.text


def test_the_rest_is_behind_one_link_whose_end_is_told() -> None:
    behind = {"rest": 40, "link": "https://p.example/d/x?s=1&t=2", "link_expires_at": NOW + timedelta(days=7)}
    message = digest_message(digest([change(1)], counts={"new": 41, "people": 41}, **behind))
    assert message.html.count("<a ") == 1
    for form in (message.text, message.markdown):
        assert "See all 41 people" in form
        assert "40 more people are on the full list." in form
        assert "27 November 2026, 17:00 (America/New" in form
    assert outline(message).links == (("See all 41 people", "https://p.example/d/x?s=1&t=2"),)


def test_what_no_part_of_a_digest_names_is_not_told_as_what_this_one_leaves_out() -> None:
    behind = {"rest": 9, "link": "https://p.example/d/x", "part": 1, "parts": 3}
    message = digest_message(digest([change(1)], counts={"new": 39, "people": 39}, **behind))
    assert "Besides those in the 3 messages, 9 more people are on the full list." in message.text


def test_a_comma_in_a_title_does_not_divide_it_in_a_subject() -> None:
    people = [change(1, title="AVP, Claims", company="Delta"), change(2), change(3), change(4)]
    message = digest_message(digest(people))
    assert message.subject == "4 new executives: AVP, Claims at Delta; CFO of Firm 2; and 2 more"


def test_the_trend_compares_with_the_time_before_and_the_mean_of_eight() -> None:
    for before, mean, said in [
        (1, 7.5, "1 more than last time (1); the average of the last eight is 7.5."),
        (4, 2.0, "2 fewer than last time (4); the average of the last eight is 2."),
        (2, None, "As many as last time (2)."),
    ]:
        trend = {"last_week": before, "mean_of_eight": mean}
        assert said in digest_message(digest([change(1), change(2)], trend=trend)).text
    assert "last time" not in digest_message(digest([change(1)])).text


def test_the_footer_says_why_one_gets_it() -> None:
    message = digest_message(digest([change(1)], filter_words="C-suite, DACH, tier 1"))
    said = (
        "You get this because CaptPathfinder sends the digest (C-suite, DACH, tier 1) to \u201cboard\u201d."
    )
    for form in (message.text, message.html, message.markdown):
        assert said in form.replace("\\", "")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("promotion", "Ada Lovelace (Siemens AG) promoted: VP Engineering \u2192 CTO"),
        ("new", "Ada Lovelace (Siemens AG) is a new executive: CTO"),
        ("moved", "Ada Lovelace moved: SAP SE \u2192 Siemens AG (CTO)"),
        ("role", "Ada Lovelace (Siemens AG) changed role: VP Engineering \u2192 CTO"),
        ("demotion", "Ada Lovelace (Siemens AG) stepped down: VP Engineering \u2192 CTO"),
        ("left", "Ada Lovelace (Siemens AG) is no longer an executive: was VP Engineering"),
    ],
)
def test_an_alert_says_it_in_its_subject(kind: str, said: str) -> None:
    gone = {"title": None, "company": None, "previous_company": "Siemens AG"} if kind == "left" else {}
    person = {
        **change(1, kind, username="Ada Lovelace", title="CTO", company="Siemens AG"),
        "previous_title": "VP Engineering",
        "previous_company": "SAP SE",
        **gone,
    }
    message = alert_message(Alert.model_validate({"channel": "sales", "changes": [person]}))
    assert message.subject == said
    assert message.summary == f"{said}."


def test_a_group_of_alerts_says_the_first_and_how_many_more() -> None:
    changes = [change(1, "promotion"), change(2), change(3)]
    message = alert_message(Alert.model_validate({"channel": "sales", "changes": changes, "count": 9}))
    assert message.subject == "Ada 1 (Firm 1) promoted: Chief Financial Officer, and 8 more"
    assert "6 more people are in the next digest." in message.text
    assert message.total == 9


def test_an_incident_begins_and_ends() -> None:
    begun = Incident(
        key="k", state="begun", kind="dead_jobs", title="7 jobs to sales are dead", began_at=NOW,
        details=[f"line {number}" for number in range(12)], advice="Redrive them.",
    )  # fmt: skip
    ended = begun.model_copy(update={"state": "ended", "ended_at": NOW + timedelta(hours=2)})
    first, second = incident_message(begun, "ops"), incident_message(ended, "ops")
    assert first.subject == "CaptPathfinder: 7 jobs to sales are dead"
    assert second.subject == "CaptPathfinder: Resolved: 7 jobs to sales are dead"
    assert "Redrive them." in first.text
    assert "And 4 more." in first.text
    assert "Redrive them." not in second.text
    assert "From 20 November 2026, 22:00 (UTC) to 21 November 2026, 00:00 (UTC)" in second.summary


def test_the_order_of_old_and_new_does_not_depend_on_the_script() -> None:
    old, new = "\u0645\u062f\u064a\u0631", "\u0631\u0626\u064a\u0633"
    person = change(1, "promotion", title=new, previous_title=old)
    mark = "\u200e"
    assert f"{mark}{old}{mark} \u2192 {mark}{new}" in digest_message(digest([person])).text


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Chief Financial Officer", "CFO of Siemens AG"),
        ("Founder & CEO at Acme Ventures", "Founder & CEO of Siemens AG"),
        ("CTO @ Acme", "CTO of Siemens AG"),
        ("CEO@acme", "CEO of Siemens AG"),
        ("Vice President of Sales", "VP of Sales at Siemens AG"),
        ("CEO Siemens AG", "CEO Siemens AG"),
        ("CEO, Siemens ag Healthcare", "CEO, Siemens ag Healthcare"),
        ("@home", "@home of Siemens AG"),
    ],
)
def test_a_subject_says_the_company_once(title: str, said: str) -> None:
    assert post(digest([change(1, title=title, company="Siemens AG")]).people[0]) == said


def test_the_csv_of_a_digest_has_everybody() -> None:
    file = io.StringIO(newline="")
    write_header(file)
    write_rows(file, digest([change(1), change(2, "left"), change(3, username="=1+1")]).people, "UTC")
    text = file.getvalue().removeprefix(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["Name"] for row in rows] == ["Ada 1", "Ada 2", "'=1+1"]
    assert [row["What happened"] for row in rows] == ["new", "left", "new"]
    assert {row["On"] for row in rows} == {"2026-11-20"}


def test_the_page_of_a_digest_has_everybody_and_is_harmless(browser: Browser) -> None:
    made = digest([change(1)], counts={"new": 18, "left": 17, "people": 35})
    everybody = digest([
        *(change(number, username=text, title=text, company=text, profile_url="https://c.example/u/1",
                 feedback="https://p.example/f") for number, text in enumerate([*HOSTILE, "Ada"])),
        *(change(100 + number, "left", username=text, title=text) for number, text in enumerate(HOSTILE)),
    ]).people  # fmt: skip
    html = digest_page(made, everybody, "https://p.example/d.csv?s=1&t=2").html
    assert "35 people: 18 new, 17 left." in html
    for width, dark in ((1100, False), (390, True)):
        with open_page(browser, html, width=width, dark=dark) as page:
            seen = look(page)
            assert page.locator("tbody tr").count() == 35
            assert page.locator("script, img, iframe, form").count() == 0
            links = {link.get_attribute("href") for link in page.locator("a").all()}
        assert links == {"https://p.example/d.csv?s=1&t=2", "https://c.example/u/1", "https://p.example/f"}
        assert seen["width"] <= seen["window"]
        for text in seen["texts"]:
            assert contrast(text["colour"], text["under"]) >= (3 if text["large"] else 4.5), text


@pytest.mark.parametrize("width", [600, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_mails_fit_and_can_be_read(browser: Browser, width: int, dark: bool) -> None:
    kinds = ("new", "promotion", "moved", "left")
    ugly = [
        change(number, kinds[number % 4], username=text, title=text, company=text, previous_title=text,
               previous_company=text, country_name=text, profile_url="https://c.example/u/" + "x" * 300)
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    pages = [digest_message(digest(ugly, link="https://p.example/")).html]
    pages += [sample_message("board", sends, NOW).html for sends in ("digest", "alert", "report", "incident")]
    for html in pages:
        with open_page(browser, html, width=width, dark=dark) as page:
            seen = look(page)
            assert page.locator("h1").count() == 1
        assert seen["width"] <= seen["window"]
        for text in seen["texts"]:
            assert text["right"] <= width + 1, text
            needed = 3 if text["large"] else 4.5
            assert contrast(text["colour"], text["under"]) >= needed, text


def test_mails_stay_below_the_size_at_which_they_are_cut() -> None:
    """Gmail hides what comes after 102 kB behind a link."""
    people = [
        change(number, username="\u738b" * 200, title="\u738b" * 200, company="\u738b" * 200,
               profile_url="https://c.example/" + "x" * 500, feedback="https://p.example/" + "x" * 500)
        for number in range(10)
    ]  # fmt: skip
    assert len(digest_message(digest(people)).html.encode()) < 102_000
