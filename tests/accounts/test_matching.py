"""An executive belongs to an account by domain, else by name or an alias, never by likeness."""

from __future__ import annotations

import csv
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Connection

PAIRS = Path(__file__).parent / "data" / "companies.csv"
FORMS = """
    Inc. Corp. Co. Ltd. LLC LLP LP PLC GmbH AG KG KGaA OHG GbR UG SE S.A. SAS SASU SARL EURL SNC SCA S.p.A.
    S.r.l. S.L. B.V. N.V. VOF BVBA SPRL AB ASA AS A/S ApS Oy Oyj hf. ehf. OÜ SIA UAB d.o.o. d.d. a.d. EOOD
    OOD EAD s.r.o. a.s. Kft. Zrt. Nyrt. Bt. A.Ş. OOO ZAO PAO \u041e\u041e\u041e \u0422\u041e\u041e
    \u0422\u041e\u0412 K.K. Bhd. JSC PJSC W.L.L. FZE S.A.E. SAOG Lda. Ltda. SGPS EIRELI Tbk PCL ULC Ltée
    Sh.p.k. A.E. \u0391.\u0395.
"""


def value(db: Connection, query: str, *arguments: object) -> object:
    row = db.execute(query.encode(), arguments).fetchone()
    assert row is not None
    return row[0]


def add(db: Connection, name: str, **columns: object) -> object:
    columns = {"name": name, **columns}
    return value(
        db,
        f"insert into public.accounts ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})"  # noqa: S608
        " returning id",
        *columns.values(),
    )


def find(db: Connection, domain: str | None, company: str | None) -> object:
    return value(db, "select pathfinder.find_account(%s, %s)", domain, company)


def test_labelled_names_are_one_company_or_two(shared_db: Connection) -> None:
    with PAIRS.open(newline="", encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    assert len(pairs) >= 300
    wrong = []
    for pair in pairs:
        first, second = (value(shared_db, "select pathfinder.company_key(%s)", pair[side]) for side in "ab")
        assert first, pair
        if (first == second) is not (pair["same"] == "yes"):
            wrong.append((pair["a"], pair["b"], first, second))
    assert wrong == []


@pytest.mark.parametrize("nothing", ["", "   ", "!!!", "-", "\u200b", "™", "&" * 3000 + "."])
def test_what_holds_no_name_belongs_nowhere(shared_db: Connection, nothing: str) -> None:
    assert value(shared_db, "select coalesce(pathfinder.company_key(%s), '')", nothing.replace("&", "")) == ""


def test_key_of_a_key_is_the_key(shared_db: Connection) -> None:
    with PAIRS.open(newline="", encoding="utf-8") as file:
        names = [pair[side] for pair in csv.DictReader(file) for side in "ab"]
    changed = shared_db.execute(
        """
        select name from unnest(%s::text[]) as name
        where pathfinder.name_key(pathfinder.name_key(name)) <> pathfinder.name_key(name)
        """,
        [names],
    ).fetchall()
    assert changed == []


def test_legal_forms_of_many_jurisdictions_do_not_tell_companies_apart(shared_db: Connection) -> None:
    forms = FORMS.split()
    assert len(forms) > 60
    kept = [
        form
        for form in forms
        if value(shared_db, "select pathfinder.company_key(%s)", f"Zebra {form}") != "zebra"
    ]
    assert kept == []


def test_account_is_found_by_domain_before_name(db: Connection) -> None:
    acme, globex = add(db, "Acme", domains=["acme.com"]), add(db, "Globex", aliases=["Globex Robotics"])
    assert find(db, "acme.com", "Globex") == acme
    assert find(db, "mail.emea.ACME.com", None) == acme
    assert find(db, "notacme.com", "GLOBEX, Inc.") == globex
    assert find(db, "acme.com.evil.org", None) is None
    assert find(db, None, "globex robotics llc") == globex
    assert find(db, None, "Globex Robot") is None
    assert find(db, None, None) is None


def test_longest_domain_decides(db: Connection) -> None:
    group, unit = add(db, "Acme", domains=["acme.com"]), add(db, "Acme Labs", domains=["labs.acme.com"])
    assert find(db, "x.labs.acme.com", None) == unit
    assert find(db, "acme.com", None) == group


def test_without_accounts_nobody_belongs_anywhere(db: Connection) -> None:
    assert find(db, "acme.com", "Acme") is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["https://www.Acme.com/about?x=1"], ["acme.com"]),
        (["jane.doe@acme.com", "ACME.COM", " ", "acme.co.uk"], ["acme.com", "acme.co.uk"]),
        (["acme.com."], ["acme.com"]),
        (["http://acme.com:8080/"], ["acme.com"]),
        (["bücher.example"], ["bücher.example"]),
    ],
)
def test_domains_are_read_from_what_people_paste(db: Connection, written: list[str], kept: list[str]) -> None:
    add(db, "Acme", domains=written)
    assert value(db, "select domains from public.accounts") == kept


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"domains": ["acme"]}, "'acme' is no domain"),
        ({"domains": ["gmail.com"]}, "gmail.com gives e-mail addresses to everybody"),
        ({"domains": ["vip.qq.com"]}, "vip.qq.com gives e-mail addresses to everybody"),
        ({"domains": ["co.uk"]}, "co.uk is the ending of many companies' domains"),
        ({"domains": ["not a domain.com"]}, "is no domain"),
        ({"aliases": ["!!"]}, "'!!' is no name of a company"),
        ({"name": " "}, "'' is no name of a company"),
    ],
)
def test_edit_that_would_match_nobody_or_everybody_is_refused(
    db: Connection, columns: dict[str, object], sentence: str
) -> None:
    db.execute("set role service_role")
    with pytest.raises(psycopg.errors.CheckViolation, match=sentence) as refused:
        add(db, **{"name": "Acme", **columns})  # type: ignore[arg-type]
    assert refused.value.diag.message_hint


def test_name_or_domain_of_another_account_is_refused_with_its_name(db: Connection) -> None:
    db.execute("set role service_role")
    add(db, "Acme", domains=["acme.com"], aliases=["Acme Robotics"])
    for name, columns in (
        ("ACME, Inc.", {}),
        ("Acme Robotics", {}),
        ("Globex", {"aliases": ["Acme Corporation"]}),
        ("Globex", {"domains": ["www.acme.com"]}),
    ):
        with pytest.raises(psycopg.errors.UniqueViolation, match="belongs to the account Acme already"):
            add(db, name, **columns)
    add(db, "Globex", domains=["globex.com"])
    with pytest.raises(
        psycopg.errors.UniqueViolation, match=r"acme\.com belongs to the account Acme already"
    ):
        db.execute("update public.accounts set domains = '{acme.com}' where name = 'Globex'")


def test_edit_moves_the_keys_and_deletion_frees_them(db: Connection) -> None:
    acme = add(db, "Acme", domains=["acme.com"])
    db.execute("update public.accounts set name = 'Acme Group', domains = '{acme.example}'")
    assert find(db, "acme.com", "Acme") is None
    assert find(db, "acme.example", None) == find(db, None, "Acme Group") == acme
    db.execute("delete from public.accounts")
    assert find(db, "acme.example", "Acme Group") is None
    assert add(db, "Acme Group") != acme


@pytest.mark.parametrize(
    ("company", "key"),
    [
        ("The Gap", "gap"),
        ("The", "the"),
        ("Alpha Beta Gamma Delta Ltd", "alpha beta gamma delta"),
        ("Alpha Beta Tekstil Sanayi ve Ticaret A.Ş.", "alpha beta tekstil"),
        ("Alpha San. ve Tic. Ltd. Şti.", "alpha"),
        ("Sanayi ve Ticaret A.Ş.", "sanayi ve ticaret"),
    ],
)
def test_key_of_a_company_is_what_is_left_without_forms(
    shared_db: Connection, company: str, key: str
) -> None:
    assert value(shared_db, "select pathfinder.company_key(%s)", company) == key


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("acme.com", "acme.com"),
        ("eu.c7.example", "eu.c7.example"),
        ("7.com", "7.com"),
        ("www.acme.com", "acme.com"),
        ("Acme.com", "acme.com"),
        ("a-b.com", "a-b.com"),
        ("acme", None),
        ("acme.c", None),
        ("acme.7a", None),
        ("acme.c7", "acme.c7"),
        ("10.0.0.1", None),
        (".com", None),
        ("acme..com", None),
        (".acme.com", None),
        ("acme.com.", "acme.com"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
        ("a" * 64 + ".com", None),
        ("", None),
    ],
)
def test_domain_is_read_the_same_with_and_without_what_stands_around_it(
    shared_db: Connection, written: str, domain: str | None
) -> None:
    assert value(shared_db, "select coalesce(pathfinder.domain_key(%s), '-')", written) == (domain or "-")
    around = f"https://x@{written}/about" if written else "https://"
    assert value(shared_db, "select coalesce(pathfinder.domain_key(%s), '-')", around) == (domain or "-")
