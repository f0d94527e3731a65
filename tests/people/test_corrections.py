"""What an editor corrects of an executive counts, while the community goes on saying what was wrong."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.conftest import Connection
from tests.ingest.platform import Platform
from tests.people.test_changes import CHANGES, rows, say

KNOWN = "select title, seniority_level, company, country_code from public.user_state"


def correct(db: Connection, user: str = "1", community: str | None = None, **given: object) -> Any:  # noqa: ANN401 (JSON)
    names = "".join(f", {name} => %s" for name in given)
    db.execute("set role service_role")
    try:
        row = db.execute(
            f"select public.correct_person(%s, %s{names})".encode(), [user, community, *given.values()]
        ).fetchone()
    finally:
        db.execute("reset role")
    assert row is not None
    return row[0]


def backfill(db: Connection, **member: object) -> None:
    db.execute("select public.backfill_members(%s)", [Jsonb([{"user_id": "1", **member}])])


def enrich(db: Connection, **person: object) -> None:
    db.execute(
        "insert into public.outbox (kind, payload, result, dedupe_key)"
        " values ('enrichment', %s, %s, gen_random_uuid()::text)",
        [Jsonb({"community": "main", "user_id": "1"}), Jsonb({"person": person})],
    )
    db.execute("select pathfinder.apply_enrichment(outbox) from public.outbox order by id desc limit 1")


def test_corrected_title_is_judged_and_recorded_and_told_only_when_asked(db: Connection) -> None:
    say(db, "VP Sales")
    assert correct(db, title=" Chief&nbsp;Financial Officer ") == {
        "status": "corrected",
        "changed": ["title"],
        "level": "csuite",
    }
    assert rows(db, "select functions from public.user_state") == [(["finance"],)]
    assert correct(db, title="VP Finance", announce=True)["level"] == "vp"
    assert rows(db, CHANGES) == [
        ("new", None, "VP Sales", "webhook", True),
        ("promotion", "VP Sales", "Chief Financial Officer", "correction", False),
        ("demotion", "Chief Financial Officer", "VP Finance", "correction", True),
    ]


def test_several_fields_are_one_change_and_what_is_not_named_stays(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "Spain", "country")
    say(db, "VP Sales")
    answer = correct(db, company="Globex", country="Alemania")
    assert answer == {"status": "corrected", "changed": ["country", "company"], "level": "vp"}
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", "DE")]
    assert rows(db, "select kind, company, previous_company, country_code from public.detections")[1:] == [
        ("moved", "Globex", "Acme", "DE")
    ]


def test_nothing_changed_is_said_and_leaves_no_trace(db: Connection) -> None:
    say(db, "VP Sales")
    for given in ({}, {"title": "VP Sales"}, {"company": ""}):
        assert correct(db, **given) == {"status": "unchanged", "changed": [], "level": "vp"}
    assert rows(db, "select * from pathfinder.corrections") == []
    assert rows(db, "select * from public.audit where subject = 'people'") == []


def test_empty_title_is_refused_in_words_and_nobody_known_is_answered_with_null(db: Connection) -> None:
    say(db, "VP Sales")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="corrected title is empty") as refused:
        correct(db, title="  ", company="Globex")
    assert refused.value.diag.message_hint
    assert correct(db, "2", title="CEO") is None
    assert rows(db, KNOWN) == [("VP Sales", "vp", None, None)]


@pytest.mark.parametrize("spelling", ["Acme", "ACME, Inc.", "acme  inc"])
def test_correction_holds_while_the_old_value_is_said_again(db: Connection, spelling: str) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    correct(db, company="Initech")
    say(db, spelling, "company")
    say(db, "CEO")
    assert rows(db, KNOWN) == [("CEO", "csuite", "Initech", None)]


def test_correction_ends_when_the_member_states_something_else(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    say(db, "Initech", "company")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Initech", None)]
    say(db, "Acme", "company")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Acme", None)], "it does not come back"
    assert rows(db, "select * from pathfinder.corrections") == []


def test_member_who_agrees_ends_it(db: Connection) -> None:
    say(db, "VP Sales")
    correct(db, title="VP Finance")
    say(db, "VP, Finance")
    say(db, "VP Sales")
    assert rows(db, KNOWN) == [("VP Sales", "vp", None, None)]


def test_country_is_the_same_in_any_language(db: Connection) -> None:
    say(db, "VP Sales")
    say(db, "Spain", "country")
    correct(db, country="Portugal")
    say(db, "España", "country")
    assert rows(db, KNOWN)[0][-1] == "PT"
    say(db, "Italia", "country")
    assert rows(db, KNOWN)[0][-1] == "IT"


def test_who_is_no_executive_by_a_correction_has_left_and_stays_away(db: Connection) -> None:
    say(db, "Chief of Sales")
    say(db, "VP Sales")
    assert correct(db, title="Sales Associate") == {"status": "left", "changed": ["title"], "level": None}
    assert say(db, "VP, Sales") is None
    backfill(db, title="VP Sales")
    db.execute("select public.reclassify(false)")
    assert rows(db, "select * from public.user_state") == []
    assert rows(db, CHANGES)[-1] == ("left", "VP Sales", None, "correction", False)
    assert "Associate" not in str(rows(db, "select * from pathfinder.corrections")), "nobody's title is kept"
    assert say(db, "VP Marketing") == "vp"
    assert say(db, "VP Sales") == "vp"


def test_backfill_and_reclassification_respect_it_without_a_retained_webhook(db: Connection) -> None:
    backfill(db, title="VP Sales", company="Acme")
    correct(db, title="Sales Associate")
    backfill(db, title="VP Sales", company="Acme")
    assert rows(db, "select * from public.user_state") == []
    backfill(db, title="CEO", company="Acme")
    assert rows(db, KNOWN) == [("CEO", "csuite", "Acme", None)]


def test_emptied_company_is_not_filled_with_what_was_wrong(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="")
    backfill(db, title="VP Sales", company="Acme Inc.")
    enrich(db, company="ACME", country="Spain")
    assert rows(db, KNOWN) == [("VP Sales", "vp", None, "ES")]
    assert rows(db, "select company, country from public.detections") == [(None, "Spain")]
    enrich(db, company="Globex")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", "ES")]


def test_correction_outlives_a_departure_and_not_a_membership(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    say(db, "Gardener")
    say(db, "VP Sales")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", None)]
    db.execute("select pathfinder.apply_departure((null, 'main', '1', 'Ada', null, null, null, null, null))")
    assert rows(db, "select * from pathfinder.corrections") == []


def test_who_is_set_aside_keeps_what_was_corrected(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    db.execute("insert into public.suppressions (kind, value, until) values ('member', '1', '2999-01-01')")
    assert correct(db, title="CEO") is None, "whoever is suppressed is not shown"
    say(db, "Acme", "company")
    db.execute("delete from public.suppressions")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", None)]


def test_waiting_digest_tells_what_is_right(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    db.execute("select public.send_digests()")
    told = rows(
        db, "select payload #>> '{people,0,company}', payload #>> '{counts,people}' from public.digests"
    )
    assert set(told) == {("Globex", "1")}


def test_editor_is_named_and_nothing_of_the_member_stands_in_the_audit(db: Connection) -> None:
    say(db, "VP Sales", user="user-4711")
    db.execute("select set_config('request.headers', '{\"x-captpathfinder-actor\": \"Eve\"}', false)")
    correct(db, "user-4711", title="VP Finance")
    assert rows(db, "select actor, action, detail from public.audit where subject = 'people'") == [
        ("Eve", "correct", {"changed": ["title"]})
    ]


def test_same_id_in_two_communities_is_corrected_in_the_one_that_is_named(db: Connection) -> None:
    for community in ("main", "partners"):
        say(db, "Acme", "company", community=community)
        say(db, "VP Sales", community=community)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="several communities"):
        correct(db, company="Globex")
    correct(db, community="partners", company="Globex")
    for community in ("main", "partners"):
        say(db, "Acme", "company", community=community)
    assert rows(db, "select community, company from public.user_state order by 1") == [
        ("main", "Acme"),
        ("partners", "Globex"),
    ]


def test_person_s_page_and_export_show_what_was_corrected(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    for function in ("find_person", "export_user"):
        ((answer,),) = rows(db, f"select public.{function}('1') -> 'corrections'")
        ((row),) = answer
        assert (row["attribute"], row["stated"], row["value"]) == ("company", "Acme", "Globex")


def test_correction_ends_with_the_last_change_of_its_member(db: Connection) -> None:
    for user in ("1", "2"):
        say(db, "VP Sales", user=user)
        correct(db, user, title="Sales Associate")
    db.execute("update public.detections set detected_at = now() - interval '3 years' where user_id = '1'")
    db.execute("select public.purge_old_events()")
    assert rows(db, "select user_id from pathfinder.corrections order by 1") == [("1",), ("2",)]
    db.execute("update public.settings set detection_retention = '2 years'")
    db.execute("update public.detections set is_told = false")
    db.execute("delete from public.events_raw")
    db.execute("select public.purge_old_events()")
    assert rows(db, "select user_id from pathfinder.corrections") == [("2",)]


def test_backfill_of_many_goes_on_beside_the_corrections_of_some(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    more = {"company": "Acme", "joined_at": "2020-01-01", "email_domain": "acme.com"}
    members = [
        {"user_id": "1", "title": "VP Sales", "company": "Acme"},
        {"user_id": "2", "title": "CEO", **more},
        {"user_id": "3", "title": "Gardener", **more},
    ]
    answered: Any = db.execute("select public.backfill_members(%s)", [Jsonb(members)]).fetchone()
    [answer] = answered
    assert (answer["known"], answer["added"], answer["rejected"]) == (1, 1, [])
    assert rows(
        db, "select user_id, company, email_domain, joined_at is null from public.user_state order by 1"
    ) == [("1", "Globex", None, True), ("2", "Acme", "acme.com", False)]


def test_a_lesser_title_in_another_field_ends_no_correction(platform: Platform) -> None:
    platform.db.execute("insert into public.field_registry values ('Headline', 'title')")
    platform.change("1", "VP Sales")
    correct(platform.db, title="VP Finance")
    platform.change("1", "VP Something", field="Headline")
    assert platform.state("1") == ("VP Finance", "vp")
    platform.change("1", "VP, Sales")
    assert platform.state("1") == ("VP Finance", "vp")
    platform.change("1", "CEO", field="Headline")
    assert platform.state("1") == ("CEO", "csuite")


def test_what_came_along_and_is_older_ends_no_correction(platform: Platform) -> None:
    platform.change("1", "VP Sales", timestamp="2026-11-20T08:00:00Z")
    platform.change("1", "Acme", field="Company", timestamp="2026-11-20T10:00:00Z")
    correct(platform.db, company="Globex")
    platform.change("1", "CEO", company="Initech", timestamp="2026-11-20T09:00:00Z")
    platform.change("1", "ACME", field="Company", timestamp="2026-11-20T11:00:00Z")
    assert platform.value("select title || company from public.user_state") == "CEOGlobex"
    platform.change("1", "CFO", company="Initech", timestamp="2026-11-20T12:00:00Z")
    assert platform.value("select title || company from public.user_state") == "CFOInitech"
