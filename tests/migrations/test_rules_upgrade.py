"""New default rules replace the old ones that nobody touched, and leave alone what a project made its own."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from local.migrations import MIGRATIONS, apply_migrations
from local.postgres import TemplateCluster
from tests.rules.helpers import Db, level, newest, one

RELEASE = "20261127000200"
RULES = "select category, kind, scope, pattern from public.classification_rules"
DEFAULTS = "select category, kind, scope, pattern from pathfinder.default_rules()"

Project = tuple[Db, str]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemplateCluster]:
    """A cluster whose databases have the migrations before the new rules."""
    folder = tmp_path_factory.mktemp("before")
    for migration in MIGRATIONS.glob("*.sql"):
        if migration.name < RELEASE:
            (folder / migration.name).symlink_to(migration)
    with TemplateCluster.temporary(migrations=folder) as cluster:
        yield cluster


@pytest.fixture
def project(before: TemplateCluster) -> Iterator[Project]:
    """A project before the upgrade: a connection to its database, and the DSN to upgrade it."""
    dsn = before.new_database()
    with psycopg.connect(dsn, autocommit=True) as db:
        yield db, dsn
    before.drop(dsn)


def test_untouched_defaults_become_the_new_ones(project: Project) -> None:
    db, dsn = project
    assert level(db, "Riaditeľ spoločnosti") is None
    apply_migrations(dsn)
    assert db.execute(f"({RULES}) except ({DEFAULTS})").fetchall() == []
    assert db.execute(f"({DEFAULTS}) except ({RULES})").fetchall() == []
    assert level(db, "Riaditeľ spoločnosti") == "csuite"
    assert db.execute("select * from public.check_rules()").fetchall() == []
    change = one(db, "select change ->> 'operation' from public.rule_versions where version = %s", newest(db))
    assert change == "new default rules"


def test_what_a_project_edited_switched_off_deleted_or_added_stays(project: Project) -> None:
    db, dsn = project
    edit = "update public.classification_rules set {} where description like %s"
    db.execute(
        edit.format(r"pattern = '\bprezes zarządu\b'"),
        ["Prezes zarządu, dyrektor generalny, właściciel, założyciel"],
    )
    db.execute(edit.format("is_active = false"), ["Fondateur, dirigeant, gérant"])
    db.execute(edit.format("is_active = false"), ["Genel müdür, %"])
    db.execute(
        "delete from public.classification_rules where description = %s",
        ["Direktur utama, pendiri, tổng giám đốc"],
    )
    db.execute(
        "insert into public.classification_rules (category, kind, pattern)"
        " values ('vp', 'phrase', 'grand vizier')"
    )
    apply_migrations(dsn)
    assert level(db, "Prezes zarządu") == "csuite"
    assert level(db, "Właściciel firmy") is None
    assert level(db, "Genel Müdür") is None
    assert level(db, "Fondateur") is None
    assert level(db, "Direktur utama") is None
    assert level(db, "Grand Vizier") == "vp"
    # Only the successor of that one rule is left out.
    assert level(db, "Riaditeľ spoločnosti") == "csuite"


def test_no_default_that_was_switched_off_comes_back_under_another_description(project: Project) -> None:
    db, dsn = project
    off = db.execute("update public.classification_rules set is_active = false returning id").fetchall()
    apply_migrations(dsn)
    kept = "select count(*) from public.classification_rules where not is_active"
    assert one(db, kept) == len(off)
    active = db.execute("select description from public.classification_rules where is_active").fetchall()
    # Offices that no rule spoke of before.
    assert sorted(str(description) for (description,) in active) == [
        "Aufsichtsratsvorsitzende, Firmenchef",
        "Besturende direkteur, stigter, eienaar",
        "Buvęs, bijušais, endine; padėjėjas, palīgs, abi",
        "DG (directeur général)",
        "Forstjóri, framkvæmdastjóri, stofnandi, eigandi",
        "GF (Geschäftsführer)",
        "Presidente del club",
        "Presidente municipal",
        "Prezes koła naukowego",
        "Visepresident",
        "Генерални директор, власник, оснивач",
        "И. о. генерального директора, директор ООО",  # noqa: RUF001 (Russian)
        "مدیرعامل, بنیان\u200cگذار",  # noqa: RUF001 (Persian)
        "อดีต, เลขานุการ, पूर्व, सहायक",
    ]


@pytest.mark.parametrize("change", ["delete from {}", "update {} set is_active = false"])
def test_a_rule_touched_costs_the_project_no_other_rule(project: Project, change: str) -> None:
    db, dsn = project
    db.execute(
        change.format("public.classification_rules") + " where description = 'Emeritus' and scope = 'title'"
    )
    apply_migrations(dsn)
    left = """
        select count(*) from public.classification_rules
        where description = 'Emeritus' and scope = 'segment' and is_active
    """
    assert one(db, left) == 1
    assert level(db, "Chairman Emeritus") is None


def test_an_empty_table_of_rules_stays_empty(project: Project) -> None:
    db, dsn = project
    db.execute("delete from public.classification_rules")
    apply_migrations(dsn)
    assert one(db, "select count(*) from public.classification_rules") == 0
    assert level(db, "CEO") is None


def test_an_example_that_was_deleted_does_not_come_back(project: Project) -> None:
    db, dsn = project
    db.execute("delete from public.rule_examples where title = (select min(title) from public.rule_examples)")
    examples = "select title from public.rule_examples order by title"
    before = db.execute(examples).fetchall()
    apply_migrations(dsn)
    assert db.execute(examples).fetchall() == before


def test_a_project_with_rules_of_its_own_keeps_them(project: Project) -> None:
    db, dsn = project
    db.execute(
        """
        select public.import_rules(
            '{"version": "ours", "exclusion_patterns": [], "csuite_patterns": ["ceo"], "vp_patterns": ["vp"]}'
        )
        """
    )
    version = newest(db)
    apply_migrations(dsn)
    assert one(db, "select count(*) from public.classification_rules") == 2
    assert newest(db) == version
    assert level(db, "CEO") == "csuite"
    assert level(db, "President") is None


def test_a_protected_example_that_would_break_keeps_all_rules(project: Project) -> None:
    db, dsn = project
    db.execute("update public.settings set protect_examples = true")
    db.execute("insert into public.rule_examples (title, expected) values ('Riaditeľ spoločnosti', 'none')")
    rules = db.execute(f"{RULES} order by pattern").fetchall()
    examples = one(db, "select count(*) from public.rule_examples")
    apply_migrations(dsn)
    assert db.execute(f"{RULES} order by pattern").fetchall() == rules
    assert one(db, "select count(*) from public.rule_examples") == examples
    assert level(db, "Riaditeľ spoločnosti") is None
    assert level(db, "CEO") == "csuite"


def test_rules_in_force_have_their_clues_and_any_version_before_can_be_restored(project: Project) -> None:
    db, dsn = project
    earlier = newest(db)
    apply_migrations(dsn)
    assert one(db, "select clues ? 'ceo' from public.rule_versions where version = %s", newest(db)) is True
    db.execute("select public.restore_rules(%s)", [earlier])
    assert level(db, "Riaditeľ spoločnosti") is None
    assert level(db, "CEO") == "csuite"
    assert one(db, "select clues ? 'ceo' from public.rule_versions where version = %s", newest(db)) is True
