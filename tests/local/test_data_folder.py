"""Data folders that are made once and copied, and the temporary folders they are copied into."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local import data_folder
from local.data_folder import MOST, UNUSED_SECONDS, key_of, made_once
from local.machine import temporary_folder
from local.migrations import MIGRATIONS
from local.postgres import Cluster


def maker(data: Path, said: str) -> list[str]:
    """Note each making; a data folder with one file."""
    made: list[str] = []

    def make() -> None:
        made.append(said)
        data.mkdir()
        (data / "file").write_text(said)

    assert made_once("key", make, data, data.parent / "kept") is False
    return made


def test_what_was_made_is_copied_and_is_nobody_elses(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    assert maker(first, "made") == ["made"]
    (first / "file").write_text("used")

    assert made_once("key", lambda: pytest.fail("made twice"), second, tmp_path / "kept") is True
    assert (second / "file").read_text() == "made"
    (second / "file").write_text("used")
    assert made_once("key", lambda: pytest.fail("made twice"), third, tmp_path / "kept") is True
    assert (third / "file").read_text() == "made"


def test_a_making_that_failed_leaves_nothing_to_copy(tmp_path: Path) -> None:
    def fail() -> None:
        (tmp_path / "half").mkdir()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        made_once("key", fail, tmp_path / "half", tmp_path / "kept")
    assert maker(tmp_path / "whole", "made") == ["made"]


def test_a_copy_that_was_cut_short_is_not_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(source: Path, target: Path) -> None:
        target.mkdir()
        raise OSError(f"no room for {source}")

    with monkeypatch.context() as patched:
        patched.setattr(data_folder, "_copy", cut_short)
        with pytest.raises(OSError, match="no room"):
            maker(tmp_path / "first", "made")
    assert maker(tmp_path / "second", "made") == ["made"]


def test_whoever_wants_what_is_being_made_waits_for_it(tmp_path: Path) -> None:
    kept, made = tmp_path / "kept", []

    def make(name: str) -> None:
        made.append(name)
        if name == "first":
            second.start()
            second.join(0.5)
        (tmp_path / name).mkdir()

    def want(name: str) -> None:
        made_once("key", lambda: make(name), tmp_path / name, kept)

    second = threading.Thread(target=want, args=["second"])
    want("first")
    second.join()
    assert made == ["first"]
    assert (tmp_path / "second").is_dir()


def test_what_nobody_has_used_for_a_day_goes_when_another_is_made(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    maker(tmp_path / "first", "made")
    long_ago = (kept / "key").stat().st_mtime - UNUSED_SECONDS - 60
    os.utime(kept / "key", (long_ago, long_ago))
    made_once("other", (tmp_path / "second").mkdir, tmp_path / "second", kept)
    assert sorted(path.name for path in kept.iterdir()) == ["lock", "other"]


def test_of_many_the_ones_that_were_used_last_are_kept(tmp_path: Path) -> None:
    kept, data = tmp_path / "kept", tmp_path / "data"
    for age in range(MOST + 2):
        (kept / f"{age}").mkdir(parents=True)
        moment = time.time() - 60 * (age + 1)
        os.utime(kept / f"{age}", (moment, moment))
    oldest = f"{MOST - 1}"
    # The oldest that may stay is used, and with that is the newest.
    assert made_once(oldest, lambda: pytest.fail("made twice"), data, kept) is True
    os.utime(kept / f"{MOST}", (time.time() - 30, time.time() - 30))
    made_once("other", (tmp_path / "new").mkdir, tmp_path / "new", kept)
    left = {path.name for path in kept.iterdir() if path.is_dir()}
    assert left == {"other", oldest, f"{MOST}", *(f"{age}" for age in range(MOST - 2))}


def test_a_key_changes_with_every_part(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    before = {key_of(["a", file]), key_of(["b", file]), key_of(["a"]), key_of([file, "a"])}
    file.write_text("two")
    assert len(before | {key_of(["a", file])}) == 5


def test_two_copies_have_passwords_of_their_own() -> None:
    with Cluster.temporary(migrations=MIGRATIONS) as one, Cluster.temporary(migrations=MIGRATIONS) as two:
        assert set(one.passwords.values()).isdisjoint(two.passwords.values())
        for cluster in (one, two):
            for role in ("supabase_admin", "postgres", "authenticator"):
                with cluster.connect(role) as connection:
                    assert connection.execute("select current_user").fetchone() == (role,)


def test_the_schedule_of_a_copy_begins_with_it() -> None:
    """The original may be of before a month's end, or of before the hour of the digests."""
    with Cluster.temporary(migrations=MIGRATIONS):
        before = datetime.now(UTC)
        with Cluster.temporary(migrations=MIGRATIONS) as copy, copy.connect() as db:
            # Both by this machine's clock.
            row = db.execute(
                "select bool_and(started_at >= %s), count(*) = cardinality(pathfinder.scheduled_jobs())"
                " from public.job_runs",
                [before],
            ).fetchone()
            assert row == (True, True)


def test_a_folder_of_a_process_that_was_killed_goes_when_another_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)
    program = (
        "import os; from local.machine import temporary_folder\n"
        "with temporary_folder() as folder: print(folder, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    monkeypatch.setenv("TMPDIR", str(left.parent))
    monkeypatch.setattr("tempfile.tempdir", None)
    with temporary_folder() as folder:
        assert folder.parent == left.parent
        assert not left.exists()
    assert not folder.exists()
