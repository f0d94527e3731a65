"""`captpathfinder backfill`: the file's columns, batches, rejects, and going on after an interruption."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from captpathfinder.backfill import (
    Columns,
    Progress,
    StateFile,
    batches,
    digest_of,
    read_columns,
    read_rows,
)
from captpathfinder.errors import PermanentError
from local.stack import Stack
from tests.worker.support import worker_environment


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def columns_of(path: Path, **chosen: str) -> Columns:
    return read_columns(path, "utf-8-sig", chosen)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_columns_are_found_by_their_names(tmp_path: Path, delimiter: str, mark: str) -> None:
    header = delimiter.join(["E-Mail", "User ID", "Job-Title", "Full name", "Organisation", "Joined_At"])
    columns = columns_of(write(tmp_path / "members.csv", f"{mark}{header}\r\n"))
    assert {attribute: columns.header[index] for attribute, index in columns.index.items()} == {
        "user_id": "User ID",
        "title": "Job-Title",
        "username": "Full name",
        "company": "Organisation",
        "joined_at": "Joined_At",
    }


def test_a_column_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,Funktion,title\n1,CEO,Dr.\n")
    columns = columns_of(path, title="Funktion")
    ((row, _),) = read_rows(path, "utf-8", columns)
    assert columns.member(row.cells) == {"user_id": "1", "title": "CEO"}


@pytest.mark.parametrize(
    ("text", "chosen", "said"),
    [
        ("", {}, "first line"),
        ("user_id\n1\n", {}, "first line"),
        ("name,title\n", {}, "user_id"),
        ("id,name\n", {}, "title"),
        ("id,title\n", {"title": "Function"}, "no column is called"),
        ("id,x,x\n", {"title": "x"}, "more than one"),
        ("id,title\n", {"job": "title"}, "attributes are"),
    ],
)
def test_a_header_that_does_not_do_is_refused(
    tmp_path: Path, text: str, chosen: dict[str, str], said: str
) -> None:
    with pytest.raises(PermanentError, match=said):
        columns_of(write(tmp_path / "members.csv", text), **chosen)


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (b"id,title\n1,Gesch\xe4ftsf\xfchrer\n", "utf-8-sig", "--encoding"),
        (b"id,title\n1,x\n", "klingon", "no encoding"),
        (b'id,title\n1,"' + b"x" * 2_000_000, "utf-8", "quote"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, encoding: str, said: str
) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(content)
    with pytest.raises(PermanentError, match=said):
        list(read_rows(path, encoding, read_columns(path, encoding, {})))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"absent\.csv"):
        columns_of(tmp_path / "absent.csv")


def test_quoted_cells_blank_rows_and_nul_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", 'id,title\n\n1,"VP, ""Sales""\nand more"\n , \n2,C\0EO\n3\n')
    columns = columns_of(path)
    members = [columns.member(row.cells) for row, _ in read_rows(path, "utf-8", columns)]
    assert members == [
        {"user_id": "1", "title": 'VP, "Sales"\nand more'},
        {"user_id": "2", "title": "C EO"},
        {"user_id": "3"},
    ]


def test_batches_are_bounded_in_rows_and_in_size(tmp_path: Path) -> None:
    lines = [f"{number},{'x' * (200_000 if number < 5 else 1)}" for number in range(20)]
    path = write(tmp_path / "members.csv", "\n".join(["id,title", *lines]))
    columns = columns_of(path)
    sizes = [len(batch) for batch, _ in batches(read_rows(path, "utf-8", columns), columns, 6)]
    assert sizes == [2, 2, 6, 6, 4]


def test_progress_belongs_to_one_file_with_one_mapping(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,title,role\n1,CEO,x\n")
    digest = digest_of(path, columns_of(path), announce=False)
    others = {
        digest_of(path, columns_of(path), announce=True),
        digest_of(path, columns_of(path, title="role"), announce=False),
        digest_of(
            write(tmp_path / "members.csv", "id,title,role\n2,CEO,x\n"), columns_of(path), announce=False
        ),
    }
    assert len(others | {digest}) == 4
    state = StateFile(tmp_path / "state.json")
    state.save(Progress(digest, rows=5))
    assert state.load(digest).rows == 5
    assert state.load(others.pop()).rows == 0
    (tmp_path / "state.json").write_text("half")
    assert state.load(digest).rows == 0


def run(stack: Stack, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "captpathfinder", "backfill", *map(str, arguments)],
        env={**worker_environment(stack), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def community(path: Path, size: int) -> Path:
    titles = ["CEO", "VP Sales", *["Engineer"] * 18]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Member ID", "Name", "Job title", "Company", "Registered"])
        for number in range(size):
            writer.writerow([number, f"Member {number}", titles[number % 20], "Initech, Inc.", "2020-01-01"])
    return path


def test_a_community_is_taken_over_once_with_its_rejects(stack: Stack, tmp_path: Path) -> None:
    path = community(tmp_path / "members.csv", 2000)
    with path.open("a") as stream:
        stream.write("2000,X,CEO,Y,last week\n2001,X,CEO,Y,2020-01-01,too,many\n2002,X,CEO,Y,2020-01-01\n")
    with stack.cluster.connect(autocommit=True) as db:
        preview = run(stack, path, "--dry-run")
        assert preview.returncode == 0, preview.stderr
        assert "Job title" in preview.stdout
        assert run(stack, path).returncode == 2, "nobody there to be asked"
        assert db.execute("select count(*) from public.user_state").fetchone() == (0,)

        answer = run(stack, path, "--yes")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert "2003 rows: 201 executives, of whom 201 were added" in answer.stdout
        assert db.execute("select count(*), count(joined_at) from public.user_state").fetchone() == (201, 201)
        assert db.execute("select count(*) from public.detections").fetchone() == (0,)
        with (tmp_path / "members.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
            rejects = list(csv.reader(stream))
        assert rejects[0] == ["Member ID", "Name", "Job title", "Company", "Registered", "line", "reason"]
        assert [(row[0], row[-2]) for row in rejects[1:]] == [("2000", "2002"), ("2001", "2003")]
        assert "joined_at" in rejects[1][-1]

        assert "taken over before" in run(stack, path, "--yes").stdout
        again = run(stack, path, "--yes", "--restart", "--announce")
        assert "of whom 0 were added, 201 were known" in again.stdout
        assert db.execute("select count(*) from public.detections").fetchone() == (0,)


def test_what_stopped_goes_on_where_it_was(stack: Stack, tmp_path: Path) -> None:
    path = community(tmp_path / "members.csv", 3000)
    with stack.cluster.connect(autocommit=True) as db:
        # The third batch and what follows is refused for good.
        db.execute(
            "alter table public.user_state add constraint no_more check (user_id::int < 1000) not valid"
        )
        stopped = run(stack, path, "--yes", "--announce")
        try:
            assert stopped.returncode == 1
            assert "Stopped after row 1000" in stopped.stdout
            assert db.execute("select count(*) from public.user_state").fetchone() == (100,)
        finally:
            db.execute("alter table public.user_state drop constraint no_more")
        state = json.loads((tmp_path / "members.csv.backfill.json").read_text())
        assert (state["rows"], state["finished"]) == (1000, False)

        answer = run(stack, path, "--yes", "--announce")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert "Going on after row 1000" in answer.stdout
        assert "3000 rows: 300 executives, of whom 300 were added" in answer.stdout
        assert db.execute("select count(*), count(distinct user_id) from public.detections").fetchone() == (
            300,
            300,
        )


def test_no_member_is_named_where_something_fails(stack: Stack, tmp_path: Path) -> None:
    path = community(tmp_path / "members.csv", 40)
    with psycopg.connect(stack.cluster.dsn(), autocommit=True) as db:
        db.execute("alter table public.user_state add constraint no_more check (false) not valid")
        try:
            stopped = run(stack, path, "--yes")
        finally:
            db.execute("alter table public.user_state drop constraint no_more")
    assert stopped.returncode == 1
    assert "no_more" in stopped.stderr
    assert "Member 1" not in stopped.stderr.replace("Member ID", "")
