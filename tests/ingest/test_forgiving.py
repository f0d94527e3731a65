"""What other people's platforms send: nothing that can be understood is lost at the door."""

from __future__ import annotations

import json

import pytest

from tests.ingest.platform import Json, Platform

TITLE: Json = {"userId": "1", "profileField": "Job Title"}


def titles(platform: Platform) -> list[tuple[str, str]]:
    """Return who is an executive by what title."""
    return platform.rows("select user_id, title from public.user_state order by user_id")


def ignored(platform: Platform) -> int:
    return platform.counts().get(("community", "ignored_fields"), 0)


@pytest.mark.parametrize(
    "payload",
    [
        {"userId": "1", "jobTitle": None, "title": "CEO"},
        {"userId": "1", "jobTitle": "", "job_title": "  ", "title": "CEO"},
        {"userId": "1", "jobTitle": [], "job_title": False, "title": "CEO"},
        {"userId": None, "user_id": "1", "profileField": "Job Title", "value": "CEO"},
        {"userId": "", "user_id": 1, "profileField": None, "field": "Job Title", "value": "CEO"},
        {"userId": "1", "profileField": "Job Title", "value": None, "jobTitle": "CEO"},
        {"userId": "1", "profileField": "Job Title", "jobTitle": "CEO"},
        {"user": {"id": None, "userId": "1", "jobTitle": "", "title": "CEO"}},
        {"userId": "1", "user": {"id": "", "title": None}, "title": "CEO"},
        [{"userId": "1", "jobTitle": "CEO"}],
    ],
)
def test_of_several_places_the_first_that_is_filled_counts(platform: Platform, payload: object) -> None:
    platform.change("1", "CEO", "Writer")
    answer = platform.post(payload)
    assert answer.status == 200
    assert titles(platform) == [("1", "CEO")]


def test_payload_paths_count_before_the_usual_keys_where_they_find_something(platform: Platform) -> None:
    platform.db.execute(
        "update public.webhook_sources set payload_paths = %s",
        [json.dumps({"title": [["data", "headline"], ["data", "role"]], "user_id": ["data", "id"]})],
    )
    platform.post({"data": {"id": "1", "headline": "", "role": "CEO"}, "title": "Writer"})
    platform.post({"data": {"id": None}, "userId": "2", "title": "CFO"})
    platform.post({"data": {"id": "3", "headline": None}, "title": "VP Sales"})
    assert titles(platform) == [("1", "CEO"), ("2", "CFO"), ("3", "VP Sales")]
    platform.post({"data": {"id": "1", "headline": "", "role": None}})
    assert titles(platform) == [("2", "CFO"), ("3", "VP Sales")], "empty in all of them is cleared"


SIDE_FIELDS = [
    "oldValue", "username", "company", "country", "eventId", "timestamp", "event", "department", "email",
]  # fmt: skip


@pytest.mark.parametrize("odd", [True, {"id": 4}, {"label": {"x": 1}}, [{"x": 1}], 1e300])
def test_a_side_field_that_is_no_text_is_ignored_and_counted(platform: Platform, odd: object) -> None:
    for number, field in enumerate(SIDE_FIELDS, start=1):
        result = platform.post(TITLE | {"userId": number, "value": "CEO", field: odd}).result
        assert (result["status"], result["seniority_level"]) == ("processed", "csuite"), field
        assert ignored(platform) == number, field
    assert platform.value("select public.stats() #>> '{webhooks,ignored,fields}'") == str(len(SIDE_FIELDS))
    assert platform.value("select public.stats() #> '{webhooks,last_30_days}'") == {
        "processed": len(SIDE_FIELDS)
    }


@pytest.mark.parametrize("empty", [[], False, None, "", " \t", {}, "&nbsp;", "<p></p>"])
def test_a_side_field_may_be_empty_in_any_way(platform: Platform, empty: object) -> None:
    for field in SIDE_FIELDS:
        result = platform.post(TITLE | {"userId": field, "value": "CEO", field: empty}).result
        assert (result["status"], result["seniority_level"]) == ("processed", "csuite"), field
    assert ignored(platform) == 0


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (["CEO", "Board Member"], "CEO | Board Member"),
        (["", None, "CEO"], "CEO"),
        ({"label": "VP Sales", "id": 4}, "VP Sales"),
        ({"id": 4, "value": "VP Sales"}, "VP Sales"),
        ({"label": "", "name": "VP Sales"}, "VP Sales"),
        ([{"label": "CEO"}, {"label": "Chair"}], "CEO | Chair"),
        ({"value": ["CEO", "Chair"]}, "CEO | Chair"),
        ("<p>CEO &amp; Founder</p>", "CEO & Founder"),
        (" CEO\u200b ", "CEO"),
    ],
)
def test_a_title_is_read_from_lists_objects_and_markup(platform: Platform, value: object, title: str) -> None:
    platform.post(TITLE | {"value": value})
    platform.post({"userId": "2", "jobTitle": value})
    assert titles(platform) == [("1", title), ("2", title)]


@pytest.mark.parametrize("value", [True, {"id": 4}, [{"id": 4}], 1e300])
def test_a_title_that_is_no_text_changes_nothing(platform: Platform, value: object) -> None:
    platform.change("1", "CEO", "")
    for payload in (TITLE | {"value": value}, {"userId": "1", "jobTitle": value}):
        result = platform.post(payload).result
        assert result["status"] == "skipped"
        assert "no text" in result["reason"]
    assert titles(platform) == [("1", "CEO")]


@pytest.mark.parametrize("value", [None, "", [], False, {}, "&nbsp;"])
def test_a_title_that_is_empty_in_any_way_is_cleared(platform: Platform, value: object) -> None:
    for user in ("1", "2"):
        platform.change(user, "CEO")
    platform.post(TITLE | {"value": value})
    platform.post({"userId": "2", "jobTitle": value})
    assert titles(platform) == []


def test_half_characters_become_the_replacement_character(platform: Platform) -> None:
    name = "\ud83d\ud83d \ude00\ud83d"
    payload = TITLE | {"value": "CEO", "username": f"Ann {name}", "company": "\\ud83d \U0001f600"}
    platform.post(payload)
    assert platform.rows("select username, company from public.user_state") == [
        ("Ann \ufffd\ufffd \ufffd\ufffd", "\\ud83d \U0001f600")
    ]
    # As Supabase Lite hands it over.
    assert platform.post(json.dumps(json.dumps(payload))).result["status"] == "duplicate"


def test_a_character_that_text_cannot_hold_is_a_blank(platform: Platform) -> None:
    platform.post(TITLE | {"value": "VP\u0000Sales"})
    assert titles(platform) == [("1", "VP Sales")]


EVENTS: list[object] = [
    "user.update", {"name": "UserUpdate"}, {"type": "x"}, None, "", 7, True, [], "whatever",
    ["a", "b"], "x.Saved",
]  # fmt: skip


def test_a_title_and_a_member_are_enough_whatever_the_event_is_called(platform: Platform) -> None:
    for number, event in enumerate(EVENTS, start=1):
        result = platform.post({"event": event, "userId": number, "jobTitle": "CEO"}).result
        assert (result["status"], result["seniority_level"]) == ("processed", "csuite"), event


def test_the_title_of_a_post_is_no_job(platform: Platform) -> None:
    result = platform.post({"event": "post.created", "userId": "1", "title": "CEO wanted"}).result
    assert result["status"] == "skipped"
    assert platform.post({"event": "post.created", "userId": "1", "jobTitle": "CEO"}).result["is_senior"]


ENDINGS = [
    "user_destroyed", "UserDeleted", "user.deleted", "USER_DELETED", "account.deactivated",
    "AccountDeactivated",
    "member:anonymised", "user_anonymized", "userdeleted", "gdpr erased", "user.gdpr.erasure", "deleted",
    "integration.IdentityAccess.UserDeleted", "member-removed", "profile.destroy", "user.delete",
    "users/delete",
    "account closed", "member_left", "user.de-activated", "user.permanently_deleted", "contact.deletion",
    "Anonymization", "user.purged", "membership.terminated",
]  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"jobTitle": "CEO"},
        {"profileField": "Job Title", "value": "CEO"},
        {},
        {"user": {"id": "", "title": "CEO"}},
    ],
)
def test_an_event_that_ends_a_membership_detects_nobody(platform: Platform, more: Json) -> None:
    for number, event in enumerate(ENDINGS):
        platform.change(f"known {number}", "CEO")
        for user in (f"known {number}", f"new {number}"):
            result = platform.post({"event": event, "userId": user} | more).result
            assert (result["status"], result["is_senior"]) == ("processed", False), event
    assert titles(platform) == []
    assert platform.value("select count(*) from public.detections where user_id like 'new%%'") == 0
    assert platform.rows("select distinct kind, value from public.events_raw where user_id like 'new%%'") == [
        ("departure", None)
    ]


OTHER_ENDINGS = [
    "photo_deleted", "user.avatar.removed", "profile_field_removed", "user.undeleted", "UserReactivated",
    "account.deletion_requested", "member.removed_from_group", "user.restored", "user.deleted_post",
    "user.updated",
]  # fmt: skip


def test_an_event_that_ends_something_else_ends_no_membership(platform: Platform) -> None:
    for event in OTHER_ENDINGS:
        assert platform.post({"event": event, "userId": event, "jobTitle": "CEO"}).result["is_senior"], event


def test_an_older_change_after_the_end_of_a_membership_is_stale(platform: Platform) -> None:
    platform.change("1", "CEO", timestamp="2026-01-01T10:00:00Z")
    ending = {"event": "user_destroyed", "userId": "1", "timestamp": "2026-01-01T12:00:00Z"}
    assert platform.post(ending).result["status"] == "processed"
    assert platform.post(ending).result["status"] == "duplicate"
    assert platform.change("1", "CFO", timestamp="2026-01-01T11:00:00Z")["status"] == "stale"
    assert titles(platform) == []


TEMPLATES = [
    "undefined", "null", "None", "nil", "NaN", "[object Object]", "{{user.id}}", "{{ user.id }}",
    "${user.id}",
    "#{user.id}", "{user_id}", "<%= user.id %>", "<user_id>", "%USER_ID%", "[[user.id]]", "*|USERID|*",
    "__USER_ID__", "$user.id", ":user_id", "(null)", "UNDEFINED", '"undefined"',
]  # fmt: skip


def test_an_id_that_is_a_template_is_refused_and_said_to_be_one(platform: Platform) -> None:
    for identifier in TEMPLATES:
        answer = platform.post(TITLE | {"userId": identifier, "value": "CEO"})
        assert answer.status == 400, identifier
        assert "template was not filled in" in answer.body["message"]
    assert platform.value("select count(*) from public.events_raw") == 0


def test_an_id_that_only_looks_odd_is_an_id(platform: Platform) -> None:
    for identifier in [
        "1",
        "undefined-7",
        "jane@example.org",
        "auth0|5f7",
        "nullable",
        "b7e2-11",
        "Ünal",
        "a b",
        "-1",
    ]:
        assert platform.post(TITLE | {"userId": identifier, "value": "CEO"}).result["user_id"] == identifier


def test_of_an_e_mail_address_only_the_domain_is_kept(platform: Platform) -> None:
    platform.post(TITLE | {"value": "CEO", "email": "Ann.Other@Mail.Example.org"})
    platform.change("1", "ann@example.com", "Ann <ann@EXAMPLE.org>", field="Email")
    platform.change("1", "no address", "", field="e-mail")
    assert platform.rows(
        "select value, old_value, details ->> 'email' from public.events_raw order by id"
    ) == [
        ("CEO", None, "mail.example.org"),
        ("example.com", "example.org", None),
        (None, "", None),
    ]
    assert (
        platform.value("select count(*) from public.events_raw where events_raw::text ilike '%%ann%%@%%'")
        == 0
    )


def test_a_department_is_a_field_and_comes_along(platform: Platform) -> None:
    platform.post(TITLE | {"value": "CEO", "department": {"label": "Sales"}})
    platform.change("1", "Finance", "Sales", field="Department")
    assert platform.rows(
        "select attribute, value, details ->> 'department' from public.events_raw order by id"
    ) == [
        ("title", "CEO", "Sales"),
        ("department", "Finance", None),
    ]


def test_a_time_that_cannot_be_read_is_counted_and_health_tells(platform: Platform) -> None:
    platform.change("1", "CEO", timestamp="yesterday", joinedAt="long ago")
    assert platform.counts() == {("community", "processed"): 1, ("community", "unreadable_times"): 2}
    assert platform.value("select public.stats() #>> '{webhooks,ignored,times}'") == "2"
    assert (
        platform.value("select public.health() #>> '{checks,webhooks_last_7_days,unreadable_times}'") == "2"
    )
    assert platform.value("select public.health() #>> '{checks,webhooks_last_7_days,accepted}'") == "1"
    assert "Times in webhooks" in str(platform.value("select public.health() ->> 'reasons'"))


def test_of_somebody_who_was_forgotten_nothing_is_stored(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    platform.value("select public.forget_user('1')")
    for title in ("Writer", "CEO"):
        assert platform.change("1", title, "")["is_senior"] is False
    platform.db.execute("alter table public.events_raw add constraint no check (false) not valid")
    assert platform.change("1", "CFO", "")["status"] == "processed"
    assert platform.value("select count(*) from public.events_raw") == 0


def test_of_a_name_there_is_one_so_a_list_of_them_says_nothing(platform: Platform) -> None:
    platform.post(TITLE | {"value": "CEO", "username": ["A"], "oldValue": ["Writer"]})
    assert platform.rows("select username, old_value from public.events_raw") == [(None, "Writer")]


@pytest.mark.parametrize("spoofed", ["abc", "", 7, 10**14])
def test_a_field_of_the_name_that_counts_inside_means_nothing(platform: Platform, spoofed: object) -> None:
    change = {"userId": "1", "profileField": "Job Title", "value": "CEO", "$ignored": spoofed}
    assert platform.post(change).result["seniority_level"] == "csuite"
    assert (
        platform.value("select count(*) from pathfinder.webhook_counters where outcome = 'ignored_fields'")
        == 0
    )
