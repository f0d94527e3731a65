"""What docs/production.md says to do after a restore, as it is written: whoever was forgotten stays so."""

from __future__ import annotations

from pathlib import Path

import psycopg

from local.stack import Stack
from tests import warm
from tests.channels.test_forget_user import NAME, TITLE, USER, post, rows_with
from tests.operations.test_backup import DUMP, EMPTY, NO_TRIGGERS, RESTORE, run
from tests.worker.support import worker_environment


def users(stack: Stack, *arguments: str) -> str:
    """What `captpathfinder users …` prints."""
    done = warm.run(["users", *arguments], env=worker_environment(stack, COLUMNS="80", LOG_LEVEL="warning"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_who_was_forgotten_after_the_backup_is_forgotten_again(stack: Stack, tmp_path: Path) -> None:
    dsn = stack.environment["SUPABASE_DB_URL"]
    dump, listed = tmp_path / "captpathfinder.dump", tmp_path / "forgotten.json"
    with stack.cluster.connect("supabase_admin", autocommit=True) as admin:
        # Hosted projects let `postgres` set it.
        admin.execute("grant set on parameter session_replication_role to postgres")
    post(stack, USER, NAME, TITLE)
    post(stack, "other", "Somebody Else", "Chief Financial Officer")
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("select public.send_digests()")
        db.execute("select public.generate_reports()")
    run("pg_dump", *DUMP, f"--file={dump}", dsn)

    assert users(stack, "forget", USER, "--yes").startswith(f"Forgotten: {USER} (what is known of them now,")
    listed.write_text(users(stack, "forgotten-list"), encoding="utf-8")
    for secret in (USER, NAME, TITLE):
        assert secret not in listed.read_text(encoding="utf-8")

    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("set session_replication_role = replica")
        db.execute(EMPTY)
    run("pg_restore", *RESTORE, f"--dbname={dsn}", str(dump), environment=NO_TRIGGERS)
    assert rows_with(dsn, NAME), "a backup knows nothing of it"

    for again, count in (("1 member", 1), ("0 members", 0)):
        said = users(stack, "forget", "--again", str(listed))
        assert said.startswith(f"Forgotten again: {again}, of a list of 1 entry."), count
    for needle in (USER, NAME, TITLE):
        assert rows_with(dsn, needle) == []
    assert post(stack, USER, NAME, TITLE)["is_senior"] is False
    assert rows_with(dsn, NAME) == []
    with psycopg.connect(dsn) as db:
        assert db.execute("select user_id from public.user_state").fetchall() == [("other",)]
