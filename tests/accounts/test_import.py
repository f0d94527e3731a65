"""Accounts from a list: all or none, in any order, said before it is done; and who of them is a member."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.accounts.people import know
from tests.conftest import Connection


@pytest.fixture
def secret(db: Connection) -> Connection:
    """A connection that may do what the secret key may."""
    db.execute("set role service_role")
    return db


def take(db: Connection, *accounts: object, dry_run: bool = False, remove_missing: bool = False) -> Any:  # noqa: ANN401
    row = db.execute(
        "select public.import_accounts(%s, %s, %s)", [Jsonb(list(accounts)), dry_run, remove_missing]
    ).fetchone()
    assert row is not None
    return row[0]


def names(db: Connection) -> list[object]:
    return [name for (name,) in db.execute("select name from public.accounts order by name")]


def test_list_adds_changes_and_leaves_alone(secret: Connection) -> None:
    first = take(secret, {"name": "Acme", "domains": ["acme.com"], "tier": "1"}, {"name": "Globex"})
    assert (first["is_applied"], first["new"], first["missing"]) == (True, ["Acme", "Globex"], [])

    second = take(secret, {"name": "ACME Inc.", "owner": "Jane"}, {"name": "Globex"}, {"name": "Initech"})
    assert second["new"] == ["Initech"]
    assert second["unchanged"] == 1
    (changed,) = second["changed"]
    assert changed["changes"] == {"name": ["Acme", "ACME Inc."], "owner": [None, "Jane"]}
    row = secret.execute(
        "select domains, tier, owner from public.accounts where name = 'ACME Inc.'"
    ).fetchone()
    assert row == (["acme.com"], "1", "Jane"), "what a list does not mention stays"

    third = take(secret, {"name": "Acme", "tier": None, "is_watched": True})
    assert third["missing"] == ["Globex", "Initech"]
    row = secret.execute("select tier, is_watched from public.accounts where name = 'Acme'").fetchone()
    assert row == (None, True)


def test_dry_run_says_the_same_and_changes_nothing(secret: Connection) -> None:
    take(secret, {"name": "Acme"}, {"name": "Globex"})
    wanted = [{"name": "Acme", "owner": "Jane"}, {"name": "Initech"}]
    said = take(secret, *wanted, dry_run=True, remove_missing=True)
    assert names(secret) == ["Acme", "Globex"]
    assert not said["is_applied"]
    done = take(secret, *wanted, remove_missing=True)
    assert {**said, "is_applied": True, "changed": None} == {**done, "changed": None}
    assert names(secret) == ["Acme", "Initech"]


def test_one_wrong_row_and_nothing_is_changed_and_every_error_is_said(secret: Connection) -> None:
    take(secret, {"name": "Acme", "domains": ["acme.com"]})
    said = take(
        secret,
        {"row": 2, "name": "Globex", "domains": ["globex.com"]},
        {"row": 3, "name": "Initech", "domains": ["gmail.com"]},
        {"row": 4, "name": ""},
        {"row": 5, "name": "Umbrella", "domains": ["acme.com"]},
        {"row": 7, "name": "GLOBEX Corp."},
        {"row": 8, "name": "Hooli", "is_watched": "perhaps"},
        {"row": 9, "name": "Hooli 2", "domains": "hooli.com"},
    )
    assert not said["is_applied"]
    assert [error["row"] for error in said["errors"]] == [3, 4, 5, 7, 8, 9]
    sentences = [error["message"] for error in said["errors"]]
    assert "gmail.com gives e-mail addresses to everybody" in sentences[0]
    assert "is no name of a company" in sentences[1]
    assert "acme.com belongs to the account Acme already" in sentences[2]
    assert "this is the account of row 2 once more" in sentences[3]
    assert names(secret) == ["Acme"]


def test_domain_moves_from_one_account_to_another_in_either_order(secret: Connection) -> None:
    take(secret, {"name": "Acme", "domains": ["shared.com"]}, {"name": "Globex", "domains": []})
    for first, second in (("Acme", "Globex"), ("Globex", "Acme"), ("Acme", "Globex")):
        for order in (1, -1):
            rows = [{"name": first, "domains": []}, {"name": second, "domains": ["shared.com"]}][::order]
            assert take(secret, *rows)["is_applied"]
    row = secret.execute("select name from public.accounts where domains = '{shared.com}'").fetchone()
    assert row == ("Globex",)


def test_thousand_rows_are_taken_in_one_call(secret: Connection) -> None:
    rows = [{"name": f"Company number {number}", "domains": [f"c{number}.example"]} for number in range(1000)]
    assert len(take(secret, *rows)["new"]) == 1000
    assert take(secret, *rows)["unchanged"] == 1000


@pytest.mark.parametrize("wrong", [Jsonb({}), Jsonb("x"), None])
def test_what_is_no_list_is_refused(secret: Connection, wrong: object) -> None:
    with pytest.raises(Exception, match="a list of accounts is needed"):
        secret.execute("select public.import_accounts(%s)", [wrong])


def coverage(db: Connection, after: int = 0, size: int = 100, *, watched: bool = False) -> Any:  # noqa: ANN401
    row = db.execute("select public.account_coverage(%s, %s, %s)", [after, size, watched]).fetchone()
    assert row is not None
    return row[0]


def test_coverage_says_who_is_there_and_which_level_is_missing(db: Connection) -> None:
    know(db, "1", company="Acme Inc.", level="vp", title="VP Sales")
    know(db, "2", company="Globex", email_domain="acme.com", title="CEO")
    know(db, "3", company="GLOBEX", level="vp")
    know(db, "4", company="Somebody else")
    db.execute("set role service_role")
    take(
        db,
        {"name": "Acme", "domains": ["acme.com"], "is_watched": True, "tier": "1"},
        {"name": "Globex"},
        {"name": "Initech"},
    )

    acme, globex, initech = coverage(db)["accounts"]
    assert [person["user_id"] for person in acme["people"]] == ["2", "1"]
    assert acme["people"][1]["title"] == "VP Sales"
    assert (acme["missing"], acme["tier"], acme["is_watched"]) == ([], "1", True)
    # Whose domain is Acme's is Acme's, whatever the company is called.
    assert [person["user_id"] for person in globex["people"]] == ["3"]
    assert globex["missing"] == ["csuite"]
    assert (initech["people"], initech["missing"]) == ([], ["csuite", "vp"])
    assert [account["name"] for account in coverage(db, watched=True)["accounts"]] == ["Acme"]


def test_coverage_comes_in_pages_that_miss_nobody(secret: Connection) -> None:
    take(secret, *({"name": f"Company {number}"} for number in range(7)))
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = coverage(secret, after, 3)
        assert len(page["accounts"]) <= 3
        seen += [account["name"] for account in page["accounts"]]
        after = page["next"]
    assert seen == [f"Company {number}" for number in range(7)]


def belonging(db: Connection, table: str = "user_state") -> dict[str, object]:
    rows = db.execute(
        f"select user_id, name from public.{table} join public.accounts on accounts.id = account_id".encode()  # noqa: S608
    ).fetchall()
    return {str(user_id): name for user_id, name in rows}


def test_everybody_belongs_to_the_account_that_an_edit_gives_them(db: Connection) -> None:
    know(db, "1", company="Acme, Inc.")
    know(db, "2", company="Globex", email_domain="eu.acme.com")
    know(db, "3", company="Globex Corp")
    assert belonging(db) == {}
    db.execute("insert into public.accounts (name) values ('ACME'), ('Globex')")
    assert belonging(db) == {"1": "ACME", "2": "Globex", "3": "Globex"}
    db.execute("update public.accounts set domains = '{acme.com}' where name = 'ACME'")
    assert belonging(db) == belonging(db, "detections") == {"1": "ACME", "2": "ACME", "3": "Globex"}
    know(db, "4", company="Initech", email_domain="acme.com")
    know(db, "5", company="globex")
    assert (
        belonging(db)
        == belonging(db, "detections")
        == {
            "1": "ACME",
            "2": "ACME",
            "3": "Globex",
            "4": "ACME",
            "5": "Globex",
        }
    )
    db.execute("update public.user_state set company = 'Elsewhere' where user_id = '5'")
    db.execute("delete from public.accounts where name = 'ACME'")
    assert belonging(db) == {"2": "Globex", "3": "Globex"}
    db.execute("update public.accounts set name = 'Elsewhere' where name = 'Globex'")
    assert belonging(db) == {"5": "Elsewhere"}


def test_country_of_an_executive_is_known_by_its_code(db: Connection) -> None:
    know(db, "1")
    for written, code in (("España", "ES"), ("Narnia", None), (None, None), ("🇩🇪", "DE")):
        db.execute("update public.user_state set country = %s", [written])
        db.execute("update public.detections set country = %s", [written])
        for table in ("user_state", "detections"):
            row = db.execute(f"select country, country_code from public.{table}".encode()).fetchone()  # noqa: S608
            assert row == (written, code)


def test_list_moves_people_between_its_accounts_and_to_and_from_those_that_stay(db: Connection) -> None:
    for number, domain in enumerate(
        ("acme.com", "globex.com", "initech.com", "umbrella.com", "elsewhere.com")
    ):
        know(db, str(number), email_domain=domain)
    belongs = """
        select user_state.user_id, accounts.name, told.name
        from public.user_state
        join public.detections using (community, user_id)
        left join public.accounts on accounts.id = user_state.account_id
        left join public.accounts as told on told.id = detections.account_id
        order by 1
    """

    def owners() -> list[object]:
        return [now if now == told else (now, told) for _, now, told in db.execute(belongs.encode())]

    take(
        db,
        {"name": "Acme", "domains": ["acme.com"]},
        {"name": "Globex", "domains": ["globex.com"]},
        {"name": "Initech", "domains": ["initech.com"]},
        {"name": "Umbrella", "domains": ["umbrella.com"]},
    )
    assert owners() == ["Acme", "Globex", "Initech", "Umbrella", None]
    moved = [
        {"name": "Acme", "domains": ["globex.com"]},
        {"name": "Globex", "domains": ["acme.com", "elsewhere.com"]},
        {"name": "Initech", "domains": []},
    ]
    take(db, *moved, dry_run=True, remove_missing=True)
    assert owners() == ["Acme", "Globex", "Initech", "Umbrella", None]
    take(db, *moved, remove_missing=True)
    assert owners() == ["Globex", "Acme", None, None, "Globex"]
    db.execute("update public.accounts set domains = '{initech.com}' where name = 'Initech'")
    assert owners() == ["Globex", "Acme", "Initech", None, "Globex"], "later edits match at once again"


def test_list_gives_a_departure_to_the_account_that_was_left(db: Connection) -> None:
    know(db, "1", company="Globex")
    db.execute(
        "insert into public.detections (user_id, kind, previous_title, previous_level, previous_company)"
        " values ('1', 'left', 'CEO', 'csuite', 'Acme')"
    )
    take(db, {"name": "Acme"}, {"name": "Globex"})
    told = db.execute(
        "select detections.kind, accounts.name from public.detections"
        " left join public.accounts on accounts.id = detections.account_id order by 1"
    ).fetchall()
    assert told == [("left", "Acme"), ("new", "Globex")]
