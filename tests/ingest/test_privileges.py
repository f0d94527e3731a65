"""What each API role may touch, found out by trying it."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Connection
from tests.ingest.platform import Platform

RELATIONS = """
    select n.nspname, c.relname, c.relkind
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'pathfinder') and c.relkind in ('r', 'v', 'm', 'p', 'f', 'S')
"""
FUNCTIONS = """
    select n.nspname, p.proname,
        array(select format_type(t, null) from unnest(p.proargtypes) as t)
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname in ('public', 'pathfinder') and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
"""
FRONT_DOOR = {("public", "community_webhook"), ("pathfinder", "receive_webhook")}
# With a token of its own, for an uptime service.
STATUS = {("public", "health_status"), ("pathfinder", "health_status")}


def is_refused(db: Connection, role: str, statement: sql.Composed) -> bool:
    """Run a statement as a role, in a transaction that is undone, and tell whether privileges forbid it."""
    db.execute(sql.SQL("begin; set local role {}").format(sql.Identifier(role)))
    try:
        db.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.Error:
        return False
    else:
        return False
    finally:
        db.execute("rollback")


def call(schema: str, name: str, arguments: list[str]) -> sql.Composed:
    # Not constants: a strict function of a constant null is never called, and so never refused.
    names = [sql.Identifier(f"a{number}") for number in range(len(arguments))]
    nulls = [
        sql.SQL("null::{} as {}").format(sql.SQL(argument), identifier)
        for argument, identifier in zip(arguments, names, strict=True)
    ]
    return sql.SQL("select {}({}) from (select {} offset 0) as t").format(
        sql.Identifier(schema, name), sql.SQL(", ").join(names), sql.SQL(", ").join(nulls)
    )


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_every_table_view_and_sequence_is_refused(db: Connection, role: str) -> None:
    relations = db.execute(RELATIONS).fetchall()
    assert len(relations) >= 19
    for schema, name, kind in relations:
        relation = sql.Identifier(str(schema), str(name))
        statements = (
            ["select nextval('{}')", "select * from {}"]
            if kind == "S"
            else [
                "select * from {}",
                "insert into {} default values",
                "delete from {}",
                "truncate {}",
                "lock table {}",
            ]
        )
        for statement in statements:
            assert is_refused(db, role, sql.SQL(statement).format(relation)), (role, statement, schema, name)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_every_function_but_the_front_door_is_refused(db: Connection, role: str) -> None:
    functions = db.execute(FUNCTIONS).fetchall()
    allowed = {
        (str(schema), str(name))
        for schema, name, arguments in functions
        if isinstance(arguments, list) and not is_refused(db, role, call(str(schema), str(name), arguments))
    }
    assert len(functions) > 40
    assert allowed == (FRONT_DOOR | STATUS if role == "anon" else set())


def test_the_front_door_without_a_secret_does_nothing_but_count(platform: Platform) -> None:
    def everything() -> dict[str, object]:
        contents = {}
        for schema, name, kind in platform.rows(RELATIONS):
            if kind == "r":
                query = sql.SQL("select jsonb_agg(to_jsonb(t) order by t::text) from {} as t").format(
                    sql.Identifier(schema, name)
                )
                contents[f"{schema}.{name}"] = platform.value(query.as_string(platform.db))
        return contents

    before = everything()
    bodies = ['{"userId": "1", "profileField": "Title", "value": "CEO"}', "{}", "[]", json.dumps("x" * 70000)]
    for body in bodies:
        platform.post(body, {"authorization": "Basic bm86bm8="})
    after = everything()
    counted = after.pop("pathfinder.webhook_counters")
    assert before.pop("pathfinder.webhook_counters") is None
    assert after == before
    assert isinstance(counted, list)
    assert sum(row["count"] for row in counted) == len(bodies)


def test_the_service_role_cannot_read_what_is_private(db: Connection) -> None:
    for schema, name, kind in db.execute(RELATIONS).fetchall():
        if schema == "pathfinder" and kind != "S":
            statement = sql.SQL("select * from {}").format(sql.Identifier(str(schema), str(name)))
            assert is_refused(db, "service_role", statement), name


def test_the_service_role_may_do_its_part(platform: Platform) -> None:
    platform.db.execute("set role service_role")
    platform.db.execute(
        "insert into public.webhook_sources (name, auth_kind, community)"
        " values ('a', 'standard_webhooks', 'main')"
    )
    platform.db.execute(
        "update public.webhook_sources set payload_paths = '{\"user_id\": [\"id\"]}' where name = 'a'"
    )
    platform.db.execute(
        "insert into public.field_registry (field_name, attribute) values ('Firma', 'company')"
    )
    answer = platform.value("select public.set_webhook_secret('community', 'a new secret 123456')")
    assert answer["status"] == "set"
    platform.db.execute("reset role")
    assert platform.post({"userId": "1", "profileField": "firma", "value": "x"}).status == 200
