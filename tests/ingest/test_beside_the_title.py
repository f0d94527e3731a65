"""What comes along beside a title counts, and nothing beside it takes the title away."""

from __future__ import annotations

import pytest

from tests.ingest.platform import Platform

TITLE = {"profileField": "Job Title"}


def state(platform: Platform, user: str) -> tuple[object, ...] | None:
    rows = platform.rows(
        "select title, company, country, email_domain from public.user_state where user_id = %s", user
    )
    return rows[0] if rows else None


def test_an_address_beside_the_title_brings_its_domain(platform: Platform) -> None:
    platform.post({"userId": "1", "jobTitle": "CEO", "email": "ann@mail.acme.com"})
    platform.post({"userId": "2", "jobTitle": "CEO", "email": "Ann <ann@acme.com>, b@other.com"})
    platform.post({"userId": "3", **TITLE, "value": "CEO"})
    platform.post({"userId": "3", "profileField": "Email", "value": "ann@acme.com., b@other.com"})

    assert [state(platform, user) for user in "123"] == [
        ("CEO", None, None, "mail.acme.com"),
        ("CEO", None, None, "acme.com"),
        ("CEO", None, None, "acme.com"),
    ]
    assert platform.value("select count(*) from public.events_raw where details::text like '%%ann%%'") == 0


def test_whoever_is_suppressed_by_domain_is_not_found_by_a_title_with_an_address(platform: Platform) -> None:
    platform.db.execute("select public.add_suppression('domain', 'acme.com', 'own staff')")

    platform.post({"userId": "1", "jobTitle": "CEO", "email": "ann@acme.com"})

    assert state(platform, "1") is None
    assert platform.value("select count(*) from public.detections") == 0


def test_of_several_companies_that_came_before_the_title_the_newest_counts(platform: Platform) -> None:
    for user, companies in {"1": ("Acme", "Globex"), "2": ("Globex", "Acme")}.items():
        for company in companies:
            platform.change(user, company, field="Company")
        platform.change(user, "CEO")
    rows = platform.rows("select user_id, company from public.user_state order by 1")
    assert rows == [("1", "Globex"), ("2", "Acme")]


def test_another_company_with_the_same_title_is_a_move_and_no_duplicate(platform: Platform) -> None:
    first = {"userId": "1", "jobTitle": "CEO", "company": "Acme"}
    platform.post(first)
    assert platform.post(first).result["status"] == "duplicate"

    assert platform.post(first | {"company": "Globex"}).result["status"] == "processed"

    assert platform.rows("select kind, company, previous_company from public.detections order by id") == [
        ("new", "Acme", None),
        ("moved", "Globex", "Acme"),
    ]


def test_a_title_beside_another_field_counts_and_so_does_the_field(platform: Platform) -> None:
    answer = platform.post(
        {"userId": "1", "profileField": "Country", "value": "US", "oldValue": "UK", "jobTitle": "CEO"}
    )
    assert answer.result["is_senior"]
    platform.post({"userId": "1", "profileField": "Country", "value": "FR", "jobTitle": "CEO"})

    assert state(platform, "1") == ("CEO", None, "FR", None)


def test_a_value_of_null_beside_a_filled_title_clears_nothing(platform: Platform) -> None:
    platform.post({"userId": "1", "jobTitle": "CEO"})
    platform.post({"userId": "1", **TITLE, "value": None, "title": "CEO"})
    assert state(platform, "1") == ("CEO", None, None, None)


@pytest.mark.parametrize(
    "event",
    [
        "user.job_title.removed", "user.skill.removed", "order.deleted", "ticket.closed", "company.deleted",
        "member.ban.removed", "user.deletion.aborted", "user.before_destroy", "user.deleted_at.changed",
    ],
)  # fmt: skip
def test_the_end_of_something_else_takes_no_title(platform: Platform, event: str) -> None:
    platform.post({"userId": "1", "jobTitle": "CEO"})
    platform.post({"userId": "1", "jobTitle": "CEO", "event": event})
    assert state(platform, "1") is not None


@pytest.mark.parametrize("event", ["user:deactivating", "user.desactivated", "member_wiped", "deleteUser"])
def test_a_membership_ends_in_other_spellings_too(platform: Platform, event: str) -> None:
    platform.post({"userId": "1", "jobTitle": "CEO"})
    platform.post({"userId": "1", "jobTitle": "CEO", "event": event})
    assert state(platform, "1") is None


@pytest.mark.parametrize(
    ("known", "old"),
    [
        ("VP, Sales", "VP Sales"),
        ("Manager – Sales", "Manager - Sales"),  # noqa: RUF001 (the dash is the point)
        ("Großkundenbetreuer", "GROSSKUNDENBETREUER"),
        ("Ｍanager", "Manager"),  # noqa: RUF001 (so is the wide letter)
    ],
)
def test_an_old_value_is_compared_whatever_its_signs(platform: Platform, known: str, old: str) -> None:
    platform.post({"userId": "1", **TITLE, "value": known, "oldValue": ""})
    answer = platform.post({"userId": "1", **TITLE, "value": "CTO", "oldValue": old})
    assert answer.result["status"] == "processed"


@pytest.mark.parametrize("pasted", [" 77", "77\u00a0", "\u200b77"])
def test_an_id_that_was_pasted_with_blanks_is_forgotten(platform: Platform, pasted: str) -> None:
    platform.post({"userId": "77", "jobTitle": "CEO"})
    platform.db.execute("select public.forget_user(%s)", [pasted])
    assert state(platform, "77") is None
