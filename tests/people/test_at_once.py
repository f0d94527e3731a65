"""Two transactions at once: whoever is suppressed or forgotten is shown nowhere, whichever comes first."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.conftest import Connection
from tests.ingest.platform import Platform
from tests.people.test_corrections import correct

# Everything that messages, pages and counts are made of.
_SHOWN = """
    select 'user_state' from public.user_state where user_id = '1'
    union all select 'detections' from public.detections where user_id = '1'
    union all select 'alerts' from pathfinder.alerts
    union all select 'digests' from public.digests where position('name of 1' in payload::text) > 0
    union all select 'outbox' from public.outbox
        where payload @> '{"user_id": "1"}' and kind = 'enrichment' and status <> 'done'
    union all select 'people_of_reports' from pathfinder.report_people
"""


@contextmanager
def meanwhile(dsn: str, work: Callable[[Connection], object]) -> Iterator[Callable[[], None]]:
    """Do some work in a transaction of its own thread; gives a function that waits until a lock halts it."""
    faults: list[BaseException] = []
    backend: list[int] = []

    def run() -> None:
        try:
            with psycopg.connect(dsn) as connection:
                # Long enough for a slow machine; a webhook that waits longer would be queued.
                connection.execute("set lock_timeout = '60s'")
                backend.append(connection.info.backend_pid)
                work(connection)
        except BaseException as fault:  # noqa: BLE001 (handed to the test below)
            faults.append(fault)

    def until_halted() -> None:
        with psycopg.connect(dsn, autocommit=True) as watching:
            while thread.is_alive():
                waits = watching.execute(
                    "select from pg_locks where not granted and pid = any (%s)", [backend]
                ).fetchone()
                if waits is not None:
                    return
                time.sleep(0.01)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield until_halted
    finally:
        thread.join()
    if faults:
        raise faults[0]


def webhook(db: Connection) -> None:
    headers = json.dumps(Platform(db).headers)
    db.execute("select set_config('request.headers', %s, true)", [headers])
    body = {"userId": "1", "username": "name of 1", "profileField": "Job Title", "value": "CEO"}
    db.execute("select public.community_webhook(%s)", [json.dumps(body)])


def backfill(db: Connection) -> None:
    member = {"user_id": "1", "username": "name of 1", "title": "CEO", "company": "Acme"}
    db.execute("select public.backfill_members(%s, true)", [Jsonb([member])])


def suppress(until: str | None) -> Callable[[Connection], object]:
    return lambda db: db.execute(
        "insert into public.suppressions (kind, value, until) values ('company', 'Acme', %s)", [until]
    )


def digest_and_report(db: Connection) -> None:
    db.execute("select public.send_digests()")
    db.execute("select public.generate_reports()")


@pytest.fixture
def acme(platform: Platform) -> Platform:
    """Member 1 is of Acme, and no executive yet; alerts and enrichment are on."""
    platform.db.execute("update public.settings set instant_alerts = true, enrichment = true")
    platform.db.execute("update public.channels set sends = '{digest,report,alert}'")
    platform.change("1", "Acme", field="Company")
    return platform


ORDERS = [pytest.param(True, id="suppression first"), pytest.param(False, id="suppression last")]
ENDS = [pytest.param("2999-01-01", id="until a day"), pytest.param(None, id="for good")]


@pytest.mark.parametrize("first", ORDERS)
@pytest.mark.parametrize("until", ENDS)
@pytest.mark.parametrize("known", [webhook, backfill])
def test_who_becomes_an_executive_while_being_suppressed_is_shown_nowhere(
    acme: Platform, db_dsn: str, known: Callable[[Connection], object], until: str | None, first: bool
) -> None:
    one, other = (suppress(until), known) if first else (known, suppress(until))
    with psycopg.connect(db_dsn) as holding:
        one(holding)
        with meanwhile(db_dsn, other) as until_halted:
            until_halted()
            holding.commit()
    while acme.value("select exists (select from public.events_raw where state = 'waiting')"):
        acme.db.execute("update public.events_raw set due_at = now() where state = 'waiting'")
        acme.value("select pathfinder.process_pending_events()")
    digest_and_report(acme.db)
    assert acme.rows(_SHOWN) == []
    assert acme.value("select count(*) from pathfinder.set_aside") == (0 if until is None else 1)


@pytest.mark.parametrize("first", ORDERS)
def test_correction_while_being_suppressed_by_the_new_company_shows_nothing(
    acme: Platform, db_dsn: str, first: bool
) -> None:
    acme.change("1", "Globex", field="Company")
    acme.change("1", "CEO")

    def mend(db: Connection) -> None:
        correct(db, company="Acme")

    one, other = (suppress(None), mend) if first else (mend, suppress(None))
    with psycopg.connect(db_dsn) as holding:
        one(holding)
        with meanwhile(db_dsn, other) as until_halted:
            until_halted()
            holding.commit()
    digest_and_report(acme.db)
    assert acme.rows(_SHOWN) == []


@pytest.mark.parametrize("first", ORDERS)
def test_digest_that_is_built_while_somebody_is_suppressed_names_nobody(
    acme: Platform, db_dsn: str, first: bool
) -> None:
    acme.change("1", "CEO")
    one, other = (suppress(None), digest_and_report) if first else (digest_and_report, suppress(None))
    with psycopg.connect(db_dsn) as holding:
        one(holding)
        with meanwhile(db_dsn, other) as until_halted:
            until_halted()
            holding.commit()
    acme.db.execute("select pathfinder.recount_reports()")
    rows = acme.rows(_SHOWN)
    assert rows in ([], [("people_of_reports",)]), "a digest of the id stays until the files are made anew"


def test_enrichment_that_ends_while_its_member_is_forgotten_waits_and_finds_nothing(
    acme: Platform, db_dsn: str
) -> None:
    acme.change("1", "CEO")
    claimed = acme.rows("select id, attempt from public.claim_outbox('w1', '{enrichment}', 1, 60)")[0]
    answers: list[Any] = []

    def complete(db: Connection) -> None:
        person = Jsonb({"person": {"country": "Spain"}})
        answers.extend(
            db.execute("select public.complete_outbox(%s, 'w1', %s, %s)", [*claimed, person]).fetchall()
        )

    with psycopg.connect(db_dsn) as holding:
        holding.execute("select pathfinder.lock_member('main', '1')")
        with meanwhile(db_dsn, complete) as until_halted:
            until_halted()
            holding.execute("select public.forget_user('1')")
            holding.commit()
    assert answers == [(False,)]
    assert acme.rows(_SHOWN) == []
