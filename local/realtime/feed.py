"""The stream of changes: a temporary wal2json slot, read by polling as the real server reads it.

The slot is made for the first subscription (that is the cold start). What happens while there is no slot is
never delivered. Where Postgres lists the plugins that may be used (15.20 and later), the server's
`output_plugin_libraries` has to name wal2json, or nothing is ever heard, as with the real server.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from local.realtime.settings import Settings

log = logging.getLogger(__name__)

PUBLICATION = "supabase_realtime"
# A row whose JSON is larger comes with its small columns only; both in bytes.
MAX_ROW, SMALL_VALUE = 1024 * 1024, 64

# wal2json takes an empty list for "all": without published tables, one that never changes this way is named.
_READ: LiteralString = """
    select change.data
    from
        (
            select coalesce(string_agg(schemaname || '.' || tablename, ','), 'pg_catalog.pg_class') as tables
            from pg_publication_tables
            where pubname = %(publication)s
        ) as published,
        pg_logical_slot_get_changes(
            %(slot)s, null, 100,
            'format-version', '2', 'include-transaction', 'false', 'include-timestamp', 'true',
            'include-pk', 'true', 'actions', 'insert,update,delete', 'add-tables', published.tables
        ) as change
"""
_ACTIONS = {"I": "INSERT", "U": "UPDATE", "D": "DELETE"}
_SHORT_TYPES = {
    "bigint": "int8",
    "boolean": "bool",
    "integer": "int4",
    "smallint": "int2",
    "timestamp with time zone": "timestamptz",
}

Deliver = Callable[[dict[str, Any]], None]


class Feed:
    """Reads changes and hands each to `deliver`, through restarts of Postgres."""

    def __init__(self, settings: Settings, deliver: Deliver) -> None:
        self._settings = settings
        self._deliver = deliver
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    async def wait_listening(self) -> None:
        """Return when there is a slot: at once on a warm server, after the cold start otherwise."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await self.listening.wait()

    async def is_published(self, schema: str, table: str) -> bool:
        """Whether this table is published; raises `psycopg.OperationalError` while Postgres is away."""
        async with await self._connect() as connection:
            found = await connection.execute(
                "select from pg_publication_tables where pubname = %s and schemaname = %s and tablename = %s",
                [PUBLICATION, schema, table],
            )
            return await found.fetchone() is not None

    async def pause(self) -> None:
        """Wait before Postgres is tried again."""
        await asyncio.sleep(self._settings.reconnect)

    async def stop(self) -> None:
        """Drop the slot; the next subscription finds a cold server."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self.listening.clear()

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        return await psycopg.AsyncConnection.connect(
            self._settings.dsn, autocommit=True, connect_timeout=5, options="-c timezone=UTC -c datestyle=ISO"
        )

    async def _run(self) -> None:
        await asyncio.sleep(self._settings.cold_start)
        while True:
            try:
                await self._read()
            except Exception as error:  # noqa: BLE001 (without its feed the server would be deaf for good)
                # Clients are told nothing, as on the real server: they stay joined, and deaf.
                log.warning("reading changes failed, tried again soon: %s", error)
            finally:
                self.listening.clear()
            await self.pause()

    async def _read(self) -> None:
        settings = self._settings
        async with await self._connect() as connection:
            slot = f"realtime_{secrets.token_hex(8)}"
            await connection.execute(
                "select from pg_create_logical_replication_slot(%s, 'wal2json', temporary => true)", [slot]
            )
            self.listening.set()
            while True:
                cursor = await connection.execute(_READ, {"publication": PUBLICATION, "slot": slot})
                changes = await cursor.fetchall()
                for (text,) in changes:
                    self._deliver(change_data(str(text)))
                await asyncio.sleep(settings.poll_busy if changes else settings.poll_idle)


def change_data(text: str) -> dict[str, Any]:
    """Turn a change in wal2json's words (format 2) into the `data` of a frame."""
    wal = json.loads(text)
    columns, identity = wal.get("columns", []), wal.get("identity", [])
    large = len(text.encode()) > MAX_ROW
    data: dict[str, Any] = {"table": wal["table"], "type": _ACTIONS[wal["action"]]}
    if wal["action"] != "D":
        data["record"] = {
            column["name"]: _value(column)
            for column in columns
            if not large or len(json.dumps(column["value"])) <= SMALL_VALUE
        }
    data |= {
        "columns": [
            {"name": column["name"], "type": _SHORT_TYPES.get(column["type"], column["type"])}
            for column in columns or identity
        ],
        "errors": ["Error 413: Payload Too Large"] if large else None,
        "schema": wal["schema"],
        "commit_timestamp": wal["timestamp"].replace(" ", "T").split("+")[0][:23] + "Z",
    }
    if wal["action"] != "I":
        data["old_record"] = {column["name"]: _value(column) for column in identity}
    return data


def _value(column: dict[str, Any]) -> object:
    kind, value = column["type"], column["value"]
    if value is None:
        return None
    if kind in ("json", "jsonb"):
        return json.loads(value)
    if kind == "timestamp with time zone":
        return value.replace(" ", "T") + ":00"
    return value
