"""The migrations give exactly the functions of `functions-sql`, and a change of one can be shipped."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.errors import StackError
from local.migrations import MIGRATIONS
from local.ship import FUNCTIONS, function_files, measure_drift, ship

NOW = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)

EXAMPLE = """create or replace function pathfinder.example(number integer) returns {returns}
language sql immutable set search_path = '' as $$ select {expression} $$;
revoke all on function pathfinder.example(integer) from public, anon, authenticated, service_role;
"""


@pytest.fixture
def project(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the migrations and of the function files, to change."""
    migrations, functions = tmp_path / "migrations", tmp_path / "functions-sql"
    shutil.copytree(MIGRATIONS, migrations)
    shutil.copytree(FUNCTIONS, functions)
    return migrations, functions


def test_migrations_give_exactly_the_functions_of_the_files(db_dsn: str) -> None:
    drift = measure_drift(db_dsn)
    assert not drift, (
        "the files and the migrations differ; run `make migration NAME=…`: "
        f"changed {[path.name for path in drift.changed]}, replaced {drift.replaced}, "
        f"orphaned {drift.orphaned}"
    )


def test_each_file_is_noticed_when_a_migrated_database_lacks_it(db_dsn: str, tmp_path: Path) -> None:
    folder = tmp_path / "functions-sql"
    shutil.copytree(FUNCTIONS, folder)
    added = folder / "admin" / "example.sql"
    added.parent.mkdir(exist_ok=True)
    added.write_text(EXAMPLE.format(returns="integer", expression="1"))
    removed = function_files(folder)[-1]
    removed.unlink()

    drift = measure_drift(db_dsn, folder)

    assert [path.name for path in drift.changed] == ["example.sql"]
    assert drift.orphaned


def test_changed_body_privilege_or_comment_is_shipped_and_then_gone(project: tuple[Path, Path]) -> None:
    migrations, functions = project
    file = functions / "outbox" / "job_retry_delay.sql"
    file.write_text(
        file.read_text().replace("interval '1 hour'", "interval '2 hours'")
        + "\n-- only a comment in the file\n"
    )
    privilege = functions / "outbox" / "enqueue.sql"
    privilege.write_text(
        privilege.read_text()
        + "grant execute on function pathfinder.enqueue(text, text, jsonb, text, integer, timestamptz)"
        " to service_role;"
    )

    written = ship("longer_delay", NOW, migrations, functions)

    assert written == migrations / "20310504030201_longer_delay.sql"
    text = written.read_text()
    assert "-- source: outbox/job_retry_delay.sql" in text
    assert text.count("create or replace function") == 2
    assert ship("again", NOW, migrations, functions) is None


def test_changed_signature_drops_the_old_function_first(project: tuple[Path, Path]) -> None:
    migrations, functions = project
    file = functions / "outbox" / "example.sql"
    file.write_text(EXAMPLE.format(returns="integer", expression="number"))
    ship("one", NOW, migrations, functions)

    file.write_text(EXAMPLE.format(returns="text", expression="number::text"))
    written = ship("two", NOW.replace(year=2032), migrations, functions)

    assert written is not None
    assert "drop function pathfinder.example(integer);" in written.read_text()


def test_deleted_file_drops_its_function(project: tuple[Path, Path]) -> None:
    migrations, functions = project
    file = functions / "outbox" / "example.sql"
    file.write_text(EXAMPLE.format(returns="integer", expression="number"))
    ship("one", NOW, migrations, functions)

    file.unlink()
    written = ship("two", NOW.replace(year=2032), migrations, functions)

    assert written is not None
    assert written.read_text().count("drop function pathfinder.example(integer);") == 1


def test_broken_file_is_named_and_nothing_is_written(project: tuple[Path, Path]) -> None:
    migrations, functions = project
    (functions / "outbox" / "example.sql").write_text("create function pathfinder.example( returns integer;")
    before = sorted(path.name for path in migrations.iterdir())

    with pytest.raises(StackError, match=r"outbox/example\.sql: syntax error"):
        ship("broken", NOW, migrations, functions)

    assert sorted(path.name for path in migrations.iterdir()) == before


def test_impossible_name_is_refused() -> None:
    with pytest.raises(StackError, match="no name for a migration"):
        ship("../up", NOW)
