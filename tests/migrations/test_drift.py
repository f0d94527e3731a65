"""The migrations give exactly what the sources say, and a change of one can be shipped."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.errors import StackError
from local.migrations import MIGRATIONS
from local.postgres import Cluster
from local.schema import differences, read_schema
from local.ship import measure_drift, schema_of_sources, ship
from local.sources import RELEASED, SOURCES, baseline, source_files, write_baseline

NOW = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)

EXAMPLE = """create or replace function pathfinder.example(number integer) returns {returns}
language sql immutable set search_path = '' as $$ select {expression} $$;
revoke all on function pathfinder.example(integer) from public, anon, authenticated, service_role;
"""


@pytest.fixture
def project(tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the migrations and of the sources, to change."""
    migrations, sources = tmp_path / "migrations", tmp_path / "functions-sql"
    shutil.copytree(MIGRATIONS, migrations)
    shutil.copytree(SOURCES, sources)
    return migrations, sources


@pytest.fixture
def bare_project(project: tuple[Path, Path]) -> tuple[Path, Path]:
    """The same without the rules, which take most of the time that a database takes to be made."""
    migrations, sources = project
    (sources / "rules" / "_data.sql").unlink()
    for path in migrations.glob("*.sql"):
        path.unlink()
    for name, text in baseline(sources):
        (migrations / name).write_text(text)
    return project


@pytest.fixture(scope="module")
def given() -> dict[str, str]:
    """What the migrations give."""
    with Cluster.temporary(migrations=MIGRATIONS) as cluster:
        return read_schema(cluster.dsn())


def test_migrations_give_exactly_what_the_sources_say(given: dict[str, str]) -> None:
    wanted = schema_of_sources()

    assert len(wanted) > 300
    assert differences(given, wanted) == [], "run `make baseline`, or after a release `make migration NAME=…`"


@pytest.mark.skipif(RELEASED is not None, reason="the baseline's text is final once it was released")
def test_baseline_is_the_sources_put_together() -> None:
    written = {path.name: path.read_text() for path in MIGRATIONS.glob("*.sql")}
    assert written == dict(baseline()), "run `make baseline`"


# A change of a source, and a part of the name of what differs then.
CHANGES = [
    ("shared/_tables.sql", "comment on table public.settings is 'changed'", "comment public table settings"),
    ("outbox/_tables.sql", "create index extra_idx on public.outbox (status)", "index public extra_idx"),
    ("outbox/_tables.sql", "grant delete on public.outbox to service_role", "acl public table outbox"),
    ("outbox/_triggers.sql", "drop trigger count_attempt on public.outbox_attempts", "count_attempt"),
    (
        "schedule/_tables.sql",
        "alter table public.job_runs add check (attempts < 99)",
        "table public job_runs",
    ),
    ("outbox/_tables.sql", "alter publication supabase_realtime drop table public.outbox", "publication"),
    ("ingest/_data.sql", "delete from public.field_registry", "rows of field_registry"),
    ("schedule/_schedule.sql", "select cron.schedule('other', '* * * * *', 'select 1')", "cron job other"),
    ("outbox/enqueue.sql", "comment on schema pathfinder is 'changed'", "schema pathfinder"),
]


def test_every_kind_of_difference_is_seen(given: dict[str, str], project: tuple[Path, Path]) -> None:
    for source, change, _ in CHANGES:
        path = project[1] / source
        path.write_text(f"{path.read_text()}\n{change};\n")

    found = [name.lower() for name in differences(given, schema_of_sources(project[1]))]

    for _, change, name in CHANGES:
        assert any(name in difference for difference in found), (change, found)
    assert len(found) == len(CHANGES)


def test_changed_body_privilege_or_comment_is_shipped_and_then_gone(bare_project: tuple[Path, Path]) -> None:
    migrations, sources = bare_project
    file = sources / "outbox" / "job_retry_delay.sql"
    file.write_text(
        file.read_text().replace("interval '1 hour'", "interval '2 hours'")
        + "\n-- only a comment in the file\n"
    )
    privilege = sources / "outbox" / "enqueue.sql"
    privilege.write_text(
        privilege.read_text()
        + "grant execute on function pathfinder.enqueue(text, text, jsonb, text, integer, timestamptz)"
        " to service_role;"
    )

    shipment = ship("longer_delay", NOW, migrations, sources)

    assert shipment is not None
    assert shipment.path == migrations / "20310504030201_longer_delay.sql"
    assert shipment.left == ()
    text = shipment.path.read_text()
    assert "-- source: outbox/job_retry_delay.sql" in text
    # And what the database then says it has.
    assert text.count("create or replace function") == 3
    assert "select '20310504030201'" in text
    assert "select '20310504030201'" in (sources / "admin" / "_version.sql").read_text()
    assert ship("again", NOW, migrations, sources) is None


def test_changed_table_is_named_as_left_to_write(bare_project: tuple[Path, Path]) -> None:
    migrations, sources = bare_project
    file = sources / "outbox" / "_tables.sql"
    file.write_text(
        file.read_text().replace("    last_error text,", "    last_error text,\n    colour text,")
    )

    shipment = ship("colour", NOW, migrations, sources)

    assert shipment is not None
    assert shipment.path is None
    assert shipment.left == ("table public outbox",)


def test_changed_signature_and_a_deleted_file_drop_the_old_function(bare_project: tuple[Path, Path]) -> None:
    migrations, sources = bare_project
    file = sources / "outbox" / "example.sql"
    file.write_text(EXAMPLE.format(returns="integer", expression="number"))
    ship("one", NOW, migrations, sources)

    file.write_text(EXAMPLE.format(returns="text", expression="number::text"))
    shipment = ship("two", NOW.replace(year=2032), migrations, sources)

    assert shipment is not None
    assert shipment.path is not None
    assert "drop function pathfinder.example(integer);" in shipment.path.read_text()

    file.unlink()
    shipment = ship("three", NOW.replace(year=2033), migrations, sources)

    assert shipment is not None
    assert shipment.path is not None
    assert shipment.path.read_text().count("drop function pathfinder.example(integer);") == 1


def test_broken_file_is_named_and_nothing_is_written(bare_project: tuple[Path, Path]) -> None:
    migrations, sources = bare_project
    (sources / "outbox" / "example.sql").write_text("create function pathfinder.example( returns integer;")
    before = sorted(path.name for path in migrations.iterdir())

    with pytest.raises(StackError, match=r"outbox/example\.sql: syntax error"):
        ship("broken", NOW, migrations, sources)

    assert sorted(path.name for path in migrations.iterdir()) == before


def test_impossible_name_is_refused() -> None:
    with pytest.raises(StackError, match="no name for a migration"):
        ship("../up", NOW)


def test_every_file_of_the_sources_is_part_of_a_topic() -> None:
    topics = ("schemas", "tables", "functions", "triggers", "data", "schedule", "version")
    read = [path for topic in topics for path in source_files(topic)]
    assert sorted(read) == sorted(SOURCES.glob("*/*.sql"))


def test_after_a_release_the_baseline_is_refused(
    project: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.sources.RELEASED", "0.1.0")
    with pytest.raises(StackError, match=r"0\.1\.0 are final"):
        write_baseline(*project)


def test_drift_of_functions_alone_leaves_the_database_as_it_was(
    db_dsn: str, project: tuple[Path, Path]
) -> None:
    file = project[1] / "outbox" / "example.sql"
    file.write_text(EXAMPLE.format(returns="integer", expression="number"))

    for _ in range(2):
        assert [path.name for path in measure_drift(db_dsn, project[1]).changed] == ["example.sql"]
