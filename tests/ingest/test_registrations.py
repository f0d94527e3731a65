"""Registrations: remembered, so that a later detection can say when the member joined."""

from __future__ import annotations

import pytest

from tests.ingest.platform import Platform


def joined(platform: Platform) -> list[tuple[str, str]]:
    return platform.rows(
        "select user_id, to_char(joined_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        " from pathfinder.registrations"
    )


@pytest.mark.parametrize("event", [{}, {"event": "IdentityAccess.UserRegistered"}])
def test_a_registration_is_in_a_later_detection(platform: Platform, event: dict[str, str]) -> None:
    answer = platform.post({**event, "userId": 12, "date": "2019-10-10T16:07:21+02:00"})
    assert answer.result["status"] == "processed"
    assert joined(platform) == [("12", "2019-10-10 14:07:21")]
    assert platform.rows("select kind, attribute, processed from public.events_raw") == [
        ("registration", None, True)
    ]
    platform.change("12", "CEO", "")
    for table in ["user_state", "detections"]:
        assert platform.rows(f"select joined_at = '2019-10-10T14:07:21Z' from public.{table}") == [(True,)]  # noqa: S608


def test_a_registration_that_comes_after_the_detection_completes_it(platform: Platform) -> None:
    platform.change("12", "CEO", "")
    platform.post({"userId": 12, "date": "2019-10-10T16:07:21+02:00"})
    for table in ["user_state", "detections"]:
        assert platform.rows(f"select joined_at = '2019-10-10T14:07:21Z' from public.{table}") == [(True,)]  # noqa: S608


def test_the_earliest_time_of_joining_counts(platform: Platform) -> None:
    for date, status in [
        ("2020-01-01", "processed"),
        ("2021-01-01", "duplicate"),
        ("2019-01-01", "processed"),
        ("2019-01-01", "duplicate"),
    ]:
        assert platform.post({"userId": 12, "date": date}).result["status"] == status
    assert joined(platform) == [("12", "2019-01-01 00:00:00")]


@pytest.mark.parametrize("key", ["jobTitle", "job_title"])
def test_a_registration_may_bring_a_title(platform: Platform, key: str) -> None:
    payload = {"event": "integration.UserRegistered", "user": {"id": 5, "username": "Jane", key: "CTO"}}
    result = platform.post(payload).result
    assert (result["status"], result["seniority_level"]) == ("processed", "csuite")
    assert platform.rows("select username, title, joined_at is not null from public.user_state") == [
        ("Jane", "CTO", True)
    ]
    assert platform.post(payload).result["status"] == "duplicate"


@pytest.mark.parametrize("user", [{"id": 5, "username": "Jane"}, {"id": "5", "jobTitle": None}])
def test_a_registration_without_a_title_is_only_remembered(
    platform: Platform, user: dict[str, object]
) -> None:
    payload = {"event": "integration.UserRegistered", "user": user}
    assert platform.post(payload).result["status"] == "processed"
    assert [user_id for user_id, _ in joined(platform)] == ["5"]
    assert platform.post(payload).result["status"] == "duplicate"


def test_a_registration_that_arrives_after_a_change_of_title_is_stale(platform: Platform) -> None:
    platform.change("5", "CEO", "Writer")
    payload = {"event": "integration.UserRegistered", "user": {"id": 5, "jobTitle": "Writer"}}
    assert platform.post(payload).result["status"] == "stale"
    assert platform.state("5") == ("CEO", "csuite")


@pytest.mark.parametrize("name", ["IdentityAccess.UserLoggedIn", "topic.created", "x" * 5000])
def test_other_events_are_skipped_with_the_reason(platform: Platform, name: str) -> None:
    answer = platform.post({"event": name, "userId": 12, "date": "2019-10-10T16:07:21+02:00"})
    assert answer.status == 200
    assert answer.result["status"] == "skipped"
    assert name[:50] in answer.result["reason"]
    assert joined(platform) == []


@pytest.mark.parametrize(
    "payload", [{}, {"userId": "1", "username": "x"}, {"event": None, "user": {"id": 1}}]
)
def test_a_body_that_names_neither_field_nor_title_nor_event_is_malformed(
    platform: Platform, payload: dict[str, object]
) -> None:
    answer = platform.post(payload)
    assert answer.status == 400
    assert "profile field" in answer.body["message"]


def test_a_whole_profile_without_a_title_is_no_registration(platform: Platform) -> None:
    result = platform.post({"event": "user_updated", "user": {"id": 9, "username": "Jane"}}).result
    assert result == {"status": "skipped", "reason": "The profile holds no job title."}
    assert joined(platform) == []


@pytest.mark.parametrize("name", ["user.updated", "user_updated", "integration.UserProfileUpdated", None])
def test_a_whole_profile_that_was_saved_sets_the_title(platform: Platform, name: str | None) -> None:
    payload = {"event": name, "user": {"id": 9, "username": "Jane", "title": "CFO", "company": "Initech"}}
    assert platform.post(payload).result["seniority_level"] == "csuite"
    assert platform.rows("select title, company from public.user_state") == [("CFO", "Initech")]
    assert platform.post({"event": name, "user": {"id": 9, "title": None}}).result["is_senior"] is False
