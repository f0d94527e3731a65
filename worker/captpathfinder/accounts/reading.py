"""Reads accounts from a CSV file: whatever encoding, delimiter and headings a spreadsheet or CRM writes.

Nothing is checked here that the database checks: what a domain or a name is, it knows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from captpathfinder.errors import CaptPathfinderError

# What each column of the table is called by others, as `_plain` reduces it. The first in a file counts.
HEADINGS = {
    "name": "name account accountname company companyname organization organisation customer customername"
    " firma unternehmen entreprise societe empresa",
    "aliases": "aliases alias aka alsoknownas othernames formernames",
    "domains": "domains domain website websites webseite siteweb url emaildomain emaildomains companydomain"
    " companydomainname",
    "tier": "tier accounttier segment priority class",
    "owner": "owner accountowner accountmanager accountexecutive csm salesrep responsible",
    "region": "region territory area",
    "is_watched": "iswatched watched watch",
}
_YES = {"yes", "y", "true", "t", "1", "x", "on", "watched", "ja", "oui", "si", "sí", "sim", "✓", "✔"}
_NO = {"", "no", "n", "false", "f", "0", "-", "off", "nein", "non", "não", "nao"}
_LISTS = ("aliases", "domains")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Reading:
    """A file as it was read.

    columns: each heading with the column of the table that it is read as, None where it is not read.
    accounts: what `import_accounts` takes, each with its line as "row". problems: what could not be read.
    """

    encoding: str
    delimiter: str
    columns: Mapping[str, str | None]
    accounts: list[JsonValue]
    problems: list[str]


def read_accounts(path: Path) -> Reading:
    """Read a file. Raises `CaptPathfinderError` when it cannot be read, or has no column of names."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CaptPathfinderError(f"{path} cannot be read: {error.strerror}.") from None
    encoding, text = _decode(content)
    if "\0" in text:
        raise CaptPathfinderError(f"{path} is no text: save it as CSV.")
    # A spreadsheet may say so before the headings.
    stated = re.match(rf"sep=([{re.escape(_DELIMITERS)}])\r?\n", text, re.IGNORECASE)
    text = "\n" + text[stated.end() :] if stated else text
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = stated[1] if stated else max(_DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headings: list[str] = []
    accounts: list[JsonValue] = []
    problems: list[str] = []
    fields: dict[int, str] = {}
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if not headings:
                headings = [cell.strip() for cell in row]
                fields = _fields(headings)
                if "name" not in fields.values():
                    raise CaptPathfinderError(
                        f"{path} has no column of names: its first line says {', '.join(headings)}."
                        " Call one of them name, account or company."
                    )
                continue
            if len(row) > len(headings) and any(cell.strip() for cell in row[len(headings) :]):
                problems.append(
                    f"Row {rows.line_num}: {len(row)} cells under {len(headings)} headings;"
                    " put a cell that holds the delimiter in quotation marks."
                )
                continue
            accounts.append({"row": rows.line_num, **_account(row, fields, rows.line_num, problems)})
    except csv.Error as error:
        raise CaptPathfinderError(f"{path}, line {rows.line_num}: {error}.") from None
    if not headings:
        raise CaptPathfinderError(f"{path} is empty.")
    if not accounts and not problems:
        raise CaptPathfinderError(f"{path} holds no account: there is nothing below its headings.")
    columns = {heading: fields.get(number) for number, heading in enumerate(headings) if heading}
    return Reading(encoding, delimiter, columns, accounts, problems)


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16", content.decode("utf-16", errors="replace")
    try:
        return "UTF-8", content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a spreadsheet on Windows writes where UTF-8 is not chosen.
        return "Windows-1252", content.decode("cp1252", errors="replace")


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())


def _fields(headings: list[str]) -> dict[int, str]:
    """Which column of the table each column of the file is, by its number."""
    fields: dict[int, str] = {}
    plain = [_plain(heading) for heading in headings]
    for field, names in HEADINGS.items():
        for name in names.split():
            if name in plain:
                fields[plain.index(name)] = field
                break
    return fields


def _account(
    row: list[str], fields: Mapping[int, str], line: int, problems: list[str]
) -> dict[str, JsonValue]:
    account: dict[str, JsonValue] = {}
    for number, field in fields.items():
        cell = row[number].strip() if number < len(row) else ""
        if field in _LISTS:
            account[field] = [part.strip() for part in _parts(field, cell) if part.strip()]
        elif field == "is_watched":
            if cell.casefold() not in _YES | _NO:
                problems.append(f"Row {line}: {cell!r} is neither yes nor no.")
            account[field] = cell.casefold() in _YES
        else:
            account[field] = cell or (cell if field == "name" else None)
    return account


def _parts(field: str, cell: str) -> list[str]:
    # A company's name may hold a comma ("Acme, Inc."), a domain does not.
    return re.split(r"[;|\n]" if field == "aliases" else r"[;|,\s]+", cell)
