"""A country is one thing in whatever language it is written."""

from __future__ import annotations

import pytest
from babel import Locale

from local.countries import FILE, LANGUAGES, choose, codes, names_by_language, sql
from tests.conftest import Connection


def find(db: Connection, written: str | None) -> object:
    row = db.execute("select pathfinder.find_country(%s)", [written]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(
            (spelling, "ES")
            for spelling in ("España", "Spain", "ES", "esp", " SPAIN ", "إسبانيا", "スペイン", "ספרד")
        ),
        *(
            (spelling, "SA")
            for spelling in ("السعودية", "KSA", "Kingdom of Saudi Arabia", "المملكة العربية السعودية")
        ),
        *(
            (spelling, "US")
            for spelling in ("USA", "U.S.A.", "u.s.", "U S A", "EE. UU.", "США", "美国", "United   States")
        ),
        *((spelling, "GB") for spelling in ("UK", "U.K.", "Great Britain", "England", "Scotland", "英国")),
        *((spelling, "TR") for spelling in ("Turkey", "Türkiye", "TURKIYE", "Türkei", "Tuerkei")),
        *((spelling, "CZ") for spelling in ("Czechia", "Czech Republic", "Česko", "Tschechien")),
        *(
            (spelling, "NL")
            for spelling in ("Holland", "Netherlands", "The Netherlands", "Nederland", "Pays-Bas")
        ),
        *((spelling, "DE") for spelling in ("Deutschland", "GERMANY", "Allemagne", "독일", "德国", "D E U")),
        *(
            (spelling, "CI")
            for spelling in ("Côte d\u2019Ivoire", "Cote d'Ivoire", "COTE D IVOIRE", "Ivory Coast")
        ),
        *((spelling, "GR") for spelling in ("Ελλάδα", "ΕΛΛΑΔΑ", "Greece", "Grèce")),
        *((spelling, "AT") for spelling in ("Österreich", "Oesterreich", "OSTERREICH", "Austria")),
        *(
            (spelling, "KR")
            for spelling in ("Korea", "South Korea", "Korea, Republic of", "한국", "대한민국")
        ),
        *(
            (spelling, "CH")
            for spelling in ("Schweiz / Suisse / Svizzera", "Switzerland (CH)", "CH - Suisse")
        ),
        *((spelling, "FR") for spelling in ("🇫🇷", "🇫🇷 France", "France 🇫🇷", "fr")),
        ("Bosnia & Herzegovina", "BA"),
        ("Guinea-Bissau", "GW"),
        ("Congo", "CG"),
        ("DR Congo", "CD"),
        ("Kosovo", "XK"),
        ("Áo", "AT"),
        ("ao", "AO"),
        ("\u200eIsrael\u00a0", "IL"),
    ],
)
def test_country_is_found_however_it_is_written(shared_db: Connection, written: str, code: str) -> None:
    assert find(shared_db, written) == code


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        "/",
        "🇦",
        "🇦🇽🇿",
        "Narnia",
        "Atlanta, Georgia",
        "US-CA",
        "Germany / France",
        "Paris, France",
        "Niederlande und Belgien",
        "Kongo",
        "x" * 5000,
        None,
    ],
)
def test_what_names_no_country_or_two_stays_as_written(shared_db: Connection, written: str | None) -> None:
    assert find(shared_db, written) is None


def test_every_name_of_the_cldr_finds_its_country(shared_db: Connection) -> None:
    left_out = choose()[1]
    names = [(name, code, language) for code in codes() for language, name in names_by_language(code)]
    wrong = shared_db.execute(
        """
        select name, code, language, pathfinder.find_country(name)
        from unnest(%s::text[], %s::text[], %s::text[]) as known (name, code, language)
        where pathfinder.find_country(name) is distinct from code
        """,
        [list(column) for column in zip(*names, strict=True)],
    ).fetchall()
    assert len(LANGUAGES) >= 20
    assert len(names) > 14_000
    # A name of two countries, and one that is another's code.
    assert {str(name).lower() for name, *_ in wrong} <= {*left_out, "nga"}


def test_codes_of_two_and_three_letters_are_those_of_iso_3166(shared_db: Connection) -> None:
    rows = shared_db.execute("select code, alpha_3 from public.countries").fetchall()
    known = {str(code): str(three) for code, three in rows}
    assert len(known) == 250
    expected = {
        "CD": "COD",
        "DE": "DEU",
        "FR": "FRA",
        "MM": "MMR",
        "TL": "TLS",
        "YE": "YEM",
        "RO": "ROU",
        "CH": "CHE",
    }
    assert {code: known[code] for code in expected} == expected
    assert not set(known.values()) & {"ZAR", "DDR", "TMP", "BUR", "YMD", "FXX", "ROM"}


def test_country_is_called_by_its_english_name(shared_db: Connection) -> None:
    rows = shared_db.execute(
        "select code, pathfinder.country_name(lower(code)) from public.countries order by code"
    ).fetchall()
    assert rows == [(code, Locale("en").territories[code]) for code in codes()]
    assert shared_db.execute("select pathfinder.country_name('ZZ')").fetchone() == (None,)


def test_file_of_the_names_is_what_the_library_gives() -> None:
    assert FILE.read_text(encoding="utf-8") == sql(), "run make countries, and make baseline"
