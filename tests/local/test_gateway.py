"""The gateway over real HTTP: keys, paths, bodies, and signed links."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from local.gateway.keys import BAD_KEY, NO_KEY, Keyring
from local.gateway.proxy import WEBHOOK_PATH, Gateway, Settings
from tests.local.gateway import (
    ANON,
    KEYS,
    LIMIT,
    SERVICE,
    TOKEN,
    Upstream,
    get,
    legacy_key,
)

# Keys


async def test_request_without_key_is_refused_and_goes_nowhere(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    for path in ("/rest/v1/outbox", "/rest/v1/", "/storage/v1/bucket", "/storage/v1/object/reports/a.csv"):
        assert await get(client, path) == (401, NO_KEY)
    assert upstream.requests == []


@pytest.mark.parametrize(
    "key",
    [
        "sb_publishable_other",
        "sb_secret_",
        "nonsense",
        "ключ",
        legacy_key("postgres"),
        legacy_key("anon", exp=1),
        jwt.encode({"role": "anon"}, "x" * 40, "HS256"),
        jwt.encode({"role": "service_role"}, "", "none"),
    ],
)
async def test_wrong_key_is_refused_and_goes_nowhere(
    client: aiohttp.ClientSession, upstream: Upstream, key: str
) -> None:
    async with client.get("/rest/v1/outbox", params={"apikey": key}) as answer:
        assert (answer.status, await answer.json()) == (401, BAD_KEY)
    assert upstream.requests == []


@pytest.mark.parametrize("key", [KEYS.secret, KEYS.publishable, legacy_key("anon")])
async def test_bearer_alone_does_not_authenticate(
    client: aiohttp.ClientSession, upstream: Upstream, key: str
) -> None:
    assert await get(client, "/rest/v1/outbox", Authorization=f"Bearer {key}") == (401, NO_KEY)
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("key", "forwarded"),
    [
        (KEYS.publishable, KEYS.publishable),
        (KEYS.secret, KEYS.secret),
        (legacy_key("anon"), KEYS.publishable),
        (legacy_key("service_role"), KEYS.secret),
    ],
)
@pytest.mark.parametrize("place", ["header", "parameter"])
async def test_each_kind_of_key_acts_as_its_role(
    client: aiohttp.ClientSession, key: str, forwarded: str, place: str
) -> None:
    if place == "header":
        status, seen = await get(client, "/rest/v1/t?select=a", apikey=key, Authorization=f"Bearer {key}")
    else:
        status, seen = await get(client, f"/rest/v1/t?apikey={key}&select=a")
    assert status == 200
    assert seen["headers"]["apikey"] == forwarded
    assert "authorization" not in seen["headers"]
    assert seen["path"] == "/rest/v1/t?select=a"


async def test_basic_authorization_is_passed_on_and_stays_anon(client: aiohttp.ClientSession) -> None:
    basic = "Basic " + base64.b64encode(b"community:secret").decode()
    _, seen = await get(
        client, f"/rest/v1/rpc/community_webhook?apikey={KEYS.publishable}", Authorization=basic
    )
    assert (seen["headers"]["authorization"], seen["headers"]["apikey"]) == (basic, KEYS.publishable)


async def test_publishable_key_with_the_secret_as_bearer_is_no_way_up(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    for token in (KEYS.secret, legacy_key("service_role")):
        status, body = await get(
            client, "/rest/v1/outbox", apikey=KEYS.publishable, Authorization=f"Bearer {token}"
        )
        assert (status, body["code"]) == (401, "PGRST301")
    assert upstream.requests == []


async def test_nothing_a_browser_says_of_its_page_reaches_lite(client: aiohttp.ClientSession) -> None:
    """Lite decides by such headers whether its own Studio is asking, which may do everything."""
    _, seen = await get(
        client,
        "/rest/v1/t",
        **ANON,
        **{"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "10.0.0.1"},
    )
    assert {"origin", "sec-fetch-site"}.isdisjoint(seen["headers"])
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"


# Requests and answers


async def test_path_query_body_and_status_arrive_as_they_were(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    upstream.answers["/rest/v1/teapot"] = web.Response(status=418, text="short", headers={"X-Extra": "1"})
    async with client.post("/rest/v1/teapot", data=b'{"a":  1}', headers=ANON) as answer:
        assert (answer.status, await answer.text(), answer.headers["X-Extra"]) == (418, "short", "1")
    url = "/rest/v1/t?name=eq.a%20b%2Bc&or=(a.eq.1,b.eq.2)"
    async with client.patch(_encoded(client, url), data=b'{"a":  1}', headers=SERVICE) as answer:
        seen = await answer.json()
    assert (seen["method"], seen["path"], seen["body"]) == ("PATCH", url, '{"a":  1}')


def _encoded(client: aiohttp.ClientSession, path: str) -> URL:
    assert client._base_url is not None
    return URL(str(client._base_url).rstrip("/") + path, encoded=True)


async def test_unknown_path_is_404(client: aiohttp.ClientSession) -> None:
    for path in ("/", "/auth/v1/settings", "/editor", "/restful"):
        assert (await get(client, path, **SERVICE))[0] == 404


@pytest.mark.parametrize("announced", [True, False])
async def test_body_over_the_limit_is_413(
    client: aiohttp.ClientSession, upstream: Upstream, announced: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LIMIT // 1000 + 1):
            yield b"x" * 1000

    body = b"x" * (LIMIT + 1) if announced else chunks()
    async with client.post("/rest/v1/rpc/community_webhook", data=body, headers=ANON) as answer:
        assert answer.status == 413
    assert upstream.requests == []


async def test_body_at_the_limit_passes(client: aiohttp.ClientSession) -> None:
    async with client.post("/rest/v1/rpc/f", data=b"x" * LIMIT, headers=ANON) as answer:
        assert len((await answer.json())["body"]) == LIMIT


@pytest.mark.parametrize(
    "text",
    [
        '{"a":  1.0, "a": 2}',
        '{\r\n"b": "\\u00e9 \\/ é"}',
        ' {"n": 12345678901234567890.10} ',
        '{"x": "\\u0000"}',
    ],
)
async def test_body_of_a_webhook_is_wrapped_so_that_its_text_survives(
    client: aiohttp.ClientSession, upstream: Upstream, text: str
) -> None:
    """Lite would parse it and write it anew; local/lite_postgres.mjs unwraps it (see test_stack.py)."""
    async with client.post(WEBHOOK_PATH, data=text.encode(), headers=ANON) as answer:
        assert json.loads((await answer.json())["body"]) == {"captpathfinder_exact_text": text}


@pytest.mark.parametrize("body", [b"", b"{not json", b'{"a": NaN}', b"[1]", b'"text"', b"[" * 100_000])
async def test_webhook_that_is_no_object_is_left_to_lite(
    client: aiohttp.ClientSession, upstream: Upstream, body: bytes
) -> None:
    async with client.post(WEBHOOK_PATH, data=body[:LIMIT], headers=ANON) as answer:
        assert (await answer.json())["body"].encode() == body[:LIMIT]


async def test_upstream_that_is_down_is_502() -> None:
    gateway = Gateway(Settings("http://127.0.0.1:9", "http://127.0.0.1:9", TOKEN), Keyring(KEYS))
    async with TestServer(gateway.application()) as server, aiohttp.ClientSession() as session:
        async with session.get(server.make_url("/rest/v1/t"), headers=ANON) as answer:
            assert answer.status == 502
        async with session.get(server.make_url("/health")) as answer:
            assert answer.status == 200


async def test_log_holds_no_key(client: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        await get(client, f"/rest/v1/t?apikey={KEYS.secret}", Authorization="Basic Y29tbXVuaXR5OnNlY3JldA==")
    lines = [record.getMessage() for record in caplog.records if record.name == "gateway"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["GET /rest/v1/t 200"]


# Storage


async def test_signed_link_needs_no_key_and_acts_as_anon(client: aiohttp.ClientSession) -> None:
    path = "/storage/v1/object/sign/reports/a.csv?token=t"
    status, seen = await get(client, path)
    assert (status, seen["path"], seen["headers"]["apikey"]) == (200, path, KEYS.publishable)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/storage/v1/object/sign/reports/a.csv?token=t"),
        ("GET", "/storage/v1/object/sign/reports/a.csv"),
        ("GET", "/storage/v1/object/reports/a.csv?token=t"),
    ],
)
async def test_what_only_looks_like_such_a_link_needs_a_key(
    client: aiohttp.ClientSession, upstream: Upstream, method: str, path: str
) -> None:
    async with client.request(method, _encoded(client, path)) as answer:
        assert answer.status == 401
    assert upstream.requests == []


@pytest.mark.parametrize("dots", ["..", "%2e%2e", "%2E.", "."])
async def test_path_that_climbs_is_no_route(
    client: aiohttp.ClientSession, upstream: Upstream, dots: str
) -> None:
    """It might be read as one path here and as another behind the gateway."""
    async with client.get(_encoded(client, f"/storage/v1/object/public/{dots}/list/reports")) as answer:
        assert answer.status == 404
    assert upstream.requests == []


async def test_html_objects_are_served_as_plain_text(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    path = "/storage/v1/object/sign/reports/a.html"
    upstream.answers[path] = web.Response(text="<b>", content_type="text/html", charset="utf-8")
    async with client.get(path, params={"token": "t"}) as answer:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_signed_link_has_hosted_name_and_form(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    path = "/storage/v1/object/sign/reports/a.csv"
    upstream.answers[path] = web.json_response({"signedUrl": f"{path}?token=t"})
    async with client.post(path, json={"expiresIn": 60}, headers=SERVICE) as answer:
        assert await answer.json() == {"signedURL": "/object/sign/reports/a.csv?token=t"}


async def test_forged_or_expired_link_is_a_400(client: aiohttp.ClientSession, upstream: Upstream) -> None:
    path = "/storage/v1/object/sign/reports/a.csv"
    upstream.answers[path] = web.json_response({"error": "server_error"}, status=500)
    status, body = await get(client, path + "?token=t")
    assert (status, body["error"]) == (400, "InvalidJWT")
