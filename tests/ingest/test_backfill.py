"""Members that the community has already, taken over in batches."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.ingest.platform import Json, Platform


def backfill(platform: Platform, *members: object, announce: bool = False) -> Json:
    with platform.db.transaction():
        platform.db.execute("set local role service_role")
        answer: Json = platform.value("select public.backfill_members(%s, %s)", json.dumps(members), announce)
    return answer


def member(user: object, title: str | None, **more: object) -> Json:
    return {"user_id": user, "username": f"name of {user}", "title": title, **more}


def test_executives_are_known_from_then_on_and_not_detected(platform: Platform) -> None:
    answer = backfill(
        platform,
        member("1", "CEO", company="Initech", country="UK", joined_at="2019-10-10"),
        member("2", "Engineer", joined_at="2018-01-01"),
        member("3", None),
        member(4, "VP Sales"),
    )
    assert answer == {
        "rows": 4,
        "executives": 2,
        "added": 2,
        "known": 0,
        "newer": 0,
        "undated": 0,
        "rejected": [],
    }
    assert platform.rows(
        "select user_id, username, title, seniority_level, company, country, joined_at::date::text,"
        " matched_rule, rules_version from public.user_state order by 1"
    ) == [
        ("1", "name of 1", "CEO", "csuite", "Initech", "UK", "2019-10-10", "stand-in", 1),
        ("4", "name of 4", "VP Sales", "vp", None, None, None, "stand-in", 1),
    ]
    assert platform.value("select count(*) from public.detections where is_told") == 0
    assert platform.rows("select user_id from pathfinder.registrations order by 1") == [("1",), ("2",)]

    assert platform.change("1", "CFO", "CEO")["status"] == "processed"
    assert platform.detections("1") == []
    platform.change("4", "CEO", "VP Sales")
    assert platform.detections("4") == [("CEO", "csuite", "promotion")]


def test_supabase_lite_hands_the_batch_over_as_a_string(platform: Platform) -> None:
    batch = json.dumps(json.dumps([member("1", "CEO")]))
    assert platform.value("select public.backfill_members(%s)", batch)["added"] == 1


def test_a_batch_sent_again_changes_nothing(platform: Platform) -> None:
    batch = [member("1", "CEO", company="Initech"), member("2", "VP Sales")]
    backfill(platform, *batch, announce=True)
    before = platform.rows("select * from public.user_state order by 1")
    assert backfill(platform, *batch, announce=True)["known"] == 2
    assert platform.rows("select * from public.user_state order by 1") == before
    assert platform.value("select count(*) from public.detections") == 2


def test_announced_executives_are_detected(platform: Platform) -> None:
    backfill(platform, member("1", "CEO", company="Initech"), announce=True)
    assert platform.detections("1") == [("CEO", "csuite", "new")]
    assert platform.rows("select company, matched_rule, rules_version from public.detections") == [
        ("Initech", "stand-in", 1)
    ]


def test_what_is_known_is_only_completed(platform: Platform) -> None:
    platform.change("1", "CEO", "", company="Globex", joined_at="2020-05-05")
    answer = backfill(
        platform, member("1", "VP Sales", company="Initech", country="UK", joined_at="2020-01-01")
    )
    assert (answer["added"], answer["known"]) == (0, 1)
    assert platform.rows(
        "select title, seniority_level, company, country, joined_at::date::text from public.user_state"
    ) == [("CEO", "csuite", "Globex", "UK", "2020-01-01")]


def test_a_title_that_a_webhook_changed_is_newer(platform: Platform) -> None:
    platform.change("1", "Engineer", "CEO")
    answer = backfill(platform, member("1", "CEO"), announce=True)
    assert (answer["added"], answer["newer"]) == (0, 1)
    assert platform.state("1") is None
    assert platform.detections("1") == []


def test_rejects_come_back_with_the_reason_and_the_rest_is_taken(platform: Platform) -> None:
    answer = backfill(
        platform,
        member("1", "CEO"),
        member("", "CEO"),
        {"title": "CEO"},
        "row",
        member("5", "x" * 4001),
        member("6", "CEO", joined_at="last week"),
        member("1", "CFO"),
        member("7", "CFO"),
    )
    assert (answer["added"], answer["undated"]) == (3, 1)
    reasons = {reject["row"]: reject["reason"] for reject in answer["rejected"]}
    # Of a title that is too long the beginning counts.
    assert list(reasons) == [1, 2, 3, 6]
    for row, said in {1: "userId", 3: "object", 6: "same batch"}.items():
        assert said in reasons[row]
    assert platform.state("1") == ("CEO", "csuite")


@pytest.mark.parametrize("members", ["{}", "null", '"x"', None, json.dumps([{}] * 5001)])
def test_what_is_no_batch_is_refused(platform: Platform, members: str | None) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        platform.value("select public.backfill_members(%s)", members)


def test_a_batch_waits_for_a_webhook_of_the_same_member(platform: Platform, db_dsn: str) -> None:
    with psycopg.connect(db_dsn) as other:
        other.execute("select pathfinder.lock_member('main', '1')")
        platform.db.execute("set statement_timeout = '500ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            backfill(platform, member("1", "CEO"))
        platform.db.execute("set statement_timeout = '60s'")
        backfill(platform, member("2", "CEO"), member("1", "Engineer"))
    assert platform.state("2") == ("CEO", "csuite")


# Rows that are read together, and rows of which something has to be looked at more closely.
ODD_ROWS: list[object] = [
    {
        "user_id": "7",
        "username": "Jane",
        "title": "CEO",
        "joined_at": "2019-10-10",
        "email_domain": "acme.com",
    },
    {"user_id": "7", "username": "", "title": "", "company": None, "country": "UK", "department": "Finance"},
    {"user_id": " 7", "title": "CEO"},
    {"user_id": "7 ", "title": " CEO"},
    {"user_id": "7", "title": "CEO ", "company": " Acme"},
    {"user_id": "7", "title": "CEO\u00a0", "username": "Zoë"},
    {"user_id": "7", "title": "R&amp;D <b>lead</b>", "company": "100%25"},
    {"user_id": "7", "title": "Chief\tOfficer", "username": "a\nb"},
    {"user_id": 7, "title": 7.50, "username": True, "company": ["Acme", "Beta"]},
    {"user_id": "7", "title": {"label": "CEO"}},
    {"user_id": "7.0"},
    {"user_id": 7.0},
    {"user_id": 7.5},
    {"user_id": "undefined"},
    {"user_id": "null"},
    {"user_id": "{{user.id}}"},
    {"user_id": "__user_1__"},
    {"user_id": "$user1"},
    {"user_id": "u-1.a_b"},
    {"user_id": ""},
    {"user_id": None},
    {"title": "CEO"},
    {"user_id": "1" * 501},
    {"user_id": "7", "title": "x" * 1500, "username": "y" * 1500},
    {"user_id": "7", "email": "jane@acme.com"},
    {"user_id": "7", "email_domain": "https://www.Acme.com/about"},
    {"user_id": "7", "email_domain": "none"},
    {"user_id": "7", "company": "n/a", "country": "NA", "department": "-"},
    {"user_id": "7", "company": "None", "country": "unknown", "department": "n/a"},
    {"user_id": "1E+10"},
    {"user_id": "7", "joined_at": "10/11/2019"},
    {"user_id": "7", "joined_at": " "},
    {"user_id": "7", "joined_at": "2019-10-10T16:07:21+02:00"},
    {"user_id": "7", "joined_at": 1570716441},
    "7",
    None,
    [],
    {},
]


def test_rows_that_are_read_together_say_what_each_says_by_itself(platform: Platform) -> None:
    together = platform.rows(
        "select place, member, fault, coalesce(is_undated, false)"
        " from pathfinder.read_members('main', %s) order by place",
        json.dumps(ODD_ROWS),
    )
    alone = platform.rows(
        "select place, read.member, read.fault, coalesce(read.is_undated, false)"
        " from jsonb_array_elements(%s) with ordinality as row (content, place)"
        " cross join lateral pathfinder.read_member('main', row.content) as read order by place",
        json.dumps(ODD_ROWS),
    )
    for given, read, expected in zip(ODD_ROWS, together, alone, strict=True):
        assert (read[2:], read[2] or read[1]) == (expected[2:], expected[2] or expected[1]), given


def test_who_is_heard_of_for_the_first_time_is_told_with_what_follows(platform: Platform) -> None:
    platform.db.execute("insert into public.accounts (name) values ('Initech')")
    platform.db.execute(
        "insert into public.channels (name, transport, sends, config) values"
        " ('crm', 'webhook', '{event}',"
        ' \'{"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM"}\')'
    )
    platform.db.execute("insert into public.suppressions (kind, value) values ('company', 'Own Staff')")
    batch = [member(str(number), "CEO", company="Initech", country="Norway") for number in range(1, 4)]
    answer = backfill(platform, *batch, member("8", "CEO", company="Own Staff"), announce=True)
    assert (answer["executives"], answer["added"]) == (3, 3)
    assert platform.rows(
        "select detections.user_id, detections.kind, detections.is_told, detections.country_code,"
        " accounts.name from public.detections"
        " join public.accounts on accounts.id = detections.account_id order by 1"
    ) == [(user, "new", True, "NO", "Initech") for user in "123"]
    assert platform.value("select count(*) from public.outbox where kind = 'event'") == 3
    assert platform.rows("select user_id from public.user_state order by 1") == [("1",), ("2",), ("3",)]


def test_line_breaks_within_a_cell_are_blanks_as_in_a_webhook(platform: Platform) -> None:
    backfill(
        platform,
        member("1", "CEO\nand more", company="Acme\nInc.", country="\nUK"),
        member("2", "VP\n", company="", department="Sales\n\nNorth"),
    )
    assert platform.rows(
        "select username, title, company, country, department from public.user_state order by user_id"
    ) == [
        ("name of 1", "CEO and more", "Acme Inc.", "UK", None),
        ("name of 2", "VP", None, None, "Sales North"),
    ]


def test_lists_beside_plain_text_are_read_as_in_a_webhook(platform: Platform) -> None:
    backfill(platform, {"user_id": "1", "username": "Ada", "title": ["CEO", "Founder"], "company": ["Acme"]})
    assert platform.rows("select title, company from public.user_state") == [("CEO | Founder", "Acme")]
