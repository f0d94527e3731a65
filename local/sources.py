"""The sources of the database, `supabase/functions-sql/`, and the baseline of migrations made from them.

A stage is a folder. Its `_tables.sql`, `_triggers.sql`, `_data.sql` (and `_schemas.sql`, `_schedule.sql`,
`_version.sql` where there is one) and its functions, one concern a file, are what people read and edit. Until
the first release the migrations are these sources put together by topic: `python -m local.sources`, or
`make baseline`, writes them. From then on a migration that has landed is never edited, and `local.ship` makes
the next one.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg

from local.errors import StackError
from local.migrations import MIGRATIONS, PROJECT

SOURCES = PROJECT / "supabase" / "functions-sql"

# In the order in which they may call each other: each those before it.
STAGES = ("shared", "rules", "outbox", "channels", "people", "ingest", "schedule", "admin")

# The newest release; its migrations, and all before them, are final.
RELEASED: str | None = None

# The function that says which migration a database has.
VERSION = Path("admin") / "_version.sql"

# Topics in the order in which they are applied, each with the name of its migration. Functions come after the
# tables whose row types they use, triggers and indexes over functions after both.
_TOPICS = ("schemas", "tables", "functions", "triggers", "data", "schedule", "version")
_HEADS = {
    "schemas": "The schemas and extensions.",
    "tables": "The tables of each stage, with their comments, indexes and privileges.",
    "functions": "Every function.",
    "triggers": "The triggers of each stage, and the indexes that call functions.",
    "data": "What a new project starts with.",
    "schedule": "The jobs of pg_cron.",
    "version": "What says that all of it was applied.",
}

# What a project may have under the same name: tables, types, views and indexes share one space of names.
_CREATED = {
    "relations": r"^create (?:table|type|view|(?:unique )?index (?=\w+ on public\.))(?: public\.)?(\w+)",
    "functions": r"^create or replace function public\.(\w+)",
}


def source_files(topic: str, folder: Path = SOURCES) -> list[Path]:
    """Return the files of a topic in the order in which they are applied; there may be none."""
    files: list[Path] = []
    for stage in STAGES:
        if topic == "functions":
            files += sorted(path for path in folder.glob(f"{stage}/*.sql") if not path.name.startswith("_"))
        else:
            # `_data.sql`, and `_data_countries.sql` beside it.
            files += sorted(folder.glob(f"{stage}/_{topic}*.sql"))
    return files


def statements(topic: str, folder: Path = SOURCES) -> str:
    """Return a topic's sources as one text, each under a line that names its file."""
    parts = [f"-- {_HEADS[topic]} Made from supabase/functions-sql by `make baseline`; edit there."]
    parts += [
        f"-- source: {path.parent.name}/{path.name}\n{path.read_text().strip()}"
        for path in source_files(topic, folder)
    ]
    if topic == "functions":
        # A function may call one that stands further down.
        parts.insert(1, "set check_function_bodies = off;")
        parts += ["reset check_function_bodies;", "notify pgrst, 'reload schema';"]
    if topic == "schemas":
        for kind, names in created_names(folder).items():
            parts[1] = parts[1].replace(f"'{{}}'; -- {kind}", f"'{{\n{names}\n    }}'; -- {kind}")
    return "\n\n".join(parts) + "\n"


def created_names(folder: Path = SOURCES) -> dict[str, str]:
    """Return the names that the sources create in `public`, by kind, as lines to stand in an SQL array."""
    text = "\n".join(path.read_text() for topic in _TOPICS for path in source_files(topic, folder))
    return {
        kind: textwrap.fill(
            ", ".join(sorted(set(re.findall(pattern, text, re.MULTILINE)))),
            width=110,
            initial_indent=" " * 8,
            subsequent_indent=" " * 8,
        )
        for kind, pattern in _CREATED.items()
    }


def set_version(version: str, folder: Path = SOURCES) -> str:
    """Have the sources say that `version` is their newest migration; return what the file was before."""
    path = folder / VERSION
    text = path.read_text()
    path.write_text(re.sub(r"'\d{14}'", f"'{version}'", text))
    return text


def baseline(folder: Path = SOURCES) -> Iterator[tuple[str, str]]:
    """Return the file names of the baseline's migrations and their texts."""
    for number, topic in enumerate(_TOPICS, 1):
        yield f"20261101000{number}00_{topic}.sql", statements(topic, folder)


def apply_sources(dsn: str, folder: Path = SOURCES) -> None:
    """Make the schema and the data of an empty database from the sources. dsn: of `postgres`.

    Raises `StackError` naming the file that Postgres refuses.
    """
    with psycopg.connect(dsn) as connection:
        for topic in _TOPICS:
            connection.execute("set local check_function_bodies = off")
            for path in source_files(topic, folder):
                try:
                    connection.execute(path.read_bytes())
                except psycopg.Error as error:
                    where = path.relative_to(folder)
                    raise StackError(f"{where}: {error.diag.message_primary or error}") from error


def write_baseline(migrations: Path = MIGRATIONS, folder: Path = SOURCES) -> list[Path]:
    """Write the baseline's migrations, and remove any other; return the files that changed.

    Raises `StackError` once there is a release, whose migrations are final.
    """
    if RELEASED:
        raise StackError(
            f"the migrations of {RELEASED} are final",
            hint="make the next one: make migration NAME=what_changes",
        )
    wanted = dict(baseline(folder))
    changed = [path for path in sorted(migrations.glob("*.sql")) if path.name not in wanted]
    for path in changed:
        path.unlink()
    migrations.mkdir(exist_ok=True)
    for name, text in wanted.items():
        path = migrations / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(path)
    return changed


def main() -> int:
    """Write the baseline; return the exit code."""
    try:
        changed = write_baseline()
    except StackError as error:
        print(f"Nothing written: {error}", file=sys.stderr)
        return 2
    for path in changed:
        print(f"{'Wrote' if path.exists() else 'Removed'} {path.relative_to(PROJECT)}")
    if not changed:
        print("Nothing to write: the migrations are the sources.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
