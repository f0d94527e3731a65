"""The gateway over real HTTP and WebSockets, with an upstream that says what reached it."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from yarl import URL

from local.gateway.keys import BAD_KEY, NO_KEY, Keyring
from local.gateway.proxy import WEBHOOK_PATH, Gateway, Settings
from local.lite import Keys

KEYS = Keys("sb_publishable_abc", "sb_secret_def", "a-secret-of-more-than-thirty-two-bytes")
TOKEN = "control-token"
ANON = {"apikey": KEYS.publishable}
SERVICE = {"apikey": KEYS.secret}
LIMIT = 10_000


def legacy_key(role: str, **claims: object) -> str:
    return jwt.encode({"role": role, "iss": "supabase", **claims}, KEYS.jwt_secret, "HS256")


@dataclass
class Upstream:
    """What stands behind the gateway: tells what it got, and answers what it is told to."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, web.Response] = field(default_factory=dict)
    websocket_end: asyncio.Future[int | None] | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self.websocket(request)
        seen = {
            "method": request.method,
            "path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(),
        }
        self.requests.append(seen)
        return self.answers.get(request.path) or web.json_response(seen)

    async def websocket(self, request: web.Request) -> web.WebSocketResponse:
        if request.query.get("refuse"):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(autoping=False, autoclose=False, max_msg_size=0)
        await socket.prepare(request)
        async for message in socket:
            match message.type, message.data:
                case WSMsgType.TEXT, "close":
                    await socket.close(code=4001, message=b"enough")
                case WSMsgType.TEXT, "vanish":
                    assert request.transport is not None
                    request.transport.abort()
                case WSMsgType.TEXT, "ping me":
                    await socket.ping(b"from upstream")
                case WSMsgType.TEXT, text:
                    await socket.send_str(text)
                case WSMsgType.PING, data:
                    await socket.pong(data)
                case WSMsgType.PONG, data:
                    await socket.send_str(f"pong {data.decode()}")
        if self.websocket_end is not None:
            self.websocket_end.set_result(socket.close_code)
        return socket


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def client(upstream: Upstream) -> AsyncIterator[aiohttp.ClientSession]:
    """A session whose base URL is a gateway in front of `upstream`."""
    behind = web.Application(client_max_size=0)
    behind.router.add_route("*", "/{path:.*}", upstream.handle)
    async with TestServer(behind) as server:
        address = str(server.make_url("")).rstrip("/")
        gateway = Gateway(Settings(address, address, TOKEN, rest_limit=LIMIT), Keyring(KEYS))
        front = TestServer(gateway.application())
        await front.start_server()
        async with aiohttp.ClientSession(front.make_url("/")) as session:
            yield session
        await front.close()


async def get(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, Any]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.json()


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


# Faults


CONTROL = {"X-Control-Token": TOKEN}


async def set_fault(client: aiohttp.ClientSession, **fault: object) -> None:
    async with client.post("/_faults", json=fault, headers=CONTROL) as answer:
        assert answer.status == 200, await answer.text()


async def test_faults_need_the_control_token(client: aiohttp.ClientSession) -> None:
    for method in ("POST", "DELETE"):
        async with client.request(method, "/_faults", headers=SERVICE) as answer:
            assert answer.status == 401


async def test_status_fault_strikes_so_many_times(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/rpc/claim", action="status", status=429, retry_after=7, times=2)
    for _ in range(2):
        async with client.get("/rest/v1/rpc/claim_outbox", headers=SERVICE) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert (await get(client, "/rest/v1/rpc/claim_outbox", **SERVICE))[0] == 200


async def test_fault_is_confined_to_its_path_and_can_be_lifted(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/a", action="status")
    async with client.post("/rest/v1/b", headers=SERVICE) as answer:
        assert answer.status == 200
    async with client.post("/rest/v1/a", headers=SERVICE) as answer:
        assert answer.status == 503
    async with client.delete("/_faults", headers=CONTROL) as answer:
        assert answer.status == 200
    async with client.post("/rest/v1/a", headers=SERVICE) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(("action", "reached"), [("cut", 0), ("lose_answer", 1)])
async def test_cut_connection_before_or_after_the_work(
    client: aiohttp.ClientSession, upstream: Upstream, action: str, reached: int
) -> None:
    await set_fault(client, path="/rest/v1/", action=action)
    with pytest.raises(aiohttp.ClientError):
        # A POST, because aiohttp repeats a GET whose connection is cut.
        await client.post("/rest/v1/t", headers=SERVICE)
    assert len(upstream.requests) == reached


async def test_hang_lasts_until_the_client_gives_up(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/", action="hang")
    with pytest.raises(TimeoutError):
        await client.get("/rest/v1/t", headers=SERVICE, timeout=aiohttp.ClientTimeout(total=0.3))


async def test_delay(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/", action="delay", delay=0.2)
    started = time.monotonic()
    assert (await get(client, "/rest/v1/t", **SERVICE))[0] == 200
    assert time.monotonic() - started >= 0.2


async def test_malformed_fault_is_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/_faults", json={"path": "/", "action": "explode"}, headers=CONTROL) as answer:
        assert answer.status == 400


# WebSockets


SOCKET = f"/realtime/v1/websocket?apikey={KEYS.publishable}&vsn=1.0.0"


async def test_websocket_relays_text_and_pings_both_ways(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(SOCKET, autoping=False) as socket:
        await socket.send_str("hello")
        assert await socket.receive_str(timeout=5) == "hello"
        await socket.ping(b"from client")
        answer = await socket.receive(timeout=5)
        assert (answer.type, answer.data) == (WSMsgType.PONG, b"from client")
        await socket.send_str("ping me")
        ping = await socket.receive(timeout=5)
        assert (ping.type, ping.data) == (WSMsgType.PING, b"from upstream")
        await socket.pong(ping.data)
        assert await socket.receive_str(timeout=5) == "pong from upstream"


async def test_close_code_and_reason_come_through(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(SOCKET) as socket:
        await socket.send_str("close")
        message = await socket.receive(timeout=5)
        assert (message.type, message.data, message.extra) == (WSMsgType.CLOSE, 4001, "enough")


async def test_clients_close_code_reaches_upstream(client: aiohttp.ClientSession, upstream: Upstream) -> None:
    upstream.websocket_end = asyncio.get_running_loop().create_future()
    socket = await client.ws_connect(SOCKET)
    await socket.close(code=4321)
    assert await asyncio.wait_for(upstream.websocket_end, 5) == 4321


async def test_upstream_that_vanishes_cuts_the_client_off(client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(SOCKET) as socket:
        await socket.send_str("vanish")
        message = await socket.receive(timeout=5)
        assert message.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
        assert socket.close_code == 1006


async def test_client_that_vanishes_ends_the_upstream_connection(
    client: aiohttp.ClientSession, upstream: Upstream
) -> None:
    upstream.websocket_end = asyncio.get_running_loop().create_future()
    socket = await client.ws_connect(SOCKET)
    transport = socket.get_extra_info("socket")
    assert transport is not None
    connection = socket._response.connection
    assert connection is not None
    assert connection.transport is not None
    connection.transport.abort()
    await asyncio.wait_for(upstream.websocket_end, 5)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/realtime/v1/websocket?vsn=1.0.0", 401),
        ("/realtime/v1/websocket?apikey=wrong&vsn=1.0.0", 401),
        (SOCKET + "&refuse=1", 403),
    ],
)
async def test_refused_upgrade_has_a_status(client: aiohttp.ClientSession, path: str, status: int) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await client.ws_connect(path)
    assert refusal.value.status == status
