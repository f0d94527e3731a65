"""The privileges do not depend on who applied the migrations, nor on the project's default privileges."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.migrations import MIGRATIONS, PROJECT, apply_migrations
from local.postgres import Cluster, DefaultPrivileges
from local.privileges import Privileges
from tests.conftest import Connection
from tests.supabase_cli import CLI, cli_environment


def push_with_the_cli(dsn: str, home: Path) -> None:
    """Apply the migrations with the real Supabase CLI, from a copy of the project's folder."""
    shutil.copytree(PROJECT / "supabase", home / "supabase", dirs_exist_ok=True)
    answer = subprocess.run(
        [CLI, "db", "push", f"--remote={dsn}", "--yes", "--workdir", home],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=cli_environment(home),
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def own_schemas(privileges: Privileges) -> set[tuple[str, ...]]:
    """The privileges on what the migrations made, comparable between clusters."""
    return {
        (grant.kind, grant.name, grant.grantor, grant.privilege, str(grant.grantable), grant.grantee)
        for grant in privileges.grants
        if not grant.kind.startswith("default ")
        and any(mark in grant.name for mark in ("public.", "pathfinder", "public"))
    }


def history(dsn: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select version, name, statements from supabase_migrations.schema_migrations order by version"
        ).fetchall()


@pytest.fixture(scope="module")
def applied_locally() -> Iterator[Cluster]:
    with Cluster.temporary(default_privileges="old", migrations=MIGRATIONS) as cluster:
        yield cluster


@pytest.mark.parametrize(
    ("by", "default_privileges"), [("local", "new"), ("cli", "old"), ("cli", "new")], ids=lambda value: value
)
def test_privileges_are_the_same_whoever_applies_and_whatever_the_defaults(
    by: str, default_privileges: DefaultPrivileges, applied_locally: Cluster, tmp_path: Path
) -> None:
    with Cluster.temporary(default_privileges=default_privileges) as cluster:
        if by == "cli":
            push_with_the_cli(cluster.dsn(), tmp_path)
        else:
            apply_migrations(cluster.dsn())
        there = own_schemas(Privileges.read(cluster.dsn("supabase_admin")))
        written = history(cluster.dsn())
        assert apply_migrations(cluster.dsn()) == [], "what one way has applied, the other applies again"
    here = own_schemas(Privileges.read(applied_locally.dsn("supabase_admin")))

    assert len(here) > 100
    assert there == here
    assert written == history(applied_locally.dsn())


def test_strangers_have_nothing_but_the_webhook_and_the_status_with_its_token(db: Connection) -> None:
    granted = db.execute(
        """
        select grants.grantee::regrole::text, what, privilege_type
        from (
            select pg_class.oid::regclass::text as what, relacl as acl, relnamespace as namespace
            from pg_class
            union all
            select pg_proc.oid::regprocedure::text,
                coalesce(proacl, acldefault('f', proowner)), pronamespace from pg_proc
        ) as object
        cross join lateral aclexplode(acl) as grants
        where namespace = 'public'::regnamespace
            and (grants.grantee = 0 or grants.grantee in ('anon'::regrole, 'authenticated'::regrole))
        """
    ).fetchall()
    assert sorted(granted) == [
        ("anon", "community_webhook(json)", "EXECUTE"),
        ("anon", "health_status(text)", "EXECUTE"),
    ]


def test_no_function_of_ours_can_be_run_by_everybody(db: Connection) -> None:
    open_to_all = db.execute(
        """
        select pg_proc.oid::regprocedure::text from pg_proc
        cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) as grants
        where pronamespace in ('public'::regnamespace, 'pathfinder'::regnamespace) and grants.grantee = 0
        """
    ).fetchall()
    assert open_to_all == []


def test_row_level_security_is_on_for_every_table(db: Connection) -> None:
    without = db.execute(
        """
        select oid::regclass::text from pg_class
        where relkind in ('r', 'p') and not relrowsecurity
            and relnamespace in ('public'::regnamespace, 'pathfinder'::regnamespace)
        """
    ).fetchall()
    assert without == []


def test_every_function_has_an_empty_search_path_and_definers_are_not_exposed(db: Connection) -> None:
    functions = db.execute(
        """
        select pg_proc.oid::regprocedure::text, prosecdef, pronamespace::regnamespace::text,
            coalesce(proconfig, '{}') from pg_proc
        where pronamespace in ('public'::regnamespace, 'pathfinder'::regnamespace)
        """
    ).fetchall()
    assert functions
    assert [name for name, _, _, settings in functions if 'search_path=""' not in _texts(settings)] == []
    assert [name for name, definer, schema, _ in functions if definer and schema == "public"] == []


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(item) for item in value]


def test_service_role_cannot_reach_secrets_or_write_what_only_functions_write(db: Connection) -> None:
    writable = db.execute(
        """
        select table_schema || '.' || table_name, string_agg(privilege_type, ',' order by privilege_type)
        from information_schema.role_table_grants
        where grantee = 'service_role' and table_schema in ('public', 'pathfinder')
        group by 1
        """
    ).fetchall()
    edited = {
        "public.field_registry",
        "public.webhook_sources",
        "public.classification_rules",
        "public.rule_examples",
        "public.channels",
        "public.mutes",
        "public.levels",
        "public.functions",
        "public.function_rules",
        "public.accounts",
        "public.suppressions",
    }
    for table, privileges in writable:
        assert not str(table).startswith("pathfinder."), table
        if table in edited:
            assert privileges == "DELETE,INSERT,SELECT,UPDATE"
        elif table == "public.settings":
            assert privileges == "SELECT,UPDATE"
        else:
            assert privileges == "SELECT", table
