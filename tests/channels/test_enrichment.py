"""Enrichment: what the community's API adds, how it is asked, and that no digest waits for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from captpathfinder.clock import utc_now
from captpathfinder.community.member_api import CommunityAccess, CommunityApi
from captpathfinder.community.member_facts import DEFAULT_FIELDS, facts_of
from captpathfinder.context import Context
from captpathfinder.errors import PermanentError, TransientError
from captpathfinder.web.throttle import Throttle
from tests.channels.people import Connection, add_channel, claim, complete, detect
from tests.channels.servers import Answer, Server, serve

MEMBER = Answer(
    200,
    '{"id": 1, "country": "Netherlands", "profile": {"company": "Example BV"}, "email": "ada@Example.com",'
    ' "createdAt": "2019-10-10T16:07:21+02:00", "profileUrl": "https://community.example/u/1"}',
)
FACTS = {
    "country": "Netherlands",
    "company": "Example BV",
    "email_domain": "example.com",
    "joined_at": "2019-10-10T16:07:21+02:00",
    "profile_url": "https://community.example/u/1",
}


@pytest.fixture
async def community() -> AsyncIterator[Server]:
    async with serve(MEMBER) as server:
        yield server


def api_of(context: Context, server: Server, **changes: Any) -> CommunityApi:  # noqa: ANN401  (its fields)
    access: dict[str, Any] = {
        "url": server.url,
        "user_path": "/user/{id}",
        "token_url": f"{server.url}/oauth2/token",
        "key": SecretStr("the-key"),
        "client_id": None,
        "client_secret": None,
        "fields": DEFAULT_FIELDS,
        **changes,
    }
    return CommunityApi(
        context.http,
        CommunityAccess(**access),
        Throttle(0.0),
        now=context.now,
        monotonic=context.monotonic,
    )


async def test_a_member_is_asked_for_with_the_key_and_kept(context: Context, community: Server) -> None:
    api = api_of(context, community)
    assert await api.member("a/b") == FACTS
    assert await api.member("a/b") == FACTS
    [request] = community.requests
    assert request.path == "/user/a%2Fb"
    assert request.headers["Authorization"] == "Bearer the-key"


@pytest.mark.parametrize(
    ("user_id", "step"), [("..", "%2E%2E"), (".", "%2E"), ("../admin", "..%2Fadmin"), ("a?b#c", "a%3Fb%23c")]
)
async def test_no_id_leads_to_another_path(user_id: str, step: str) -> None:
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    # A server that shows the path as it came: others take dots away before one can look.
    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server, httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        access = CommunityAccess(url, "/user/{id}", "", SecretStr("k"), None, None, DEFAULT_FIELDS)
        api = CommunityApi(http, access, Throttle(0.0), now=utc_now, monotonic=time.monotonic)
        assert await api.member(user_id) == {}
    assert asked == [f"GET /user/{step} HTTP/1.1\r\n".encode()]


async def test_a_token_is_fetched_once_kept_and_renewed_when_refused(
    context: Context, community: Server
) -> None:
    token = '{{"access_token": "{}", "expires_in": 3600, "token_type": "bearer"}}'
    community.answers = [Answer(200, token.format("one")), MEMBER, MEMBER, Answer(401)]
    community.answers += [Answer(200, token.format("two")), MEMBER]
    api = api_of(context, community, key=None, client_id="me", client_secret=SecretStr("s3cret"))
    for user in ("1", "2", "3"):
        assert await api.member(user) == FACTS
    asked = [(request.path, request.headers["Authorization"]) for request in community.requests]
    login = "Basic bWU6czNjcmV0"
    assert asked == [
        ("/oauth2/token", login),
        ("/user/1", "Bearer one"),
        ("/user/2", "Bearer one"),
        ("/user/3", "Bearer one"),
        ("/oauth2/token", login),
        ("/user/3", "Bearer two"),
    ]
    assert community.requests[0].body == b"grant_type=client_credentials"


@pytest.mark.parametrize(
    ("answer", "error", "after"),
    [
        (Answer(429, "", {"Retry-After": "7"}), TransientError, 7.0),
        (Answer(503), TransientError, None),
        (Answer(200, "<html>"), TransientError, None),
        (Answer(403), PermanentError, None),
    ],
)
async def test_trouble_of_the_api_is_a_retry_or_the_end(
    context: Context, community: Server, answer: Answer, error: type[Exception], after: float | None
) -> None:
    community.answers = [answer]
    with pytest.raises(error) as raised:
        await api_of(context, community).member("1")
    assert getattr(raised.value, "retry_after", None) == after
    assert "the-key" not in str(raised.value)


async def test_nobody_of_that_id_is_no_error(context: Context, community: Server) -> None:
    community.answers = [Answer(404)]
    assert await api_of(context, community).member("1") == {}


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ({"country": "", "profile": {"country": " NL "}}, {"country": "NL"}),
        ({"createdAt": 1570716441}, {"joined_at": "2019-10-10T14:07:21+00:00"}),
        ({"createdAt": 1570716441000}, {"joined_at": "2019-10-10T14:07:21+00:00"}),
        ({"createdAt": "yesterday", "email": "nobody"}, {}),
        ({"profileUrl": "javascript:alert(1)"}, {}),
        ({"profileUrl": 'https://x.example/"><script>'}, {}),
        ({"country": ["NL"], "company": {"name": "x"}}, {}),
        ([], {}),
        (None, {}),
    ],
)
def test_facts_of_odd_answers(body: object, facts: dict[str, str]) -> None:
    assert facts_of(body, DEFAULT_FIELDS) == facts


def enriching(db: Connection) -> None:
    db.execute("delete from public.channels")
    db.execute("update public.settings set enrichment = true, enrichment_wait = '20 minutes'")
    add_channel(db, "mail", "{digest}")


def digest_waits(db: Connection) -> timedelta:
    row = db.execute("select run_at - now() from public.outbox where kind = 'digest'").fetchone()
    assert row is not None
    wait: timedelta = row[0]
    return wait


def test_a_digest_waits_for_its_people_and_goes_with_what_was_learned(db: Connection) -> None:
    enriching(db)
    detect(db, "1")
    for table in ("user_state", "detections"):
        db.execute(f"update public.{table} set country = 'UK'".encode())  # noqa: S608  (a name from the line above)
    db.execute("select public.send_digests()")
    assert timedelta(minutes=19) < digest_waits(db) <= timedelta(minutes=20)
    [job] = claim(db, kinds=["enrichment"])
    complete(db, job, {"person": FACTS})
    assert digest_waits(db) <= timedelta(0)
    row = db.execute("select payload #> '{people,0}' from public.digests").fetchone()
    assert row is not None
    person = row[0]
    # What was known stays, what was missing is there.
    assert (person["country"], person["company"]) == ("GB", "Example BV")
    assert person["profile_url"] == FACTS["profile_url"]
    known = db.execute("select country, company, email_domain from public.detections").fetchone()
    assert known == ("UK", "Example BV", "example.com")
    # The answer is not kept with the job.
    row = db.execute("select result from public.outbox where kind = 'enrichment'").fetchone()
    assert row is not None
    assert "person" not in row[0]


def test_nothing_learned_overwrites_nothing_and_lets_the_digest_go(db: Connection) -> None:
    enriching(db)
    detect(db, "1")
    db.execute("update public.detections set company = 'Known Ltd'")
    db.execute("select public.send_digests()")
    [job] = claim(db, kinds=["enrichment"])
    complete(db, job, {"found": [], "person": {}})
    assert digest_waits(db) <= timedelta(0)
    row = db.execute("select payload #>> '{people,0,company}' from public.digests").fetchone()
    assert row == ("Known Ltd",)


def test_an_api_that_is_down_delays_a_digest_by_its_bound_only(db: Connection) -> None:
    enriching(db)
    detect(db, "1")
    db.execute(
        "update public.outbox set created_at = now() - interval '21 minutes' where kind = 'enrichment'"
    )
    db.execute("select public.send_digests()")
    assert digest_waits(db) <= timedelta(0)


def test_without_enrichment_no_digest_waits(db: Connection) -> None:
    enriching(db)
    db.execute("update public.settings set enrichment = false")
    detect(db, "1")
    db.execute("select public.send_digests()")
    assert digest_waits(db) <= timedelta(0)
    assert db.execute("select count(*) from public.outbox where kind = 'enrichment'").fetchone() == (0,)
