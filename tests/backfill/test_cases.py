"""The files in data/, each left as some spreadsheet, data tool or database leaves it."""

from __future__ import annotations

import pytest

from captpathfinder.errors import PermanentError
from tests.backfill.exports import DATA, Member, faults, members, opened

READ: dict[str, list[Member]] = {
    "pandas_float_ids": [
        {"user_id": "161", "username": "Ann", "title": "CEO"},
        {"user_id": "162", "username": "Bob", "title": "VP Sales"},
    ],
    "sep_semicolon": [
        {"user_id": "101", "username": "Ann A", "title": "CEO"},
        {"user_id": "102", "username": "Bob B", "title": "VP Sales"},
    ],
    "preamble": [
        {"user_id": "121", "username": "Ann", "title": "CEO"},
        {"user_id": "122", "username": "Bob", "title": "VP Sales"},
    ],
    "header_quoted_delims": [
        {"user_id": "141", "username": "Ames, Ann", "title": "CEO"},
        {"user_id": "142", "username": "Bell, Bob", "title": "VP Sales"},
    ],
    "trailing_comma_rows": [
        {"user_id": "151", "username": "Ann", "title": "CEO"},
        {"user_id": "152", "username": "Bob", "title": "VP Sales"},
    ],
    "salutation": [{"user_id": "276", "username": "Bob Bell", "title": "CEO"}],
    "firstlast": [{"user_id": "316", "username": "Ann Ames", "title": "CEO"}],
    "nulls": [
        {"user_id": "1401", "username": "Ann", "title": "CEO", "joined_at": "2019-10-10"},
        {"user_id": "1402", "username": "Bob", "title": "CFO", "joined_at": "2019-10-10"},
        {"user_id": "1403", "username": "Cy", "title": "CTO", "joined_at": "2019-10-10"},
        {"user_id": "1404", "title": "COO", "company": "Acme", "country": "UK", "joined_at": "2019-10-10"},
        {"user_id": "1405", "username": "Di", "company": "Acme", "country": "UK"},
    ],
}


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_whole(name: str) -> None:
    source = opened(DATA / f"{name}.csv")
    assert members(source) == READ[name]
    assert faults(source) == {}


def test_ids_that_a_spreadsheet_shortened_are_rejected_one_by_one() -> None:
    source = opened(DATA / "excel_sci_ids.csv")
    assert members(source) == []
    said = "was shortened by a spreadsheet; export the column as text"
    assert faults(source) == {2: f"1.23457E+11 {said}", 3: f"1.23457E+11 {said}", 4: f"9.98E+15 {said}"}


def test_a_quote_that_never_closes_costs_its_own_row() -> None:
    source = opened(DATA / "open_quote.csv")
    assert [member["user_id"] for member in members(source)] == ["182", "183", "184", "185", "186"]
    assert members(source)[3]["title"] == "VP, Marketing"
    assert list(faults(source)) == [2]
    assert "never closes" in faults(source)[2]


def test_columns_that_are_called_the_same_are_named_until_the_user_says_which() -> None:
    path = DATA / "dup_headers.csv"
    with pytest.raises(PermanentError, match=r"column 3: Ms, Mr.*column 4: CEO, VP Sales.*--title-column 4"):
        opened(path)
    with pytest.raises(PermanentError, match="by its number"):
        opened(path, title="title")
    assert [member["title"] for member in members(opened(path, title="4"))] == ["CEO", "VP Sales"]
