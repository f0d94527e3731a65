"""Who gets which row: filters, privileges on columns, row level security, what a subscription names."""

from __future__ import annotations

import pytest
from psycopg import sql

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database
from tests.realtime.support import RawClient, changes, raw_client, token

ROWS = "insert into public.t (id, body, n) values (1, 'a', 1), (2, 'b', 5), (3, null, null), (4, 'd', 9)"


async def received_ids(client: RawClient, db: Database) -> list[int]:
    """The ids in the INSERTs that arrive before the row 99 of another channel does."""
    await client.subscribe(changes("INSERT", "t", filter="id=eq.99"), topic="realtime:end")
    db.execute(ROWS)
    db.execute("insert into public.t (id) values (99)")
    ids: list[int] = []
    while True:
        frame = await client.receive()
        if frame["topic"] == "realtime:end":
            return ids
        ids.append(frame["payload"]["data"]["record"]["id"])


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("n=eq.5", [2]),
        ("n=neq.5", [1, 4]),
        ("n=lt.5", [1]),
        ("n=lte.5", [1, 2]),
        ("n=gt.5", [4]),
        ("n=gte.5", [2, 4]),
        ("n=in.(1,9)", [1, 4]),
        ("body=in.(a,d)", [1, 4]),
        ("n=gt.1,n=lt.9", [2]),
        ("created_at=lt.2000-01-01", []),
    ],
)
async def test_a_filter_lets_through_what_it_says(
    client: RawClient, db: Database, condition: str, ids: list[int]
) -> None:
    await client.subscribe(changes("INSERT", filter=condition))
    # Row 99 has neither number nor text, so no filter here lets it through.
    assert await received_ids(client, db) == ids


async def test_several_subscriptions_of_a_channel_share_one_frame(client: RawClient, db: Database) -> None:
    reply = await client.subscribe(changes(), changes("INSERT", filter="n=gt.3"), changes("UPDATE"))
    every, large, _ = (entry["id"] for entry in reply["payload"]["response"]["postgres_changes"])
    db.execute("insert into public.t (n) values (1)")
    assert (await client.receive())["payload"]["ids"] == [every]
    db.execute("insert into public.t (n) values (4)")
    assert (await client.receive())["payload"]["ids"] == [every, large]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (changes(filter="nope=eq.1"), "invalid column for filter nope"),
        (changes(filter="n=eq.many"), 'invalid input syntax for type integer: "many"'),
        (changes(filter="n=almost.1"), 'Error parsing `filter` params: ["almost", "1"]'),
        (changes(filter="n=in.1,2"), "wrapped by parentheses"),
        (changes(filter="n"), 'Error parsing `filter` params: ["n"]'),
        ({"event": "*"}, "No subscription params provided"),
        (changes(table="*", select=["id"]), "not supported for wildcard subscriptions"),
        (changes(select=["nope"]), "invalid column for select nope"),
    ],
)
async def test_a_subscription_that_cannot_be_is_refused_with_its_reason(
    client: RawClient, parameters: dict[str, object], message: str
) -> None:
    await client.join("realtime:w", parameters)
    assert (await client.receive())["payload"]["status"] == "ok"
    payload = (await client.receive())["payload"]
    assert (payload["status"], payload["extension"]) == ("error", "postgres_changes")
    assert message in payload["message"]
    await client.alive()


async def test_one_bad_subscription_refuses_all_of_the_channel(client: RawClient, db: Database) -> None:
    await client.join("realtime:w", changes(), changes(table="nopub"))
    assert (await client.receive())["payload"]["status"] == "ok"
    assert (await client.receive())["payload"]["status"] == "error"
    assert await received_ids(client, db) == []


async def test_a_role_the_database_does_not_have_is_refused(server: RealtimeServer) -> None:
    async with raw_client(server.url, token("stranger")) as client:
        await client.join("realtime:w", changes())
        await client.receive()
        assert 'role "stranger" does not exist' in (await client.receive())["payload"]["message"]


@pytest.mark.parametrize("table", ["*", None])
async def test_a_whole_schema_can_be_subscribed_to(
    client: RawClient, db: Database, table: str | None
) -> None:
    parameters = {"event": "INSERT", "schema": "public"} | ({"table": table} if table else {})
    await client.subscribe(parameters)
    db.execute("insert into public.nopub values (1); insert into public.secured values (1)")
    assert (await client.receive())["payload"]["data"]["table"] == "secured"


async def test_columns_that_a_role_may_not_select_are_left_out(client: RawClient, db: Database) -> None:
    db.execute("revoke select on public.t from service_role")
    db.execute("grant select (id, n) on public.t to service_role")
    await client.subscribe(changes("INSERT"))
    db.execute("insert into public.t (id, body, n) values (1, 'secret', 2)")
    data = (await client.receive())["payload"]["data"]
    assert data["record"] == {"id": 1, "n": 2}
    assert [column["name"] for column in data["columns"]] == ["id", "n"]


async def test_selected_columns_come_with_the_key(client: RawClient, db: Database) -> None:
    await client.subscribe(changes("INSERT", select=["n"]))
    db.execute("insert into public.t (id, body, n) values (1, 'a', 2)")
    assert (await client.receive())["payload"]["data"]["record"] == {"id": 1, "n": 2}


async def test_row_level_security_holds_with_the_claims_of_the_token(
    server: RealtimeServer, db: Database
) -> None:
    async with (
        raw_client(server.url, token("authenticated", sub="ann")) as ann,
        raw_client(server.url, token("authenticated", sub="bob")) as bob,
    ):
        for client in (ann, bob):
            await client.subscribe(changes(table="secured"))
        db.execute(
            "insert into public.secured values (1, 'ann', 'hers'), (2, 'bob', 'his'), (3, 'ann', 'hers')"
        )
        assert [(await ann.receive())["payload"]["data"]["record"]["id"] for _ in range(2)] == [1, 3]
        assert (await bob.receive())["payload"]["data"]["record"]["id"] == 2
        await ann.alive()
        await bob.alive()


async def test_row_level_security_without_a_policy_is_silence_for_all_but_who_bypasses_it(
    server: RealtimeServer, client: RawClient, db: Database
) -> None:
    async with raw_client(server.url, token("anon")) as anon:
        for subscriber in (anon, client):
            await subscriber.subscribe(changes(table="secured"))
        db.execute("insert into public.secured values (1, 'ann', 'hers')")
        assert (await client.receive())["payload"]["data"]["record"]["owner"] == "ann"
        await anon.alive()


async def test_a_delete_under_row_level_security_tells_the_key_only(client: RawClient, db: Database) -> None:
    db.execute("alter table public.secured replica identity full")
    db.execute("insert into public.secured values (1, 'ann', 'hers')")
    await client.subscribe(changes("DELETE", "secured"))
    db.execute("delete from public.secured")
    assert (await client.receive())["payload"]["data"]["old_record"] == {"id": 1}


async def test_old_values_come_where_the_replica_identity_has_them(client: RawClient, db: Database) -> None:
    db.execute("alter table public.t replica identity full")
    db.execute("insert into public.t (id, body, n, created_at) values (1, 'a', 1, null)")
    await client.subscribe(changes("UPDATE"))
    db.execute("update public.t set n = 2")
    old = (await client.receive())["payload"]["data"]["old_record"]
    assert old["n"] == 1


@pytest.mark.parametrize("identity", ["default", "full"])
async def test_an_unchanged_large_value_comes_only_where_the_replica_identity_has_it(
    client: RawClient, db: Database, identity: str
) -> None:
    db.execute(sql.SQL("alter table public.t replica identity {}").format(sql.SQL(identity)))
    db.execute("alter table public.t alter column body set storage external")
    db.execute("insert into public.t (id, body) values (1, repeat('x', 10000))")
    await client.subscribe(changes("UPDATE"))
    db.execute("update public.t set n = 2")
    record = (await client.receive())["payload"]["data"]["record"]
    assert record["n"] == 2
    assert record.get("body") == ("x" * 10_000 if identity == "full" else None)
    assert ("body" in record) == (identity == "full")


async def test_a_delete_is_filtered_by_its_key_alone(client: RawClient, db: Database) -> None:
    db.execute("insert into public.t (id, n) values (1, 7), (2, 7)")
    reply = await client.subscribe(changes("DELETE", filter="n=eq.7"), changes("DELETE", filter="id=eq.2"))
    _, by_key = (entry["id"] for entry in reply["payload"]["response"]["postgres_changes"])
    db.execute("delete from public.t")
    frame = await client.receive()
    assert (frame["payload"]["ids"], frame["payload"]["data"]["old_record"]) == ([by_key], {"id": 2})
    await client.alive()


async def test_changes_of_many_tables_keep_their_order(client: RawClient, db: Database) -> None:
    await client.subscribe(changes(table="*"))
    with db.transaction():
        for i in range(5):
            db.execute("insert into public.t (id) values (%s)", [i])
            db.execute("insert into public.secured values (%s)", [i])
    frames = [(await client.receive())["payload"]["data"] for _ in range(10)]
    assert [(data["table"], data["record"]["id"]) for data in frames] == [
        (table, i) for i in range(5) for table in ("t", "secured")
    ]


async def test_a_table_that_cannot_be_rendered_costs_nobody_else_a_change(
    client: RawClient, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    db.execute("create type public.mood as enum ('calm')")
    db.execute("create table public.moody (id int primary key, mood public.mood)")
    db.execute("grant select on public.moody to service_role")
    db.execute("alter publication supabase_realtime add table public.moody")
    try:
        await client.subscribe(changes(table="*"))
        with db.transaction():
            # The change names the type as it was; when it is read, there is no such type any more.
            db.execute("insert into public.moody values (1, 'calm')")
            db.execute("alter type public.mood rename to humour")
            db.execute("insert into public.t (id) values (1)")
        assert (await client.receive())["payload"]["data"]["table"] == "t"
        assert "changes of public.moody lost" in caplog.text
        db.execute("insert into public.moody values (2, 'calm')")
        assert (await client.receive())["payload"]["data"]["record"] == {"id": 2, "mood": "calm"}
    finally:
        db.execute("drop table public.moody")
        db.execute("drop type public.humour")
