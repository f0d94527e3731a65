"""Several communities in one database: a member is community and id, everywhere."""

from __future__ import annotations

import json
import random

import psycopg
import pytest

from tests.conftest import Connection
from tests.ingest.platform import Json, Platform, basic

SECRET = "another horse, another battery"
SIGNING_KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def add_source(platform: Platform, name: str, community: str | None, secret: str = SECRET) -> Platform:
    """Add a Basic source and return a platform that posts to it."""
    platform.db.execute(
        "insert into public.webhook_sources (name, auth_kind, username, community)"
        " values (%s, 'basic', %s, %s)",
        [name, name, community],
    )
    answer = platform.value("select public.set_webhook_secret(%s, %s)", name, secret)
    assert answer["status"] == "set", answer
    other = Platform(platform.db)
    other.headers = basic(name, secret)
    return other


@pytest.fixture
def other(platform: Platform) -> Platform:
    """A second community beside the first, which is `main`."""
    return add_source(platform, "forum", "forum")


def test_the_first_source_feeds_main_and_nobody_has_to_say_so(platform: Platform) -> None:
    assert platform.rows("select name, community from public.webhook_sources") == [("community", "main")]
    platform.change("1", "CEO")
    assert platform.value("select public.export_user('1') -> 'state' ->> 'title'") == "CEO"
    assert platform.value("select count(*) from public.recent_detections()") == 1
    assert (
        platform.value("select public.backfill_members(%s)", '[{"user_id": "2", "title": "VP"}]')["added"]
        == 1
    )
    assert platform.value("select public.forget_user('1')")["detections"] == 1


def test_a_second_source_has_to_say_which_community_it_feeds(platform: Platform) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation, match="forum") as refusal:
        add_source(platform, "forum", None)
    assert "main" in str(refusal.value.diag.message_hint)
    add_source(platform, "chat", "main")


def test_two_communities_with_the_same_id_are_two_people(platform: Platform, other: Platform) -> None:
    platform.change("7001", "CEO")
    other.change("7001", "Accountant")
    assert platform.rows("select community, title from public.user_state") == [("main", "CEO")]
    other.change("7001", "VP Sales")
    assert platform.rows("select community, title, kind from public.detections order by id") == [
        ("main", "CEO", "new"),
        ("forum", "VP Sales", "new"),
    ]


def test_two_sources_of_one_community_share_their_members(platform: Platform) -> None:
    chat = add_source(platform, "chat", "main")
    platform.change("1", "CEO", "")
    assert chat.change("1", "CEO", "")["status"] == "duplicate"
    assert chat.change("1", "Engineer", "CEO")["is_senior"] is False
    assert platform.state("1") is None


def test_a_call_without_a_community_asks_only_where_the_id_is_in_several(
    platform: Platform, other: Platform
) -> None:
    platform.change("1", "CEO")
    platform.change("2", "CFO")
    other.change("2", "CTO")
    assert platform.value("select public.export_user('1') -> 'state' ->> 'community'") == "main"
    for function in ("export_user", "forget_user"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="forum, main"):
            platform.value(f"select public.{function}('2')")
    for call in ("public.recent_detections()", "public.backfill_members('[]')"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="forum, main"):
            platform.rows(f"select {call}")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match='no community "fourm"'):
        platform.value("select public.forget_user('2', 'fourm')")


def test_forgetting_one_member_leaves_the_other_of_the_same_id(platform: Platform, other: Platform) -> None:
    platform.change("2", "CFO")
    other.change("2", "CTO")
    assert platform.value("select public.forget_user('2', community => 'forum')")["user_state"] == 1
    assert platform.rows("select community, title from public.user_state") == [("main", "CFO")]
    assert platform.rows("select community from public.detections") == [("main",)]
    other.change("2", "CEO")
    platform.change("2", "CEO")
    assert platform.rows("select community, title from public.user_state") == [("main", "CEO")]
    assert platform.value("select public.export_user('2', 'main') ->> 'forgotten'") == "false"
    assert platform.value("select public.export_user('2', 'forum') ->> 'forgotten'") == "true"


def test_backfill_and_reclassification_keep_to_their_community(platform: Platform, other: Platform) -> None:
    platform.change("1", "Engineer")
    members = json.dumps([{"user_id": "1", "title": "CEO", "joined_at": "2020-01-01"}])
    answer = platform.value("select public.backfill_members(%s, community => 'forum')", members)
    assert (answer["added"], answer["newer"]) == (1, 0)
    answer = platform.value("select public.backfill_members(%s, community => 'main')", members)
    assert (answer["added"], answer["newer"]) == (0, 1)
    assert platform.rows("select community from public.user_state") == [("forum",)]
    assert platform.value("select public.reclassify(community => 'forum')")["examined"] == 1


def test_a_secret_that_another_community_has_is_refused(platform: Platform) -> None:
    for name, community in (("one", "main"), ("two", "second"), ("three", "main")):
        platform.db.execute(
            "insert into public.webhook_sources (name, auth_kind, community)"
            " values (%s, 'standard_webhooks', %s)",
            [name, community],
        )

    def status(source: str) -> Json:
        answer: Json = platform.value("select public.set_webhook_secret(%s, %s)", source, SIGNING_KEY)
        return answer

    assert status("one")["status"] == "set"
    refused = status("two")
    assert refused["status"] == "refused"
    assert "one" in refused["message"]
    assert status("three")["status"] == "set"
    # One that has ended there is nobody's.
    platform.db.execute("update pathfinder.webhook_secrets set expires_at = now()")
    assert status("two")["status"] == "set"


def test_credentials_valid_in_two_communities_are_refused(platform: Platform, other: Platform) -> None:
    same = add_source(platform, "other", "main")
    same.headers = other.headers
    platform.db.execute("update public.webhook_sources set username = 'forum' where name = 'other'")
    answer = same.post({"userId": "1", "profileField": "Job Title", "value": "CEO"})
    assert answer.status == 401
    assert "several communities" in answer.body["message"]
    assert platform.value("select count(*) from public.events_raw") == 0


def history(seed: int) -> list[Json]:
    """Some edits of three members, out of order, with repetitions, clearing and losses."""
    chance = random.Random(seed)  # noqa: S311 (a history that can be had again)
    titles = ["CEO", "VP Sales", "Engineer", "", "CFO"]
    truth: dict[str, str] = {}
    posts: list[Json] = []
    for _ in range(60):
        member = chance.choice("xyz")
        title = chance.choice(titles)
        posts.append(
            {"userId": member, "profileField": "Job Title", "value": title, "oldValue": truth.get(member, "")}
        )
        truth[member] = title
        if chance.random() < 0.3:
            posts.append(chance.choice(posts))
        if chance.random() < 0.2:
            posts.insert(max(0, len(posts) - 2), posts.pop())
        if chance.random() < 0.1:
            posts.pop()
    return posts


def told(db: Connection, community: str) -> tuple[object, ...]:
    """Everything that is known of a community, but for ids and times."""
    events = db.execute(
        "select user_id, value, old_value, state from public.events_raw where community = %s order by id",
        [community],
    )
    people = db.execute(
        "select user_id, title, seniority_level from public.user_state where community = %s order by user_id",
        [community],
    )
    changes = db.execute(
        "select user_id, title, kind from public.detections where community = %s order by id", [community]
    )
    return events.fetchall(), people.fetchall(), changes.fetchall()


def test_three_communities_interleaved_equal_three_separate_runs(platform: Platform) -> None:
    sources = {name: add_source(platform, name, name, f"{SECRET} {name}") for name in ("one", "two", "three")}
    histories = {name: history(seed) for seed, name in enumerate(sources)}
    separate: dict[str, tuple[object, ...]] = {}
    for name, source in sources.items():
        answers = [source.post(post).result["status"] for post in histories[name]]
        separate[name] = (answers, told(platform.db, name))
        platform.db.execute("truncate public.events_raw, public.user_state, public.detections cascade")
    chance = random.Random(7)  # noqa: S311
    left = {name: list(posts) for name, posts in histories.items()}
    said: dict[str, list[str]] = {name: [] for name in sources}
    while any(left.values()):
        name = chance.choice([name for name, posts in left.items() if posts])
        said[name].append(sources[name].post(left[name].pop(0)).result["status"])
    for name in sources:
        assert (said[name], told(platform.db, name)) == separate[name]
