"""What is in a digest: differences, the most important first, as each channel wants it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.schedule.conftest import Row, Schedule

FRIDAY = "2026-11-06 22:00Z"  # 17:00 in New York
NEXT_FRIDAY = "2026-11-13 22:00Z"


def test_a_digest_is_complete(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.accounts (name, tier, owner, region, is_watched)"
        " values ('Acme', '1', 'Jane', 'EMEA', true)"
    )
    schedule.db.execute(
        "update public.settings set profile_url_template = 'https://c.example/u/{user_id}?n={username}'"
    )
    ada = schedule.detect(
        "7/8",
        "2026-11-05 10:00Z",
        kind="promotion",
        title="CTO",
        username="Ada \u00c9",
        country="Frankreich",
        functions=["technology"],
        joined_at="2020-01-02",
    )
    schedule.detect("8", "2026-11-05 09:00Z", level="vp", title="VP Sales")
    schedule.tick(FRIDAY)
    [digest] = schedule.digests()
    [first, second] = digest.pop("people")
    levels = digest.pop("levels")
    assert [level["level"] for level in levels] == ["csuite", "vp", "director"]
    assert digest == {
        "digest_id": schedule.value("select id from public.digests"),
        "channel": "email",
        "period": {
            "start": "2026-10-30T21:00:00+00:00",  # a Friday before the end of summer time
            "end": "2026-11-06T22:00:00+00:00",
            "time_zone": "America/New_York",
        },
        "part": 1,
        "parts": 1,
        "counts": {"new": 1, "promotion": 1, "people": 2},
        "rest": 0,
        "trend": None,
        "filter_words": None,
        "group_by": "level",
    }
    assert first == {
        "detection_id": ada,
        "community": "main",
        "user_id": "7/8",
        "username": "Ada \u00c9",
        "kind": "promotion",
        "title": "CTO",
        "previous_title": "VP Sales",
        "level": "csuite",
        "previous_level": "vp",
        "company": "Acme",
        "previous_company": None,
        "country": "FR",
        "country_name": "France",
        "functions": ["technology"],
        "account": {
            "name": "Acme",
            "tier": "1",
            "owner": "Jane",
            "region": "EMEA",
            "is_watched": True,
            "is_first": False,
        },
        "email_domain": None,
        "profile_url": "https://c.example/u/7%2F8?n=Ada%20%C3%89",
        "joined_at": "2020-01-02T00:00:00+00:00",
        "changed_at": "2026-11-05T10:00:00+00:00",
    }
    assert (second["user_id"], second["country"], second["country_name"]) == ("8", "DE", "Germany")


def test_the_most_important_come_first_and_the_rest_stands_behind_the_link(schedule: Schedule) -> None:
    schedule.db.execute("update public.settings set digest_size = 3, digest_messages = 2")
    schedule.db.execute(
        "insert into public.accounts (name, is_watched) values ('Watched', true), ('Known Inc', false)"
    )
    expected: list[tuple[str, Row]] = [
        ("watched VP", {"level": "vp", "company": "Watched GmbH", "detected_at": "2026-11-03 10:00Z"}),
        ("risen", {"kind": "promotion", "detected_at": "2026-11-03 10:00Z"}),
        ("newest", {"detected_at": "2026-11-05 10:00Z"}),
        ("older", {"company": "Known", "detected_at": "2026-11-04 10:00Z"}),
        (
            "VP moved",
            {"level": "vp", "kind": "moved", "previous_company": "Old", "detected_at": "2026-11-03 10:00Z"},
        ),
        ("VP left", {"level": "vp", "kind": "left", "detected_at": "2026-11-05 10:00Z"}),
        ("VP", {"level": "vp", "detected_at": "2026-11-04 10:00Z"}),
    ]
    for user_id, columns in reversed(expected):
        schedule.detect(user_id, **columns)
    schedule.tick(FRIDAY)

    first, second = schedule.digests()
    names = [user_id for user_id, _ in expected]
    assert schedule.people(first) + schedule.people(second) == names[:6]
    for part, digest in enumerate((first, second), 1):
        assert (digest["part"], digest["parts"], digest["rest"]) == (part, 2, 1)
        assert digest["counts"] == {"new": 4, "promotion": 1, "moved": 1, "left": 1, "people": 7}
    ids = [row["id"] for row in schedule.rows("select id from public.digests order by id")]
    assert [digest["digest_id"] for digest in (first, second)] == [ids[0]] * 2
    assert [(job["payload"], job["dedupe_key"]) for job in schedule.jobs("digest")] == [
        ({"digest_id": number}, f"digest:{number}") for number in ids
    ]
    everybody = [row["person"] for row in schedule.rows("select public.digest_people(%s) as person", ids[1])]
    # In the order of the messages.
    assert [person["user_id"] for person in everybody][:6] == names[:6]
    assert sorted(person["user_id"] for person in everybody) == sorted(names)
    assert [person["place"] for person in everybody] == list(range(1, 8))
    [moved] = [person for person in everybody if person["user_id"] == "VP moved"]
    assert moved == {**second["people"][1], "place": moved["place"]}


def test_ten_thousand_who_wait_are_three_messages(schedule: Schedule) -> None:
    schedule.db.execute(
        "insert into public.detections (user_id, title, seniority_level, detected_at)"
        " select n::text, 'CEO', 'csuite', '2026-11-05 10:00Z' from generate_series(1, 10000) as n"
    )
    answer = schedule.value("select public.build_weekly_digest('2026-11-06 10:00Z')")
    assert (answer["status"], answer["people"], answer["digests"]) == ("built", 10000, 3)
    assert len(schedule.jobs("digest")) == 3
    assert [digest["rest"] for digest in schedule.digests()] == [9970] * 3
    after, seen = 0, 0
    while page := schedule.rows("select public.digest_people(1, %s, 5000) as person", after):
        assert len(page) <= 1000
        after = page[-1]["person"]["place"]
        seen += len(page)
    assert seen == 10000


def test_what_happened_to_one_member_is_one_difference(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-04 10:00Z", level="vp", title="VP Sales", company="Acme")
    schedule.detect(
        "7", "2026-11-04 11:00Z", level="vp", title="VP Sales", kind="moved", company="Globex",
        previous_company="Acme",
    )  # fmt: skip
    last = schedule.detect("7", "2026-11-05 10:00Z", kind="promotion", title="CEO", company="Globex")
    schedule.tick(FRIDAY)
    schedule.tick(NEXT_FRIDAY)
    [digest] = schedule.digests()
    assert digest["counts"] == {"new": 1, "people": 1}
    [person] = digest["people"]
    assert (person["detection_id"], person["title"], person["company"]) == (last, "CEO", "Globex")
    assert (person["previous_title"], person["previous_company"]) == (None, None)
    assert schedule.value("select bool_and(included_in_digest) from public.detections")
    outcomes = schedule.rows("select outcome from pathfinder.digest_ledger order by detection_id")
    assert [row["outcome"] for row in outcomes] == ["merged", "merged", "told"]


def test_who_came_and_left_in_between_is_not_told(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-04 10:00Z")
    schedule.detect("7", "2026-11-05 10:00Z", kind="left")
    schedule.tick(FRIDAY)
    assert schedule.digests() == []
    assert schedule.value("select bool_and(included_in_digest) from public.detections")


def test_who_was_told_of_and_left_has_left(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-04 10:00Z", title="CFO")
    schedule.tick(FRIDAY)
    schedule.detect("7", "2026-11-09 10:00Z", kind="left", title="CFO")
    schedule.tick(NEXT_FRIDAY)
    [_, digest] = schedule.digests()
    [person] = digest["people"]
    assert (person["kind"], person["title"], person["level"]) == ("left", None, None)
    assert (person["previous_title"], person["previous_level"]) == ("CFO", "csuite")
    assert person["previous_company"] == "Acme"
    assert digest["trend"] == {"last_week": 1, "mean_of_eight": 1.0}


def test_an_edited_rule_that_took_somebody_out_keeps_them_from_being_told(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-04 10:00Z")
    schedule.detect("7", "2026-11-05 10:00Z", kind="left", origin="reclassification", is_told=False)
    schedule.detect("8", "2026-11-05 10:00Z", origin="backfill", is_told=False)
    schedule.tick(FRIDAY)
    assert schedule.digests() == []


def test_kinds_that_are_not_announced_are_not_told(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-04 10:00Z", kind="demotion", level="vp", previous_level="csuite")
    schedule.tick(FRIDAY)
    assert schedule.digests() == []
    schedule.db.execute(
        """update public.settings set announced_changes = '{"digest": ["demotion"], "alert": []}'"""
    )
    schedule.detect("8", "2026-11-09 10:00Z", kind="demotion", level="vp", previous_level="csuite")
    schedule.detect("9", "2026-11-09 10:00Z")
    schedule.tick(NEXT_FRIDAY)
    assert [schedule.people(digest) for digest in schedule.digests()] == [["8"]]


def test_a_channel_is_told_what_its_filter_says(schedule: Schedule) -> None:
    schedule.db.execute("delete from public.channels")
    schedule.db.execute(
        "insert into public.accounts (name, tier, owner, is_watched)"
        " values ('A', '1', 'Jane Doe', true), ('B', '2', 'Max', false)"
    )
    filters: dict[str, tuple[dict[str, object], str, str | None]] = {
        "all": ({}, "cfo cto left vp", None),
        "board": ({"level": "csuite"}, "cfo cto left", "C-level executives"),
        "vps": ({"level": ["vp"], "kind": ["new"]}, "vp", "Vice presidents, new"),
        "dach": ({"country": ["Schweiz", "Germany", "Austria"]}, "cfo left", "DACH"),
        "atlantis": ({"country": "Atlantis"}, "cto", "atlantis"),
        "money": ({"function": ["finance"]}, "cfo", "finance"),
        "tier": ({"tier": 1}, "cfo", "tier 1"),
        "owner": ({"owner": "jane DOE"}, "cfo", "accounts of jane doe"),
        "watched": ({"watched": True}, "cfo", "watched accounts"),
        "not-watched": ({"watched": False}, "cto left vp", "accounts that are not watched"),
        "other": ({"community": ["other"]}, "vp", "community other"),
        "none": ({"level": ["director"]}, "", None),
    }
    for name, (narrow, _, _) in filters.items():
        schedule.add_channel(name, filter=narrow)
    when = "2026-11-05 10:00Z"
    schedule.detect("cfo", when, functions=["finance"], company="A", country="Allemagne")
    schedule.detect("cto", when, functions=["technology"], company="B", country=" ATLANTIS")
    schedule.detect("vp", when, level="vp", country="France", community="other")
    schedule.detect("left", when, kind="left", country="Suisse")
    schedule.tick(FRIDAY)
    got = {digest["channel"]: digest for digest in schedule.digests()}
    for name, (_, users, said) in filters.items():
        assert sorted(schedule.people(got[name])) == users.split() if users else name not in got, name
        if users:
            assert got[name]["filter_words"] == said


def test_a_widened_filter_tells_only_what_changes_later(schedule: Schedule) -> None:
    schedule.db.execute("""update public.channels set filter = '{"level": ["csuite"]}'""")
    schedule.detect("7", "2026-11-05 10:00Z", level="vp", title="VP Sales")
    schedule.tick(FRIDAY)
    schedule.db.execute("update public.channels set filter = '{}'")
    schedule.detect("8", "2026-11-10 10:00Z", level="vp", title="VP Sales")
    schedule.tick(NEXT_FRIDAY)
    schedule.detect("7", "2026-11-17 10:00Z", kind="promotion", title="CEO")
    schedule.tick("2026-11-20 22:00Z")
    assert [schedule.people(digest) for digest in schedule.digests()] == [["8"], ["7"]]
    assert schedule.digests()[1]["people"][0]["kind"] == "promotion"


def test_a_channel_has_its_own_day_time_and_zone(schedule: Schedule) -> None:
    schedule.add_channel("tokyo", schedule={"day": "Monday", "time": "08:00", "time_zone": "Asia/Tokyo"})
    schedule.tick("2026-11-02 12:00Z")
    schedule.detect("7", "2026-11-06 10:00Z")
    schedule.detect("8", "2026-11-08 10:00Z")
    assert schedule.ran(FRIDAY) == [("digest", "2026-W45", "done")]
    monday = "2026-11-08 23:00Z"
    assert schedule.ran("2026-11-08 22:59Z") == []
    assert schedule.ran(monday) == [("digest:tokyo", "2026-W46", "done")]
    assert schedule.ran("2026-11-08 23:01Z") == []
    email, tokyo = schedule.digests()
    assert (email["channel"], schedule.people(email)) == ("email", ["7"])
    assert (tokyo["channel"], sorted(schedule.people(tokyo))) == ("tokyo", ["7", "8"])
    assert tokyo["period"]["time_zone"] == "Asia/Tokyo"


def test_a_muted_member_is_not_told_to_that_channel_until_the_mute_ends(schedule: Schedule) -> None:
    schedule.add_channel("sales")
    schedule.db.execute(
        "insert into public.mutes (channel, user_id, until) values ('sales', '7', '2026-11-10 00:00Z')"
    )
    schedule.detect("7", "2026-11-05 10:00Z", level="vp")
    schedule.tick(FRIDAY)
    schedule.detect("7", "2026-11-11 10:00Z", kind="promotion")
    schedule.tick(NEXT_FRIDAY)
    got = [
        (digest["channel"], [person["kind"] for person in digest["people"]]) for digest in schedule.digests()
    ]
    assert got == [("email", ["new"]), ("email", ["promotion"]), ("sales", ["promotion"])]


def enrich(schedule: Schedule, detection: int, country: str) -> None:
    """Complete a change as the job of its enrichment does."""
    with schedule.db.transaction():
        schedule.db.execute(
            "insert into public.outbox (kind, dedupe_key, status, finished_at)"
            " values ('enrichment', %s, 'done', now())",
            [f"enrichment:{detection}"],
        )
        schedule.db.execute("update public.detections set country = %s where id = %s", [country, detection])


def test_what_first_matches_after_enrichment_is_in_the_next_digest(schedule: Schedule) -> None:
    schedule.db.execute("""update public.channels set filter = '{"country": ["FR"]}'""")
    late = schedule.detect("late", "2026-11-05 10:00Z", country=None)
    never = schedule.detect("never", "2026-11-05 10:00Z", country=None)
    schedule.detect("edited", "2026-11-05 10:00Z", country=None)
    schedule.tick(FRIDAY)
    enrich(schedule, late, "France")
    enrich(schedule, never, "Peru")
    # What completes it later in another way is no news.
    schedule.db.execute("update public.detections set country = 'FR' where user_id = 'edited'")
    schedule.tick(NEXT_FRIDAY)
    schedule.tick("2026-11-20 22:00Z")
    assert [schedule.people(digest) for digest in schedule.digests()] == [["late"]]


def test_windows_are_half_open_and_meet(schedule: Schedule) -> None:
    schedule.detect("before", "2026-11-06 21:59:59.999999Z")
    schedule.detect("at", "2026-11-06 22:00:00Z")
    schedule.tick("2026-11-06 22:03:21Z")  # pg_cron is never exactly on time
    schedule.detect("after", "2026-11-06 22:02Z")
    schedule.tick(NEXT_FRIDAY)
    first, second = schedule.digests()
    assert first["period"]["end"] == second["period"]["start"] == "2026-11-06T22:00:00+00:00"
    assert (schedule.people(first), schedule.people(second)) == (["before"], ["after", "at"])


def test_a_transaction_that_commits_after_the_build_is_in_the_next_digest(schedule: Schedule) -> None:
    with psycopg.connect(schedule.dsn) as slow:
        slow.execute(
            "insert into public.detections (user_id, title, seniority_level, detected_at)"
            " values ('slow', 'CEO', 'csuite', '2026-11-06 21:59:59Z')"
        )
        schedule.detect("quick", "2026-11-06 21:00Z")
        schedule.tick(FRIDAY)
        slow.commit()
    schedule.tick(NEXT_FRIDAY)
    assert [schedule.people(digest) for digest in schedule.digests()] == [["quick"], ["slow"]]


def test_an_empty_week_goes_only_where_it_is_asked_for(schedule: Schedule) -> None:
    schedule.add_channel("always", config={"secret_env": "CHANNEL_HOOK", "send_empty": True})
    schedule.add_channel("never", config={"secret_env": "CHANNEL_HOOK", "send_empty": False})
    assert schedule.ran(FRIDAY) == [("digest", "2026-W45", "done")]
    [digest] = schedule.digests()
    assert (digest["channel"], digest["part"], digest["parts"], digest["people"]) == ("always", 1, 1, [])
    assert digest["counts"] == {"people": 0}
    assert len(schedule.jobs("digest")) == 1


def test_a_channel_that_was_switched_off_is_told_the_difference_when_it_is_on_again(
    schedule: Schedule,
) -> None:
    schedule.db.execute("update public.channels set is_active = false")
    schedule.detect("7", "2026-11-05 10:00Z")
    schedule.detect("gone", "2026-11-05 10:00Z")
    assert schedule.ran(FRIDAY) == [("digest", "2026-W45", "done")]
    assert not schedule.value("select bool_or(included_in_digest) from public.detections")
    schedule.detect("8", "2026-11-12 10:00Z")
    schedule.detect("gone", "2026-11-12 10:00Z", kind="left")
    schedule.db.execute("update public.channels set is_active = true")
    schedule.tick(NEXT_FRIDAY)
    [digest] = schedule.digests()
    assert schedule.people(digest) == ["8", "7"]
    assert digest["period"]["start"] == "2026-10-30T21:00:00+00:00"


def test_a_new_channel_begins_at_its_creation(schedule: Schedule) -> None:
    schedule.detect("7", "2026-11-05 10:00Z")
    schedule.add_channel("later", created_at="2026-11-05 12:00Z")
    schedule.add_channel("alerts", "{alert}")
    schedule.detect("8", "2026-11-05 13:00Z")
    schedule.tick(FRIDAY)
    # One that gets digests only from now on begins now.
    schedule.db.execute("update public.channels set sends = '{alert,digest}' where name = 'alerts'")
    schedule.tick(NEXT_FRIDAY)
    got = [(digest["channel"], schedule.people(digest)) for digest in schedule.digests()]
    assert got == [("email", ["8", "7"]), ("later", ["8"])]


def test_what_waits_to_be_told_is_counted_once_however_many_channels_it_waits_for(schedule: Schedule) -> None:
    schedule.add_channel("board")
    schedule.add_channel("silent", is_active=False)
    schedule.add_channel("alerts", "{alert}")
    for user in "78":
        schedule.detect(user, "2026-11-05 13:00Z")
    count = "select public.count_untold()"
    assert schedule.value(count) == 2
    schedule.tick(FRIDAY)
    assert schedule.value(count) == 0


def test_a_mute_counts_at_the_cut_off_and_not_when_the_digest_is_built(schedule: Schedule) -> None:
    for user, until in (("7", "2026-11-06 22:01Z"), ("8", "2026-11-06 21:59Z"), ("9", None)):
        schedule.detect(user, "2026-11-05 13:00Z")
        schedule.db.execute(
            "insert into public.mutes (channel, user_id, until) values ('email', %s, %s)", [user, until]
        )
    # A day late.
    schedule.tick("2026-11-07 22:00Z")
    [digest] = schedule.digests()
    assert schedule.people(digest) == ["8"]


def test_what_a_preview_shows_is_what_is_sent_and_nothing_is_kept(schedule: Schedule) -> None:
    created = datetime.now(UTC) - timedelta(days=7)
    schedule.add_channel("sales", created_at=created, filter={"level": ["vp"]}, is_active=False)
    schedule.detect("7", datetime.now(UTC) - timedelta(days=1), level="vp")
    schedule.detect("8", datetime.now(UTC) - timedelta(days=1))
    tables = [
        "select * from public.digests order by id",
        "select * from public.outbox order by id",
        "select * from public.detections order by id",
        "select * from pathfinder.digest_cut_offs order by channel, cut_off",
    ]
    before = [schedule.rows(table) for table in tables]
    schedule.db.execute("set role service_role")
    preview = schedule.value("select public.preview_channel('sales')")
    schedule.db.execute("reset role")
    assert [schedule.rows(table) for table in tables] == before
    assert (preview["channel"], preview["transport"]) == ("sales", "slack_webhook")
    [document] = preview["documents"]
    assert schedule.people(document) == ["7"]

    schedule.db.execute("update public.channels set is_active = true")
    schedule.value("select public.send_digests()")
    sent = next(digest for digest in schedule.digests() if digest["channel"] == "sales")
    assert sent["people"] == document["people"]
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="There is no channel nobody"):
        schedule.db.execute("select public.preview_channel('nobody')")
