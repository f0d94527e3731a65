"""Migrations: applied and recorded as the Supabase CLI does it, so that either can go on after the other."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.errors import StackError
from local.migrations import PROJECT, apply_migrations, apply_seed, read_migrations, split_statements
from local.postgres import Cluster
from tests.supabase_cli import CLI, cli_environment

# Everything that may hold a semicolon without ending a statement.
TRICKY = """\
-- A comment with a semicolon; and an apostrophe's
create table public.first (id int, note text default 'a;b''c;');
/* block; /* nested; */ still; */
create function public.dollars() returns text language sql as $$ select 'x;y'; select ';'; $$;

create function public.tagged() returns text language plpgsql as $body$
begin
    return $$ ; $$ || $one$;$one$;
end
$body$;
create table public."odd;name" ("semi;colon" int);
create function public.atomic(a int) returns int language sql
begin atomic
    select a + 1;
    select a + 2;
end;
comment on table public.first is E'it\\'s; escaped';

insert into public.first values (1, $x$last; one$x$) -- no semicolon at the end
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project for the CLI with two migrations and a seed."""
    folder = tmp_path / "project" / "supabase"
    (folder / "migrations").mkdir(parents=True)
    (folder / "config.toml").write_text((PROJECT / "supabase" / "config.toml").read_text())
    (folder / "migrations" / "20260101000000_tricky.sql").write_text(TRICKY)
    (folder / "migrations" / "20260102000000_more_columns.sql").write_text(
        "alter table public.first add extra int;\n;\ncreate index on public.first (extra);\n"
    )
    (folder / "migrations" / "README.md").write_text("not a migration")
    (folder / "seed.sql").write_text("insert into public.first values (2, 'seed');\n")
    return folder.parent


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster.temporary(cron_database=None) as running:
        yield running


def supabase(project: Path, *arguments: str) -> str:
    answer = subprocess.run(
        [CLI, *arguments],
        cwd=project,
        env=cli_environment(project),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout + answer.stderr


def history(dsn: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select version, name, statements from supabase_migrations.schema_migrations order by 1"
        ).fetchall()


def test_history_is_what_the_cli_writes(project: Path, cluster: Cluster) -> None:
    by_cli = cluster.create_database("by_cli")
    by_stack = cluster.create_database("by_stack")
    supabase(project, "db", "push", "--yes", "--include-seed", f"--remote={by_cli}")
    assert apply_migrations(by_stack, project / "supabase" / "migrations") == [
        "20260101000000",
        "20260102000000",
    ]
    assert history(by_stack) == history(by_cli)


def test_cli_finds_nothing_left_to_do_after_the_stack(project: Path, cluster: Cluster) -> None:
    apply_migrations(cluster.dsn(), project / "supabase" / "migrations")
    assert "up to date" in supabase(project, "db", "push", "--yes", f"--remote={cluster.dsn()}")


def test_stack_goes_on_where_the_cli_stopped(project: Path, cluster: Cluster) -> None:
    supabase(project, "db", "push", "--yes", f"--remote={cluster.dsn()}")
    folder = project / "supabase" / "migrations"
    (folder / "20260103000000_third.sql").write_text("create table public.third ()")
    assert apply_migrations(cluster.dsn(), folder) == ["20260103000000"]
    assert apply_migrations(cluster.dsn(), folder) == []


def test_failing_migration_leaves_nothing_and_is_named(project: Path, cluster: Cluster) -> None:
    folder = project / "supabase" / "migrations"
    (folder / "20260103000000_broken.sql").write_text("create table public.half ();\nselect no_such_column;")
    with pytest.raises(
        StackError, match=r"20260103000000_broken\.sql: column .no_such_column. does not exist"
    ):
        apply_migrations(cluster.dsn(), folder)
    assert [row[0] for row in history(cluster.dsn())] == ["20260101000000", "20260102000000"]
    with cluster.connect() as connection:
        assert connection.execute("select to_regclass('public.half')::text").fetchone() == (None,)


def test_a_setting_made_by_one_migration_does_not_reach_the_next(tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "1_first.sql").write_text("set search_path = pg_catalog;")
    (tmp_path / "2_second.sql").write_text("create table in_public ();")
    apply_migrations(cluster.dsn(), tmp_path)
    with cluster.connect() as connection:
        assert connection.execute("select to_regclass('public.in_public')::text").fetchone() == ("in_public",)


def test_seed_is_applied_once(tmp_path: Path, cluster: Cluster) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("create table public.seeded as select 1 as id;")
    assert apply_seed(cluster.dsn(), seed)
    seed.write_text("drop table public.seeded;")
    assert not apply_seed(cluster.dsn(), seed)
    with cluster.connect() as connection:
        assert connection.execute("select id from public.seeded").fetchone() == (1,)


def test_versions_are_ordered_and_other_files_ignored(project: Path) -> None:
    migrations = read_migrations(project / "supabase" / "migrations")
    assert [(m.version, m.name) for m in migrations] == [
        ("20260101000000", "tricky"),
        ("20260102000000", "more_columns"),
    ]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", []),
        (" ; ;\n", []),
        ("select 1", ["select 1"]),
        ("select 1;;select 2;", ["select 1", "select 2"]),
        ("select $1; select 2", ["select $1", "select 2"]),
        ("select a$b$c; select 2", ["select a$b$c", "select 2"]),
        ("create rule r as on update to t do (a; b); c", ["create rule r as on update to t do (a; b)", "c"]),
        ("select 'open; never closed", ["select 'open; never closed"]),
    ],
)
def test_split_statements(text: str, statements: list[str]) -> None:
    assert split_statements(text) == statements
