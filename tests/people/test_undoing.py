"""What an editor corrected is taken back; and a corrected company that is suppressed suppresses."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.conftest import Connection
from tests.people.test_changes import CHANGES, rows, say
from tests.people.test_corrections import KNOWN, backfill, correct, enrich

CORRECTIONS = "select attribute, stated, value from pathfinder.corrections order by 1"


def undo(db: Connection, user: str = "1", community: str | None = None, **given: object) -> Any:  # noqa: ANN401 (JSON)
    names = "".join(f", {name} => %s" for name in given)
    db.execute("set role service_role")
    try:
        row = db.execute(
            f"select public.undo_correction(%s, %s{names})".encode(), [user, community, *given.values()]
        ).fetchone()
    finally:
        db.execute("reset role")
    assert row is not None
    return row[0]


def suppress(db: Connection, value: str = "Globex", until: str | None = None, kind: str = "company") -> None:
    db.execute("select public.add_suppression(%s, %s, until => %s)", [kind, value, until])


def test_what_the_community_says_counts_again_and_is_recorded_and_not_told(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "Spain", "country")
    say(db, "VP Sales")
    correct(db, title="CFO", company="Globex", country="Portugal")
    assert undo(db) == {"status": "undone", "undone": ["title", "country", "company"], "level": "vp"}
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Acme", "ES")]
    assert rows(db, "select functions from public.user_state") == [(["sales"],)]
    assert rows(db, CORRECTIONS) == []
    assert rows(db, CHANGES)[1:] == [
        ("promotion", "VP Sales", "CFO", "correction", False),
        ("demotion", "CFO", "VP Sales", "correction", False),
    ]


def test_one_of_several_is_undone_and_the_others_hold(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, title="VP Finance", company="Globex")
    assert undo(db, attribute="title", announce=True)["undone"] == ["title"]
    assert rows(db, CHANGES)[-1] == ("role", "VP Finance", "VP Sales", "correction", True)
    say(db, "ACME", "company")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", None)]
    assert rows(db, CORRECTIONS) == [("company", "Acme", "Globex")]


def test_nothing_corrected_is_answered_with_null_and_leaves_no_trace(db: Connection) -> None:
    say(db, "VP Sales")
    correct(db, title="CFO")
    assert undo(db, attribute="company") is None
    assert undo(db, "2") is None
    assert undo(db)["status"] == "undone"
    assert undo(db) is None
    assert rows(db, "select actor, action, detail from public.audit where subject = 'people' order by id")[
        1:
    ] == [("Worker or command line", "undo correction", {"changed": ["title"]})]


def test_what_cannot_be_corrected_cannot_be_undone(db: Connection) -> None:
    say(db, "VP Sales")
    correct(db, title="CFO")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='"level" is nothing that is corrected'):
        undo(db, attribute="level")
    assert rows(db, CORRECTIONS) == [("title", "VP Sales", "CFO")]


def test_who_was_let_go_by_mistake_is_an_executive_again_as_they_were(db: Connection) -> None:
    for attribute, value in (
        ("company", "Acme"),
        ("country", "Spain"),
        ("department", "Finance"),
        ("email", "x@acme.com"),
        ("title", "VP"),
    ):
        say(db, value, attribute)
    before = rows(
        db, "select to_jsonb(user_state) - 'last_seen_at' - 'first_detected_at' from public.user_state"
    )
    found = rows(db, "select detected_at from public.detections")
    correct(db, title="Associate")
    assert undo(db) == {"status": "undone", "undone": ["title"], "level": "vp"}
    after = rows(
        db, "select to_jsonb(user_state) - 'last_seen_at' - 'first_detected_at' from public.user_state"
    )
    assert after == before
    assert rows(db, "select first_detected_at from public.user_state") == found
    assert rows(db, CHANGES) == [
        ("new", None, "VP", "webhook", True),
        ("left", "VP", None, "correction", False),
        ("new", None, "VP", "correction", False),
    ]


def test_who_was_let_go_comes_back_when_no_webhook_is_retained(db: Connection) -> None:
    backfill(db, title="VP Sales", company="Acme", country="Spain", joined_at="2020-01-01")
    enrich(db, email_domain="acme.com", profile_url="https://community.example/1")
    before = rows(
        db, "select to_jsonb(user_state) - 'last_seen_at' - 'first_detected_at' from public.user_state"
    )
    correct(db, title="VP Finance")
    correct(db, title="Associate")
    assert undo(db, attribute="title")["level"] == "vp"
    assert (
        rows(db, "select to_jsonb(user_state) - 'last_seen_at' - 'first_detected_at' from public.user_state")
        == before
    )


def test_what_they_said_meanwhile_counts(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, title="Associate")
    say(db, "Initech", "company")
    say(db, "Italia", "country")
    undo(db)
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Initech", "IT")]


def test_company_that_was_corrected_holds_when_the_title_is_undone(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    correct(db, title="Associate")
    undo(db, attribute="title")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", None)]
    correct(db, title="Associate")
    assert undo(db, attribute="company") == {"status": "waits", "undone": ["company"], "level": None}
    assert rows(db, KNOWN) == []
    undo(db)
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Acme", None)]


def test_who_left_by_themselves_stays_away_whatever_is_undone(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex")
    say(db, "Gardener")
    assert undo(db) == {"status": "left", "undone": ["company"], "level": None}
    assert rows(db, KNOWN) == []
    assert "Gardener" not in str(rows(db, "select * from public.detections"))


def test_rules_that_find_no_executive_any_more_let_go_when_it_is_undone(db: Connection) -> None:
    say(db, "VP Llamas")
    correct(db, title="CEO")
    db.execute(
        "insert into public.classification_rules (category, pattern) values ('exclusion', 'vp llamas')"
    )
    assert undo(db) == {"status": "left", "undone": ["title"], "level": None}
    assert rows(db, CHANGES)[-1] == ("left", "CEO", None, "correction", False)


def test_waiting_digest_tells_of_whoever_was_let_go_by_mistake_as_if_nothing_had_been(db: Connection) -> None:
    say(db, "VP Sales")
    correct(db, title="Associate")
    undo(db)
    db.execute("select public.send_digests()")
    told = rows(
        db,
        "select distinct payload #>> '{people,0,title}', payload #>> '{people,0,kind}',"
        " payload #>> '{counts,people}' from public.digests",
    )
    assert told == [("VP Sales", "new", "1")]


def test_next_digest_tells_of_whoever_a_mistaken_correction_took_out_of_a_waiting_one(db: Connection) -> None:
    told = (
        "select distinct person ->> 'user_id', person ->> 'title', person ->> 'kind' from public.digests,"
        " jsonb_array_elements(payload -> 'people') as person order by 1"
    )
    say(db, "VP Sales")
    say(db, "CFO", user="2")
    db.execute("select public.send_digests()")
    correct(db, title="Associate")
    assert rows(db, told) == [("2", "CFO", "new")]
    undo(db)
    for _ in range(2):
        db.execute("select public.send_digests()")
        assert rows(db, told) == [("1", "VP Sales", "new"), ("2", "CFO", "new")]
    assert rows(db, "select channel, count(*) from public.digests group by 1 order by 1") == [
        ("email", 2),
        ("teams", 2),
    ]


def test_waiting_digest_of_a_channel_tells_nobody_of_a_corrected_level_that_it_does_not_want(
    db: Connection,
) -> None:
    told = (
        "select channel, person ->> 'title' from public.digests,"
        " jsonb_array_elements(payload -> 'people') as person order by 1"
    )
    db.execute("""update public.channels set filter = '{"level": ["csuite"]}' where name = 'email'""")
    say(db, "CEO")
    db.execute("select public.send_digests()")
    correct(db, title="VP Sales")
    assert rows(db, told) == [("teams", "VP Sales")]
    undo(db)
    db.execute("select public.send_digests()")
    assert rows(db, told) == [("email", "CEO"), ("teams", "CEO")]


def test_correction_to_a_suppressed_company_suppresses_whatever_the_community_says(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db)
    assert correct(db, company="Globex") == {"status": "suppressed", "changed": ["company"], "level": None}
    say(db, "CEO")
    say(db, "ACME", "company")
    backfill(db, title="CEO", company="Acme")
    db.execute("select public.reclassify(false)")
    db.execute("select public.purge_old_events(now() + interval '10 years')")
    say(db, "ACME", "company")
    say(db, "CFO")
    for table in ("public.user_state", "public.detections", "pathfinder.set_aside"):
        assert rows(db, f"select * from {table}") == []  # noqa: S608
    assert rows(db, CORRECTIONS) == [("company", "Acme", "Globex")]


def test_company_suppressed_after_it_was_corrected_suppresses_as_well(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex", title="VP Finance", country="Spain")
    suppress(db, until="2999-01-01")
    assert len(rows(db, CORRECTIONS)) == 3, "whoever waits keeps what was corrected"
    db.execute("update public.suppressions set until = null")
    assert rows(db, CORRECTIONS) == [("company", "Acme", "Globex")]
    say(db, "CEO")
    assert rows(db, KNOWN) == []


def test_whoever_is_suppressed_otherwise_keeps_no_correction(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, company="Globex", title="VP Finance")
    suppress(db, "1", kind="member")
    assert rows(db, CORRECTIONS) == []


def test_when_the_company_counts_again_the_member_does_as_corrected(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db)
    correct(db, company="Globex")
    db.execute("delete from public.suppressions")
    db.execute("select public.purge_old_events()")
    say(db, "CEO")
    assert rows(db, KNOWN) == [("CEO", "csuite", "Globex", None)]
    assert rows(db, CHANGES) == [("new", None, "CEO", "webhook", True)]


def test_correction_goes_when_nothing_else_is_kept_and_its_company_counts(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db)
    correct(db, company="Globex")
    db.execute("delete from public.suppressions")
    db.execute("select public.purge_old_events()")
    assert rows(db, CORRECTIONS) == [("company", "Acme", "Globex")], "their webhooks are retained"
    db.execute("select public.purge_old_events(now() + interval '10 years')")
    assert rows(db, CORRECTIONS) == []


def test_company_that_is_suppressed_until_a_moment_is_the_company_then(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db, until="2999-01-01")
    assert correct(db, company="Globex")["status"] == "suppressed"
    db.execute("delete from public.suppressions")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Globex", None)]


@pytest.mark.parametrize("until", [None, "2999-01-01"])
def test_mistaken_correction_to_a_suppressed_company_is_undone_at_once(
    db: Connection, until: str | None
) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db, until=until)
    correct(db, company="Globex")
    assert undo(db) == {"status": "undone", "undone": ["company"], "level": "vp"}
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Acme", None)]
    assert rows(db, CHANGES) == [("new", None, "VP Sales", "correction", False)]
    assert rows(db, "select * from pathfinder.set_aside") == []


def test_of_whom_nothing_is_retained_the_next_webhook_brings_back(db: Connection) -> None:
    backfill(db, title="VP Sales", company="Acme")
    suppress(db)
    correct(db, company="Globex")
    assert undo(db) == {"status": "waits", "undone": ["company"], "level": None}
    backfill(db, title="VP Sales", company="Acme")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Acme", None)]


def test_who_is_suppressed_otherwise_stays_so_when_a_correction_is_undone(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db, until="2999-01-01")
    correct(db, company="Globex")
    suppress(db, "Acme", "2999-02-01")
    assert undo(db) == {"status": "suppressed", "undone": ["company"], "level": None}
    assert rows(db, "select company, ends_at::date::text from pathfinder.set_aside") == [
        ("Acme", "2999-02-01")
    ]
    db.execute("delete from public.suppressions where value = 'Globex'")
    assert rows(db, KNOWN) == rows(db, CHANGES) == []
    db.execute("delete from public.suppressions")
    assert rows(db, KNOWN) == [("VP Sales", "vp", "Acme", None)]


def test_who_was_let_go_and_said_a_suppressed_company_since_stays_away(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    correct(db, title="Associate")
    say(db, "Globex", "company")
    suppress(db)
    assert undo(db) is None, "nothing of them is kept that could be undone"
    for table in ("public.user_state", "public.detections", "pathfinder.set_aside"):
        assert rows(db, f"select * from {table}") == []  # noqa: S608


def test_page_of_whoever_is_suppressed_says_no_more_than_that_it_can_be_undone(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    suppress(db)
    correct(db, company="Globex")
    ((page,),) = rows(db, "select public.find_person('1')")
    assert (page["now"], page["changes"], page["aside"]) == (None, [], [])
    assert [sorted(one) for one in page["corrections"]] == [["attribute", "corrected_at"]]
    assert not {"Acme", "Globex", "VP Sales", "Ada 1"} & set(str(page).split("'"))
    undo(db)
    ((page,),) = rows(db, "select public.find_person('1')")
    assert (page["now"]["company"], page["corrections"]) == ("Acme", [])


def test_undoing_is_of_one_community(db: Connection) -> None:
    for community in ("main", "partners"):
        say(db, "CEO", user="2", community=community)
        say(db, "VP Sales", community=community)
        correct(db, community=community, title="Associate")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="several communities"):
        undo(db)
    undo(db, community="partners")
    assert rows(db, "select community from public.user_state where user_id = '1'") == [("partners",)]
    assert rows(db, "select community from pathfinder.corrections") == [("main",)]


def test_who_is_put_aside_and_no_executive_by_the_rules_of_now_is_let_go(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Lighthouses")
    correct(db, title="CFO", company="Globex")
    suppress(db, until="2099-01-01")
    aside = "select title, company from pathfinder.set_aside"
    assert rows(db, aside) == [("CFO", "Globex")]
    db.execute("select public.add_rule('exclusion', 'vp lighthouses')")
    assert undo(db, attribute="title")["status"] == "left"
    assert rows(db, aside) == []


def test_of_who_is_suppressed_for_good_by_what_no_webhook_says_only_the_titles_go(db: Connection) -> None:
    say(db, "Spain", "country")
    say(db, "VP Sales")
    enrich(db, email_domain="acme.com")
    suppress(db, "acme.com", kind="domain")
    assert rows(db, "select attribute from public.events_raw where state = 'processed'") == [("country",)]


def test_who_is_suppressed_until_a_moment_comes_back_then_as_the_community_says(db: Connection) -> None:
    say(db, "CFO")
    correct(db, title="Gardener")
    suppress(db, "1", kind="member", until="2999-01-01")
    assert undo(db) == {"status": "suppressed", "undone": ["title"], "level": None}
    assert rows(db, KNOWN) == []
    assert rows(db, "select title, extract(year from ends_at)::integer from pathfinder.set_aside") == [
        ("CFO", 2999)
    ]
    db.execute("delete from public.suppressions")
    assert rows(db, KNOWN) == [("CFO", "csuite", None, None)]


@pytest.mark.parametrize("kind", ["member", "company", "domain"])
@pytest.mark.parametrize("first", [None, "2999-01-01"])
def test_who_is_suppressed_for_good_keeps_no_corrected_title(
    db: Connection, kind: str, first: str | None
) -> None:
    say(db, "Acme", "company")
    say(db, "x@acme.com", "email")
    for user in ("1", "2"):
        say(db, "CFO", user=user)
        correct(db, user, title="Gardener")
    suppress(db, {"member": "1", "company": "Acme", "domain": "acme.com"}[kind], kind=kind, until=first)
    if first:
        assert len(rows(db, CORRECTIONS)) == 2, "who counts again then does as corrected"
        db.execute("update public.suppressions set until = null")
    assert rows(db, "select user_id from pathfinder.corrections") == [("2",)]
    assert undo(db) is None
    for table in ("public.user_state", "public.detections where user_id = '1'", "pathfinder.set_aside"):
        assert rows(db, f"select * from {table}") == []  # noqa: S608


def test_corrected_title_of_who_turns_out_to_be_suppressed_for_good_goes_at_night(db: Connection) -> None:
    say(db, "CFO")
    correct(db, title="Gardener")
    suppress(db, "Acme")
    say(db, "Acme", "company")
    db.execute("select public.purge_old_events()")
    assert rows(db, CORRECTIONS) == []


def test_who_is_suppressed_for_good_by_what_no_webhook_says_does_not_come_back_without_the_correction(
    db: Connection,
) -> None:
    say(db, "CFO")
    enrich(db, company="Acme")
    correct(db, title="Gardener")
    suppress(db, "Acme")
    assert rows(db, CORRECTIONS) == []
    db.execute("select public.reclassify(false)")
    assert rows(db, KNOWN) == []
