"""What a button behind a link does, and what an editor makes of it: in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.channels.people import add_channel, change, claim, complete, detect, pass_delay, users
from tests.people.test_at_once import meanwhile

Connection = psycopg.Connection[Any]
SOON = timedelta(days=1)


@pytest.fixture
def told(db: Connection) -> Connection:
    """Two channels, sales and board, that get digests and alerts."""
    db.execute("delete from public.channels")
    db.execute("update public.settings set instant_alerts = true, announced_changes = %s", [Jsonb(ALL)])
    for name in ("sales", "board"):
        add_channel(db, name, "{digest,alert}")
    return db


KINDS = ["new", "promotion", "moved", "role", "demotion", "left"]
ALL = {"digest": KINDS, "alert": KINDS}


def press(
    db: Connection, detection: int, verdict: str, channel: str = "sales", until: timedelta = SOON
) -> Any:  # noqa: ANN401  (JSON)
    return value(
        db,
        "select public.give_feedback(%s, %s, %s, %s)",
        channel,
        detection,
        datetime.now(UTC) + until,
        verdict,
    )


def opened(db: Connection, detection: int, channel: str = "sales", until: timedelta = SOON) -> Any:  # noqa: ANN401  (JSON)
    return value(db, "select public.open_feedback(%s, %s, %s)", channel, detection, datetime.now(UTC) + until)


def value(db: Connection, query: str, *parameters: object) -> Any:  # noqa: ANN401  (JSON)
    row = db.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]


def proposals(db: Connection) -> list[tuple[Any, ...]]:
    return db.execute(
        "select channel, user_id, verdict, status from public.feedback_proposals order by id"
    ).fetchall()


def mutes(db: Connection) -> list[tuple[Any, ...]]:
    return db.execute("select channel, user_id, reason, until from public.mutes order by 1, 2").fetchall()


def digest_people(db: Connection, channel: str) -> list[str]:
    found = db.execute(
        "select person ->> 'user_id' from public.digests"
        " cross join lateral jsonb_array_elements(payload -> 'people') as person where channel = %s",
        [channel],
    ).fetchall()
    return sorted(row[0] for row in found)


def test_a_page_shows_what_its_change_told(told: Connection) -> None:
    came = detect(told, "1")
    told.execute("update public.detections set company = 'Acme'")
    gone = change(told, "1", "left", company=None, previous_company="Globex")
    shown = [(page["title"], page["company"]) for page in (opened(told, came), opened(told, gone))]
    assert shown == [("CEO", "Acme"), ("CEO", "Globex")]


def test_not_an_executive_and_already_known_mute_the_person_for_that_channel_only(told: Connection) -> None:
    first, second = detect(told, "1"), detect(told, "2")
    detect(told, "3")
    answer = press(told, first, "not_executive")
    press(told, second, "already_known")
    assert answer == {
        "channel": "sales", "username": "Ada 1", "title": "CEO", "company": None, "is_muted": True,
        "verdicts": ["not_executive"],
    }  # fmt: skip
    assert mutes(told) == [("sales", "1", "not executive", None), ("sales", "2", "already known", None)]
    pass_delay(told)
    alerted = {job["channel"]: sorted(users(job)) for job in claim(told)}
    assert alerted == {"sales": ["3"], "board": ["1", "2", "3"]}
    told.execute("select public.send_digests()")
    assert digest_people(told, "sales") == ["3"]
    assert digest_people(told, "board") == ["1", "2", "3"]


def test_whoever_is_muted_is_not_told_of_later_either_until_it_is_undone(told: Connection) -> None:
    detection = detect(told, "1")
    told.execute("select public.send_digests()")
    press(told, detection, "already_known")
    change = (
        "with person as (update public.user_state set title = %s, company = %s returning user_state)"
        " select pathfinder.record_change(%s, (select user_state from person), 'webhook', true)"
    )
    for company, seen in (("Globex", []), ("Initech", ["1"])):
        state = value(told, "select user_state from public.user_state")
        told.execute(change, ["CEO", company, state])
        told.execute("delete from public.digests")
        told.execute("select public.send_digests()")
        assert digest_people(told, "sales") == seen
        press(told, detection, "undo")


def test_wrong_company_mutes_nobody_and_waits_for_an_editor(told: Connection) -> None:
    answer = press(told, detect(told, "1"), "wrong_company")
    assert (answer["is_muted"], answer["verdicts"]) == (False, ["wrong_company"])
    assert mutes(told) == []
    assert proposals(told) == [("sales", "1", "wrong_company", "open")]


def test_a_scanner_that_presses_everything_many_times_leaves_one_mute_and_what_waits(
    told: Connection,
) -> None:
    detection = detect(told, "1")
    state = told.execute("select * from public.user_state").fetchall()
    rules = value(told, "select max(version) from public.rule_versions")
    for _ in range(3):
        for verdict in ("not_executive", "already_known", "wrong_company"):
            press(told, detection, verdict)
    assert mutes(told) == [("sales", "1", "not executive", None)]
    assert len(proposals(told)) == 3
    assert told.execute("select * from public.user_state").fetchall() == state
    assert value(told, "select max(version) from public.rule_versions") == rules
    assert value(told, "select count(*) from public.suppressions") == 0
    assert value(told, "select count(*) from public.audit where subject = 'feedback'") == 3


def test_undo_takes_back_the_mute_and_what_waits_and_nothing_of_other_channels(told: Connection) -> None:
    detection = detect(told, "1")
    for channel in ("sales", "board"):
        press(told, detection, "not_executive", channel)
    press(told, detection, "wrong_company")
    decided = value(told, "select id from public.feedback_proposals where verdict = 'wrong_company'")
    told.execute("select public.dismiss_proposal(%s)", [decided])
    answer = press(told, detection, "undo")
    assert (answer["is_muted"], answer["verdicts"]) == (False, [])
    assert mutes(told) == [("board", "1", "not executive", None)]
    assert proposals(told) == [
        ("board", "1", "not_executive", "open"),
        ("sales", "1", "wrong_company", "dismissed"),
    ]


def test_a_mute_that_an_operator_made_is_not_undone_by_a_link(told: Connection) -> None:
    detection = detect(told, "1")
    told.execute("insert into public.mutes (channel, user_id, reason) values ('sales', '1', 'asked for it')")
    assert press(told, detection, "already_known")["is_muted"] is True
    assert press(told, detection, "undo")["is_muted"] is False
    assert mutes(told) == [("sales", "1", "asked for it", None)]


def test_a_mute_that_an_operator_made_for_a_while_is_as_it_was_after_a_press_and_its_undo(
    told: Connection,
) -> None:
    detection = detect(told, "1")
    [mute] = told.execute(
        "insert into public.mutes (channel, user_id, reason, until)"
        " values ('sales', '1', 'on leave', now() - interval '1 hour') returning *"
    ).fetchall()
    press(told, detection, "already_known")
    pass_delay(told)
    assert [user for job in claim(told) if job["channel"] == "sales" for user in users(job)] == []
    press(told, detection, "undo")
    assert told.execute("select * from public.mutes").fetchall() == [mute]
    told.execute("select public.send_digests()")
    assert digest_people(told, "sales") == ["1"]


def test_two_mutes_of_one_person_leave_everybody_else_as_often_as_before(told: Connection) -> None:
    detection = detect(told, "1")
    detect(told, "2")
    told.execute("insert into public.mutes (channel, user_id) values ('sales', '1')")
    press(told, detection, "already_known")
    told.execute("select public.send_digests()")
    assert (digest_people(told, "sales"), digest_people(told, "board")) == (["2"], ["1", "2"])
    assert value(told, "select count(*) from pathfinder.digest_ledger where channel = 'sales'") == 2


@pytest.mark.parametrize("verdict", ["fire them", "", "NOT_EXECUTIVE", "accept"])
def test_what_is_no_button_is_refused(told: Connection, verdict: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="is no feedback"):
        press(told, detect(told, "1"), verdict)


def test_a_link_is_about_nobody_when_it_has_run_out_or_its_channel_or_person_is_gone(
    told: Connection,
) -> None:
    detection = detect(told, "1")
    late = timedelta(seconds=-1)
    assert opened(told, detection)["username"] == "Ada 1"
    assert opened(told, detection, until=late) is None
    assert press(told, detection, "already_known", until=late) is None
    assert press(told, detection, "already_known", "nobody") is None
    assert press(told, detection + 1000, "already_known") is None
    assert (mutes(told), proposals(told)) == ([], [])
    told.execute("update public.channels set name = 'sales-2' where name = 'sales'")
    assert opened(told, detection) is None
    told.execute("insert into public.suppressions (kind, value) values ('member', '1')")
    assert opened(told, detection, "board") is None


def test_of_a_forgotten_person_nothing_remains_and_their_links_are_dead(told: Connection) -> None:
    detection, other = detect(told, "1"), detect(told, "2")
    for verdict in ("not_executive", "wrong_company"):
        press(told, detection, verdict)
    press(told, other, "already_known")
    exported = value(told, "select public.export_user('1')")
    assert [entry["verdict"] for entry in exported["feedback"]] == ["not_executive", "wrong_company"]
    assert [entry["channel"] for entry in exported["mutes"]] == ["sales"]
    told.execute("select public.forget_user('1')")
    assert opened(told, detection) is None
    assert press(told, detection, "already_known") is None
    assert proposals(told) == [("sales", "2", "already_known", "open")]
    assert [mute[1] for mute in mutes(told)] == ["2"]
    assert "'1'" not in str(told.execute("select detail from public.audit").fetchall())


def test_what_was_said_goes_with_the_retention_of_changes(told: Connection) -> None:
    press(told, detect(told, "1"), "wrong_company")
    told.execute("update public.feedback_proposals set created_at = now() - interval '3 years'")
    told.execute("select public.purge_old_events()")
    assert len(proposals(told)) == 1
    told.execute("update public.settings set detection_retention = '2 years'")
    told.execute("select public.purge_old_events()")
    assert proposals(told) == []


def only(db: Connection) -> int:
    return int(
        value(db, "select id from public.feedback_proposals where status = 'open' order by id limit 1")
    )


def test_accepted_as_an_example_with_an_exclusion_the_title_finds_nobody(told: Connection) -> None:
    title = "Chief Happiness Officer"
    detection = detect(told, "1")
    told.execute("update public.detections set title = %s", [title])
    assert value(told, "select (pathfinder.classify(%s)).level", title) == "csuite"
    for channel in ("sales", "board"):
        press(told, detection, "not_executive", channel)
    [seen] = value(told, "select public.list_proposals(%s)", Jsonb({"id": only(told)}))["rows"]
    assert (seen["username"], seen["title"], seen["level"], seen["said"]) == ("Ada 1", title, "csuite", 2)
    made = value(
        told, "select public.accept_proposal(%s, pattern => %s)", only(told), "chief happiness officer"
    )
    assert made["as"] == "example"
    assert value(told, "select (pathfinder.classify(%s)).level", title) is None
    assert (
        value(told, "select expected from public.rule_examples where id = %s", made["example_id"]) == "none"
    )
    # The other channel's readers said the same.
    assert {status for *_, status in proposals(told)} == {"accepted"}
    assert value(told, "select count(*) from public.check_rules() where title = %s", title) == 0
    number = value(told, "select max(id) from public.feedback_proposals")
    assert value(told, "select public.reopen_proposal(%s)", number) == 2
    assert value(told, "select (pathfinder.classify(%s)).level", title) == "csuite"
    assert value(told, "select count(*) from public.rule_examples where title = %s", title) == 0
    # What was decided with it waits as well.
    assert {status for *_, status in proposals(told)} == {"open"}


def test_accepted_as_an_example_alone_it_is_listed_until_the_rules_are_edited(told: Connection) -> None:
    detection = detect(told, "1")
    told.execute("update public.detections set title = 'Chief Happiness Officer'")
    press(told, detection, "not_executive")
    told.execute("select public.accept_proposal(%s)", [only(told)])
    failing = told.execute("select title, expected from public.check_rules()").fetchall()
    assert ("Chief Happiness Officer", "none") in failing


def test_an_exclusion_that_does_not_do_it_or_an_example_that_says_the_opposite_is_refused(
    told: Connection,
) -> None:
    detection = detect(told, "1")
    told.execute("update public.detections set title = 'Chief Happiness Officer'")
    press(told, detection, "not_executive")
    rules = value(told, "select count(*) from public.classification_rules")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="would still be found: C-level"):
        told.execute("select public.accept_proposal(%s, pattern => 'gardener')", [only(told)])
    told.execute(
        "insert into public.rule_examples (title, expected) values ('Chief Happiness Officer', 'csuite')"
    )
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="an example says"):
        told.execute("select public.accept_proposal(%s)", [only(told)])
    assert value(told, "select count(*) from public.classification_rules") == rules


def test_accepted_as_a_suppression_nobody_hears_of_the_person_until_it_is_undone(told: Connection) -> None:
    press(told, detect(told, "1"), "already_known")
    number = only(told)
    made = value(
        told, "select public.accept_proposal(%s, until => %s)", number, datetime.now(UTC) + timedelta(days=90)
    )
    assert value(told, "select reason from public.suppressions where id = %s", made["suppression_id"]) == (
        "feedback: already known"
    )
    assert value(told, "select count(*) from public.user_state") == 0
    told.execute("select public.reopen_proposal(%s)", [number])
    assert value(told, "select count(*) from public.suppressions") == 0
    assert value(told, "select count(*) from public.user_state") == 1


def test_a_decision_is_made_once_and_says_who_made_it(told: Connection) -> None:
    press(told, detect(told, "1"), "already_known")
    number = only(told)
    told.execute("select public.dismiss_proposal(%s)", [number])
    for act in ("dismiss_proposal", "accept_proposal"):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="is dismissed already"):
            told.execute(f"select public.{act}(%s)".encode(), [number])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="there is no proposal"):
        told.execute("select public.dismiss_proposal(%s)", [number + 1])
    assert value(told, "select decided_by from public.feedback_proposals") == (
        "Table Editor or SQL (postgres)"
    )
    assert mutes(told) == [("sales", "1", "already known", None)]
    acts = told.execute("select action from public.audit where subject = 'feedback' order by id").fetchall()
    assert acts == [("already_known",), ("dismiss",)]
    press(told, value(told, "select max(id) from public.detections"), "already_known")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="was said again since"):
        told.execute("select public.reopen_proposal(%s)", [number])


def test_pages_of_proposals_are_newest_first_and_filtered(told: Connection) -> None:
    for user in "123":
        press(told, detect(told, user), "wrong_company")
    told.execute("select public.dismiss_proposal(%s)", [only(told)])
    page = value(told, 'select public.list_proposals(\'{"status": "open"}\', null, 1)')
    assert [row["user_id"] for row in page["rows"]] == ["3"]
    page = value(told, 'select public.list_proposals(\'{"status": "open"}\', %s, 1)', Jsonb(page["next"]))
    assert ([row["user_id"] for row in page["rows"]], page["next"]) == (["2"], None)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_only_the_worker_may_give_feedback_or_decide(told: Connection, role: str) -> None:
    press(told, detect(told, "1"), "already_known")
    told.execute(f"set role {role}".encode())
    for call in (
        "public.open_feedback('sales', 1, now() + interval '1 day')",
        "public.give_feedback('sales', 1, now() + interval '1 day', 'undo')",
        "public.list_proposals()",
        "public.accept_proposal(1)",
        "public.dismiss_proposal(1)",
        "public.reopen_proposal(1)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            told.execute(f"select {call}".encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        told.execute("select from public.feedback_proposals")


def test_the_worker_s_role_may_decide_and_cannot_write_proposals_itself(told: Connection) -> None:
    press(told, detect(told, "1"), "already_known")
    number = only(told)
    told.execute("set role service_role")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        told.execute("update public.feedback_proposals set status = 'open'")
    told.execute("select public.accept_proposal(%s)", [number])
    told.execute("select public.reopen_proposal(%s)", [number])


def test_an_undo_and_the_acceptance_of_the_same_do_not_wait_for_each_other(
    told: Connection, db_dsn: str
) -> None:
    detection = detect(told, "1")
    press(told, detection, "wrong_company")
    number = only(told)
    accepting = "select public.accept_proposal(%s, company => 'Globex')"
    told.autocommit = False
    told.execute("select pathfinder.lock_member('main', '1')")
    with meanwhile(db_dsn, lambda other: other.execute(accepting, [number])) as until_halted:
        until_halted()
        press(told, detection, "undo")
        told.commit()
    told.autocommit = True
    assert proposals(told) == [("sales", "1", "wrong_company", "accepted")]


def test_the_page_of_an_alert_that_told_somebody_forgotten_names_nobody_else(told: Connection) -> None:
    detect(told, "1")
    pass_delay(told)
    [job] = [job for job in claim(told) if job["channel"] == "sales"]
    complete(told, job)
    told.execute("select public.forget_user('1')")
    detect(told, "2")
    pass_delay(told)
    seen = value(told, "select public.preview_job(%s)", job["id"])
    assert seen["document"] == {"missing": True}


def test_a_company_that_cannot_be_seen_is_none_that_could_be_right(told: Connection) -> None:
    press(told, detect(told, "1"), "wrong_company")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="the right company is missing"):
        told.execute("select public.accept_proposal(%s, company => %s)", [only(told), "\u200b &nbsp;"])


def test_what_was_said_of_somebody_who_is_suppressed_since_is_listed_without_what_they_are(
    told: Connection,
) -> None:
    for user in "12":
        press(told, detect(told, user), "already_known")
    told.execute("select public.accept_proposal(%s)", [only(told)])
    page = value(told, "select public.list_proposals('{}')")
    other, suppressed = page["rows"]
    assert (suppressed["user_id"], suppressed["status"], other["user_id"]) == ("1", "accepted", "2")
    for name in ("title", "company", "username", "level", "rule"):
        assert suppressed.get(name) is None
    assert other["title"]
