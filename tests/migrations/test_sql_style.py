"""What a test can check of the style of the SQL sources; CONTRIBUTING.md describes all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.sources import SOURCES, source_files

FUNCTIONS = source_files("functions")
LONGEST_LINE = 120
HEAD = re.compile(
    r"\A(?P<what>(?:-- (?!Returns:|Raises:|Example:)[^\n]*\n)+)"
    r"(?P<returns>-- Returns: [^\n]*\n(?:--   [^\n]*\n)*)"
    r"(?P<raises>-- Raises: [^\n]*\n(?:--   [^\n]*\n)*)?"
    r"(?P<example>-- Example: [^\n]*\n(?:--   [^\n]*\n)*)"
    r"create or replace function "
)
STRING = r"'(?:[^']|'')*'"
MADE = re.compile(r"^create or replace function (public|pathfinder)\.(\w+)", re.MULTILINE)


def identify(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", FUNCTIONS, ids=identify)
def test_function_file_has_the_one_form(path: Path) -> None:
    text = path.read_text()
    head = HEAD.match(text)
    assert head, (
        "what it does, Returns:, Raises: where it does, Example:, then the function, without blank lines"
    )
    # A call's jump is paid by one idea, said in a few lines.
    assert head["what"].count("\n") <= 6
    made = MADE.findall(text)
    inner = [name for schema, name in made if schema == "pathfinder"]
    assert len(inner) <= 1, "one function a file, with the public doors to it"
    assert path.stem in {name for _, name in made}, "the file is named after its function"
    for schema, name in made:
        for statement in ("revoke all", "comment"):
            assert re.search(rf"^{statement} on function {schema}\.{name}\(", text, re.MULTILINE), (
                statement,
                name,
            )
    assert text.count("set search_path = ''") == len(made)


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*/*.sql")), ids=identify)
def test_sources_keep_to_what_can_be_checked(path: Path) -> None:
    text = path.read_text()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\t" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    # A sentence in a string is not cut in two; whatever stands around it keeps to the width.
    assert [line for line in text.splitlines() if len(re.sub(STRING, "''", line)) > LONGEST_LINE] == []
    code = re.sub(rf"--[^\n]*|{STRING}", "", text)
    assert "pg_catalog." not in code, "search_path = '' finds the built-ins by themselves"
    assert not re.search(r"^-- .*-{5,}$|^-- [=*-]{5,}", text, re.MULTILINE), "no banners"
    assert "Called by" not in text, "lists of callers go stale"
    assert not re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|RETURNS|BEGIN|WHERE)\b", code), "lower case"
