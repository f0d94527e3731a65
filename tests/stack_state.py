"""Put a running stack back to where it was after its start, so that tests can share one."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

import psycopg
from psycopg import sql

from local.stack import Stack

_TABLES = """
    select n.nspname, c.relname
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'pathfinder', 'storage')
        and (n.nspname, c.relname) <> ('storage', 'buckets')
"""
_SEQUENCES = """
    select n.nspname, c.relname
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind = 'S' and n.nspname in ('public', 'pathfinder')
"""


@dataclass(frozen=True)
class StackState:
    """The rows of every table and the state of every sequence, as they were when it was taken."""

    tables: list[tuple[sql.Identifier, bytes]]
    sequences: list[tuple[sql.Identifier, tuple[object, ...]]]

    @classmethod
    def take(cls, stack: Stack) -> StackState:
        """Read them from a stack."""
        tables: list[tuple[sql.Identifier, bytes]] = []
        sequences: list[tuple[sql.Identifier, tuple[object, ...]]] = []
        with stack.cluster.connect("supabase_admin") as connection:
            for schema, name in connection.execute(_TABLES).fetchall():
                table = sql.Identifier(str(schema), str(name))
                tables.append((table, _rows_of(connection, table)))
            for schema, name in connection.execute(_SEQUENCES).fetchall():
                sequence = sql.Identifier(str(schema), str(name))
                state = connection.execute(sql.SQL("select last_value, is_called from {}").format(sequence))
                sequences.append((sequence, state.fetchone() or ()))
        return cls(tables, sequences)

    def restore(self, stack: Stack) -> None:
        """Write them back, without running triggers; forget faults, and what the control room was sent."""
        with stack.cluster.connect("supabase_admin") as connection:
            self._write(connection)
        _call("DELETE", stack.url("gateway") + "/_faults", stack.secrets.gateway_control_token)
        _call("DELETE", stack.url("realtime") + "/_faults")
        _call("POST", stack.url("control_room") + "/_reset")

    def _write(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        connection.execute("set local session_replication_role = replica")
        # Most tables are as they were, and to read one is far cheaper than to write it.
        changed = [(table, rows) for table, rows in self.tables if _rows_of(connection, table) != rows]
        for table, rows in changed:
            connection.execute(sql.SQL("delete from {}").format(table))
            with connection.cursor().copy(sql.SQL("copy {} from stdin").format(table)) as copy:
                copy.write(rows)
        for sequence, state in self.sequences:
            connection.execute(
                sql.SQL("select setval({}::regclass, %s, %s)").format(sql.Literal(sequence.as_string(None))),
                state,
            )


def _rows_of(connection: psycopg.Connection[tuple[object, ...]], table: sql.Identifier) -> bytes:
    with connection.cursor().copy(sql.SQL("copy {} to stdout").format(table)) as copy:
        return b"".join(bytes(block) for block in copy)


def _call(method: str, url: str, token: str = "") -> None:
    body = json.dumps({}).encode() if method == "POST" else None
    headers = {"Content-Type": "application/json", "X-Control-Token": token}
    request = urllib.request.Request(url, body, headers, method=method)
    with urllib.request.urlopen(request, timeout=60):
        pass
