"""Whom a suppression covers, and what its table refuses."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.accounts.people import know
from tests.conftest import Connection


def suppress(db: Connection, kind: str, value: str, **columns: object) -> None:
    columns = {"kind": kind, "value": value, **columns}
    db.execute(
        f"insert into public.suppressions ({', '.join(columns)})"  # noqa: S608
        f" values ({', '.join(['%s'] * len(columns))})".encode(),
        list(columns.values()),
    )


def is_suppressed(
    db: Connection,
    user_id: str = "1",
    domain: str | None = None,
    company: str | None = None,
    *,
    community: str = "main",
    at: str | None = None,
) -> bool:
    row = db.execute(
        "select pathfinder.suppressed_until(%s, %s, %s, %s, coalesce(%s::timestamptz, now())) is not null",
        [community, user_id, domain, company, at],
    ).fetchone()
    assert row is not None
    assert isinstance(row[0], bool)
    return row[0]


def preview(db: Connection, kind: str, value: str) -> dict[str, Any]:
    row = db.execute("select public.preview_suppression(%s, %s)", [kind, value]).fetchone()
    assert row is not None
    assert isinstance(row[0], dict)
    return row[0]


def test_nobody_is_suppressed_while_there_are_no_rows(db: Connection) -> None:
    assert not is_suppressed(db, "1", "acme.com", "Acme")


def test_member_is_suppressed_by_id_alone(db: Connection) -> None:
    suppress(db, "member", " 2000 ")
    assert is_suppressed(db, "2000", "acme.com", "Acme")
    assert not is_suppressed(db, "2001", "acme.com", "Acme")
    assert not is_suppressed(db, "1", None, "2000")


def test_domain_covers_what_is_part_of_it_and_no_other(db: Connection) -> None:
    suppress(db, "domain", "https://www.Acme.com/")
    assert is_suppressed(db, domain="acme.com")
    assert is_suppressed(db, domain="mail.emea.ACME.com")
    for other in ("notacme.com", "acme.com.br", "acme.co", "com", None):
        assert not is_suppressed(db, domain=other)


def test_company_is_suppressed_however_it_is_written(db: Connection) -> None:
    suppress(db, "company", "Acme, Inc.")
    assert is_suppressed(db, company="THE ACME COMPANY")
    for other in ("Acme Labs", "", None):
        assert not is_suppressed(db, company=other)


def test_suppression_ends_with_its_moment(db: Connection) -> None:
    suppress(db, "member", "2000", until="2099-03-01T00:00:00Z")
    assert is_suppressed(db, "2000", at="2099-02-28T23:59:59Z")
    assert not is_suppressed(db, "2000", at="2099-03-01T00:00:00Z")


def test_suppression_of_one_community_leaves_the_others_alone(db: Connection) -> None:
    know(db, "1")
    know(db, "1", community="partners")
    suppress(db, "company", "Acme", community="main")
    suppress(db, "domain", "globex.com")
    assert is_suppressed(db, company="Acme")
    assert not is_suppressed(db, company="Acme", community="partners")
    assert is_suppressed(db, domain="globex.com", community="partners")


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("domain", "acme", "'acme' is no domain"),
        ("domain", "co.uk", "co.uk is the ending of many companies' domains"),
        ("company", "?!", "'\\?!' is no name of a company"),
        ("member", "  ", "the member's id is missing"),
    ],
)
def test_value_that_cannot_be_meant_is_refused_in_words(
    db: Connection, kind: str, value: str, sentence: str
) -> None:
    db.execute("set role service_role")
    for asked in (suppress, preview):
        with pytest.raises(psycopg.errors.CheckViolation, match=sentence) as refused:
            asked(db, kind, value)
        assert refused.value.diag.message_hint


def test_kind_that_there_is_none_of_is_refused_in_words(db: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="'person' is no kind of suppression"):
        preview(db, "person", "1")


def test_provider_may_be_suppressed_because_somebody_may_want_that(db: Connection) -> None:
    suppress(db, "domain", "mailinator.com")
    assert is_suppressed(db, domain="mailinator.com")


def test_same_suppression_twice_is_refused_and_so_is_one_that_has_ended(db: Connection) -> None:
    db.execute("set role service_role")
    suppress(db, "company", "Acme Inc.")
    with pytest.raises(psycopg.errors.UniqueViolation, match="the company ACME is suppressed already"):
        suppress(db, "company", "ACME")
    with pytest.raises(psycopg.errors.CheckViolation, match="is past"):
        suppress(db, "company", "Globex", until="2020-01-01T00:00:00Z")
    db.execute("update public.suppressions set reason = ' own staff '")
    row = db.execute("select reason, key from public.suppressions").fetchone()
    assert row == ("own staff", "acme")


def test_edit_of_an_ended_row_is_not_refused(db: Connection) -> None:
    suppress(db, "company", "Acme", until="2099-01-01T00:00:00Z")
    db.execute("alter table public.suppressions disable trigger check_suppression")
    db.execute("update public.suppressions set until = '2020-01-01'")
    db.execute("alter table public.suppressions enable trigger check_suppression")
    db.execute("update public.suppressions set reason = 'partner'")
    assert not is_suppressed(db, company="Acme")


def test_preview_counts_executives_and_changes_and_shows_people(db: Connection) -> None:
    know(db, "1", company="Acme, Inc.", email_domain="acme.com")
    know(db, "2", company="ACME", email_domain="emea.acme.com", told=True)
    know(db, "3", company="Acme Labs", email_domain="labs.example")
    know(db, "4", company=None, email_domain="notacme.com")
    db.execute("set role service_role")

    company = preview(db, "company", "Acme LLC")
    assert (company["key"], company["executives"], company["changes"], company["untold"]) == ("acme", 2, 2, 1)
    assert [person["user_id"] for person in company["people"]] == ["1", "2"]
    domain = preview(db, "domain", "www.acme.com")
    assert (domain["key"], domain["executives"], domain["changes"], domain["untold"]) == ("acme.com", 2, 2, 1)
    member = preview(db, "member", "3")
    assert (member["executives"], member["changes"], member["people"][0]["company"]) == (1, 1, "Acme Labs")
    nobody = preview(db, "member", "99")
    assert (nobody["executives"], nobody["changes"], nobody["people"]) == (0, 0, [])
    assert db.execute("select count(*) from public.suppressions").fetchone() == (0,)


def test_preview_agrees_with_what_is_suppressed(db: Connection) -> None:
    companies = ["Acme", "Acme, Inc.", "Acme Labs", "AS Roma", "Roma", None, "アクメ株式会社", ""]
    domains = ["acme.com", "x.acme.com", "acme.co", "a-acme.com", None, "com.acme.com", "acme.com.br"]
    for number in range(56):
        know(db, str(number), company=companies[number % 8], email_domain=domains[number % 7])
    for kind, value in (("company", "ACME"), ("company", "Roma"), ("domain", "acme.com"), ("member", "7")):
        previewed = preview(db, kind, value)["executives"]
        suppress(db, kind, value, until="2099-01-01")
        row = db.execute("select count(*) from pathfinder.set_aside").fetchone()
        assert row == (previewed,)
        assert row != (0,)
        db.execute("delete from public.suppressions")
        assert db.execute("select count(*) from public.user_state").fetchone() == (56,)


def test_same_id_in_two_communities_is_two_members(db: Connection) -> None:
    know(db, "1", company="Acme")
    know(db, "2", company="Acme")
    know(db, "1", company="Acme", community="partners")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="there are several communities"):
        suppress(db, "member", "1")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='there is no community "nowhere"'):
        suppress(db, "company", "Acme", community="nowhere")
    suppress(db, "member", "2")
    suppress(db, "member", "1", community="partners")
    assert is_suppressed(db, "2")
    assert not is_suppressed(db, "2", community="partners"), "the one that knows them is meant"
    assert is_suppressed(db, "1", community="partners")
    assert not is_suppressed(db, "1")
    row = db.execute("select public.preview_suppression('company', 'Acme', 'partners')").fetchone()
    assert row is not None
    assert isinstance(row[0], dict)
    assert (row[0]["executives"], row[0]["changes"]) == (0, 0), "whoever is suppressed already is not shown"
    assert preview(db, "company", "Acme")["executives"] == 1
