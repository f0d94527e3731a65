"""What a database holds of ours, object by object, so that two databases can be compared.

Objects are named and described by `pg_dump` (definition, privileges, comment); the publication, the jobs of
pg_cron and the shipped rows, which it leaves out or writes with keys of their own, are read beside it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import psycopg
from psycopg import sql

from local.errors import StackError
from local.machine import find_installation

OWN_SCHEMAS = ("public", "pathfinder")

_HEADING = re.compile(
    r"^--\n-- Name: (?P<name>.*?); Type: (?P<type>[A-Z ]+); Schema: (?P<schema>\S+); Owner: .*\n--\n",
    re.MULTILINE,
)
# A random token that newer versions write into every dump.
_RESTRICT = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)

_TABLES = """
    select c.oid::regclass::text,
        array(
            select a.attname::text from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity = ''
                and a.attgenerated = '' and a.atttypid not in ('timestamptz'::regtype, 'bytea'::regtype)
            order by 1
        )
    from pg_class as c
    where c.relkind = 'r' and c.relnamespace = any (%s::regnamespace[]) order by 1
"""
_ELSEWHERE = """
    select 'publication ' || pubname || ' ' || schemaname || '.' || tablename, '' from pg_publication_tables
    where schemaname = any (%s)
    union all
    select 'cron job ' || jobname, schedule || ' ' || command from cron.job
"""


def read_schema(dsn: str) -> dict[str, str]:
    """Return each object of our schemas with its definition, and each table's shipped rows.

    dsn: of `postgres`. Times and random bytes are left out of the rows: they differ from run to run.
    """
    arguments = [f"--schema={schema}" for schema in OWN_SCHEMAS]
    answer = subprocess.run(
        [find_installation().bin / "pg_dump", "--schema-only", "--no-owner", *arguments, dsn],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise StackError(f"pg_dump failed: {answer.stderr.strip()}")
    objects = dict(_split(answer.stdout))
    with psycopg.connect(dsn) as connection:
        schemas = list(OWN_SCHEMAS)
        for name, definition in connection.execute(_ELSEWHERE, [schemas]):
            objects[str(name)] = str(definition)
        for table, columns in connection.execute(_TABLES, [schemas]).fetchall():
            if isinstance(columns, list) and columns:
                objects[f"rows of {table}"] = "\n".join(_rows(connection, str(table), columns))
    return objects


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the names of the objects that two databases do not have alike."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _split(dump: str) -> Iterator[tuple[str, str]]:
    headings = list(_HEADING.finditer(_RESTRICT.sub("", dump)))
    text = _RESTRICT.sub("", dump)
    ends = [heading.start() for heading in headings[1:]] + [
        text.find("\n--\n-- PostgreSQL database dump complete")
    ]
    for heading, end in zip(headings, ends, strict=True):
        name = f"{heading['type'].lower()} {heading['schema']} {heading['name']}"
        yield name, text[heading.end() : end].strip()


def _rows(
    connection: psycopg.Connection[tuple[object, ...]], table: str, columns: list[str]
) -> Iterator[str]:
    query = sql.SQL("select jsonb_build_array({})::text from {} order by 1").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(table)
    )
    for (row,) in connection.execute(query):
        yield str(row)
