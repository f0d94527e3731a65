"""What comes late, or again: older news replaces nothing newer, and whoever is back counts."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg import sql

from tests.ingest.platform import Json, Platform

TITLE: Json = {"profileField": "Job Title"}


def kinds(platform: Platform, user: str) -> list[str]:
    return [
        kind
        for (kind,) in platform.rows(
            "select kind from public.detections where user_id = %s order by id", user
        )
    ]


def company(platform: Platform, user: str) -> object:
    return platform.value("select company from public.user_state where user_id = %s", user)


def joined(platform: Platform, user: str) -> list[tuple[object, ...]]:
    return platform.rows(
        "select (joined_at at time zone 'UTC')::date::text from pathfinder.registrations where user_id = %s",
        user,
    )


def test_a_company_beside_an_older_title_does_not_replace_a_newer_one(platform: Platform) -> None:
    platform.change("1", "VP Sales", timestamp="2026-11-27T08:00:00Z")
    platform.change("1", "Globex", field="Company", timestamp="2026-11-27T10:00:00Z")
    platform.change("1", "CEO", company="Acme", timestamp="2026-11-27T09:00:00Z")
    assert platform.state("1") == ("CEO", "csuite")
    assert company(platform, "1") == "Globex"

    platform.change("2", "CEO", company="Globex", timestamp="2026-11-27T10:00:00Z")
    late = platform.change("2", "Acme", field="Company", timestamp="2026-11-27T09:00:00Z")
    assert late["status"] == "stale"
    assert company(platform, "2") == "Globex"
    assert [kinds(platform, user) for user in "12"] == [["new", "promotion"], ["new"]]

    platform.change("3", "Globex", field="Company", timestamp="2026-11-27T10:00:00Z")
    platform.change("3", "CEO", company="Acme", timestamp="2026-11-27T09:00:00Z")
    assert company(platform, "3") == "Globex", "of somebody new, too"


def test_a_change_without_a_time_makes_nothing_younger_that_came_before_it(platform: Platform) -> None:
    for user, between in (("1", {"timestamp": "soon"}), ("2", {})):
        platform.change(user, "CEO", timestamp="2026-11-27T10:00:00Z")
        platform.post({"userId": user, **TITLE, "value": "CFO", **between})
        late = platform.change(user, "Writer", timestamp="2026-11-27T09:00:00Z")
        assert late["status"] == "stale"
        assert platform.state(user) == ("CFO", "csuite")
    platform.db.execute("delete from public.events_raw")
    assert platform.change("1", "Writer", timestamp="2026-11-27T09:00:00Z")["status"] == "stale"


def test_a_late_title_does_not_bring_back_who_left(platform: Platform) -> None:
    platform.change("1", "Writer", "")
    platform.post({"event": "user_deleted", "userId": "1"})
    assert platform.change("1", "CEO", "Writer")["status"] == "stale"
    platform.age("16 minutes")
    assert platform.value("select pathfinder.process_pending_events()") == 0
    assert platform.state("1") is None
    assert platform.change("1", "CEO", "")["status"] == "processed", "who begins anew is back"


def test_whoever_left_and_registers_again_counts(platform: Platform) -> None:
    platform.change("1", "CEO", "")
    platform.post({"event": "user_deleted", "userId": "1"})
    again = {"event": "UserRegistered", "user": {"id": "1", "jobTitle": "CEO"}}
    result = platform.post(again).result
    assert (result["status"], result["seniority_level"]) == ("processed", "csuite")
    assert kinds(platform, "1") == ["new", "left", "new"]
    assert len(joined(platform, "1")) == 1

    platform.post({"event": "user_deleted", "userId": "1"})
    late = {**again, "date": "2019-10-10"}
    assert platform.post(late).result["status"] == "stale", "it is of the first time"
    assert joined(platform, "1") == []


def test_of_a_registration_that_comes_late_the_date_counts(platform: Platform) -> None:
    platform.change("1", "CEO", "Writer")
    late = {"event": "UserRegistered", "date": "2019-10-10", "user": {"id": "1", "jobTitle": "Writer"}}
    assert platform.post(late).result["status"] == "stale"
    assert joined(platform, "1") == [("2019-10-10",)]
    assert platform.rows(
        "select title, (joined_at at time zone 'UTC')::date::text from public.user_state"
    ) == [("CEO", "2019-10-10")]


def test_a_repeated_title_counts_when_its_suppression_is_gone(platform: Platform) -> None:
    platform.db.execute("select public.add_suppression('member', '1', 'own staff')")
    platform.db.execute("select public.add_suppression('company', 'Acme', 'partner')")
    posts: list[Json] = [
        {"userId": "1", "jobTitle": "CEO", "eventId": "e1"},
        {"userId": "2", "jobTitle": "CEO", "company": "Acme"},
    ]
    for post in posts:
        assert platform.post(post).result["is_senior"] is False
        assert platform.post(post).result["status"] == "duplicate", "while it lasts"
    platform.db.execute("delete from public.suppressions")
    for post in posts:
        assert platform.post(post).result["is_senior"] is True
        assert platform.post(post).result["status"] == "duplicate"
    assert [kinds(platform, user) for user in "12"] == [["new"], ["new"]]


@pytest.mark.parametrize(
    "nothing", ["N/A", "n/a", "none", "None", "-", "--", "NULL", "(none)", "unknown", "?", "—"]
)
def test_a_placeholder_is_no_company_and_no_move(platform: Platform, nothing: str) -> None:
    platform.change("1", "CEO", company="Acme")
    platform.change("1", "CFO", company=nothing)
    assert company(platform, "1") == "Acme"
    platform.change("1", nothing, field="Company")
    assert company(platform, "1") is None
    platform.change("1", "Globex", nothing, field="Company")
    assert company(platform, "1") == "Globex"
    assert "moved" not in kinds(platform, "1")
    platform.value(
        "select public.backfill_members(%s)",
        json.dumps(
            [{"user_id": "2", "title": "CEO", "company": nothing, "country": "NA", "joined_at": nothing}]
        ),
    )
    assert platform.rows("select company, country from public.user_state where user_id = '2'") == [
        (None, "NA")
    ]


def test_another_name_of_an_account_is_no_move(platform: Platform) -> None:
    platform.db.execute("insert into public.accounts (name, aliases) values ('Acme', '{Roadrunner Traps}')")
    platform.change("1", "CEO", company="Acme Inc.")
    platform.change("1", "Roadrunner Traps", field="Company")
    assert (company(platform, "1"), kinds(platform, "1")) == ("Roadrunner Traps", ["new"])
    platform.change("1", "Globex", field="Company")
    assert kinds(platform, "1") == ["new", "moved"]


def test_another_field_for_titles_takes_nothing_from_the_first(platform: Platform) -> None:
    platform.change("1", "CEO", company="Acme")
    for lesser in ("Dr.", "", "VP Sales"):
        result = platform.change("1", lesser, field="Title", country="DE")
        assert (result["status"], result["seniority_level"]) == ("processed", "csuite")
    assert platform.state("1") == ("CEO", "csuite")
    assert platform.value("select country from public.user_state") == "DE"
    platform.change("1", "Writer")
    assert platform.state("1") is None

    platform.change("2", "VP Sales", field="Title")
    platform.change("2", "CEO")
    assert platform.state("2") == ("CEO", "csuite")
    platform.change("3", "CEO", field="Title")
    platform.change("3", "Writer", field="Title")
    assert platform.state("3") is None


@pytest.mark.parametrize(
    ("column", "content"), [("timestamp_header", "{id}.{body}"), ("event_id_header", "{timestamp}.{body}")]
)
def test_a_signed_source_trusts_no_header_that_is_not_signed(
    platform: Platform, column: str, content: str
) -> None:
    add = sql.SQL(
        "insert into public.webhook_sources (name, community, auth_kind, header_name, signed_content, {})"
        " values ('signed', 'main', 'hmac', 'x-signature', %s, 'x-other')"
    ).format(sql.Identifier(column))
    for template in ("{body}", content):
        with pytest.raises(psycopg.errors.CheckViolation, match="not signed") as caught:
            platform.db.execute(add, [template])
        assert "signed_content" in str(caught.value.diag.message_hint)
    platform.db.execute(add, ["{timestamp}.{id}.{body}"])


@pytest.mark.parametrize(
    "event",
    [
        "Benutzer gelöscht", "benutzer.geloescht", "utilisateur supprimé", "compte_désactivé",
        "usuario eliminado", "usuário excluído", "utente eliminato", "gebruiker verwijderd",
        "пользователь удалён", "用户已删除", "ユーザーが削除されました", "회원탈퇴", "użytkownik usunięty",
    ],
)  # fmt: skip
def test_a_membership_ends_in_other_languages(platform: Platform, event: str) -> None:
    for more in ({"jobTitle": "CEO"}, {**TITLE, "value": "CEO"}):
        platform.post({"userId": "1", "jobTitle": "CEO"})
        assert platform.post({"userId": "1", "event": event, **more}).result["is_senior"] is False
        assert platform.state("1") is None
        platform.db.execute("delete from public.events_raw")


@pytest.mark.parametrize(
    "event", ["Beitrag des Benutzers gelöscht", "commentaire supprimé", "投稿削除", "profil mis à jour"]
)
def test_what_ends_in_other_languages_has_to_be_the_member(platform: Platform, event: str) -> None:
    assert platform.post({"userId": "1", "event": event, "jobTitle": "CEO"}).result["is_senior"] is True


def test_a_filter_by_account_sees_the_one_before(platform: Platform) -> None:
    platform.db.execute(
        "insert into public.channels (name, transport, config, sends, filter)"
        " values ('watch', 'slack_webhook', %s, '{digest}', %s)",
        [json.dumps({"secret_env": "CHANNEL_WATCH_URL"}), json.dumps({"watched": True})],
    )
    platform.change("1", "CEO", company="Acme")
    platform.change("2", "CEO", company="Acme")
    platform.change("3", "CEO", company="Initech")
    platform.db.execute("insert into public.accounts (name, is_watched) values ('Acme', true)")
    platform.change("1", "Globex", field="Company")
    platform.change("2", "Writer")
    platform.change("3", "Globex", field="Company")
    told = platform.rows(
        "select (told.change).user_id, (told.change).kind, told.outcome from public.detections,"
        " lateral pathfinder.told_changes(array[detections.id], 'watch', null, 'infinity') as told"
        " where detections.kind in ('moved', 'left') order by 1"
    )
    assert told == [("1", "moved", "told"), ("2", "left", "told"), ("3", "moved", "unmatched")]


def test_an_account_that_is_added_later_counts_for_who_left_before(platform: Platform) -> None:
    platform.db.execute(
        "insert into public.channels (name, transport, config, sends, filter)"
        " values ('watch', 'slack_webhook', %s, '{digest}', %s)",
        [json.dumps({"secret_env": "CHANNEL_WATCH_URL"}), json.dumps({"watched": True})],
    )
    platform.change("1", "CEO", company="Acme")
    platform.change("1", "Writer")
    platform.db.execute("insert into public.accounts (name, is_watched) values ('Acme', true)")
    assert platform.rows(
        "select told.outcome from public.detections,"
        " lateral pathfinder.told_changes(array[detections.id], 'watch', null, 'infinity') as told"
        " where detections.kind = 'left'"
    ) == [("told",)]
