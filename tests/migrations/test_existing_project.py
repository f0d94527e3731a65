"""A project that has other things in it keeps them as they were, and is told what stands in the way."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

import psycopg
import pytest

from local.errors import StackError
from local.migrations import apply_migrations
from local.postgres import Cluster, DefaultPrivileges
from local.schema import differences, read_schema
from tests.conftest import Connection

# What a project may have that is in the way, and the sentence's beginning that names it.
CLASHES = {
    "create function public.health() returns text language sql return 'theirs'": "public.health(). Rename",
    # Not the same arguments: PostgREST could not tell the two apart all the same.
    "create function public.tick(n integer) returns integer language sql return n": "public.tick(n integer).",
    "create procedure public.stats() language sql begin atomic select 1; end": "public.stats().",
    "create table public.settings (id integer)": "table public.settings.",
    "create view public.reports as select 1 as one": "view public.reports.",
    "create materialized view public.levels as select 1 as one": "materialized view public.levels.",
    "create sequence public.digests": "sequence public.digests.",
    "create type public.suppression_kind as enum ('theirs')": "type public.suppression_kind.",
    "create type public.functions as (one integer)": "type public.functions.",
    "create domain public.channels as text": "type public.channels.",
    "create table public.carts (id integer); create index outbox_due_idx on public.carts (id)": (
        "index public.outbox_due_idx."
    ),
    "create schema pathfinder": "schema pathfinder.",
}
# Whose what is, and who may use it.
THEIRS = """
    select oid::regclass::text, relowner, relacl::text, relrowsecurity::text from pg_class
    where oid = to_regclass('public.orders')
    union all
    select proc.oid::regprocedure::text, proowner, proacl::text, prosrc from pg_proc as proc
    left join pg_depend on objid = proc.oid and deptype = 'e'
    where pronamespace = 'public'::regnamespace and (proname = 'total' or objid is not null)
    order by 1
"""
FOR_ALL_TABLES = "publication supabase_realtime, which is FOR ALL TABLES"


@pytest.fixture(params=["old", "new"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A project without our migrations; what is made in `public` is granted to strangers, or to nobody."""
    defaults: DefaultPrivileges = request.param
    with Cluster.temporary(default_privileges=defaults) as cluster:
        yield cluster


def test_everything_in_the_way_is_named_at_once_and_nothing_is_changed(cluster: Cluster) -> None:
    dsn = cluster.dsn()
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in CLASHES:
            connection.execute(statement.encode())
    with cluster.connect("supabase_admin", autocommit=True) as connection:
        connection.execute("drop publication supabase_realtime")
        connection.execute("create publication supabase_realtime for all tables")
    # The migrations' own history is there whatever happens.
    with pytest.raises(StackError):
        apply_migrations(dsn)
    before = read_schema(dsn)

    with pytest.raises(StackError) as refused:
        apply_migrations(dsn)

    named = str(refused.value).split("\n  - ")[1:]
    assert len(named) == len(CLASHES) + 1
    for beginning in [*CLASHES.values(), FOR_ALL_TABLES]:
        assert [line for line in named if line.startswith(beginning)], beginning
    assert "nothing has been changed" in str(refused.value)
    assert differences(before, read_schema(dsn)) == []
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select public.health()").fetchone() == ("theirs",)


def test_every_name_that_is_created_is_looked_for(db: Connection, db_dsn: str) -> None:
    """A project that lost the history of its migrations has all of it: the check has to name all of it."""
    names = """
        select format('%I(', proname) from pg_proc where pronamespace = 'public'::regnamespace
        union
        -- An index that Postgres names by itself gets another name where its own is taken.
        select format('%I.', relname) from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'c')
        union
        select format('%I.', typname) from pg_type
        where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
    """
    created = {str(row[0]) for row in db.execute(names.encode())}
    db.execute("drop schema supabase_migrations cascade")

    with pytest.raises(StackError) as refused:
        apply_migrations(db_dsn)

    assert len(created) > 60
    assert {name for name in created if f"public.{name}" not in str(refused.value)} == set()
    assert "CaptPathfinder is in this project already" in str(refused.value)


def test_missing_role_is_named() -> None:
    with Cluster.temporary(cron_database=None) as cluster:
        with cluster.connect("supabase_admin", autocommit=True) as connection:
            connection.execute("alter role anon rename to nobody_yet")

        with pytest.raises(StackError, match=r"role anon is missing.*local/roles\.sql"):
            apply_migrations(cluster.dsn())


def test_other_applications_things_stay_as_they_are(cluster: Cluster) -> None:
    dsn = cluster.dsn()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create extension if not exists pgcrypto with schema public")
        connection.execute("create extension if not exists pg_trgm with schema public")
        connection.execute("create table public.orders (id bigint generated always as identity primary key)")
        connection.execute("alter publication supabase_realtime add table public.orders")
        connection.execute("create function public.total() returns integer language sql return 1")
        before = connection.execute(THEIRS).fetchall()

    apply_migrations(dsn)

    with psycopg.connect(dsn) as connection:
        after = connection.execute(THEIRS).fetchall()
        # What they have already is used where they have it.
        searched = connection.execute(
            "select count(*) from pg_indexes where indexdef like '%gin_trgm_ops%'"
        ).fetchone()
        published = connection.execute(
            "select tablename from pg_publication_tables where pubname = 'supabase_realtime' order by 1"
        ).fetchall()
    assert searched == (2,)
    # Two of theirs, and what pgcrypto brings.
    assert len(before) > 20
    assert after == before
    assert published == [("orders",), ("outbox",)]


def test_signatures_need_no_extension(db: Connection) -> None:
    installed = db.execute("select extname from pg_extension order by 1").fetchall()

    for length in (0, 1, 31, 63, 64, 65, 200):
        key, content = bytes(range(length)), bytes(range(1, length))
        made = db.execute("select pathfinder.hmac_sha256(%s, %s)", [content, key]).fetchone()
        assert made == (hmac.digest(key, content, hashlib.sha256),), length
    assert "pgcrypto" not in {name for (name,) in installed}
