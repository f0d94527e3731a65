"""Access tokens: what a join takes, how a channel ends with its token, how a token is refreshed."""

from __future__ import annotations

import jwt
import pytest

from local.realtime.server import RealtimeServer
from tests.realtime.conftest import Database, Serve
from tests.realtime.support import (
    JWT_SECRET,
    PUBLISHABLE_KEY,
    SECRET_KEY,
    MovableClock,
    RawClient,
    changes,
    raw_client,
    token,
)


def expired_frames(seconds: int) -> list[dict[str, object]]:
    """The two recorded frames with which a channel ends."""
    return [
        {
            "ref": None,
            "payload": {
                "message": f"Token has expired {seconds} seconds ago",
                "status": "error",
                "extension": "system",
                "channel": "w",
            },
            "event": "system",
            "topic": "realtime:w",
        },
        {"ref": "1", "payload": {}, "event": "phx_close", "topic": "realtime:w"},
    ]


async def test_a_channel_ends_with_its_token_as_recorded(serve: Serve, db: Database) -> None:
    clock = MovableClock()
    server = await serve(clock)
    async with raw_client(server.url) as client:
        await client.subscribe(changes(), topic="realtime:w", token=token(lifetime=100))
        clock.advance(101)
        frames = [await client.receive() for _ in range(2)]
        # A busy machine may say so some seconds late.
        assert frames in [expired_frames(seconds) for seconds in range(10)]
        # The socket stays open, and nothing of the channel is left.
        await client.alive()
        await client.subscribe(changes(), topic="realtime:again")
        db.execute("insert into public.t (id) values (1)")
        assert (await client.receive())["topic"] == "realtime:again"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("expired", "InvalidJWTToken: Token has expired"),
        ("unsigned", "JwtSignatureError: Failed to validate JWT signature"),
        ("nonsense", "MalformedJWT: The token provided is not a valid JWT"),
    ],
)
async def test_a_join_with_a_bad_token_is_refused(client: RawClient, bad: str, reason: str) -> None:
    made = {"expired": token(lifetime=-60), "unsigned": token(secret="x" * 40), "nonsense": "nonsense"}
    await client.join("realtime:w", changes(), token=made[bad])
    reply = await client.receive()
    assert reply["payload"]["status"] == "error"
    assert reply["payload"]["response"]["reason"].startswith(reason)
    await client.alive()


async def test_a_token_without_role_or_end_is_refused(client: RawClient) -> None:

    await client.join("realtime:w", changes(), token=jwt.encode({"role": "anon"}, JWT_SECRET, "HS256"))
    reason = (await client.receive())["payload"]["response"]["reason"]
    assert reason == "InvalidJWTToken: Fields `role` and `exp` are required in JWT"


async def test_an_sb_token_means_the_role_of_the_connection(server: RealtimeServer, db: Database) -> None:
    db.execute("revoke select on public.t from anon")
    async with raw_client(server.url, PUBLISHABLE_KEY) as client:
        await client.subscribe(changes(), token=SECRET_KEY)
        db.execute("insert into public.t (id) values (1)")
        assert (await client.receive())["payload"]["data"]["errors"] == ["Error 401: Unauthorized"]


async def test_a_jwt_of_the_join_outranks_the_key_of_the_connection(
    server: RealtimeServer, db: Database
) -> None:
    db.execute("revoke select on public.t from anon")
    async with raw_client(server.url, PUBLISHABLE_KEY) as client:
        await client.subscribe(changes(), token=token("service_role"))
        db.execute("insert into public.t (id) values (1)")
        assert (await client.receive())["payload"]["data"]["record"]["id"] == 1


async def test_a_refreshed_token_prolongs_the_channel_and_says_so_again(serve: Serve, db: Database) -> None:
    clock = MovableClock()
    server = await serve(clock)
    async with raw_client(server.url) as client:
        await client.subscribe(changes(), token=token(lifetime=100))
        await client.send("access_token", "realtime:room1", {"access_token": token(lifetime=10_000)})
        assert (await client.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
        clock.advance(200)
        db.execute("insert into public.t (id) values (1)")
        assert (await client.receive())["event"] == "postgres_changes"


async def test_a_refreshed_token_changes_what_is_seen(server: RealtimeServer, db: Database) -> None:
    async with raw_client(server.url) as client:
        ann = token("authenticated", sub="ann")
        await client.subscribe(changes(table="secured"), token=ann)
        await client.send(
            "access_token", "realtime:room1", {"access_token": token("authenticated", sub="bob")}
        )
        assert (await client.receive())["payload"]["message"] == "Subscribed to PostgreSQL"
        db.execute("insert into public.secured values (1, 'ann', ''), (2, 'bob', '')")
        assert (await client.receive())["payload"]["data"]["record"]["owner"] == "bob"


async def test_only_a_refresh_that_brings_something_new_is_taken(serve: Serve, db: Database) -> None:
    clock = MovableClock()
    server = await serve(clock, resubscribe=1234)
    async with raw_client(server.url) as client:
        same = token()
        await client.subscribe(changes(), token=same)
        for refreshed in (None, SECRET_KEY, same):
            await client.send("access_token", "realtime:room1", {"access_token": refreshed})
        await client.alive()
        assert 1234 not in clock.slept
        await client.send("access_token", "realtime:room1", {"access_token": token(lifetime=7200)})
        await client.alive()
        assert 1234 in clock.slept


async def test_a_refreshed_token_of_a_role_that_does_not_exist_stops_the_changes(
    client: RawClient, db: Database
) -> None:
    await client.subscribe(changes(), token=token())
    await client.send("access_token", "realtime:room1", {"access_token": token("stranger")})
    assert 'role "stranger" does not exist' in (await client.receive())["payload"]["message"]
    await client.subscribe(changes(), topic="realtime:other")
    db.execute("insert into public.t (id) values (1), (2)")
    assert {(await client.receive())["topic"] for _ in range(2)} == {"realtime:other"}


async def test_a_bad_refreshed_token_ends_the_channel(client: RawClient) -> None:
    await client.subscribe(changes(), token=token())
    await client.send("access_token", "realtime:room1", {"access_token": token(lifetime=-60)})
    message = (await client.receive())["payload"]
    assert (message["status"], message["extension"]) == ("error", "system")
    assert message["message"].startswith("Token has expired 6")
    assert (await client.receive())["event"] == "phx_close"
