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
GROWTH = (0, 500, 2_000)

CLASSIFY = (
    "select count(verdict.level) from titles cross join lateral pathfinder.classify(titles.title) as verdict"
)
# The least that has to be done: each title against those of the joined alternations that it has a clue of,
# once each, without normalising, parts, or deciding between levels; and nothing for a title without a clue of
# an office.
BARE = """
    select count(*) filter (where matched.any_of_them)
    from titles
    cross join lateral (
        select string_to_array(lower(titles.title), ' ') as words, lower(titles.title) as folded
    ) as reading
    cross join lateral (
        select array(
            select clue.number from pathfinder.rule_clues as clue where clue.word = any (reading.words)
        ) as numbers
        where exists (
            select from pathfinder.rule_clues as clue
            where clue.word = any (reading.words) and clue.finds_people
        )
    ) as clued
    cross join lateral (
        select bool_or(reading.folded ~ expression.pattern) as any_of_them
        from pathfinder.rule_expressions as expression
        where expression.number = any (clued.numbers)
    ) as matched
"""
MANY_TITLES = 200
MANY = (
    "select count(verdict.level) from generate_series(1, %s) as number"
    " cross join lateral pathfinder.classify(%s || repeat(' ', number %% 2)) as verdict"
)
KINDS = {
    "no office": "Senior Account Manager",
    "a word of an office": "Executive Assistant",
    "vice president": "Vice President, Sales",
    "chief officer": "Founder & CEO | Speaker",
    "past and present": "Former CFO, now CEO",
    "another language": "Geschäftsführer Vertrieb",
    "no Latin letters": "代表取締役社長",
    "4,000 signs": "former ceo, assistant to the cfo and " * 108,
}
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
    insert into public.classification_rules (category, kind, pattern, description)
    select
        (array['csuite', 'vp', 'exclusion'])[1 + number %% 3],
        case when number %% 2 = 0 then 'phrase' else 'regex' end,
        case
            when number %% 2 = 0 then 'keeper of ' || word || ' number ' || number
            else '\b' || word || '[- ]?keeper (of|for) (\w+ )?' || number || '\b'
        end,
        'Made up'
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
            return [*_throughput(db), *_by_kind(db), *_growth(db, dsn)]


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
    db.execute("drop table if exists one_rule")
    db.execute(
        "create temp table one_rule as select '(?w)' || array_to_string(matcher, '|') as expression"
        " from public.classification_rules where is_active order by id"
    )


def _throughput(db: Connection) -> list[BenchRow]:
    titles = _count(db, "select count(*) from titles")
    rules = _count(db, "select count(*) from one_rule")
    length = _count(db, "select sum(length(pattern)) from pathfinder.rule_expressions")
    classify, bare = side_by_side(lambda: db.execute(CLASSIFY), lambda: db.execute(BARE))
    loop = seconds(lambda: db.execute(LOOP, [LOOP_TITLES])) / LOOP_TITLES * titles
    return [
        BenchRow(
            "classify, against the joined alternations",
            f"{titles / classify:,.0f} titles/s",
            f"{titles / bare:,.0f} titles/s",
            bare / classify,
            f"{rules} default rules, in alternations of {length:,} signs; the limit matches each title"
            " once with those that it has a clue of, and does nothing else; at least 0.5 is wanted",
        ),
        BenchRow(
            "classify, against the rule-by-rule loop",
            f"{titles / classify:,.0f} titles/s",
            f"{titles / loop:,.0f} titles/s",
            loop / classify,
            f"the loop tries each rule on each title ({LOOP_TITLES} titles, scaled); at least 50 is wanted",
        ),
    ]


def _by_kind(db: Connection) -> list[BenchRow]:
    """What one title costs, by kind."""
    plain = None
    rows: list[BenchRow] = []
    for kind, title in KINDS.items():
        took = min(seconds(partial(db.execute, MANY, [MANY_TITLES, title])) for _ in range(3)) / MANY_TITLES
        plain = plain or took
        rows.append(
            BenchRow(
                f"classify: {kind}",
                f"{took * 1e6:,.0f} µs/title",
                f"{plain * 1e6:,.0f} µs/title",
                took / plain,
                "cost against a title without an office",
            )
        )
    return rows


def _growth(db: Connection, dsn: str) -> list[BenchRow]:
    rows: list[BenchRow] = []
    first: float | None = None
    for target in GROWTH:
        present = _count(db, "select count(*) from public.classification_rules")
        if target > present:
            with db.transaction():
                db.execute("delete from public.classification_rules where description = 'Made up'")
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
