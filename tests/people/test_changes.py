"""What happens to an executive is written down: by webhooks, backfill, enrichment, rules and levels."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.conftest import Connection

CHANGES = "select kind, previous_title, title, origin, is_told from public.detections order by id"


def say(
    db: Connection, value: str | None, attribute: str = "title", user: str = "1", community: str = "main"
) -> str | None:
    """Apply what a stored webhook says; returns the level after it."""
    given = {"community": community, "user": user, "attribute": attribute, "value": value}
    stored = db.execute(
        "insert into public.events_raw (source, community, user_id, username,"
        " profile_field, attribute, value, state, settled_at, idempotency_key)"
        " values ('any', %(community)s, %(user)s, 'Ada ' || %(user)s,"
        " %(attribute)s, %(attribute)s, %(value)s, 'processed', clock_timestamp(), gen_random_uuid()::text)"
        " returning id",
        given,
    ).fetchone()
    assert stored is not None
    db.execute("select pathfinder.apply_event(events_raw) from public.events_raw where id = %s", [stored[0]])
    row = db.execute(
        "select max(seniority_level) from public.user_state"
        " where community = %(community)s and user_id = %(user)s",
        given,
    ).fetchone()
    assert row is not None
    assert row[0] is None or isinstance(row[0], str)
    return row[0]


def rows(db: Connection, query: str) -> list[tuple[Any, ...]]:
    return db.execute(query.encode()).fetchall()


def test_departure_keeps_what_they_were_and_nothing_of_what_they_became(db: Connection) -> None:
    assert say(db, "Acme", "company") is None
    assert say(db, "VP Sales") == "vp"
    assert say(db, "Looking for new opportunities") is None
    assert rows(
        db,
        "select kind, title, seniority_level, company, previous_title, previous_level, previous_company"
        " from public.detections order by id",
    ) == [
        ("new", "VP Sales", "vp", "Acme", None, None, None),
        ("left", None, None, None, "VP Sales", "vp", "Acme"),
    ]
    assert rows(db, "select * from public.user_state") == []


def test_move_fills_what_changed_and_a_company_that_becomes_known_is_none(db: Connection) -> None:
    say(db, "CFO")
    say(db, "Acme", "company")
    say(db, "ACME, Inc.", "company")
    say(db, "Globex", "company")
    assert rows(
        db, "select kind, company, previous_company, previous_title from public.detections order by id"
    ) == [
        ("new", "ACME, Inc.", None, None),
        ("moved", "Globex", "ACME, Inc.", None),
    ]


def test_promotion_goes_before_a_move_and_both_are_filled(db: Connection) -> None:
    say(db, "VP Sales")
    say(db, "Acme", "company")
    db.execute(
        "select pathfinder.settle_executive("
        "user_state, jsonb_populate_record(user_state, %s), 'webhook', true) from public.user_state",
        [Jsonb({"title": "CEO", "seniority_level": "csuite", "company": "Globex"})],
    )
    assert rows(
        db,
        "select kind, previous_title, previous_level, previous_company from public.detections"
        " order by id desc",
    )[0] == ("promotion", "VP Sales", "vp", "Acme")


@pytest.mark.parametrize("spelling", ["VP, Sales", " vp  sales ", "VP SALES"])
def test_another_spelling_is_no_change(db: Connection, spelling: str) -> None:
    say(db, "VP Sales")
    say(db, spelling)
    assert rows(db, "select kind, title from public.detections") == [("new", spelling)]


def test_backfill_records_and_tells_only_when_asked(db: Connection) -> None:
    for announce, user in ((False, "1"), (True, "2")):
        db.execute(
            "select public.backfill_members(%s, %s)", [Jsonb([{"user_id": user, "title": "CEO"}]), announce]
        )
    assert rows(db, CHANGES) == [
        ("new", None, "CEO", "backfill", False),
        ("new", None, "CEO", "backfill", True),
    ]


def test_edited_rules_are_applied_once_ten_minutes_after_the_last_edit(db: Connection) -> None:
    say(db, "VP Sales")
    db.execute("update public.settings set protect_examples = false")
    db.execute("insert into public.classification_rules (category, pattern) values ('exclusion', 'vp sales')")
    early = "select pathfinder.reclassify_when_due(now() + interval '9 minutes')"
    late = "select pathfinder.reclassify_when_due(now() + interval '11 minutes')"
    assert rows(db, early) == [(0,)]
    assert rows(db, late) == [(1,)]
    assert rows(db, late) == [(0,)]
    assert rows(db, CHANGES)[1:] == [("left", "VP Sales", None, "reclassification", False)]


def test_level_switched_on_finds_retained_titles_and_off_removes_without_departure(db: Connection) -> None:
    assert say(db, "Director of Sales") is None
    db.execute("update public.levels set is_on = true where level = 'director'")
    rows(db, "select pathfinder.reclassify_when_due(now() + interval '11 minutes')")
    assert rows(db, CHANGES) == [("new", None, "Director of Sales", "level", False)]
    db.execute("update public.levels set is_on = false where level = 'director'")
    assert rows(db, "select pathfinder.reclassify_when_due(now())") == [(1,)], "at once"
    assert rows(db, "select * from public.user_state") == []
    assert len(rows(db, CHANGES)) == 1


def test_reclassification_goes_on_where_it_stopped_in_all_communities(db: Connection) -> None:
    for community in ("main", "partners"):
        for user in ("1", "2"):
            say(db, "CEO", user=user, community=community)
    seen, after = 0, None
    while True:
        row = db.execute("select public.reclassify(batch_size => 3, after => %s)", [after]).fetchone()
        assert row is not None
        answer: Any = row[0]
        seen += answer["examined"]
        after = answer["next"]
        if after is None:
            break
    assert seen == 4


def test_history_is_a_time_line(db: Connection) -> None:
    for title in ("VP Engineering", "CTO"):
        say(db, title)
    row = db.execute("select public.executive_history('1')").fetchone()
    assert row is not None
    history: Any = row[0]
    assert [(change["kind"], change["previous_title"], change["title"]) for change in history] == [
        ("new", None, "VP Engineering"),
        ("promotion", "VP Engineering", "CTO"),
    ]


def test_enrichment_that_brings_the_domain_takes_back_whom_it_suppresses(db: Connection) -> None:
    db.execute("insert into public.suppressions (kind, value) values ('domain', 'acme.com')")
    db.execute("update public.settings set enrichment = true")
    assert say(db, "CEO") == "csuite"
    db.execute(
        "update public.outbox set result = %s where kind = 'enrichment'",
        [Jsonb({"person": {"email_domain": "mail.acme.com"}})],
    )
    db.execute("select pathfinder.apply_enrichment(outbox) from public.outbox where kind = 'enrichment'")
    assert rows(db, "select user_id from public.user_state union select user_id from public.detections") == []


def test_suppression_that_ends_brings_back_and_tells_nobody(db: Connection) -> None:
    say(db, "CEO")
    db.execute(
        "insert into public.suppressions (kind, value, until)"
        " values ('member', '1', now() + interval '1 hour')"
    )
    assert rows(db, "select user_id from public.user_state union select user_id from public.detections") == []
    assert rows(db, "select pathfinder.end_suppressions(now() + interval '59 minutes')") == [(0,)]
    db.execute("alter table public.suppressions disable trigger all")
    db.execute("update public.suppressions set until = now() - interval '1 second'")
    db.execute("update pathfinder.set_aside set ends_at = now() - interval '1 second'")
    assert rows(db, "select pathfinder.end_suppressions(now())") == [(1,)]
    assert rows(db, CHANGES) == [("new", None, "CEO", "suppression", False)]


def test_webhook_after_a_suppression_has_ended_finds_who_was_set_aside(db: Connection) -> None:
    say(db, "VP Sales")
    db.execute("insert into public.suppressions (kind, value, until) values ('member', '1', '2999-01-01')")
    # It ends by its time, and no tick has been since.
    db.execute("alter table public.suppressions disable trigger all")
    db.execute("update public.suppressions set until = now() - interval '1 second'")
    db.execute("update pathfinder.set_aside set ends_at = now() - interval '1 second'")
    assert say(db, "CEO") == "csuite"
    assert rows(db, f"select * from ({CHANGES}) as changes where title = 'CEO'") == [  # noqa: S608
        ("promotion", "VP Sales", "CEO", "webhook", True)
    ]


def test_webhook_about_somebody_set_aside_is_what_they_come_back_with(db: Connection) -> None:
    say(db, "VP Sales")
    db.execute("insert into public.suppressions (kind, value, until) values ('member', '1', '2999-01-01')")
    assert say(db, "CEO") is None
    assert say(db, "Globex", "company") is None
    db.execute("delete from public.suppressions")
    known = rows(db, "select title, company, seniority_level from public.user_state")
    assert known == [("CEO", "Globex", "csuite")]
    assert rows(db, CHANGES) == [("new", None, "CEO", "suppression", False)]


def test_rules_are_applied_anew_where_there_is_nobody_yet(db: Connection) -> None:
    for dry_run in (True, False):
        ((answer,),) = rows(db, f"select public.reclassify({dry_run})")
        assert (answer["examined"], answer["people"], answer["next"]) == (0, [], None)
