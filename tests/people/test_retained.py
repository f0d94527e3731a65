"""What a member said before they became an executive is looked up in the webhooks that are retained."""

from __future__ import annotations

import pytest
from psycopg.types.json import Jsonb

from tests.conftest import Connection
from tests.people.test_changes import rows, say

COMPANY = "select company from public.user_state"


def retain(
    db: Connection,
    value: str,
    attribute: str = "company",
    *,
    details: dict[str, str] | None = None,
    occurred_at: str | None = None,
    state: str = "processed",
) -> None:
    """Keep a webhook of a member who is no executive."""
    db.execute(
        "insert into public.events_raw (source, community, user_id, profile_field, attribute, value, details,"
        " occurred_at, state, settled_at, due_at, idempotency_key) values ('any', 'main', '1', %(attribute)s,"
        " %(attribute)s, %(value)s, %(details)s, %(at)s::timestamptz, %(state)s,"
        " case when %(state)s <> 'waiting' then clock_timestamp() end,"
        " case when %(state)s in ('held', 'waiting') then now() + interval '1 hour' end,"
        " gen_random_uuid()::text)",
        {
            "attribute": attribute,
            "value": value,
            "details": Jsonb(details) if details else None,
            "at": occurred_at,
            "state": state,
        },
    )


def test_the_field_that_changed_counts_and_not_what_came_along_under_its_name(db: Connection) -> None:
    retain(db, "Globex", details={"company": "Acme", "department": "Sales"})
    say(db, "VP Marketing")
    assert rows(db, "select company, department from public.user_state") == [("Globex", "Sales")]


def test_what_is_said_of_one_thing_is_not_older_for_the_time_of_another(db: Connection) -> None:
    retain(db, "Acme")
    retain(db, "Globex", occurred_at="2026-11-02 10:00Z")
    retain(db, "Spain", "country", occurred_at="2026-11-02 11:00Z")
    say(db, "VP Marketing")
    assert rows(db, COMPANY) == [("Globex",)]


@pytest.mark.parametrize("state", ["stale", "held", "waiting"])
def test_what_does_not_count_or_not_yet_is_not_what_was_said_last(db: Connection, state: str) -> None:
    retain(db, "Globex")
    retain(db, "Acme", state=state)
    say(db, "VP Marketing")
    assert rows(db, COMPANY) == [("Globex",)]
