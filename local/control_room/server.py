"""The HTTP side: routes, the order in which faults apply, counts, and one log line a request."""

import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeVar

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import activity, auth
from .errors import ApiError, bad_request, invalid_body, unauthorized
from .faults import (
    RULES,
    Cut,
    FilterRefused,
    Hang,
    LoseAnswer,
    NoDevice,
    RejectKey,
    Seen,
    Slow,
    Status,
    TokenExpired,
)
from .inputs import DeployV3, DeployV4
from .state import ControlRoom, EmailPost, TeamsPost

log = logging.getLogger(__name__)

Handler = Callable[[web.Request, Seen], Awaitable[web.Response]]
BodyT = TypeVar("BodyT", bound=BaseModel)

#: Larger bodies than the control room's own limit would be; a digest has a few kilobytes.
LARGEST_BODY = 16 * 1024 * 1024

_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class Refresh(BaseModel):
    """The body of ``POST /v2/authentication/token``; the vendor does not document it."""

    model_config = ConfigDict(hide_input_in_errors=True)
    token: str | None = None


class Advance(BaseModel):
    """The body of ``POST /_clock``."""

    model_config = ConfigDict(extra="forbid")
    advance_seconds: float = Field(gt=0)


#: How long requests that still hang may keep the server from ending, in seconds.
LAST_WORDS = 0.5


async def listen(room: ControlRoom, host: str, port: int) -> tuple[web.AppRunner, str]:
    """Start serving; the runner, to be cleaned up at the end, and the address to reach it at.

    A client that gives up does not end what its request began, just as with the real control room.
    """
    runner = web.AppRunner(
        Server(room).app(), access_log=None, handler_cancellation=False, shutdown_timeout=LAST_WORDS
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    host, port = runner.addresses[0][:2]
    return runner, f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server:
    """Answers requests for a :class:`ControlRoom`."""

    def __init__(self, room: ControlRoom) -> None:
        self._room = room
        self._requests: dict[str, Counter[str]] = {}

    def app(self) -> web.Application:
        """The application with every route."""
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._refuse_strangers])
        api: list[tuple[str, str, Handler]] = [
            ("/v2/authentication", "authenticate", self._authenticate),
            ("/v2/authentication/token", "refresh", self._refresh),
            ("/v4/automations/deploy", "deploy_v4", self._deploy_v4),
            ("/v3/automations/deploy", "deploy_v3", self._deploy_v3),
            ("/v3/activity/list", "activity", self._activity),
            ("/v2/repository/file/list", "files", self._files),
            ("/bots/email", "email", self._email),
            ("/bots/teams", "teams", self._teams),
        ]
        for path, name, handler in api:
            app.router.add_post(path, self._served(name, handler))
        app.router.add_routes(
            [
                web.get("/health", self._health),
                web.get("/_faults", self._list_faults),
                web.post("/_faults", self._post_faults),
                web.delete("/_faults", self._clear_faults),
                web.delete("/_faults/{id:[0-9]+}", self._remove_fault),
                web.get("/_deployments", self._list_deployments),
                web.get("/_messages", self._list_messages),
                web.get("/_requests", self._list_requests),
                web.post("/_clock", self._move_clock),
                web.post("/_reset", self._reset),
            ]
        )
        app.router.add_route("*", "/{path:.*}", self._served("unknown", self._unknown))
        return app

    def _served(self, name: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            started = perf_counter()
            body = await request.read()
            seen = Seen(name, body.decode(errors="replace"))
            try:
                response = await self._answer(request, seen, handler)
                outcome = "cut" if response is None else str(response.status)
            except ApiError as error:
                response, outcome = _json(error.body(), error.status), str(error.status)
            self._requests.setdefault(name, Counter())[outcome] += 1
            log.info("%s %s %.1fms", name, outcome, (perf_counter() - started) * 1000)
            return response if response is not None else _cut(request)

        return serve

    async def _answer(self, request: web.Request, seen: Seen, handler: Handler) -> web.Response | None:
        """The answer with the faults in force, or None for a connection that is to be cut."""
        faults = self._room.faults
        for slow in faults.each(Slow, seen):
            await self._room.clock.sleep(slow.seconds)
        match faults.first((Status, NoDevice, Hang, Cut), seen):
            case Status() as rule:
                return _told(rule)
            case NoDevice():
                raise ApiError(412, "NO_DEVICE_AVAILABLE", "No device is available to run the bot")
            case Hang() as rule:
                await self._room.clock.sleep(rule.seconds)
                return None
            case Cut():
                return None
        response = await handler(request, seen)
        if lost := faults.first(LoseAnswer, seen):
            await self._room.clock.sleep(lost.seconds)
            return None
        return response

    async def _authenticate(self, request: web.Request, seen: Seen) -> web.Response:
        body = _parse(auth.SignIn, seen)
        if rule := self._room.faults.first(RejectKey, seen):
            raise auth.rejected(rule.reason)
        return _json(self._room.sessions.sign_in(body))

    async def _refresh(self, request: web.Request, seen: Seen) -> web.Response:
        token = (_parse(Refresh, seen).token if seen.text else None) or request.headers.get("X-Authorization")
        return _json(self._room.sessions.refresh(self._valid(token, seen)))

    async def _deploy_v4(self, request: web.Request, seen: Seen) -> web.Response:
        self._valid(request.headers.get("X-Authorization"), seen)
        made = self._room.deploy(_parse(DeployV4, seen), json.loads(seen.text), seen)
        return _json({"deploymentId": made.deployment_id, "automationName": made.automation_name})

    async def _deploy_v3(self, request: web.Request, seen: Seen) -> web.Response:
        self._valid(request.headers.get("X-Authorization"), seen)
        made = self._room.deploy(_parse(DeployV3, seen), json.loads(seen.text), seen)
        return _json({"deploymentId": made.deployment_id, "automationId": made.automation_id})

    async def _activity(self, request: web.Request, seen: Seen) -> web.Response:
        self._valid(request.headers.get("X-Authorization"), seen)
        query = _parse(activity.Query, seen)
        named = set(query.filter.fields()) if query.filter else set()
        refused = named & self._room.settings.refused_filters
        if rule := self._room.faults.first(FilterRefused, seen, fits=lambda rule: rule.field in named):
            refused = {rule.field}
        if refused:
            raise bad_request(f"Filtering by {', '.join(sorted(refused))} is not supported")
        self._room.settle()
        return _json(activity.answer(query, self._room.deployments, self._room.clock.now()))

    async def _files(self, request: web.Request, seen: Seen) -> web.Response:
        self._valid(request.headers.get("X-Authorization"), seen)
        wanted = _parse(activity.Query, seen).filter
        if wanted is None or (wanted.operator, wanted.field) != ("eq", "id"):
            raise bad_request("The stand-in lists files by their id only")
        bots = [bot for bot in self._room.bots.values() if str(bot.id) == str(wanted.value)]
        rows = [{"id": str(bot.id), "name": bot.name, "type": "application/vnd.aa.taskbot"} for bot in bots]
        return _json({"page": {"offset": 0, "total": len(rows), "totalFilter": len(rows)}, "list": rows})

    async def _email(self, request: web.Request, seen: Seen) -> web.Response:
        self._bearer(request, seen, self._room.credentials.email_bot_key, "AA_EMAIL_BOT_API_KEY")
        return _json(self._room.post("email", _parse(EmailPost, seen)), 202)

    async def _teams(self, request: web.Request, seen: Seen) -> web.Response:
        self._bearer(request, seen, self._room.credentials.teams_bot_key, "AA_TEAMS_BOT_API_KEY")
        return _json(self._room.post("teams", _parse(TeamsPost, seen)), 202)

    async def _unknown(self, request: web.Request, seen: Seen) -> web.Response:
        raise ApiError(404, "NOT_FOUND", "There is nothing here for this method and path")

    def _valid(self, token: str | None, seen: Seen) -> str:
        """The token of a request, or a 401 if it is none or is told to have expired."""
        self._room.sessions.check(token)
        if token is None or self._room.faults.first(TokenExpired, seen):
            self._room.sessions.end(token or "")
            raise auth.token_expired()
        return token

    def _bearer(self, request: web.Request, seen: Seen, key: str | None, variable: str) -> None:
        if key is None:
            raise ApiError(
                404, "NOT_CONFIGURED", f"This endpoint is off: {variable} was not set at the start"
            )
        scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() != "bearer" or not auth.same(given.strip(), key):
            raise unauthorized("INVALID_KEY", "The header 'Authorization: Bearer <key>' is missing or wrong")
        if rule := self._room.faults.first(RejectKey, seen):
            raise auth.rejected(rule.reason)

    @web.middleware
    async def _refuse_strangers(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Keep web pages that resolve their own name to loopback away from the controls."""
        if request.path.startswith("/_") and request.url.host not in _LOOPBACK_NAMES:
            return _json(ApiError(403, "LOOPBACK_ONLY", "Ask by a loopback address").body(), 403)
        try:
            return await handler(request)
        except ApiError as error:
            return _json(error.body(), error.status)

    async def _health(self, request: web.Request) -> web.Response:
        return _json({"status": "ok"})

    async def _list_faults(self, request: web.Request) -> web.Response:
        return _json(self._room.faults.listing())

    async def _post_faults(self, request: web.Request) -> web.Response:
        try:
            rules = RULES.validate_json(await request.read())
        except ValidationError as error:
            raise invalid_body(error) from error
        self._room.faults.post(rules)
        return _json(self._room.faults.listing(), 201)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._room.faults.clear()
        return _json([])

    async def _remove_fault(self, request: web.Request) -> web.Response:
        if not self._room.faults.remove(int(request.match_info["id"])):
            raise ApiError(404, "NOT_FOUND", "There is no fault with this id")
        return _json(self._room.faults.listing())

    async def _list_deployments(self, request: web.Request) -> web.Response:
        self._room.settle()
        rows = request.query.get("rows", "1") != "0"
        return _json(self._room.deployments.summary(self._room.clock.now(), rows=rows))

    async def _list_messages(self, request: web.Request) -> web.Response:
        return _json(self._room.messages())

    async def _list_requests(self, request: web.Request) -> web.Response:
        return _json(
            {name: {"total": counts.total(), "by_status": counts} for name, counts in self._requests.items()}
        )

    async def _move_clock(self, request: web.Request) -> web.Response:
        body = _parse(Advance, Seen("clock", await request.text()))
        self._room.advance(body.advance_seconds)
        return _json({"now": self._room.clock.now().isoformat()})

    async def _reset(self, request: web.Request) -> web.Response:
        self._room.reset()
        self._requests.clear()
        return _json({"status": "reset"})


def _json(body: object, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


def _parse(model: type[BodyT], seen: Seen) -> BodyT:
    try:
        return model.model_validate_json(seen.text)
    except ValidationError as error:
        raise invalid_body(error) from error


def _told(rule: Status) -> web.Response:
    """The answer a rule asks for; an error without a body gets one of the usual shape."""
    headers = {} if rule.retry_after is None else {hdrs.RETRY_AFTER: str(rule.retry_after)}
    if rule.text is not None:
        return web.Response(status=rule.status, text=rule.text, content_type="text/html", headers=headers)
    body = rule.body
    if body is None and rule.status >= 400:
        body = {"code": f"{rule.status}", "message": "Failed on command", "details": []}
    return web.json_response(body, status=rule.status, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Drop the connection; the response returned has nowhere to go."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
