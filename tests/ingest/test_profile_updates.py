"""What a change of a profile field does."""

from __future__ import annotations

import psycopg
import pytest

from tests.ingest.platform import Platform


def test_the_platforms_own_example_is_answered_as_designed(platform: Platform) -> None:
    payload = {
        "event": "integration.UserProfileUpdated",
        "userId": "2000",
        "username": "John Doe",
        "profileFieldId": "123",
        "profileField": "Job Title",
        "value": "VP Sales",
        "oldValue": "Director",
    }
    answer = platform.post(payload)
    event_id = platform.value("select id from public.events_raw")
    assert answer.status == 200
    assert answer.body == {
        "status": "accepted",
        "result": {
            "status": "processed",
            "user_id": "2000",
            "is_senior": True,
            "seniority_level": "vp",
            "event_id": event_id,
        },
    }
    again = platform.post(payload)
    assert again.status == 200
    assert again.result == {"status": "duplicate", "user_id": "2000", "event_id": event_id}
    assert platform.detections("2000") == [("VP Sales", "vp", "new")]
    assert platform.rows(
        "select source, user_id, username, profile_field, attribute, value, old_value, processed, state,"
        " error, processed_at is not null from public.events_raw"
    ) == [
        (
            "community",
            "2000",
            "John Doe",
            "Job Title",
            "title",
            "VP Sales",
            "Director",
            True,
            "processed",
            None,
            True,
        )
    ]


def test_a_title_that_is_not_senior_is_processed_and_not_kept(platform: Platform) -> None:
    result = platform.change("1", "Engineer", "")
    assert (result["status"], result["is_senior"], result["seniority_level"]) == ("processed", False, None)
    assert platform.state("1") is None
    assert platform.detections("1") == []


def test_a_vice_president_who_joins_the_c_suite_is_detected_again(platform: Platform) -> None:
    platform.change("1", "VP Sales", "")
    platform.change("1", "CEO", "VP Sales")
    assert platform.state("1") == ("CEO", "csuite")
    assert platform.detections("1") == [("VP Sales", "vp", "new"), ("CEO", "csuite", "promotion")]


def test_a_step_down_changes_the_level_without_a_detection(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    platform.change("1", "VP Sales", "CEO")
    assert platform.state("1") == ("VP Sales", "vp")
    assert len(platform.detections("1")) == 1


def test_another_title_of_the_same_level_is_no_detection(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    platform.change("1", "CFO", "CEO")
    assert platform.state("1") == ("CFO", "csuite")
    assert len(platform.detections("1")) == 1


@pytest.mark.parametrize("cleared", [None, "", "  \t"])
def test_a_cleared_title_ends_seniority(platform: Platform, cleared: object) -> None:
    platform.change("1", "CEO", "")
    result = platform.change("1", cleared, "CEO")
    assert (result["status"], result["is_senior"]) == ("processed", False)
    assert platform.state("1") is None


def test_who_returns_to_a_senior_title_is_detected_anew(platform: Platform) -> None:
    for value, old in [("CEO", ""), ("", "CEO"), ("CEO", "")]:
        platform.change("1", value, old)
    assert platform.detections("1") == [("CEO", "csuite", "new"), ("CEO", "csuite", "new")]


def test_company_and_country_complete_a_known_executive_and_the_detection(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    result = platform.change("1", "Initech", "", field="Company")
    platform.change("1", "Norway", "", field="country")
    assert (result["status"], result["is_senior"], result["seniority_level"]) == ("processed", True, "csuite")
    expected = [("Initech", "Norway")]
    assert platform.rows("select company, country from public.user_state") == expected
    assert platform.rows("select company, country from public.detections") == expected


def test_a_detection_that_a_digest_has_shown_is_completed_all_the_same(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    platform.db.execute("update public.detections set included_in_digest = true")
    platform.change("1", "Initech", "", field="Company")
    assert platform.rows("select company from public.detections") == [("Initech",)]
    assert platform.rows("select company from public.user_state") == [("Initech",)]


def test_a_company_known_from_before_is_in_a_later_detection(platform: Platform) -> None:
    platform.change("1", "Initech", "", field="Company")
    platform.change("1", "Engineer", "", country="Norway")
    platform.change("1", "CEO", "Engineer", joined_at="2020-02-29")
    assert platform.rows("select company, country, joined_at::date::text from public.detections") == [
        ("Initech", "Norway", "2020-02-29")
    ]


def test_a_cleared_company_is_not_remembered(platform: Platform) -> None:
    platform.change("1", "Engineer", "", company="Globex")
    platform.change("1", "", "Globex", field="Company")
    platform.change("1", "CEO", "Engineer")
    assert platform.rows("select company from public.detections") == [(None,)]


def test_a_renamed_member_gets_the_new_name(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    platform.change("1", "Norway", "", field="Country", username="Jane")
    assert platform.rows("select username from public.user_state") == [("Jane",)]
    assert platform.rows("select username from public.detections") == [("Jane",)]


@pytest.mark.parametrize("label", ["Job Title", "job_title", "JOB-TITLE", " jobtitle "])
def test_the_spelling_of_a_label_does_not_matter(platform: Platform, label: str) -> None:
    assert platform.change("1", "CEO", "", field=label)["status"] == "processed"
    assert platform.rows("select profile_field from public.events_raw") == [("Job Title",)]


def test_a_field_that_is_not_registered_is_skipped_and_not_stored(platform: Platform) -> None:
    answer = platform.post({"userId": "1", "profileField": "Shoe size", "value": ["9", {"a": 1}]})
    assert answer.status == 200
    assert answer.result == {"status": "skipped", "reason": 'The field "Shoe size" is not registered.'}
    assert platform.value("select count(*) from public.events_raw") == 0
    assert platform.counts() == {("community", "skipped"): 1}


def test_a_field_that_is_switched_off_is_skipped(platform: Platform) -> None:
    platform.db.execute("update public.field_registry set is_active = false where field_name = 'Job Title'")
    assert platform.change("1", "CEO", "")["status"] == "skipped"


def test_a_registered_id_is_found_under_any_label_and_not_under_another_id(platform: Platform) -> None:
    platform.db.execute("update public.field_registry set field_id = '77' where field_name = 'Job Title'")
    assert (
        platform.change("1", "CEO", "", field="Rolle im Unternehmen", profileFieldId="77")["status"]
        == "processed"
    )
    assert platform.change("1", "CFO", "CEO", field="Job Title", profileFieldId="78")["status"] == "skipped"
    assert platform.change("1", "CFO", "CEO", field="Job Title")["status"] == "processed"


def test_snake_case_and_integer_ids_are_understood(platform: Platform) -> None:
    payload = {
        "user_id": 12,
        "username": "x",
        "profile_field": "Job Title",
        "profile_field_id": 5,
        "value": "CEO",
    }
    assert platform.post(payload | {"old_value": ""}).result["user_id"] == "12"
    assert platform.change("12", "CFO", "CEO")["status"] == "processed"
    assert platform.state("12") == ("CFO", "csuite")


def test_two_spellings_of_one_field_cannot_both_be_registered(platform: Platform) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        platform.db.execute("insert into public.field_registry (field_name) values ('job_title')")
