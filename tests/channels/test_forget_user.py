"""A person who is forgotten is nowhere: in no table, no file of the bucket, no folder and no log."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql
from pypdf import PdfReader

from local.stack import Stack
from tests import warm
from tests.channels.people import add_channel, detect
from tests.conftest import Connection
from tests.worker.support import worker_environment

NAME = "Zaphira Quillfeather"
TITLE = "Chief Executive Officer of Quincunxes"
USER = "forget-me-4711"


def rows_with(dsn: str, needle: str) -> list[str]:
    """Every table of the database that holds the text in any column, whatever its type."""
    found = []
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'm', 'p') and n.nspname not like 'pg\\_%'"
            " and n.nspname <> 'information_schema'"
        ).fetchall()
        assert len(tables) > 25
        for schema, table in tables:
            query = sql.SQL("select count(*) from {} as t where position({} in t::text) > 0").format(
                sql.Identifier(schema, table), sql.Literal(needle)
            )
            count = connection.execute(query).fetchone()
            if count and count[0]:
                found.append(f"{schema}.{table}: {count[0]}")
    return found


def objects(stack: Stack, prefix: str = "") -> dict[str, bytes]:
    """Every object of the bucket, by key."""
    url, key = stack.environment["SUPABASE_URL"], stack.environment["SUPABASE_SECRET_KEY"]
    found: dict[str, bytes] = {}
    with httpx.Client(base_url=f"{url}/storage/v1", headers={"apikey": key}, timeout=120) as http:
        listed = http.post("/object/list/reports", json={"prefix": prefix, "limit": 1000}).raise_for_status()
        for entry in listed.json():
            path = f"{prefix}/{entry['name']}".lstrip("/")
            if entry.get("id") is None:
                found |= objects(stack, path)
            else:
                found[path] = http.get(f"/object/reports/{path}").raise_for_status().content
    return found


def post(stack: Stack, user: str, name: str, value: str, field: str = "Job Title") -> dict[str, Any]:
    environment = stack.environment
    login = f"{environment['WEBHOOK_USERNAME']}:{environment['WEBHOOK_PASSWORD']}"
    body = {"userId": user, "username": name, "profileField": field, "value": value, "oldValue": ""}
    answer = httpx.post(
        environment["WEBHOOK_URL"],
        json=body,
        headers={"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"},
        timeout=120,
    ).raise_for_status()
    result: dict[str, Any] = answer.json()["result"]
    return result


def drain(stack: Stack, work: Path) -> str:
    """Have a worker do all that is due, with a temporary folder of its own; returns its log."""
    done = warm.run(["once"], env=worker_environment(stack, TMPDIR=str(work)))
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def files_with(needle: str, *folders: Path) -> list[str]:
    """Every file under the folders that holds the text."""
    return [
        str(path)
        for folder in folders
        for path in (folder, *folder.rglob("*"))
        if path.is_file() and needle.encode() in path.read_bytes()
    ]


def as_text(content: bytes, path: str) -> str:
    if Path(path).suffix != ".pdf":
        return content.decode()
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_after_forget_user_nothing_anywhere_holds_name_id_or_title(stack: Stack, tmp_path: Path) -> None:
    dsn = stack.environment["SUPABASE_DB_URL"]
    with psycopg.connect(dsn, autocommit=True) as db:
        db.execute("update public.settings set instant_alerts = true, enrichment = true")
        db.execute("update public.channels set sends = '{digest,report,alert}'")
        # One channel's digest names them, the other's has them behind its link.
        db.execute("update public.settings set digest_size = 1, digest_messages = 1")
        db.execute(
            "insert into public.mutes (channel, community, user_id)"
            " select min(name), 'main', 'other' from public.channels"
        )
        company = f"{NAME} Consulting"
        assert post(stack, USER, NAME, TITLE)["is_senior"]
        post(stack, USER, NAME, company, "Company")
        post(stack, "other", "Somebody Else", "Chief Financial Officer")
        db.execute("update public.outbox set status = 'done', finished_at = now() where kind = 'enrichment'")
        db.execute("select public.send_digests()")
        db.execute("select public.generate_reports()")
        logs = drain(stack, tmp_path)
        db.execute(
            "update public.outbox set last_error = 'no box for ' || (%s::text[])[1 + id %% 3]"
            " where kind = 'digest'",
            [[NAME, USER, TITLE]],
        )

        before = objects(stack)
        assert sum(path.startswith("digests/") for path in before) == 1
        assert len(rows_with(dsn, NAME)) >= 5
        assert {Path(path).suffix for path in before} >= {".csv", ".html"}
        for path, content in before.items():
            assert NAME in as_text(content, path), path
        row = db.execute("select public.export_user(%s)", [USER]).fetchone()
        assert row is not None
        assert row[0]["state"]["username"] == NAME
        assert len(row[0]["detections"]) == 1
        assert len(row[0]["events"]) == 2
        assert sorted(entry["entry"] is None for entry in row[0]["digests"]) == [False, True]
        assert row[0]["reports"][0]["file_uri"]

        links = db.execute("select count(*) from public.outbox where kind = 'report_message'").fetchone()
        with httpx.Client() as http:
            key = stack.environment["SUPABASE_SECRET_KEY"]
            answer = http.post(
                f"{stack.environment['SUPABASE_URL']}/rest/v1/rpc/forget_user",
                json={"user_id": USER},
                headers={"apikey": key},
                timeout=120,
            ).raise_for_status()
        assert answer.json()["reports"] == 1
        told = {(sent["kind"], sent["is_named"]) for sent in answer.json()["sent"]}
        assert (len(answer.json()["sent"]), told) == (2, {("digest", True), ("digest", False)})
        logs += drain(stack, tmp_path)
        assert (
            db.execute(
                "select kind, last_error from public.outbox where status <> 'done' and kind <> 'alert'"
            ).fetchall()
            == []
        )

        for needle in (NAME, USER, TITLE):
            assert rows_with(dsn, needle) == []
            assert files_with(needle, tmp_path, stack.home / "logs", stack.cluster.log) == []
            assert needle not in logs
        after = objects(stack)
        # Of a sent digest the file is gone.
        assert after.keys() == {path for path in before if not path.startswith("digests/")}
        for path, content in after.items():
            text = as_text(content, path)
            for needle in (NAME, USER, TITLE):
                assert needle not in text, path
            assert "Somebody Else" in text, path
        row = db.execute("select summary -> 'total', summary -> 'by_company' from public.reports").fetchone()
        assert row is not None
        assert row[0] == 1
        # Nobody is told of the report again.
        assert (
            db.execute("select count(*) from public.outbox where kind = 'report_message'").fetchone() == links
        )

        # The community goes on sending what the member does; nothing comes of it, and nothing is kept of it.
        assert post(stack, USER, NAME, "President and CEO")["is_senior"] is False
        assert rows_with(dsn, NAME) == []
        row = db.execute("select public.export_user(%s)", [USER]).fetchone()
        assert row is not None
        assert (row[0]["forgotten"], row[0]["state"], row[0]["detections"]) == (True, None, [])
        assert NAME not in json.dumps(row[0])


def test_a_report_that_was_being_made_is_made_once_more(db: Connection) -> None:
    db.execute("delete from public.channels")
    detect(db, USER, name=NAME)
    db.execute("select public.generate_reports()")
    claimed = db.execute("select id, attempt from public.claim_outbox('w1', '{report}', 1, 60)").fetchone()
    assert claimed is not None
    db.execute("select public.forget_user(%s)", [USER])
    db.execute("update public.outbox set status = 'done', finished_at = now() where status = 'pending'")
    db.execute("select public.complete_outbox(%s, 'w1', %s, '{}')", claimed)
    waiting = db.execute("select kind from public.outbox where status = 'pending'").fetchall()
    assert waiting == [("report",)]


def test_digests_count_one_less_and_an_empty_unsent_one_is_gone(db: Connection) -> None:
    db.execute("delete from public.channels")
    add_channel(db, "mail", "{digest}")
    db.execute("update public.settings set digest_size = 2")
    for user in ("1", "2", USER):
        detect(db, user)
    db.execute("select public.send_digests()")
    db.execute("select public.forget_user(%s)", [USER])
    digests = db.execute(
        "select payload #>> '{counts,people}', payload #>> '{counts,new}', payload #>> '{counts,left}',"
        " jsonb_array_length(payload -> 'people') from public.digests order by part"
    ).fetchall()
    assert digests == [("2", "2", None, 1), ("2", "2", None, 1)]
    detect(db, "alone")
    db.execute("select public.send_digests()")
    db.execute("select public.forget_user('alone')")
    assert db.execute("select count(*) from public.digests").fetchone() == (2,)


def test_only_service_role_forgets_and_exports(db: Connection) -> None:
    for role, allowed in (("anon", False), ("authenticated", False), ("service_role", True)):
        for function in ("forget_user", "export_user"):
            row = db.execute(
                "select has_function_privilege(%s, %s, 'execute')", [role, f"public.{function}(text, text)"]
            ).fetchone()
            assert row == (allowed,)
