"""A file of accounts is read whatever spreadsheet or CRM wrote it, and what cannot be read is said by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from captpathfinder.accounts.reading import Reading, read_accounts
from captpathfinder.errors import CaptPathfinderError


def read(folder: Path, content: str | bytes) -> Reading:
    file = folder / "accounts.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_accounts(file)


def test_export_of_a_crm_is_read_by_its_own_headings(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "Account ID,Account Name,Website,Account Owner,Tier,Watched\n"
        '001,"Acme, Inc.",https://www.acme.com,Jane Doe,1,Yes\n'
        "\n"
        '002,"Two\nlines",,,,\n',
    )
    assert reading.columns == {
        "Account ID": None,
        "Account Name": "name",
        "Website": "domains",
        "Account Owner": "owner",
        "Tier": "tier",
        "Watched": "is_watched",
    }
    assert reading.accounts == [
        {
            "row": 2,
            "name": "Acme, Inc.",
            "domains": ["https://www.acme.com"],
            "tier": "1",
            "owner": "Jane Doe",
            "is_watched": True,
        },
        {"row": 5, "name": "Two\nlines", "domains": [], "tier": None, "owner": None, "is_watched": False},
    ]
    assert reading.problems == []


def test_columns_that_a_file_lacks_are_not_mentioned(tmp_path: Path) -> None:
    assert read(tmp_path, "company\nAcme\n").accounts == [{"row": 2, "name": "Acme"}]


def test_several_names_and_domains_stand_in_one_cell(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "name;aliases;domains\nAcme;Acme, Inc. | Acme Robotics;acme.com, acme.de acme.fr\n"
    )
    assert reading.delimiter == ";"
    assert reading.accounts == [
        {
            "row": 2,
            "name": "Acme",
            "aliases": ["Acme, Inc.", "Acme Robotics"],
            "domains": ["acme.com", "acme.de", "acme.fr"],
        }
    ]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_delimiters_of_spreadsheets_are_read(
    tmp_path: Path, encoding: str, said: str, delimiter: str, end: str
) -> None:
    text = f"Firma{delimiter}Region{end}Müller GmbH{delimiter}Süd{end}"
    reading = read(tmp_path, text.encode(encoding))
    assert (reading.encoding, reading.delimiter) == (said, delimiter)
    assert reading.accounts == [{"row": 2, "name": "Müller GmbH", "region": "Süd"}]


def test_what_cannot_be_read_is_said_by_row_and_the_rest_is_read(tmp_path: Path) -> None:
    reading = read(tmp_path, "name,watched\nAcme,perhaps\nGlobex, Inc.,yes\nInitech,ja\nHooli\n")
    assert len(reading.problems) == 2
    assert "Row 2: 'perhaps' is neither yes nor no." in reading.problems
    assert "Row 3: 3 cells under 2 headings" in reading.problems[1]
    assert reading.accounts[1:] == [
        {"row": 4, "name": "Initech", "is_watched": True},
        {"row": 5, "name": "Hooli", "is_watched": False},
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"first,second\n1,2\n", "no column of names: its first line says first, second"),
        (b"PK\x03\x04\x00\x00name", "is no text: save it as CSV"),
        (b'name\n"' + b"x" * 200_000 + b'"\n', "field larger than field limit"),
    ],
)
def test_file_that_is_none_of_accounts_is_refused_in_words(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(CaptPathfinderError, match=sentence):
        read(tmp_path, content)


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CaptPathfinderError, match=r"accounts\.csv cannot be read: No such file"):
        read_accounts(tmp_path / "accounts.csv")


def test_delimiter_that_the_first_line_states_is_taken_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    reading = read(tmp_path, "sep=;\r\nName;Owner, in words\r\nAcme, Inc.;x\r\n")
    assert (reading.delimiter, reading.columns) == (";", {"Name": "name", "Owner, in words": None})
    assert reading.accounts == [{"row": 3, "name": "Acme, Inc."}]


@pytest.mark.parametrize("content", ["Name\n", "Name,Tier\r\n\r\n,\r\n"])
def test_headings_alone_are_no_list(tmp_path: Path, content: str) -> None:
    """With --remove-missing it would remove every account."""
    with pytest.raises(CaptPathfinderError, match="holds no account"):
        read(tmp_path, content)
