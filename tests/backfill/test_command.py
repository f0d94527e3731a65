"""`captpathfinder backfill`: what it prints, takes over and rejects, and how it goes on when stopped."""

from __future__ import annotations

import csv
import json
import subprocess
from itertools import islice
from pathlib import Path

import psycopg

from captpathfinder.backfill.ledger import Ledger, Progress
from captpathfinder.backfill.reading import Options, digest_of, open_source
from captpathfinder.backfill.sending import batches
from local.stack import Stack
from tests import warm
from tests.backfill.exports import DATA, opened, write
from tests.worker.support import worker_environment


def test_batches_are_bounded_in_rows_and_in_size(tmp_path: Path) -> None:
    lines = [f"{number:04},{'x' * 1000},CEO" for number in range(2000)]
    source = opened(write(tmp_path / "members.csv", "\n".join(["id,name,title", *lines])))
    assert [batch.rows for batch in batches(source.reads(), size=800)] == [496, 496, 496, 496, 16]
    assert [batch.rows for batch in batches(islice(source.reads(), 20), size=6)] == [6, 6, 6, 2]


def test_progress_belongs_to_one_file_with_one_mapping(tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", "id,title,role\n1,CEO,x\n")
    digest = digest_of(opened(path), False)
    others = {
        digest_of(opened(path), True),
        digest_of(opened(path, title="role"), False),
        digest_of(open_source(path, Options(day_first=True)), False),
        digest_of(opened(write(path, "id,title,role\n2,CEO,x\n")), False),
    }
    assert len(others | {digest}) == 5
    ledger = Ledger(tmp_path / "ledger.json")
    ledger.save(Progress(digest, rows=5, faults={"x": 2}))
    assert ledger.load(digest) == Progress(digest, rows=5, faults={"x": 2})
    assert ledger.load(others.pop()).rows == 0
    (tmp_path / "ledger.json").write_text("half")
    assert ledger.load(digest).rows == 0


def run(stack: Stack, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return warm.run(["backfill", *arguments], env={**worker_environment(stack), "COLUMNS": "200"})


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
        stream.write("2000,X,CEO,Y,last week\n2001,X,CEO,Y,2020-01-01,too,many\n2002,=1,CEO,Y,2020-01-01\n")
        stream.write("2002,X,CFO,Y,2020-01-01\n2002,=1,CEO,Y,2020-01-01\n,-1,CEO,Y\n\nTotal: 2006\n")
    with stack.cluster.connect(autocommit=True) as db:
        preview = run(stack, path, "--dry-run")
        assert preview.returncode == 0, preview.stderr
        assert "text in ASCII, separated by commas" in preview.stdout
        assert "2,007 rows read; 202 executives would be found: 102 C-level" in preview.stdout
        assert "executives, 100 vice presidents." in preview.stdout
        assert "row 2003: The row has 7 cells under 5 headings: is a quote missing?" in preview.stdout
        assert "row 2005: Row 2004 has the same user id" in preview.stdout
        assert "row 2007: There is no user id." in preview.stdout
        assert "first rows" in preview.stdout
        assert "Not read" not in preview.stdout
        assert "Left out would be dates that cannot be read (1)" in preview.stdout
        assert run(stack, path).returncode == 2, "nobody there to be asked"
        assert db.execute("select count(*) from public.user_state").fetchone() == (0,)
        assert not (tmp_path / "members.csv.rejects.csv").exists()

        answer = run(stack, path, "--yes")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert "2,007 rows: 202 executives; added 202," in answer.stdout
        assert "1 repeating an earlier one, 1 no members" in answer.stdout
        assert "3 rows rejected" in answer.stdout
        assert "1 × dates that cannot be read" in answer.stdout
        assert db.execute("select count(*), count(joined_at) from public.user_state").fetchone() == (202, 201)
        assert db.execute("select count(*) from public.detections where is_told").fetchone() == (0,)
        with (tmp_path / "members.csv.rejects.csv").open(encoding="utf-8", newline="") as stream:
            rejects = list(csv.reader(stream))
        assert rejects[0] == ["Member ID", "Name", "Job title", "Company", "Registered", "line", "reason"]
        assert [(row[0], row[-2]) for row in rejects[1:]] == [
            ("2001", "2003"),
            ("2002", "2005"),
            ("", "2007"),
        ]
        assert rejects[3][1] == "'-1"

        assert "taken over before" in run(stack, path, "--yes").stdout
        again = run(stack, path, "--yes", "--restart", "--announce")
        assert "added 0, known before 202," in again.stdout
        assert db.execute("select count(*) from public.detections where is_told").fetchone() == (0,)
        assert (tmp_path / "members.csv.rejects.csv").read_text().count("2003") == 1


def test_what_stopped_goes_on_where_it_was(stack: Stack, tmp_path: Path) -> None:
    path = community(tmp_path / "members.csv", 6000)
    with stack.cluster.connect(autocommit=True) as db:
        # The third batch and what follows is refused for good.
        db.execute(
            "alter table public.user_state add constraint no_more check (user_id::int < 4000) not valid"
        )
        stopped = run(stack, path, "--yes", "--announce")
        try:
            assert stopped.returncode == 1
            assert "Stopped after row 4,000" in stopped.stdout
            assert db.execute("select count(*) from public.user_state").fetchone() == (400,)
        finally:
            db.execute("alter table public.user_state drop constraint no_more")
        state = json.loads((tmp_path / "members.csv.backfill.json").read_text())
        assert (state["rows"], state["finished"]) == (4000, False)

        answer = run(stack, path, "--yes", "--announce")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert "Going on after row 4,000" in answer.stdout
        assert "6,000 rows: 600 executives; added 600," in answer.stdout
        assert db.execute("select count(*), count(distinct user_id) from public.detections").fetchone() == (
            600,
            600,
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


def test_rejects_of_a_stopped_run_are_not_repeated(stack: Stack, tmp_path: Path) -> None:
    path = community(tmp_path / "members.csv", 4000)
    text = path.read_text().replace("\n1,", "\n,").replace("\n3200,", "\n,")
    path.write_text(text)
    with stack.cluster.connect(autocommit=True) as db:
        db.execute(
            "alter table public.user_state add constraint no_more check (user_id::int < 2100) not valid"
        )
        try:
            assert run(stack, path, "--yes").returncode == 1
        finally:
            db.execute("alter table public.user_state drop constraint no_more")
        rejects = tmp_path / "members.csv.rejects.csv"
        before = rejects.read_bytes()
        # What was written after the last saved progress.
        rejects.write_bytes(before + before.splitlines(keepends=True)[-1] + b"half a row")
        assert run(stack, path, "--yes").returncode == 0
    lines = rejects.read_text().splitlines()
    assert [line.rsplit(",", 2)[1] for line in lines] == ["line", "3", "3202"]


def test_every_file_can_be_tried_out_without_a_project(tmp_path: Path) -> None:
    for path in sorted(DATA.glob("*.csv")):
        environment = {"COLUMNS": "80", "PATH": "/usr/bin:/bin"}
        answer = warm.run(["backfill", path, "--dry-run"], env=environment, folder=tmp_path)
        if path.stem == "dup_headers":
            assert (answer.returncode, answer.stdout) == (1, "")
            continue
        assert answer.returncode == 2, answer.stderr
        assert "not known without a project" in answer.stdout
        assert "Nobody was taken over." in answer.stdout
        assert max(map(len, answer.stdout.splitlines())) <= 80
        assert "SUPABASE_URL" in answer.stderr
    assert list(tmp_path.iterdir()) == []
