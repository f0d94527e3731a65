"""The rules: titles a second against a bare regex and a rule-by-rule loop; growth; the cost of an edit."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import psycopg

from bench.common import BenchRow, seconds, side_by_side
from local.postgres import TemplateCluster

Connection = psycopg.Connection[tuple[object, ...]]

TITLES = Path(__file__).resolve().parent.parent / "tests" / "rules" / "data" / "titles_dev.csv"
LOOP_TITLES = 100
GROWTH = (125, 500, 2_000)

CLASSIFY = (
    "select count(verdict.level) from titles cross join lateral pathfinder.classify(titles.title) as verdict"
)
# Every active pattern of the rule set in one alternation, word edges factored out as in the compiled rules.
BARE = "select count(*) from titles where lower(title) ~ (select expression from bare)"
# The naive way: each title against one rule after the other. A backend keeps 32 expressions compiled.
LOOP = """
    select count(*)
    from (select title from titles where number <= %s) as some_titles
    where (
        select bool_or(lower(some_titles.title) ~ one_rule.expression)
        from one_rule
    )
"""
# Made-up offices, no two alike, as phrases and as the kind of regex that people write.
MORE_RULES = r"""
    insert into public.classification_rules (category, kind, pattern)
    select
        (array['csuite', 'vp', 'exclusion'])[1 + number %% 3],
        case when number %% 2 = 0 then 'phrase' else 'regex' end,
        case
            when number %% 2 = 0 then 'keeper of ' || word || ' number ' || number
            else '\b' || word || '[- ]?keeper (of|for) (\w+ )?' || number || '\b'
        end
    from (
        select number, translate(md5(number::text), '0123456789', 'ghijklmnop') as word
        from generate_series(1, %s) as number
    ) as made_up
"""


def run() -> list[BenchRow]:
    """Measure on a database of its own; about two minutes."""
    with TemplateCluster.temporary() as cluster:
        dsn = cluster.new_database("bench")
        with psycopg.connect(dsn, autocommit=True) as db:
            _load_titles(db)
            return [*_throughput(db), *_growth(db, dsn)]


def _load_titles(db: Connection) -> None:
    with TITLES.open(newline="", encoding="utf-8") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    db.execute(
        "create temp table titles as select * from unnest(%s::text[]) with ordinality as t (title, number)",
        [titles],
    )
    db.execute("analyze titles")
    _load_expressions(db)


def _load_expressions(db: Connection) -> None:
    db.execute("drop table if exists one_rule, bare")
    db.execute(
        "create temp table one_rule as select '(?w)' || array_to_string(matcher, '|') as expression"
        " from public.classification_rules where is_active order by id"
    )
    db.execute(
        "create temp table bare as select pathfinder.join_branches(jsonb_agg(matcher)) as expression"
        " from public.classification_rules where is_active"
    )


def _throughput(db: Connection) -> list[BenchRow]:
    titles = _count(db, "select count(*) from titles")
    rules = _count(db, "select count(*) from one_rule")
    length = _count(db, "select length(expression) from bare")
    classify, bare = side_by_side(lambda: db.execute(CLASSIFY), lambda: db.execute(BARE))
    loop = seconds(lambda: db.execute(LOOP, [LOOP_TITLES])) / LOOP_TITLES * titles
    return [
        BenchRow(
            "classify, against one bare regex",
            f"{titles / classify:,.0f} titles/s",
            f"{titles / bare:,.0f} titles/s",
            bare / classify,
            f"{rules} default rules; the bare regex has them all in one alternation of {length:,} signs,"
            " without normalising, parts, or deciding between levels; higher is better, 1 is its speed",
        ),
        BenchRow(
            "classify, against the rule-by-rule loop",
            f"{titles / classify:,.0f} titles/s",
            f"{titles / loop:,.0f} titles/s",
            loop / classify,
            f"the loop tries each rule on each title ({LOOP_TITLES} titles, scaled); at least 50 is wanted",
        ),
    ]


def _growth(db: Connection, dsn: str) -> list[BenchRow]:
    rows: list[BenchRow] = []
    first: float | None = None
    for target in GROWTH:
        present = _count(db, "select count(*) from public.classification_rules")
        if target > present:
            with db.transaction():
                db.execute("delete from public.classification_rules where pattern like '%%keeper%%'")
                kept = _count(db, "select count(*) from public.classification_rules")
                db.execute(MORE_RULES, [target - kept])
        rules = _count(db, "select count(*) from public.classification_rules where is_active")
        titles = _count(db, "select count(*) from titles")
        db.execute(CLASSIFY)
        took = min(seconds(lambda: db.execute(CLASSIFY)) for _ in range(3)) / titles
        first = first or took
        rows.append(
            BenchRow(
                f"classify with {rules:,} rules",
                f"{took * 1e6:,.0f} µs/title",
                f"{first * 1e6:,.0f} µs/title",
                took / first,
                "cost against the default rules; half of those added are phrases, half regexes",
            )
        )
    edits = [
        seconds(
            partial(
                db.execute,
                "insert into public.classification_rules (category, kind, pattern)"
                " values ('vp', 'phrase', %s)",
                [f"keeper of edit {number}"],
            )
        )
        for number in range(5)
    ]
    edit = sorted(edits)[2]
    with psycopg.connect(dsn, autocommit=True) as fresh:
        first_use = seconds(lambda: fresh.execute("select * from pathfinder.classify('Gardener')"))
    rows.append(
        BenchRow(
            "one edit with 2,000 rules",
            f"{edit * 1e3:,.0f} ms",
            note="an insert of one rule, recompiled and recorded",
        )
    )
    rows.append(
        BenchRow(
            "first title of a connection with 2,000 rules",
            f"{first_use * 1e3:,.0f} ms",
            note="what each backend pays once after an edit, to compile for itself",
        )
    )
    return rows


def _count(db: Connection, query: str) -> int:
    row = db.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))
