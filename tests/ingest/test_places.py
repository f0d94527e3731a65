"""Of several places where a value may stand, a blank, a template or what is no text hides no other."""

from __future__ import annotations

import json

import pytest

from tests.ingest.platform import Json, Platform

BLANKS: list[object] = [
    "",
    None,
    [],
    [""],
    [None],
    False,
    "&nbsp;",
    "<br>",
    "<p> </p>",
    "\u200b",
    "\ufeff \u00a0",
]


@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_in_one_place_hides_no_filled_place(platform: Platform, blank: object) -> None:
    platform.db.execute(
        "update public.webhook_sources set payload_paths = %s",
        [json.dumps({"title": [["a", "headline"], ["a", "role"]], "company": ["a", "firm"]})],
    )
    posts: list[Json] = [
        {"user": {"id": blank, "userId": "1", "jobTitle": blank, "title": "CEO"}},
        {
            "user": {"id": blank, "title": blank, "company": blank},
            "user_id": "2",
            "title": "CEO",
            "company": "Acme",
        },
        {"userId": "3", "a": {"headline": blank, "role": "CEO", "firm": blank}, "company": "Acme"},
        {"userId": "4", "a": {"headline": blank, "role": blank}, "jobTitle": "CEO"},
        {"userId": blank, "user_id": "5", "jobTitle": blank, "job_title": "CEO"},
    ]
    for number, post in enumerate(posts, start=1):
        assert platform.post(post).result["seniority_level"] == "csuite", post
        assert platform.state(str(number)) == ("CEO", "csuite")
    assert platform.rows("select user_id from public.user_state where company = 'Acme' order by 1") == [
        ("2",),
        ("3",),
    ]


@pytest.mark.parametrize(
    "value",
    [
        [{}], {"label": {}}, {"label": {"x": 1}}, [{"id": 4}, None], [[{}]], {"value": [{}]}, {"label": True},
    ],
    ids=repr,
)  # fmt: skip
def test_what_holds_no_text_clears_nothing(platform: Platform, value: object) -> None:
    for number, post in enumerate(
        ({"profileField": "Job Title", "value": value}, {"jobTitle": value}), start=1
    ):
        platform.change(str(number), "CEO")
        assert platform.post({"userId": number, **post}).result["status"] == "skipped"
        assert platform.state(str(number)) == ("CEO", "csuite")


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ({"text": "CEO"}, "CEO"),
        ({"title": "CEO"}, "CEO"),
        ({"id": 1, "displayName": "CEO"}, "CEO"),
        ({"id": 1, "attributes": 4, "rendered": "<b>CEO</b>"}, "CEO"),
        ([["CEO"], ["Chair"]], "CEO | Chair"),
        ([[[["CEO"]]]], "CEO"),
        ({"values": [{"value": {"label": "CEO"}}, {"value": {"label": "Chair"}}]}, "CEO | Chair"),
        ([{"id": 4}, "CEO"], "CEO"),
    ],
    ids=repr,
)
def test_a_title_is_found_in_whatever_holds_it(platform: Platform, value: object, title: str) -> None:
    for user, post in (("1", {"profileField": "Job Title", "value": value}), ("2", {"jobTitle": value})):
        assert platform.post({"userId": user, **post}).result["status"] == "processed"
        assert platform.state(user) == (title, "csuite")


TEMPLATES = [
    "[USER_ID]", "$(user.id)", "##id##", "#user_id#", "user_id", "userId", "user.id", "memberId", "@userId",
    "N/A", "n.a.", "#REF!", "#N/A", "#NAME?", "1.23457E+11", "1,23457E+11", "-Infinity", "Infinity", "-",
    "...", "unknown", "%(user_id)s", "${user_id}", "@@user@@", "[[id]]", "{id}", "(none)", "id",
]  # fmt: skip
IDS = [
    "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "@alice", "#abc", "@id_7", "user_id_7", "1E5",
    "12e3", "n", "na", "a.b", "00Q5e000001abcdEAA", "alice#1", "用户", "$7", "infinity7", "valid",
]  # fmt: skip


@pytest.mark.parametrize("identifier", TEMPLATES)
def test_an_id_that_nobody_filled_in_is_refused(platform: Platform, identifier: str) -> None:
    answer = platform.post({"userId": identifier, "jobTitle": "CEO"})
    assert answer.status == 400
    assert identifier in answer.body["message"]
    for post in ({"userId": identifier, "user_id": "z8"}, {"user": {"id": identifier}, "userId": "z8"}):
        assert platform.post({**post, "jobTitle": "CEO"}).result["user_id"] == "z8"


def test_an_id_that_only_looks_like_a_template_is_one(platform: Platform) -> None:
    for identifier in IDS:
        assert platform.post({"userId": identifier, "jobTitle": "CEO"}).result["user_id"] == identifier


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-01-27 10:00 Etc/GMT+5", "15:00"),
        ("2026-01-27T10:00:00 UTC+02:00", "08:00"),
        ("2026-01-27 10:00 GMT-3", "13:00"),
        ("Tue, 27 Jan 26 10:00:00 +0100", "09:00"),
        ("27 Jan 2026 10:00 EST", "15:00"),
        ("Tue Jan 27 10:00:00 +0000 2026", "10:00"),
        ("January 27, 2026 at 10:00 p.m.", "22:00"),
        ("2026-01-27T10:00:00 America/Argentina/Buenos_Aires", "13:00"),
        ("20260127T100000Z", "10:00"),
        ("2026/01/27 10:00", "10:00"),
        ("2026-01-27 10:00 IST", None),
        ("2026-01-27 10:00 BST", None),
        ("01/02/2026 10:00", None),
        ("2026-01-27 10:00 Foo/Bar", None),
    ],
)
def test_a_time_is_read_as_it_is_written_or_not_at_all(
    platform: Platform, written: str, utc: str | None
) -> None:
    platform.change("1", "CEO", timestamp=written)
    assert platform.rows(
        "select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') from public.events_raw"
    ) == [(f"2026-01-27 {utc}" if utc else None,)]
    assert platform.counts().get(("community", "unreadable_times"), 0) == (utc is None)
