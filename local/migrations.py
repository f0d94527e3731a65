"""Apply migrations and the seed as the Supabase CLI does, so that the two can take over from each other.

Both keep their books in the schema `supabase_migrations`; what is written there follows the CLI's own
history tables (supabase/cli, pkg/migration/history.go): `schema_migrations (version, statements, name)` and
`seed_files (path, hash)`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local.errors import StackError

PROJECT = Path(__file__).resolve().parent.parent
MIGRATIONS = PROJECT / "supabase" / "migrations"
SEED = PROJECT / "supabase" / "seed.sql"

_FILE_NAME = re.compile(r"(?P<version>\d+)_(?P<name>.*)\.sql")

# What may hold a semicolon that ends nothing, and what ends a statement or opens and closes a group.
_TOKEN = re.compile(
    r"""
    (?P<skip>
        --[^\n]*
      | '(?:[^']|'')*(?:'|\Z)
      | "(?:[^"]|"")*(?:"|\Z)
      | (?<![\w$]) (?P<tag>\$(?:[^\W\d]\w*)?\$) .*? (?P=tag)
      | \w+
    )
    | (?P<block>/\*)
    | (?P<sign>[;()])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED_STRING = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_ATOMIC = re.compile(r"begin\s+atomic\b(?=(.*?)\bend\b)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Migration:
    """One file of the migrations folder: its version and name (from the file name) and its statements."""

    version: str
    name: str
    statements: list[str]


def apply_migrations(dsn: str, folder: Path | None = None) -> list[str]:
    """Apply what is not applied yet, in order, each in one transaction; return the versions applied.

    dsn: of the non-superuser `postgres`. folder: supabase/migrations unless told otherwise. Raises
    `StackError` naming the file and the statement that failed; what came before it stays applied.
    """
    pending = read_migrations(folder or MIGRATIONS)
    applied: list[str] = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        _create_history(connection)
        known = {
            row[0] for row in connection.execute("select version from supabase_migrations.schema_migrations")
        }
        for migration in pending:
            if migration.version in known:
                continue
            _apply(connection, migration)
            applied.append(migration.version)
    return applied


def apply_seed(dsn: str, seed: Path | None = None) -> bool:
    """Apply the seed file unless it was applied before; return whether it was.

    As with the CLI, a seed that has changed since is noted and not applied again. A file that does not exist
    is nothing to apply.
    """
    path = seed or SEED
    if not path.exists():
        return False
    text = path.read_text()
    recorded_path = "supabase/seed.sql" if seed is None else str(path)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with psycopg.connect(dsn) as connection:
        connection.execute("create schema if not exists supabase_migrations")
        connection.execute(
            "create table if not exists supabase_migrations.seed_files"
            " (path text not null primary key, hash text not null)"
        )
        known = connection.execute(
            "select from supabase_migrations.seed_files where path = %s", [recorded_path]
        ).fetchone()
        if known is None:
            for statement in split_statements(text):
                _execute(connection, statement, path.name)
        connection.execute(
            "insert into supabase_migrations.seed_files (path, hash) values (%s, %s)"
            " on conflict (path) do update set hash = excluded.hash",
            [recorded_path, digest],
        )
    return known is None


def read_migrations(folder: Path) -> list[Migration]:
    """Return the migrations of a folder in the order of their versions; a missing folder has none."""
    migrations = [
        Migration(match["version"], match["name"], split_statements(path.read_text()))
        for path in sorted(folder.glob("*.sql"))
        if (match := _FILE_NAME.fullmatch(path.name))
    ]
    return sorted(migrations, key=lambda migration: migration.version)


def split_statements(text: str) -> list[str]:
    """Split SQL at the semicolons that end a statement; comments stay with the statement they precede."""
    cuts = list(_statement_ends(text))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return [piece for raw in pieces if (piece := raw.rstrip(";").strip())]


def _statement_ends(text: str) -> Iterator[int]:
    position = depth = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["block"]:
            position = _end_of_block_comment(text, position)
        elif match["skip"]:
            position = _end_of_word(text, match)
        elif match["sign"] == "(":
            depth += 1
        elif match["sign"] == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            yield position


def _end_of_word(text: str, match: re.Match[str]) -> int:
    """Return where a skipped token ends, with what a word can introduce: E'…' and `begin atomic … end`."""
    word = match["skip"].lower()
    if word == "e" and (string := _ESCAPED_STRING.match(text, match.end())):
        return string.end()
    if word == "begin" and (body := _ATOMIC.match(text, match.start())):
        return body.end() + len(body[1])
    return match.end()


def _end_of_block_comment(text: str, position: int) -> int:
    depth = 1
    while depth and (edge := _BLOCK_EDGE.search(text, position)):
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return len(text) if depth else position


def _create_history(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with connection.transaction():
        connection.execute("set local lock_timeout = '4s'")
        connection.execute("create schema if not exists supabase_migrations")
        connection.execute(
            "create table if not exists supabase_migrations.schema_migrations"
            " (version text not null primary key, statements text[], name text)"
        )


def _apply(connection: psycopg.Connection[tuple[object, ...]], migration: Migration) -> None:
    with connection.transaction():
        for statement in migration.statements:
            _execute(connection, statement, f"{migration.version}_{migration.name}.sql")
        connection.execute(
            "insert into supabase_migrations.schema_migrations (version, name, statements)"
            " values (%s, %s, %s)",
            [migration.version, migration.name, migration.statements],
        )
    # Settings made by a migration end with it, as they do when each runs in a session of its own.
    connection.execute("reset all")


def _execute(connection: psycopg.Connection[tuple[object, ...]], statement: str, file: str) -> None:
    try:
        connection.execute(statement.encode())
    except psycopg.Error as error:
        first_line = next((line for line in statement.splitlines() if line and not line.startswith("--")), "")
        raise StackError(
            f"{file}: {error.diag.message_primary or error} (in: {first_line.strip()[:80]})"
        ) from error
