"""What happens to one member is of them alone: of no other, nor of the same id in another community."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from tests.accounts.people import know
from tests.channels.people import add_channel
from tests.conftest import Connection
from tests.ingest.platform import Platform
from tests.people.test_changes import rows, say
from tests.people.test_corrections import correct, enrich

OTHERS = (("main", "2"), ("partners", "1"))


def test_change_says_what_was_before_where_it_changed_and_only_there(db: Connection) -> None:
    say(db, "Acme", "company")
    say(db, "VP Sales")
    say(db, "Globex", "company")
    say(db, "VP Finance")
    say(db, "Chief Financial Officer")
    before = "select kind, previous_title, previous_level, previous_functions, previous_company"
    assert rows(db, f"{before} from public.detections order by id") == [
        ("new", None, None, None, None),
        ("moved", None, None, None, "Acme"),
        ("role", "VP Sales", None, ["sales"], None),
        ("promotion", "VP Finance", "vp", None, None),
    ]


def test_name_that_is_said_again_stays(db: Connection) -> None:
    say(db, "VP Sales")
    say(db, "CEO")
    assert rows(db, "select username from public.user_state") == [("Ada 1",)]


def test_date_of_joining_is_the_member_s_own(db: Connection) -> None:
    for (community, user), year in zip((("main", "1"), *OTHERS), (2020, 2018, 2022), strict=True):
        db.execute(
            "insert into pathfinder.registrations values (%s, %s, make_timestamptz(%s, 5, 5, 0, 0, 0))",
            [community, user, year],
        )
        say(db, "VP Sales", user=user, community=community)
    known = (
        "select community, user_id, extract(year from joined_at)::integer from public.user_state order by 3"
    )
    assert rows(db, known) == [("main", "2", 2018), ("main", "1", 2020), ("partners", "1", 2022)]


def test_end_of_a_membership_is_the_end_of_no_other(db: Connection) -> None:
    for community, user in (("main", "1"), *OTHERS):
        say(db, "Acme", "company", user=user, community=community)
        say(db, "VP Sales", user=user, community=community)
        correct(db, user, community, company="Globex")
        db.execute("insert into pathfinder.registrations values (%s, %s, now())", [community, user])
    db.execute(
        "insert into public.suppressions (kind, value, until) values ('company', 'Globex', '2999-01-01')"
    )
    for table in ("set_aside", "corrections", "registrations"):
        assert len(rows(db, f"select * from pathfinder.{table}")) == 3  # noqa: S608
    db.execute("select pathfinder.apply_departure((null, 'main', '1', 'Ada', null, null, null, null, null))")
    for table in ("set_aside", "corrections", "registrations"):
        left = f"select community, user_id from pathfinder.{table} order by 1"  # noqa: S608
        assert rows(db, left) == list(OTHERS), table


def test_mute_of_a_member_is_of_no_other(db: Connection) -> None:
    db.execute("delete from public.channels")
    for name in ("sales", "board"):
        add_channel(db, name)
    db.execute("insert into public.mutes (channel, community, user_id) values ('sales', 'partners', '1')")
    for community, user in (("main", "1"), *OTHERS):
        say(db, "VP Sales", user=user, community=community)
    outcomes = (
        "select (change).community, (change).user_id, outcome from pathfinder.told_changes("
        "array(select id from public.detections), '{}', null, 'infinity') order by 1, 2"
    )
    assert rows(db, outcomes.format("sales")) == [
        ("main", "1", "told"), ("main", "2", "told"), ("partners", "1", "muted"),
    ]  # fmt: skip
    assert {outcome for *_, outcome in rows(db, outcomes.format("board"))} == {"told"}


def test_taking_back_a_member_makes_no_other_report_anew(db: Connection) -> None:
    for month, (community, user) in zip(
        ("2026-08", "2026-09", "2026-10"), (("main", "1"), *OTHERS), strict=True
    ):
        say(db, "VP Sales", user=user, community=community)
        db.execute(
            "with made as ("
            "    insert into public.reports (month_label, period_start, period_end, time_zone, summary)"
            "    values (%s, now(), now() + interval '1 day', 'UTC', '{}') returning id)"
            " update public.detections set report_id = made.id from made"
            " where community = %s and user_id = %s",
            [month, community, user],
        )
    db.execute("select pathfinder.take_back('main', '1')")
    outdated = "select month_label, is_outdated from public.reports order by 1"
    assert rows(db, outdated) == [("2026-08", True), ("2026-09", False), ("2026-10", False)]


def test_rules_applied_anew_judge_each_member_by_their_own_title(db: Connection) -> None:
    for community, user in OTHERS:
        say(db, "CEO", user=user, community=community)
    say(db, "VP Llamas")
    db.execute(
        "insert into public.classification_rules (category, pattern) values ('exclusion', 'vp llamas')"
    )
    db.execute("select public.reclassify(false)")
    known = "select community, user_id, title from public.user_state order by 1"
    assert rows(db, known) == [("main", "2", "CEO"), ("partners", "1", "CEO")]


def test_enrichment_completes_what_they_are_and_nothing_of_the_time_before_they_left(db: Connection) -> None:
    for title in ("VP Sales", "Gardener", "VP Sales", "CEO"):
        say(db, title)
    for community, user in OTHERS:
        say(db, "VP Sales", user=user, community=community)
    enrich(db, company="Acme")
    told = (
        "select kind, company from public.detections where community = 'main' and user_id = '1' order by id"
    )
    assert rows(db, told) == [("new", None), ("left", None), ("new", "Acme"), ("promotion", "Acme")]
    others = "select distinct company from public.detections where (community, user_id) <> ('main', '1')"
    assert rows(db, others) == [(None,)]


def test_export_holds_who_is_set_aside_and_nobody_else(db: Connection) -> None:
    for community, user in (("main", "1"), *OTHERS):
        say(db, f"VP Sales {user}{community}", user=user, community=community)
    for community, user in (("main", "1"), ("partners", "1")):
        db.execute(
            "insert into public.suppressions (kind, value, community, until)"
            " values ('member', %s, %s, '2999-01-01')",
            [user, community],
        )
    ((held,),) = rows(db, "select public.export_user('1', 'main')")
    assert (held["set_aside"]["community"], held["set_aside"]["title"]) == ("main", "VP Sales 1main")
    ((held,),) = rows(db, "select public.export_user('2', 'main')")
    assert held["set_aside"] is None


def digest(db: Connection, size: int) -> None:
    db.execute("update public.settings set digest_size = %s, digest_messages = 1", [size])
    db.execute("select public.send_digests()")


def test_whoever_is_suppressed_is_counted_out_of_a_digest_once_wherever_they_stand(db: Connection) -> None:
    for user in "1234":
        say(db, "CEO" if user == "1" else "VP Sales", user=user)
    digest(db, 1)
    counted = (
        "select distinct (payload ->> 'rest')::integer, (payload #>> '{counts,people}')::integer,"
        " (payload #>> '{counts,new}')::integer, jsonb_array_length(payload -> 'people') from public.digests"
    )
    assert rows(db, counted) == [(3, 4, 4, 1)]
    db.execute("insert into public.suppressions (kind, value) values ('member', '3')")
    assert rows(db, counted) == [(2, 3, 3, 1)], "behind the link"
    db.execute("insert into public.suppressions (kind, value) values ('member', '1')")
    assert rows(db, counted) == [(2, 2, 2, 0)], "shown"


def test_what_was_sent_about_somebody_behind_the_link_is_said_to_them_and_to_nobody_else(
    db: Connection,
) -> None:
    for user in "123":
        say(db, "CEO" if user == "1" else "VP Sales", user=user)
    digest(db, 1)
    db.execute("update public.digests set sent = true, sent_at = now()")
    say(db, "VP Sales", user="4")
    say(db, "VP Sales", user="1", community="partners")
    ((answer,),) = rows(db, "select public.forget_user('3', 'main')")
    channels = {channel for (channel,) in rows(db, "select distinct channel from public.digests")}
    assert {message["channel"] for message in answer["sent"]} == channels
    for user, community in (("4", "main"), ("1", "partners")):
        ((answer,),) = rows(db, f"select public.forget_user('{user}', '{community}')")
        assert answer["sent"] == []


def test_who_counts_again_comes_back_by_the_same_webhook_though_others_are_known(platform: Platform) -> None:
    platform.change("2", "CEO")
    know(platform.db, "1", community="partners")
    platform.db.execute(
        "insert into public.suppressions (kind, value, community) values ('member', '1', 'main')"
    )
    platform.change("1", "VP Sales")
    known = "select title from public.user_state where community = 'main' and user_id = '1'"
    assert platform.rows(known) == []
    platform.db.execute("delete from public.suppressions")
    platform.change("1", "VP Sales")
    assert platform.rows(known) == [("VP Sales",)]


def test_backfill_adds_who_is_new_beside_those_who_are_known(db: Connection) -> None:
    say(db, "CEO", user="2")
    know(db, "1", community="partners")
    members = [{"user_id": user, "title": "VP Sales", "company": "Acme"} for user in "123"]
    answered: Any = db.execute(
        "select public.backfill_members(%s, community => 'main')", [Jsonb(members)]
    ).fetchone()
    [answer] = answered
    assert (answer["known"], answer["added"], answer["rejected"]) == (1, 2, [])
    known = "select community || user_id, title, company from public.user_state order by 1"
    assert rows(db, known) == [
        ("main1", "VP Sales", "Acme"),
        ("main2", "CEO", "Acme"),
        ("main3", "VP Sales", "Acme"),
        ("partners1", "Chief Executive Officer", None),
    ]


def test_who_is_suppressed_by_what_no_webhook_says_does_not_come_back_by_rules_applied_anew(
    db: Connection,
) -> None:
    for community, user in (("main", "1"), *OTHERS):
        say(db, "VP Sales", user=user, community=community)
    db.execute("insert into public.suppressions (kind, value) values ('domain', 'acme.com')")
    enrich(db, email_domain="acme.com")
    db.execute("insert into public.classification_rules (category, pattern) values ('vp', 'head llama')")
    for dry_run in (True, False):
        ((answer,),) = rows(db, f"select public.reclassify({dry_run})")
        assert answer["people"] == []
    known = "select community, user_id from public.user_state order by 1"
    assert rows(db, known) == list(OTHERS)
    db.execute("delete from public.suppressions")
    assert say(db, "VP Sales") == "vp", "they count again with the next webhook"


def test_who_was_put_aside_for_a_while_and_then_for_good_does_not_come_back_either(db: Connection) -> None:
    say(db, "VP Sales")
    enrich(db, company="Globex")
    db.execute(
        "insert into public.suppressions (kind, value, until) values ('company', 'Globex', '2999-01-01')"
    )
    db.execute("update public.suppressions set until = null")
    db.execute("select public.reclassify(false)")
    for table in ("public.user_state", "public.detections", "pathfinder.set_aside"):
        assert rows(db, f"select * from {table}") == []  # noqa: S608
