"""A backup made with pg_dump, restored into a new project, is the same system: rows, secrets, schedule."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.machine import find_installation
from local.migrations import MIGRATIONS, apply_seed
from local.postgres import Cluster
from tests.conftest import Connection

# What docs/production.md gives to pg_dump and pg_restore.
DUMP = ("--format=custom", "--data-only", "--schema=public", "--schema=pathfinder")
RESTORE = ("--data-only", "--single-transaction")
NO_TRIGGERS = {"PGOPTIONS": "-c session_replication_role=replica"}
EMPTY = """
    do $$
    begin
        execute (
            select 'truncate ' || string_agg(oid::regclass::text, ', ') from pg_class
            where relkind = 'r' and relnamespace in ('public'::regnamespace, 'pathfinder'::regnamespace)
        );
    end
    $$
"""
BODY = '{"userId": "%s", "username": "Ada", "profileField": "Job Title", "value": "%s"}'


def run(program: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
    answer = subprocess.run(
        [find_installation().bin / program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]} | (environment or {}),
    )
    assert answer.returncode == 0, answer.stderr


def post(db: Connection, user: str, title: str) -> object:
    """Post a webhook with the platform's user name and secret, as PostgREST does."""
    db.execute(
        "select set_config('request.headers',"
        " json_build_object('authorization',"
        " 'Basic ' || encode('community:a long random secret', 'base64'))::text, false)"
    )
    row = db.execute(
        "select public.community_webhook(%s::json) -> 'result' ->> 'status'", [BODY % (user, title)]
    )
    return (row.fetchone() or (None,))[0]


def contents(db: Connection) -> dict[str, object]:
    """A digest of the rows of every table of ours, and the schedule."""
    tables = db.execute(
        "select oid::regclass::text from pg_class where relkind = 'r'"
        " and relnamespace in ('public'::regnamespace, 'pathfinder'::regnamespace) order by 1"
    ).fetchall()
    found: dict[str, object] = {}
    for (table,) in tables:
        statement = f"select count(*), md5(string_agg(t::text, '|' order by t::text)) from {table} as t"  # noqa: S608 (names from the catalog)
        found[str(table)] = db.execute(statement.encode()).fetchone()
    found["cron"] = db.execute(
        "select jobname, schedule, command, username, database, active from cron.job order by 1"
    ).fetchall()
    return found


@pytest.fixture(scope="module")
def original() -> Iterator[Cluster]:
    """A project that has been used."""
    with Cluster.temporary(migrations=MIGRATIONS) as cluster:
        apply_seed(cluster.dsn())
        with cluster.connect("supabase_admin", autocommit=True) as admin:
            admin.execute("update cron.job set active = false")
        with cluster.connect(autocommit=True) as db:
            db.execute(
                "insert into public.webhook_sources (name, auth_kind, username)"
                " values ('community', 'basic', 'community')"
            )
            db.execute("select public.set_webhook_secret('community', 'a long random secret')")
            for number, title in enumerate(("CEO", "VP Sales", "Baker")):
                assert post(db, str(number), title) == "processed"
            db.execute("select public.send_digests()")
            db.execute("select public.generate_reports()")
            db.execute("select id from public.claim_outbox('w')")
            db.execute(
                "insert into public.classification_rules (category, kind, pattern)"
                " values ('vp', 'phrase', 'guru')"
            )
            db.execute("delete from public.field_registry where field_name = 'Title'")
        yield cluster


def test_a_restored_backup_is_the_same_system(original: Cluster, tmp_path: Path) -> None:
    dump = tmp_path / "captpathfinder.dump"
    run("pg_dump", *DUMP, f"--file={dump}", original.dsn())
    with Cluster.temporary(default_privileges="new", migrations=MIGRATIONS) as restored:
        with restored.connect("supabase_admin", autocommit=True) as admin:
            admin.execute("update cron.job set active = false")
            # Hosted projects let `postgres` set it.
            admin.execute("grant set on parameter session_replication_role to postgres")
        with restored.connect(autocommit=True) as owner:
            # Without triggers, or emptying the rules is an edit of them, which makes a version.
            owner.execute("set session_replication_role = replica")
            owner.execute(EMPTY)
        run("pg_restore", *RESTORE, f"--dbname={restored.dsn()}", str(dump), environment=NO_TRIGGERS)

        with original.connect(autocommit=True) as before, restored.connect(autocommit=True) as after:
            assert contents(after) == contents(before)
            # The secret works, duplicates are known, ids go on, and the edited rules are in force.
            assert post(after, "0", "CEO") == "duplicate"
            assert post(after, "10", "Guru") == "processed"
            level = after.execute(
                "select seniority_level from public.user_state where user_id = '10'"
            ).fetchone()
            assert level == ("vp",)
            assert after.execute("select public.tick() ->> 'status'").fetchone() in {("idle",), ("done",)}


def test_the_dump_holds_the_secrets_table_and_so_is_itself_a_secret(
    original: Cluster, tmp_path: Path
) -> None:
    dump = tmp_path / "plain.sql"
    run("pg_dump", "--data-only", "--schema=pathfinder", f"--file={dump}", original.dsn())
    text = dump.read_text()
    assert "COPY pathfinder.webhook_secrets" in text
    assert "a long random secret" not in text


def test_a_backup_by_the_project_owner_needs_no_superuser(original: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(original.dsn()) as connection:
        row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    assert row == (False,)
    run("pg_dump", *DUMP, f"--file={tmp_path / 'dump'}", original.dsn())
    assert (tmp_path / "dump").stat().st_size > 10_000
