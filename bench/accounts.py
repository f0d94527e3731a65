"""Countries, accounts, suppressions, corrections and forgetting: what they cost on the path of a webhook."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path

import psycopg

from bench.common import BenchRow
from local.postgres import TemplateCluster

Connection = psycopg.Connection[tuple[object, ...]]

WEBHOOKS = 200
ROUNDS = 3
ROWS = 1_000
SECRET = secrets.token_urlsafe(24)
# What each webhook says, by what it is about; n counts on from round to round.
KINDS = {
    "title of nobody": ("n", "'Gardener ' || n"),
    "executive who comes": ("n", "'Chief Executive Officer'"),
    "executive who changes": ("n % 200", "(array['CEO', 'VP Sales'])[1 + (n / 200) % 2]"),
}
_POST = """
    do $post$
    declare
        n bigint;
    begin
        perform set_config('request.headers', '{headers}', false);
        for i in 1..{webhooks} loop
            n := nextval('public.bench_numbers');
            perform public.community_webhook(json_build_object(
                'userId', '{prefix}' || {user}, 'username', 'Ada', 'profileField', 'Job Title',
                'value', {title}, 'company', 'Company number ' || n % 2000,
                'country', (array['España', 'Germany', 'Narnia'])[1 + n % 3],
                'email', 'ada@eu.c' || n % 2000 || '.example'
            ));
            commit;
        end loop;
    end
    $post$
"""
# The same functions as if there were nothing of all that: what is left is the webhook without it.
_NOTHING = """
    create or replace function pathfinder.find_country(written text) returns text
    language sql immutable set search_path = '' return null;
    create or replace function pathfinder.place_executive() returns trigger
    language plpgsql set search_path = '' as $$ begin return new; end $$;
    create or replace function pathfinder.place_change() returns trigger
    language plpgsql set search_path = '' as $$ begin return new; end $$;
    create or replace function pathfinder.suppressed_until(
        community text, user_id text, email_domain text, company text, moment timestamptz default now()
    ) returns timestamptz language sql immutable set search_path = '' return null::timestamptz;
    create or replace function pathfinder.is_forgotten(community text, user_id text) returns boolean
    language sql immutable set search_path = '' return false;
    create or replace function pathfinder.corrected(person public.user_state) returns public.user_state
    language sql immutable set search_path = '' return person;
"""


def run() -> list[BenchRow]:
    """Measure on two databases of one cluster, in turns; under a minute."""
    with (
        TemplateCluster.temporary() as cluster,
        psycopg.connect(cluster.new_database("whole"), autocommit=True) as whole,
        psycopg.connect(cluster.new_database("bare"), autocommit=True) as bare,
    ):
        for db in (whole, bare):
            _prepare(db)
        bare.execute(_NOTHING)
        _fill(whole)
        return [_row(whole, bare, name) for name in KINDS]


def _row(whole: Connection, bare: Connection, name: str) -> BenchRow:
    statement = _statement(name)
    costs = [(_cost(whole, statement), _cost(bare, statement)) for _ in range(ROUNDS)]
    full, least = (min(cost) for cost in zip(*costs, strict=True))
    return BenchRow(
        f"webhook: {name}",
        f"{full:,.0f} µs",
        f"{least:,.0f} µs",
        ratio=full / least,
        note=f"with {ROWS:,} accounts, suppressions, corrections and forgotten people, against the same"
        " without any of these steps; microseconds of the processor; at most 1.10",
    )


def _cost(db: Connection, statement: bytes) -> float:
    """The processor's microseconds that the backend spends on one webhook, whatever else runs beside it."""
    # The first number: nanoseconds on a processor.
    # Source: the kernel's Documentation/scheduler/sched-stats.rst
    clock = Path(f"/proc/{db.info.backend_pid}/schedstat")
    before = int(clock.read_text().split()[0])
    db.execute(statement)
    return (int(clock.read_text().split()[0]) - before) / WEBHOOKS / 1e3


def _statement(name: str) -> bytes:
    user, title = KINDS[name]
    credentials = base64.b64encode(f"community:{SECRET}".encode()).decode()
    return _POST.format(
        headers=json.dumps({"authorization": f"Basic {credentials}"}),
        webhooks=WEBHOOKS,
        prefix=name[-5:],
        user=user,
        title=title,
    ).encode()


def _prepare(db: Connection) -> None:
    db.execute("create sequence public.bench_numbers")
    db.execute(
        "insert into public.webhook_sources (name, auth_kind, username)"
        " values ('community', 'basic', 'community')"
    )
    db.execute("select public.set_webhook_secret('community', %s)", [SECRET])


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
    db.execute(
        """
        insert into pathfinder.corrections (community, user_id, attribute, stated, value)
        select 'main', 'corrected ' || i, 'company', 'Acme', 'Globex' from generate_series(1, %s) as i
        """,
        [ROWS],
    )
    db.execute(
        """
        insert into pathfinder.forgotten (digest)
        select pathfinder.forgotten_digest('main', 'forgotten ' || i) from generate_series(1, %s) as i
        """,
        [ROWS],
    )
    # Not the tables of members: that they are empty would be known, and planned for until it is known better.
    db.execute(
        "analyze public.accounts, pathfinder.account_keys, public.suppressions, pathfinder.corrections,"
        " pathfinder.forgotten"
    )
