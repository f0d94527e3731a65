"""Write docs/reference.md from a migrated database: `python -m local.reference`, or `make docs`.

What the page says of tables, columns and functions is their `comment on`, the description that the Table
Editor shows, so the two cannot differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import psycopg

from local.migrations import MIGRATIONS, PROJECT
from local.postgres import Cluster

PAGE = PROJECT / "docs" / "reference.md"

_INTRODUCTION = """# Reference

Made from the comments in the database by `make docs`; a test keeps it current. Do not edit it here: edit
the `comment on` in the sources, `supabase/functions-sql/`.

`anon` is whoever has the publishable key, `service_role` whoever has the secret key, `postgres` the project's
owner (the SQL editor, the Table Editor). Nobody else may do anything. Functions are called as
`POST /rest/v1/rpc/<name>` with their parameters as a JSON object; `community_webhook` takes the platform's
own body.
"""

_TABLES = """
    select c.oid, c.relname,
        coalesce(obj_description(c.oid, 'pg_class'), ''),
        coalesce((
            select string_agg(lower(acl.privilege_type), ', ' order by acl.privilege_type)
            from aclexplode(c.relacl) as acl where acl.grantee = 'service_role'::regrole
        ), 'none')
    from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    order by c.relname
"""
_COLUMNS = """
    select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        case when a.attidentity <> '' then 'counts up' else coalesce(pg_get_expr(d.adbin, d.adrelid), '') end,
        coalesce(col_description(a.attrelid, a.attnum), '')
    from pg_attribute as a
    left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = %s and a.attnum > 0 and not a.attisdropped
    order by a.attnum
"""
_FUNCTIONS = """
    select p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
        coalesce(obj_description(p.oid, 'pg_proc'), ''),
        array(
            select acl.grantee::regrole::text
            from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as acl
            where acl.privilege_type = 'EXECUTE' and acl.grantee <> p.proowner
            order by 1
        )
    from pg_proc as p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
        and p.proowner = 'postgres'::regrole
    order by p.proname, 2
"""


def reference(dsn: str) -> str:
    """Return the page for a migrated database. dsn: of `postgres`."""
    with psycopg.connect(dsn) as connection:
        # An empty search path makes every name in the catalog's answers a qualified one.
        connection.execute("set local search_path = ''")
        parts = [_INTRODUCTION, "## Functions\n", *_functions(connection)]
        parts += ["## Settings\n", *_settings(connection), "## Tables\n", *_tables(connection)]
    return "\n".join(parts).rstrip() + "\n"


def _functions(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[str]:
    for name, arguments, result, comment, callers in connection.execute(_FUNCTIONS.encode()):
        if not isinstance(callers, list):
            raise TypeError(f"callers of {name} are not a list")
        yield f"### {name}\n"
        yield f"`{name}({_plain(arguments)})` returns `{_plain(result)}`\n"
        yield f"{comment}\n"
        yield f"May be called by: {', '.join([*callers, 'postgres'])}.\n"


def _settings(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[str]:
    yield "One row in the table `settings`.\n"
    yield "| setting | default | meaning |\n|---|---|---|"
    columns = connection.execute(_COLUMNS.encode(), [_oid(connection, "public.settings")]).fetchall()
    for name, _, _, default, comment in columns:
        if name not in ("id", "updated_at"):
            yield f"| `{name}` | {_code(default) or 'none'} | {_cell(comment)} |"
    yield ""


def _tables(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[str]:
    for oid, name, comment, privileges in connection.execute(_TABLES.encode()).fetchall():
        yield f"### {name}\n"
        yield f"{comment}\n"
        yield f"With the secret key: {privileges}.\n"
        yield "| column | type | default | meaning |\n|---|---|---|---|"
        for column, kind, required, default, about in connection.execute(_COLUMNS.encode(), [oid]).fetchall():
            kind_text = f"{_plain(kind)}{'' if required else ', may be empty'}"
            yield f"| `{column}` | {kind_text} | {_code(default)} | {_cell(about)} |"
        yield ""


def _oid(connection: psycopg.Connection[tuple[object, ...]], table: str) -> object:
    row = connection.execute("select %s::regclass::oid", [table]).fetchone()
    return row[0] if row else None


def _plain(text: object) -> str:
    return str(text).replace("timestamp with time zone", "timestamptz").replace("pg_catalog.", "")


def _code(text: object) -> str:
    plain = _plain(text)
    return f"`{_cell(plain)}`" if plain else ""


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write the page, or with --check say whether it is current; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.reference", description="Write docs/reference.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if it is not current")
    check = parser.parse_args().check
    with Cluster.temporary(migrations=MIGRATIONS) as cluster:
        text = reference(cluster.dsn())
    if PAGE.exists() and PAGE.read_text() == text:
        print("docs/reference.md is current.")
        return 0
    if check:
        print("docs/reference.md is not current: run `make docs`.", file=sys.stderr)
        return 1
    PAGE.write_text(text)
    print("Wrote docs/reference.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
