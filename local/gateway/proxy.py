"""The gateway's web application: admit, misbehave if told to, forward, and answer as hosted would."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pydantic
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from local.gateway.faults import Fault, Faults
from local.gateway.keys import Credentials, Keyring, Refused
from local.gateway.websocket import pass_through

log = logging.getLogger("gateway")

MEBIBYTE = 1024 * 1024

# The one function with an unnamed json parameter, which gets the body as it was posted.
WEBHOOK_PATH = "/rest/v1/rpc/community_webhook"

# Headers that belong to one connection (RFC 9110, 7.6.1), and those this gateway sets itself.
_NOT_FORWARDED = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",
        "host",
        "content-length",
        "content-encoding",
        "accept-encoding",
        "apikey",
        "authorization",
        "x-control-token",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "sec-websocket-key",
        "sec-websocket-version",
        "sec-websocket-extensions",
    }
)
_NOT_RETURNED = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "content-encoding",
        "date",
        "server",
    }
)


@dataclass(frozen=True)
class Settings:
    """Where requests go, and how large they may be (bytes)."""

    lite: str
    realtime: str
    control_token: str
    rest_limit: int = 10 * MEBIBYTE
    storage_limit: int = 60 * MEBIBYTE


class TooLarge(Exception):  # noqa: N818 (it is an answer, not a fault of the program)
    """The body is larger than its service takes."""


class Gateway:
    """Handlers of the gateway; `application()` wires them up."""

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        self._faults = Faults()
        self._session: aiohttp.ClientSession

    def application(self) -> web.Application:
        """Return the application, ready to be served."""
        app = web.Application(middlewares=[_access_log])
        app.cleanup_ctx.append(self._open_session)
        app.router.add_get("/health", self._health)
        app.router.add_post("/_faults", self._control)
        app.router.add_delete("/_faults", self._control)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _open_session(self, _app: web.Application) -> AsyncIterator[None]:
        # Node ends a connection that was idle for 5 s; one used at that moment would be a lost request.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            self._session = session
            yield

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _control(self, request: web.Request) -> web.Response:
        token = request.headers.get("X-Control-Token", "")
        if not hmac.compare_digest(token.encode(), self._settings.control_token.encode()):
            return web.json_response({"message": "X-Control-Token is missing or wrong"}, status=401)
        if request.method == "POST":
            try:
                fault = Fault.model_validate_json(await request.read())
            except pydantic.ValidationError as error:
                return web.json_response(json.loads(error.json(include_url=False)), status=400)
            self._faults.add(fault)
        else:
            self._faults.clear()
        return web.json_response({"status": "ok"})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults.strike(request.path)
        if fault is not None and (answer := await self._misbehave(request, fault)) is not None:
            return answer
        target = self._target(request.path)
        if target is None:
            return web.json_response({"message": "no Route matched with those values"}, status=404)
        try:
            credentials = self._keyring.admit(request.method, request.path, request.query, request.headers)
        except Refused as refusal:
            return web.json_response(refusal.body, status=401)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            url = URL(target + _raw_path_and_query(request), encoded=True)
            return await pass_through(
                request, self._session, str(url), dict(self._headers(request, credentials))
            )
        return await self._forward(request, target, credentials, fault)

    async def _misbehave(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """Return an answer that replaces the real one; None if the request is to be passed on."""
        match fault.action:
            case "status":
                headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
                return web.json_response(
                    {"message": "fault set on purpose"}, status=fault.status, headers=headers
                )
            case "hang":
                # Ends when the client gives up: the server cancels the handler then.
                await asyncio.Event().wait()
            case "cut":
                _cut(request)
                return web.Response(status=499)
            case "delay":
                await asyncio.sleep(fault.delay)
        return None

    def _target(self, path: str) -> str | None:
        """Return the base URL of the service for a decoded path; None if no service has it."""
        if not {".", ".."}.isdisjoint(path.split("/")):
            return None
        if path.startswith(("/rest/v1/", "/storage/v1/")) or path == "/rest/v1":
            return self._settings.lite
        return self._settings.realtime if path.startswith("/realtime/v1/") else None

    async def _forward(
        self, request: web.Request, target: str, credentials: Credentials, fault: Fault | None
    ) -> web.StreamResponse:
        storage = request.path.startswith("/storage/v1/")
        try:
            body = await _read(
                request, self._settings.storage_limit if storage else self._settings.rest_limit
            )
        except TooLarge:
            return _too_large(storage)
        if request.path == WEBHOOK_PATH:
            body = _exact(body)
        url = URL(target + _raw_path_and_query(request), encoded=True)
        try:
            async with self._session.request(
                request.method,
                url,
                headers=self._headers(request, credentials),
                data=body or None,
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Content-Type", "Accept-Encoding"),
            ) as upstream:
                content = await upstream.read()
        except aiohttp.ClientError as error:
            log.warning("%s %s: upstream: %s", request.method, request.path, type(error).__name__)
            return web.json_response(
                {"message": "An invalid response was received from the upstream server"}, status=502
            )
        if fault is not None and fault.action == "lose_answer":
            _cut(request)
        headers = CIMultiDict(
            (name, value) for name, value in upstream.headers.items() if name.lower() not in _NOT_RETURNED
        )
        if storage:
            if upstream.status == 500 and request.path.startswith("/storage/v1/object/sign/"):
                return _bad_link()
            content = _as_hosted_storage(request, headers, content)
        return web.Response(status=upstream.status, headers=headers, body=content)

    @staticmethod
    def _headers(request: web.Request, credentials: Credentials) -> CIMultiDict[str]:
        """Return the headers for upstream.

        What a browser says of its page stays here: Lite decides by it whether its own Studio is asking.
        """
        headers: CIMultiDict[str] = CIMultiDict()
        for name, value in request.headers.items():
            lower = name.lower()
            if lower not in _NOT_FORWARDED and lower != "origin" and not lower.startswith("sec-fetch-"):
                headers.add(name, value)
        headers["apikey"] = credentials.apikey
        if credentials.authorization is not None:
            headers["Authorization"] = credentials.authorization
        # What the client says of its own address is not to be believed.
        headers["X-Forwarded-For"] = request.remote or ""
        headers["X-Forwarded-Proto"] = request.scheme
        headers["X-Forwarded-Host"] = request.host
        headers["Accept-Encoding"] = "identity"
        return headers


def _raw_path_and_query(request: web.Request) -> str:
    """Return the path as the client wrote it, without `?apikey=`, which PostgREST would take for a filter."""
    path, _, query = request.raw_path.partition("?")
    parts = [part for part in query.split("&") if part and part.partition("=")[0] != "apikey"]
    return path + ("?" + "&".join(parts) if parts else "")


async def _read(request: web.Request, limit: int) -> bytes:
    """Read the body, whether or not its length was announced; raise `TooLarge` as soon as it is too large."""
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge
    chunks, size = [], 0
    async for chunk in request.content.iter_chunked(64 * 1024):
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _exact(body: bytes) -> bytes:
    """Wrap the text of a JSON object so that Lite hands it on unchanged: local/lite_postgres.mjs unwraps it.

    PostgREST hands an unnamed json parameter over to the letter; Lite would parse it and write it anew. What
    is no JSON object is passed on for Lite to refuse.
    """
    try:
        text = body.decode()
        if not isinstance(json.loads(text, parse_constant=_refuse), dict):
            return body
    except (ValueError, RecursionError):
        return body
    return json.dumps({"captpathfinder_exact_text": text}).encode()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _too_large(storage: bool) -> web.Response:
    if storage:
        body = {
            "statusCode": "413",
            "error": "Payload too large",
            "message": "The object exceeded the maximum allowed size",
            "code": "EntityTooLarge",
        }
        return web.json_response(body, status=400)
    response = web.json_response({"message": "Request body is too large"}, status=413)
    # The rest of the body is not read, so the connection cannot be used again.
    response.force_close()
    return response


def _bad_link() -> web.Response:
    """Answer a link that is expired or forged as hosted does; Lite has no better word than 500 for it."""
    body = {"statusCode": "400", "error": "InvalidJWT", "message": "signature verification failed"}
    return web.json_response(body, status=400)


def _as_hosted_storage(request: web.Request, headers: CIMultiDict[str], content: bytes) -> bytes:
    """Answer as hosted Storage does where Lite differs: HTML is plain text, links are relative."""
    kind, separator, parameters = headers.get("Content-Type", "").partition(";")
    if request.method == "GET" and kind.strip().lower() == "text/html":
        headers["Content-Type"] = f"text/plain{separator}{parameters}"
    if request.method == "POST" and request.path.startswith("/storage/v1/object/sign/"):
        try:
            answer = json.loads(content)
        except ValueError:
            return content
        if isinstance(answer, dict) and isinstance(link := answer.pop("signedUrl", None), str):
            answer["signedURL"] = link.removeprefix("/storage/v1")
            return json.dumps(answer).encode()
    return content


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


@web.middleware
async def _access_log(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Log method, path, status and time; never the query, which may hold a key or a token."""
    started = time.monotonic()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        took = (time.monotonic() - started) * 1000
        log.info("%s %s %d %.1f ms", request.method, request.path, status, took)
