"""Forgetting reaches whatever holds somebody, and holds against everything that comes later."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from captpathfinder.commands.speech import Speech
from captpathfinder.commands.users import in_words
from captpathfinder.render.workspace import sweep, workspace
from tests.conftest import Connection
from tests.people.test_changes import rows, say
from tests.people.test_corrections import correct

TITLE = "Chief Financial Officer of Everything"

_TABLES = (
    "select format('%I.%I', schemaname, tablename) from pg_tables"
    " where schemaname in ('public', 'pathfinder')"
)


def tables_with(db: Connection, text: str) -> list[str]:
    """The tables of which a row holds the text."""
    found = []
    for (table,) in rows(db, _TABLES):
        query = f"select count(*) from {table} as stored where position(%s in stored::text) > 0"  # noqa: S608
        if db.execute(query.encode(), [text]).fetchone() != (0,):
            found.append(str(table))
    return found


def call(db: Connection, query: str, *arguments: object) -> Any:  # noqa: ANN401 (JSON)
    row = db.execute(query.encode(), list(arguments)).fetchone()
    assert row is not None
    return row[0]


def test_no_table_holds_name_id_or_title_after_it_and_after_what_comes_later(db: Connection) -> None:
    user = "user-4711"
    db.execute(
        "insert into public.suppressions (kind, value, until) values ('member', 'other', '2999-01-01')"
    )
    say(db, TITLE, user=user)
    say(db, TITLE + " Else", user="other")
    say(db, "Acme", "company", user=user)
    db.execute("select public.generate_reports()")
    db.execute("select public.send_digests()")
    correct(db, user, company="Globex")
    db.execute("insert into pathfinder.registrations (user_id, joined_at) values (%s, now())", [user])
    db.execute(
        "insert into public.mutes (channel, user_id) select min(name), %s from public.channels", [user]
    )
    db.execute(
        "insert into public.suppressions (kind, value, until) values ('member', %s, '2999-01-01')", [user]
    )
    for text in (user, f"Ada {user}", TITLE):
        assert tables_with(db, text), text
    call(db, "select public.forget_user(%s)", user)
    call(db, "select public.forget_user('other')")
    say(db, TITLE, user=user)
    say(db, "Acme", "company", user=user)
    db.execute(
        "select public.backfill_members(%s)",
        [Jsonb([{"user_id": user, "username": "Ada", "title": TITLE, "joined_at": "2020-01-01"}])],
    )
    for text in (user, f"Ada {user}", TITLE):
        assert tables_with(db, text) == [], text


def test_request_of_somebody_unknown_is_recorded(db: Connection) -> None:
    answer = call(db, "select public.forget_user('99')")
    assert answer["sent"] == []
    assert say(db, "CEO", user="99") is None
    assert rows(db, "select * from public.user_state") == []


def test_report_whose_changes_were_deleted_is_made_anew(db: Connection) -> None:
    say(db, "CEO")
    db.execute("select public.generate_reports()")
    db.execute("delete from public.detections")
    assert call(db, "select public.forget_user('1')")["reports"] == 1
    assert rows(db, "select * from pathfinder.report_people") == []


def test_report_files_end_with_their_changes(db: Connection) -> None:
    say(db, "CEO")
    db.execute("select public.generate_reports()")
    db.execute("select pathfinder.expire_reports(now() + interval '60 days')")
    assert rows(db, "select is_outdated from public.reports") == [(False,)], "its changes are there"
    db.execute("delete from public.detections")
    db.execute("select pathfinder.expire_reports(now() - interval '60 days')")
    assert rows(db, "select is_outdated from public.reports") == [(False,)], "its month is not over"
    db.execute("select pathfinder.expire_reports(now() + interval '60 days')")
    assert rows(db, "select is_outdated from public.reports") == [(True,)]
    assert rows(db, "select pathfinder.recount_reports()") == [(1,)]


def test_restored_backup_forgets_again(db: Connection) -> None:
    say(db, "CEO")
    say(db, "CFO", user="2")
    call(db, "select public.forget_user('1')")
    listed = call(db, "select public.forgotten_list()")
    # As it was before, salt included, or with another: a backup of before the first wish.
    db.execute("delete from pathfinder.forgotten")
    db.execute("update pathfinder.privacy_salt set salt = 'another salt, of 16 bytes or more'")
    say(db, "CEO")
    assert call(db, "select public.forget_again(%s)", Jsonb(listed)) == {"listed": 1, "forgotten": 1}
    assert rows(db, "select user_id from public.user_state") == [("2",)]
    assert say(db, "CEO") is None
    assert call(db, "select public.forget_again(%s)", Jsonb(listed)) == {"listed": 1, "forgotten": 0}


@pytest.mark.parametrize("wrong", [{}, [], {"salt": "zz", "digests": []}, {"salt": "00" * 32, "digests": []}])
def test_what_is_no_list_of_this_project_is_refused_in_words(db: Connection, wrong: object) -> None:
    call(db, "select public.forget_user('1')")
    with pytest.raises(psycopg.errors.InvalidParameterValue) as refused:
        call(db, "select public.forget_again(%s)", Jsonb(wrong))
    assert refused.value.diag.message_hint


def test_times_of_joining_have_an_end(db: Connection) -> None:
    db.execute(
        "insert into pathfinder.registrations (user_id, joined_at, recorded_at)"
        " values ('1', now(), now() - interval '731 days'), ('2', now(), now() - interval '729 days')"
    )
    db.execute("select public.purge_old_events()")
    assert rows(db, "select user_id from pathfinder.registrations") == [("2",)]


def test_the_answer_says_of_each_message_that_was_sent_whether_it_names_them() -> None:
    digest = {"kind": "digest", "channel": "sales", "sent_at": "2026-11-20T22:00:00+00:00", "parts": 2}
    answer = {
        "user_state": 1,
        "sent": [
            {**digest, "part": 1, "is_named": False},
            {**digest, "part": 2, "is_named": True},
            {**digest, "kind": "alert", "part": None, "parts": None, "is_named": True},
        ],
    }
    assert in_words("7", answer, Speech("America/New_York")).splitlines()[2:] == [
        "These messages name them, and cannot be called back:",
        "  digest to sales, part 2 of 2, 20 November 2026, 17:00 (America/New_York)",
        "  alert to sales, 20 November 2026, 17:00 (America/New_York)",
        "These do not name them; whatever list they led to has them no more:",
        "  digest to sales, part 1 of 2, 20 November 2026, 17:00 (America/New_York)",
    ]


def test_folders_of_killed_workers_are_swept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    alive = os.getppid()
    for name in (
        f"captpathfinder-{2**22 + 1}-x",
        f"captpathfinder-{os.getpid()}-x",
        f"captpathfinder-{alive}-x",
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "digest.csv").write_text("Ada", encoding="utf-8")
    assert sweep() == 2
    assert [path.name for path in tmp_path.iterdir()] == [f"captpathfinder-{alive}-x"]
    with workspace() as folder:
        assert folder.parent == tmp_path
    assert not folder.exists()


def test_digest_outlives_the_changes_it_told_of_and_names_nobody_all_the_same(db: Connection) -> None:
    say(db, "CEO")
    say(db, "CFO", user="2")
    db.execute("select public.send_digests()")
    db.execute("delete from public.detections")
    call(db, "select public.forget_user('1')")
    assert "Ada 1" not in str(rows(db, "select payload from public.digests"))
    assert "Ada 2" in str(rows(db, "select payload from public.digests"))


def removals(db: Connection) -> list[Any]:
    return [
        payload for (payload,) in rows(db, "select payload from public.outbox where kind = 'file_removal'")
    ]


def digest_behind_a_link(db: Connection) -> int:
    """Send one channel a digest of which one person stands behind the link; returns its job."""
    db.execute("update public.settings set digest_size = 1, digest_messages = 1")
    db.execute("delete from public.channels where name <> (select min(name) from public.channels)")
    say(db, "CEO")
    say(db, "CFO", user="2")
    db.execute("select public.send_digests()")
    return int(call(db, "select id from public.outbox where kind = 'digest'"))


def test_file_behind_a_digest_goes_with_whoever_stands_in_it(db: Connection) -> None:
    digest_behind_a_link(db)
    digest, day = rows(
        db,
        "select payload ->> 'digest_id', to_char(week_end at time zone 'UTC', 'YYYY-MM-DD')"
        " from public.digests",
    )[0]
    call(db, "select public.forget_user('1')")
    assert removals(db) == [{"folder": f"digests/{day}", "ending": f"-{digest}.csv"}]
    call(db, "select public.forget_user('2')")
    assert len(removals(db)) == 1, "no file is behind it any more"


def test_file_made_while_somebody_was_erased_goes_too(db: Connection) -> None:
    digest_behind_a_link(db)
    claimed = rows(db, "select id, attempt from public.claim_outbox('w1', '{digest}', 1, 60)")[0]
    call(db, "select public.forget_user('1')")
    result = Jsonb({"csv_uri": "reports/digests/x/y-1.csv"})
    call(db, "select public.complete_outbox(%s, 'w1', %s, %s)", *claimed, result)
    assert len(removals(db)) == 2


def test_files_behind_digests_end_with_their_link(db: Connection) -> None:
    digest_behind_a_link(db)
    claimed = rows(db, "select id, attempt from public.claim_outbox('w1', '{digest}', 1, 60)")[0]
    result = Jsonb({"csv_uri": "reports/digests/x/y-1.csv"})
    call(db, "select public.complete_outbox(%s, 'w1', %s, %s)", *claimed, result)
    call(db, "select public.purge_old_events(now() + interval '6 days 23 hours')")
    assert removals(db) == []
    call(db, "select public.purge_old_events(now() + interval '7 days 1 hour')")
    call(db, "select public.purge_old_events(now() + interval '8 days')")
    assert len(removals(db)) == 1


@pytest.mark.parametrize("word", ["Ada user-4711", "user-4711", TITLE])
def test_errors_that_name_the_person_go(db: Connection, word: str) -> None:
    say(db, TITLE, user="user-4711")
    say(db, "CFO", user="2")
    db.execute("select public.send_digests()")
    job = call(
        db, "update public.outbox set last_error = %s where kind = 'digest' returning id", f"no {word}!"
    )
    db.execute(
        "insert into public.outbox_attempts (outbox_id, attempt, worker, outcome, error)"
        " values (%s, 1, 'w', 'retry', %s)",
        [job, f"no {word}!"],
    )
    db.execute("update public.job_runs set error = %s", [f"no {word}!"])
    db.execute("update public.events_raw set error = %s where user_id = '2'", [f"no {word}!"])
    call(db, "select public.forget_user('user-4711')")
    assert tables_with(db, word) == []


def test_same_id_in_another_community_stays(db: Connection) -> None:
    for community in ("main", "partners"):
        say(db, "CEO", community=community)
        correct(db, community=community, company="Globex")
    call(db, "select public.forget_user(' 1 ', 'main')")
    for table in ("public.user_state", "public.events_raw", "public.detections", "pathfinder.corrections"):
        assert rows(db, f"select distinct community from {table}") == [("partners",)], table  # noqa: S608
    assert say(db, "CFO") is None
    assert say(db, "CFO", community="partners") == "csuite"


@pytest.mark.parametrize(
    "left",
    [
        "insert into pathfinder.registrations (user_id, joined_at) values ('1', now())",
        "insert into public.mutes (channel, user_id) select min(name), '1' from public.channels",
        "insert into pathfinder.corrections (community, user_id, attribute) values ('main', '1', 'title')",
    ],
)
def test_restored_backup_that_knows_only_a_trace_forgets_it_again(db: Connection, left: str) -> None:
    call(db, "select public.forget_user('1')")
    listed = call(db, "select public.forgotten_list()")
    db.execute(left.encode())
    assert call(db, "select public.forget_again(%s)", Jsonb(listed))["forgotten"] == 1
    table = left.split()[2]
    assert rows(db, f"select * from {table}") == []  # noqa: S608


@pytest.mark.parametrize("until", ["2999-01-01", None])
def test_who_is_put_aside_is_not_mistaken_for_a_namesake_of_another_community(
    db: Connection, until: str | None
) -> None:
    for community in ("main", "partners"):
        db.execute(
            "insert into public.webhook_sources (name, community, auth_kind, username)"
            " values (%(name)s, %(name)s, 'basic', %(name)s)",
            {"name": community},
        )
    say(db, "VP Sales", community="partners")
    db.execute(
        "select public.backfill_members(%s, false, 'main')", [Jsonb([{"user_id": "1", "title": "CEO"}])]
    )
    db.execute(
        "insert into public.suppressions (kind, value, until, community) values ('member', '1', %s, 'main')",
        [until],
    )
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="several communities: main, partners"):
        db.execute("select public.forget_user('1')")
    assert rows(db, "select community from public.user_state") == [("partners",)]
    db.execute("select public.forget_user('1', 'main')")
    assert rows(db, "select * from public.suppressions") == []
    db.execute("select public.forget_user('1')")
    assert rows(db, "select community from public.user_state") == []


def test_pasted_id_is_exported_as_it_is_forgotten(db: Connection) -> None:
    say(db, "CEO", user="user-4711")
    for pasted in (" user-4711\n", "user-4711\u200b"):
        exported = call(db, "select public.export_user(%s)", pasted)
        assert (exported["user_id"], exported["state"]["title"]) == ("user-4711", "CEO")
