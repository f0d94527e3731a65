"""A project that has other things in it already keeps them as they were."""

from __future__ import annotations

from local.migrations import apply_migrations
from local.postgres import Cluster


def test_other_applications_tables_and_publication_stay_as_they_are() -> None:
    with Cluster.temporary(default_privileges="old") as cluster:
        with cluster.connect(autocommit=True) as connection:
            connection.execute(
                "create table public.orders (id bigint generated always as identity primary key)"
            )
            connection.execute("alter publication supabase_realtime add table public.orders")
            connection.execute("create function public.total() returns integer language sql return 1")

        apply_migrations(cluster.dsn())

        with cluster.connect() as connection:
            security = connection.execute(
                "select relrowsecurity from pg_class where oid = 'public.orders'::regclass"
            ).fetchone()
            may = connection.execute(
                """
                select has_table_privilege('anon', 'public.orders', 'insert'),
                    has_function_privilege('anon', 'public.total()', 'execute')
                """
            ).fetchone()
            published = connection.execute(
                "select tablename from pg_publication_tables where pubname = 'supabase_realtime' order by 1"
            ).fetchall()
    assert security == (False,)
    assert may == (True, True)
    assert published == [("orders",), ("outbox",)]
