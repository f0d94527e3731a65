"""Make the migration of the next release: `python -m local.ship NAME`, or `make migration NAME=…`.

A migration that has landed is never edited. So a change is made in the sources, and this command writes the
migration that brings a database from what the migrations give today to what the sources say: changed and new
functions, and drops of those that no file makes any more. How a table that holds rows becomes another is for
people to write; the command names what they have left to do. It asks Postgres itself what differs, in a
throw-away cluster, rather than comparing texts.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from local.errors import StackError
from local.migrations import MIGRATIONS, PROJECT, apply_migrations
from local.postgres import Cluster
from local.schema import differences, read_schema
from local.sources import SOURCES, VERSION, apply_sources, set_version, source_files

# `xmin`, the transaction that wrote the row, tells which functions the files made or made again.
_FUNCTIONS = """
    select p.oid::regprocedure::text,
        pg_get_functiondef(p.oid),
        pg_get_userbyid(p.proowner)::text,
        array(
            select format('%s=%s by %s', a.grantee::regrole, a.privilege_type, a.grantor::regrole)
            from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
            order by 1
        ),
        coalesce(obj_description(p.oid, 'pg_proc'), ''),
        p.xmin::text
    from pg_proc as p
    where p.pronamespace in ('public'::regnamespace, 'pathfinder'::regnamespace)
        and p.prokind in ('f', 'p')
        and p.proowner = 'postgres'::regrole
        and not exists (
            select from pg_depend as d
            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
        )
"""

# Where the worker says which schema it was made with.
_SCHEMA = "worker/captpathfinder/supabase_project/schema.py"

_MADE = re.compile(r"^create or replace function ((?:public|pathfinder)\.\w+)", re.MULTILINE)

# What Postgres says when `create or replace` cannot change a function's signature.
_DROP_FIRST = re.compile(r"DROP FUNCTION (?P<function>.+) first")

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Shipment:
    """What `ship` did: the migration it wrote, if any, and the names of what people have left to do."""

    path: Path | None
    left: tuple[str, ...]


@dataclass(frozen=True)
class Function:
    """A function as the catalog has it: definition, owner, privileges, comment."""

    definition: object
    owner: object
    privileges: tuple[object, ...]
    comment: object


@dataclass(frozen=True)
class Drift:
    """What separates the migrations from the files.

    changed: files whose functions the migrations give differently, or not at all.
    replaced: functions (with argument types) to drop first, because their signature changes in place.
    orphaned: functions that the migrations give and no file makes.
    """

    changed: tuple[Path, ...]
    replaced: tuple[str, ...]
    orphaned: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to ship."""
        return bool(self.changed or self.replaced or self.orphaned)

    def migration(self) -> str:
        """Return the text of the migration that removes the drift."""
        drops = [f"drop function {name};" for name in (*self.replaced, *self.orphaned)]
        parts = ["set check_function_bodies = off;", *drops]
        parts += [
            f"-- source: {path.parent.name}/{path.name}\n{path.read_text().strip()}" for path in self.changed
        ]
        parts += ["reset check_function_bodies;", "notify pgrst, 'reload schema';"]
        return "\n\n".join(parts) + "\n"


def measure_drift(dsn: str, folder: Path = SOURCES) -> Drift:
    """Compare the functions of a migrated database with their files; the database is left as it was.

    dsn: of `postgres`. Raises `StackError` naming the file that Postgres refuses.
    """
    replaced: list[str] = []
    files = [*source_files("functions", folder), folder / VERSION]
    with psycopg.connect(dsn) as connection:
        connection.execute("set local check_function_bodies = off")
        # An empty search path makes every name in the catalog's answers a qualified one.
        connection.execute("set local search_path = ''")
        before = {name: (function, xmin) for name, function, xmin in _read(connection)}
        for path in files:
            replaced += _apply(connection, path)
        after = {name: (function, xmin) for name, function, xmin in _read(connection)}
        connection.rollback()
    orphaned = [name for name, (_, xmin) in after.items() if name in before and before[name][1] == xmin]
    made = {name.partition("(")[0] for name in replaced}
    for name, (function, _) in after.items():
        if name not in before or before[name][0] != function:
            made.add(name.partition("(")[0])
    changed = [path for path in files if made.intersection(_MADE.findall(path.read_text()))]
    return Drift(tuple(changed), tuple(replaced), tuple(orphaned))


def _read(connection: Connection) -> Iterator[tuple[str, Function, str]]:
    for name, definition, owner, privileges, comment, xmin in connection.execute(_FUNCTIONS.encode()):
        if not isinstance(privileges, list):
            raise TypeError(f"privileges of {name} are not a list")
        yield str(name), Function(definition, owner, tuple(privileges), comment), str(xmin)


def _apply(connection: Connection, path: Path) -> list[str]:
    """Run one file; return the functions that had to be dropped before it."""
    dropped: list[str] = []
    text = path.read_bytes()
    while True:
        try:
            with connection.transaction():
                connection.execute(text)
        except psycopg.Error as error:
            hint = _DROP_FIRST.search(error.diag.message_hint or "")
            if hint is None or hint["function"] in dropped:
                where = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path
                raise StackError(f"{where}: {error.diag.message_primary or error}") from error
            # The name is Postgres's own rendering of the function, quoted where it has to be.
            connection.execute(f"drop function {hint['function']}".encode())
            dropped.append(hint["function"])
        else:
            return dropped


def ship(name: str, now: datetime, migrations: Path = MIGRATIONS, folder: Path = SOURCES) -> Shipment | None:
    """Write the migration that ships all changes of functions; None if migrations and sources agree.

    name: what it is about, in lower case with underscores. now: becomes the migration's version.
    """
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise StackError(f"{name!r} is no name for a migration", hint="use lower-case letters, digits and _")
    path = migrations / f"{now.astimezone(UTC):%Y%m%d%H%M%S}_{name}.sql"
    with Cluster.temporary(migrations=migrations) as cluster:
        drift = measure_drift(cluster.dsn(), folder)
        if drift:
            before = set_version(path.name.partition("_")[0], folder)
            try:
                path.write_text(measure_drift(cluster.dsn(), folder).migration())
                apply_migrations(cluster.dsn(), migrations)
                if measure_drift(cluster.dsn(), folder):
                    raise StackError("the new migration does not give what the files say")
            except StackError:
                path.unlink(missing_ok=True)
                (folder / VERSION).write_text(before)
                raise
        given = read_schema(cluster.dsn())
    left = differences(given, schema_of_sources(folder))
    return Shipment(path if drift else None, tuple(left)) if drift or left else None


def schema_of_sources(folder: Path = SOURCES) -> dict[str, str]:
    """Return what `read_schema` says of a new database made from the sources."""
    with Cluster.temporary() as cluster:
        apply_sources(cluster.dsn(), folder)
        return read_schema(cluster.dsn())


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m local.ship", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("name", help="what the change is about, such as count_refused_webhooks")
    arguments = parser.parse_args()
    try:
        shipment = ship(arguments.name, datetime.now(UTC))
    except StackError as error:
        print(f"Nothing written: {error}", file=sys.stderr)
        return 2
    if shipment is None:
        print("Nothing to ship: the migrations give exactly what supabase/functions-sql says.")
        return 0
    if shipment.path:
        print(f"Wrote {shipment.path.relative_to(PROJECT)}. Read it, then commit it with the changed files.")
        print(f"SCHEMA in {_SCHEMA} becomes {shipment.path.name.partition('_')[0]}.")
    for name in shipment.left:
        print(f"Yours to write into a migration: {name}")
    return 1 if shipment.left else 0


if __name__ == "__main__":
    sys.exit(main())
