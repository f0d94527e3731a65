"""The stream of changes: a temporary wal2json slot, read by polling as the hosted server reads it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import LiteralString

import psycopg

log = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[tuple[object, ...]]

# The publication decides, at each read, which tables and which actions are decoded. wal2json takes an
# empty list for "all", so a publication without tables is given one that never changes this way.
READ_CHANGES: LiteralString = """
    with quoted as (
        select
            regexp_replace(schemaname, '([^a-zA-Z0-9_])', '\\\\\\1', 'g') as schema_name,
            regexp_replace(tablename, '([^a-zA-Z0-9_])', '\\\\\\1', 'g') as table_name
        from pg_publication_tables
        where pubname = %(publication)s::name
    ),
    wanted as (
        select
            coalesce(string_agg(schema_name || '.' || table_name, ','), 'pg_catalog.pg_class') as tables,
            coalesce(
                (
                    select concat_ws(
                        ',',
                        case when pubinsert then 'insert' end,
                        case when pubupdate then 'update' end,
                        case when pubdelete then 'delete' end
                    )
                    from pg_publication
                    where pubname = %(publication)s::name
                ),
                'insert'
            ) as actions
        from quoted
    )
    select change.data
    from
        wanted,
        lateral pg_logical_slot_get_changes(
            %(slot)s::name, null, %(max_changes)s,
            'format-version', '2',
            'include-transaction', 'false',
            'include-timestamp', 'true',
            'include-pk', 'true',
            'actions', wanted.actions,
            'add-tables', wanted.tables
        ) as change
"""

# Since the minor releases of 2026, only listed plugins may be used, and wal2json is not listed by default
# (see output_plugin_libraries in Postgres's manual). It is allowed for this session alone, so that other
# roles with REPLICATION get nothing by it; earlier releases do not know the setting and need nothing.
ALLOW_WAL2JSON: LiteralString = """
    select set_config(name, setting || ', wal2json', false)
    from pg_settings
    where
        name = 'output_plugin_libraries'
        and 'wal2json' <> all (regexp_split_to_array(setting, '\\s*,\\s*'))
"""


async def connect(dsn: str) -> Connection:
    """A connection whose text output does not depend on how roles or the database are set up."""
    return await psycopg.AsyncConnection.connect(
        dsn,
        autocommit=True,
        connect_timeout=5,
        application_name="realtime",
        # `role` decides what subscribers may see, names are always qualified, and times are UTC.
        options="-c search_path= -c timezone=UTC -c datestyle=ISO -c bytea_output=hex -c statement_timeout=0",
    )


class Slot:
    """A temporary slot, on the connection it lives and dies with.

    queries: a second connection, for everything else: Postgres drops a session's temporary slots at the
    first error in it.
    """

    def __init__(
        self, connection: Connection, queries: Connection, name: str, publication: str, max_changes: int
    ) -> None:
        self.queries = queries
        self._connection = connection
        self._parameters = {"publication": publication, "slot": name, "max_changes": max_changes}

    async def read(self) -> list[str]:
        """The changes since the last read, oldest first, each as wal2json's JSON text; they are consumed."""
        cursor = await self._connection.execute(READ_CHANGES, self._parameters)
        return [str(data) for (data,) in await cursor.fetchall()]


@asynccontextmanager
async def open_slot(dsn: str, publication: str, max_changes: int) -> AsyncIterator[Slot]:
    """A fresh slot: it holds what is committed from now on, and nothing of what was before."""
    connection = await connect(dsn)
    try:
        queries = await connect(dsn)
        try:
            name = f"realtime_{secrets.token_hex(8)}"
            await connection.execute(ALLOW_WAL2JSON)
            await connection.execute(
                "select from pg_create_logical_replication_slot(%s, 'wal2json', temporary => true)", [name]
            )
            log.info("slot %s created", name)
            yield Slot(connection, queries, name, publication, max_changes)
        finally:
            await queries.close()
    finally:
        await connection.close()
