"""The client of a project: which headers leave the house, and what becomes of answers of failure."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from captpathfinder.errors import SupabaseError, SupabaseRefusedError, SupabaseRequestError
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.api import SupabaseApi
from captpathfinder.supabase_project.storage import Storage

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
Answer = Callable[[], web.Response]


@dataclass
class Project:
    """A project that answers every request alike, and keeps what it was asked."""

    answer: Answer
    url: str = ""
    requests: list[web.Request] = field(default_factory=list)

    def settings(self, key: str = "sb_secret_0123456789") -> Settings:
        return Settings.model_validate({"supabase_url": self.url, "supabase_secret_key": key})


@asynccontextmanager
async def api_of(answer: Answer) -> AsyncIterator[tuple[Project, SupabaseApi]]:
    async with (
        project(answer) as answering,
        SupabaseApi(answering.settings(), now=lambda: NOW) as api,
    ):
        yield answering, api


@asynccontextmanager
async def project(answer: Answer) -> AsyncIterator[Project]:
    answering = Project(answer)

    async def handle(request: web.Request) -> web.Response:
        answering.requests.append(request)
        return answering.answer()

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(application) as server:
        answering.url = str(server.make_url("")).rstrip("/")
        yield answering


@pytest.mark.parametrize(
    ("key", "authorization"),
    [("sb_secret_0123456789", None), ("eyJh.eyJy.c2ln", "Bearer eyJh.eyJy.c2ln")],
)
async def test_a_new_key_goes_into_apikey_only_and_a_legacy_one_into_both(
    key: str, authorization: str | None
) -> None:
    async with project(lambda: web.json_response([])) as answering:
        settings = answering.settings(key)
        async with SupabaseApi(settings) as api:
            await api.call("stats")
            await api.rows("channels", {"name": "x"}, order="name")
        async with Storage(settings) as storage:
            await storage.find_bucket()
    assert [request.path for request in answering.requests] == [
        "/rest/v1/rpc/stats",
        "/rest/v1/channels",
        "/storage/v1/bucket/reports",
    ]
    for request in answering.requests:
        assert request.headers.getall("apikey") == [key]
        assert request.headers.get("authorization") == authorization


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, SupabaseRefusedError), (404, SupabaseRequestError), (429, SupabaseError), (503, SupabaseError)],
)
async def test_an_error_keeps_its_status_code_and_words_but_not_the_row(
    status: int, kind: type[SupabaseError]
) -> None:
    body = {"code": "PT123", "message": "no such thing", "hint": "look there", "details": "Ada Example"}

    def answer() -> web.Response:
        return web.json_response(
            body, status=status, headers={"retry-after": "Fri, 27 Nov 2026 12:00:30 GMT"}
        )

    async with api_of(answer) as (_, api):
        with pytest.raises(kind) as caught:
            await api.call("stats")
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, "PT123")
    assert "no such thing. look there" in str(caught.value)
    assert "Ada" not in str(caught.value)
    assert caught.value.retry_after == (30 if kind is SupabaseError else None)


async def test_what_may_be_repeated_is_repeated_three_times_and_a_claim_never() -> None:
    async with api_of(lambda: web.Response(status=502)) as (answering, api):
        with pytest.raises(SupabaseError):
            await api.redrive(None)
        assert len(answering.requests) == 3
        with pytest.raises(SupabaseError):
            await api.claim("w", max_jobs=1, lease_seconds=5)
        assert len(answering.requests) == 4


async def test_a_project_that_is_down_still_says_so_itself() -> None:
    verdict = {"status": "down", "reasons": ["The schedule is not set up."], "checks": {}}
    async with api_of(lambda: web.json_response(verdict, status=503)) as (_, api):
        assert await api.health() == verdict


async def test_a_gateway_that_is_down_is_no_verdict() -> None:
    async with api_of(lambda: web.json_response({"message": "upstream"}, status=503)) as (_, api):
        with pytest.raises(SupabaseError, match="503"):
            await api.health()


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    def answer() -> web.Response:
        return web.Response(status=302, headers={"location": "http://127.0.0.1:1/"})

    async with api_of(answer) as (moved, api):
        with pytest.raises(SupabaseError, match="302"):
            await api.call("stats")
    assert len(moved.requests) == 1
