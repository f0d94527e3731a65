"""Countries, accounts, suppressions and changes: what each costs on the path of an executive's webhook."""

from __future__ import annotations

import psycopg

from bench.common import BenchRow, seconds
from local.postgres import TemplateCluster

Connection = psycopg.Connection[tuple[object, ...]]

CALLS = 1_000
ROWS = 1_000
# Arguments that differ from call to call, as from webhook to webhook, so that no plan can hold the answer.
_COUNTRIES = "(array['Germany', 'España', 'US', 'Narnia'])[1 + i % 4]"
_NAMES = "(array['Acme, Inc.', 'Nestlé S.A.', 'The Gap Company'])[1 + i % 3]"
_PERSON = "'eu.c' || i % 2000 || '.example', 'Company number ' || i % 2000"
_CHANGE = (
    "pathfinder.apply_change("
    "(null, 'main', (i % 500)::text, 'Ada', 'title', {title}, null, null, now())::pathfinder.profile_change)"
)
_RISING = "(array['CEO', 'VP Sales'])[1 + (i / 500) % 2]"
STEPS = {
    "find_country": f"pathfinder.find_country({_COUNTRIES})",
    "company_key": f"pathfinder.company_key({_NAMES})",
    "find_account": f"pathfinder.find_account({_PERSON})",
    "suppressed_until": f"pathfinder.suppressed_until('main', i::text, {_PERSON})",
    "is_forgotten": "pathfinder.is_forgotten('main', i::text)",
    # What is done with a stored webhook: of nobody, of an executive who stays the same, of one who rises
    # and falls.
    "title of nobody": _CHANGE.format(title="'Gardener ' || i"),
    "the same executive": _CHANGE.format(title="'CEO'"),
    "executive who changes": _CHANGE.format(title=_RISING),
}
LOOP = "do $loop$ begin for i in 1..{calls} loop perform {step}; end loop; end $loop$"


def run() -> list[BenchRow]:
    """Measure on a database of its own; a few seconds."""
    with TemplateCluster.temporary() as cluster:
        dsn = cluster.new_database("bench")
        with psycopg.connect(dsn, autocommit=True) as db:
            empty = {name: _cost(db, step) for name, step in STEPS.items()}
            _fill(db)
            return [
                BenchRow(
                    name,
                    f"{_cost(db, step):,.0f} µs",
                    f"{empty[name]:,.0f} µs",
                    note=f"a call with {ROWS:,} accounts and suppressions, against one with none",
                )
                for name, step in STEPS.items()
            ]


def _cost(db: Connection, step: str) -> float:
    """The microseconds of one call, the cheapest of three rounds, less those of an empty loop."""

    def round_of(what: str) -> float:
        statement = LOOP.format(calls=CALLS, step=what).encode()
        return min(seconds(lambda: db.execute(statement)) for _ in range(3)) / CALLS * 1e6

    return max(0.0, round_of(step) - round_of("i"))


def _fill(db: Connection) -> None:
    db.execute(
        """
        insert into public.accounts (name, domains)
        select 'Company number ' || i, array['c' || i || '.example'] from generate_series(1, %s) as i
        """,
        [ROWS],
    )
    db.execute(
        """
        insert into public.suppressions (kind, value)
        select (array['member', 'domain', 'company'])[1 + i %% 3]::public.suppression_kind,
            (array['m' || i, 's' || i || '.example', 'Suppressed number ' || i])[1 + i %% 3]
        from generate_series(1, %s) as i
        """,
        [ROWS],
    )
    db.execute("analyze")
