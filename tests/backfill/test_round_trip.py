"""Members written in any dialect come back; so do rejected rows, and none of them is a formula."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from captpathfinder.backfill import cells
from captpathfinder.backfill.reading import Form, Options, open_source
from captpathfinder.backfill.rejected_rows import RejectsFile
from captpathfinder.backfill.separated import Record
from tests.backfill.exports import members, opened, write, xlsx

# What people type, with what separates, quotes and breaks lines among it.
TYPED = st.text(
    st.one_of(st.sampled_from(",;\t|\"'\n =+-@&éüñ中ж"), st.characters(codec="utf-8", categories=["L", "N"])),
    max_size=20,
)
# What stays the same when it is read: no spreadsheets' marks around it, and not empty in any spelling.
TEXTS = TYPED.map(cells.text).filter(lambda text: text and cells.text(text) == text and "\r" not in text)
PEOPLE = st.dictionaries(st.integers(1, 10**12).map(str), st.tuples(TEXTS, TEXTS), min_size=1, max_size=8)
DIALECTS = st.tuples(
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
HEADER = ("user id", "full name", "job title")


def separated(people: dict[str, tuple[str, str]], delimiter: str, end: str, quoting: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADER, *((user, *said) for user, said in people.items())])
    return text.getvalue()


def expected(people: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    return [{"user_id": user, "username": name, "title": title} for user, (name, title) in people.items()]


@settings(max_examples=150, deadline=None)
@given(PEOPLE, DIALECTS)
def test_members_come_back_from_any_dialect(
    people: dict[str, tuple[str, str]], dialect: tuple[str, str, str, int]
) -> None:
    delimiter, encoding, end, quoting = dialect
    with tempfile.TemporaryDirectory() as home:
        text = separated(people, delimiter, end, quoting)
        source = opened(write(Path(home) / "members.csv", text, encoding), title="job title")
        assert members(source) == expected(people)


@settings(max_examples=50, deadline=None)
@given(PEOPLE)
def test_members_come_back_from_json_and_from_a_workbook(people: dict[str, tuple[str, str]]) -> None:
    rows = [HEADER, *((user, *said) for user, said in people.items())]
    with tempfile.TemporaryDirectory() as home:
        objects = [dict(zip(HEADER, row, strict=True)) for row in rows[1:]]
        lines = "\n".join(json.dumps(value, ensure_ascii=False) for value in objects)
        for content in (lines, json.dumps(objects, indent=1), xlsx(rows)):
            source = opened(write(Path(home) / "members", content), title="job title")
            assert members(source) == expected(people)


FORMS = st.sampled_from(
    [Form(","), Form(";", "utf-8"), Form("\t", "utf-16-le"), Form("|"), Form(is_json=True, codec="utf-8")]
)


@settings(max_examples=100, deadline=None)
@given(PEOPLE, FORMS)
@example({"1": ("0", "='0")}, Form(","))
@example({"1": ("'t Hooft's", "CEO, =''0")}, Form(";", "utf-8"))
def test_rejected_rows_come_back_as_they_were(people: dict[str, tuple[str, str]], form: Form) -> None:
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "rejects"
        rejects = RejectsFile(path, form, HEADER, 0)
        for line, (user, said) in enumerate(people.items(), 2):
            rejects.write([(Record(line, (user, *said)), "=1+1 is no reason")])
        assert members(open_source(path, Options(columns={"title": "job title"}))) == expected(people)


@given(TYPED, st.sampled_from(",;\t|"))
@example("='0", ",")
@example("''=0", ",")
@example("\t'x", ";")
@example("'\t=1", "\t")
@example("\t\u200b", ",")
def test_no_rejected_cell_is_a_formula_whatever_separates_cells(cell: str, delimiter: str) -> None:
    written = cells.neutral(cell)
    for part in written.replace("\n", delimiter).split(delimiter):
        assert part.strip(" \"'\n\t")[:1] not in {"=", "+", "-", "@"} or part.lstrip(' "\n\t')[:1] == "'"
    assert cells.text(written) == cells.text(cell)
    # What is given back again and again grows no apostrophes.
    assert cells.neutral(written) == written
