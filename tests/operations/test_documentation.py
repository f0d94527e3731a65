"""Everything that people see is described, and the reference page says what the database says."""

from __future__ import annotations

import re
from pathlib import Path

from local.migrations import PROJECT
from local.reference import PAGE, reference
from tests.conftest import Connection

# What a column's name says completely, whichever table it is in.
SELF_EXPLANATORY = {
    "id", "created_at", "updated_at", "user_id", "username", "title", "country", "company", "joined_at",
    "name", "description", "is_active", "enabled", "version", "worker", "error", "note", "pattern",
    "attempts", "channel",
}  # fmt: skip


def texts(db: Connection, query: bytes) -> list[str]:
    return [str(row[0]) for row in db.execute(query)]


def test_every_table_is_described(db: Connection) -> None:
    undescribed = texts(
        db,
        b"""
        select oid::regclass::text from pg_class
        where relkind in ('r', 'p', 'v')
            and relnamespace in ('public'::regnamespace, 'pathfinder'::regnamespace)
            and coalesce(obj_description(oid, 'pg_class'), '') = '' order by 1
        """,
    )
    assert undescribed == []


def test_every_function_is_described(db: Connection) -> None:
    undescribed = texts(
        db,
        b"""
        select oid::regprocedure::text from pg_proc
        where pronamespace in ('public'::regnamespace, 'pathfinder'::regnamespace)
            and coalesce(obj_description(oid, 'pg_proc'), '') = '' order by 1
        """,
    )
    assert undescribed == []


def test_every_column_that_people_see_and_whose_name_does_not_say_it_is_described(db: Connection) -> None:
    columns = db.execute(
        """
        select c.relname || '.' || a.attname, a.attname
        from pg_class as c join pg_attribute as a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
            and not a.attisdropped and coalesce(col_description(c.oid, a.attnum), '') = ''
        order by 1
        """
    ).fetchall()
    assert [name for name, column in columns if column not in SELF_EXPLANATORY] == []


def test_reference_page_is_current(db_dsn: str) -> None:
    assert PAGE.read_text() == reference(db_dsn), "run `make docs` and commit docs/reference.md"


def test_links_in_the_guides_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(PROJECT)}: {target}"
        for page in [
            PROJECT / "README.md",
            PROJECT / "CHANGELOG.md",
            *sorted((PROJECT / "docs").glob("*.md")),
        ]
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text())
        if not re.match(r"https?://", target) and not _exists(page, target)
    ]
    assert broken == []


def _exists(page: Path, target: str) -> bool:
    file, _, heading = target.partition("#")
    path = (page.parent / file) if file else page
    if not path.exists():
        return False
    if not heading:
        return True
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return heading in {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}
