"""Logging in, by the token of one machine or at an issuer of OpenID Connect, and logging out."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from captpathfinder.dashboard.access import SESSION_SECONDS, WrongLogins, local_path, new_nonce
from captpathfinder.dashboard.desk import Desk, log
from captpathfinder.dashboard.gate import set_cookie
from captpathfinder.dashboard.sign_in import SignIn, SignInError
from captpathfinder.settings import Settings


class LoginPages:
    """The handlers."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self._wrong = WrongLogins()
        self._sign_in = SignIn(settings) if settings.dashboard_oidc_issuer else None

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/login/start", self.start),
            Route("/login/done", self.done),
            Route("/logout", self.logout, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        """Asks for the token, and gives a session for it."""
        desk, guard = self._desk, self._desk.guard
        target = local_path(request.query_params.get("next"))
        if not guard.needs_login:
            return RedirectResponse(target, 303)
        if request.method != "POST":
            return self._page(request, target, "", 200)
        form = await desk.form(request, for_viewers=True)
        target = local_path(form.get("next"))
        address = request.client.host if request.client else ""
        if self._wrong.is_closed(address, desk.monotonic()):
            return self._page(request, target, "Too many wrong tokens. Try again in a minute.", 429)
        if not guard.is_token(form.get("token", "")):
            self._wrong.failed(address, desk.monotonic())
            log.warning("a wrong dashboard token was given", address=address)
            problem = "This is not the token. It is the value of DASHBOARD_TOKEN where the dashboard runs."
            return self._page(request, target, problem, 403)
        return self._let_in(request, target, guard.new_session(desk.now().timestamp()))

    async def start(self, request: Request) -> Response:
        """The way to the issuer."""
        sign_in, guard = self._issuer(), self._desk.guard
        target = local_path(request.query_params.get("next"))
        try:
            answer, remembered = await sign_in.begin(request, _back(request))
        except SignInError as error:
            return self._page(request, target, str(error), 503)
        sealed = guard.seal_login({"session": remembered, "next": target}, self._desk.now().timestamp())
        set_cookie(answer, request, guard.login_cookie, sealed, 600)
        return answer

    async def done(self, request: Request) -> Response:
        """Back from the issuer: a session for whoever is let in."""
        sign_in, guard = self._issuer(), self._desk.guard
        now = self._desk.now().timestamp()
        remembered = guard.open_login(request.cookies.get(guard.login_cookie), now)
        target = local_path(remembered.get("next"))
        try:
            visitor = await sign_in.finish(request, remembered.get("session") or {})
        except SignInError as error:
            log.warning("a login at the issuer came to nothing", why=str(error))
            return self._page(request, target, str(error), 403)
        session = guard.new_session(now, visitor.name, is_editor=visitor.is_editor, email=visitor.email)
        log.info("logged in", issuer=visitor.issuer, subject=visitor.subject, is_editor=visitor.is_editor)
        answer = self._let_in(request, target, session)
        answer.delete_cookie(guard.login_cookie)
        return answer

    async def logout(self, request: Request) -> Response:
        """Ends the session, in this browser and wherever its cookie was copied."""
        await self._desk.form(request, for_viewers=True)
        session = self._desk.session(request)
        if session is not None:
            until = datetime.fromtimestamp(session.until, tz=UTC).isoformat()
            await self._desk.api.call("end_session", {"session": session.id, "until": until})
        response = RedirectResponse("/login" if self._desk.guard.needs_login else "/", 303)
        response.delete_cookie(self._desk.guard.session_cookie)
        return response

    def _issuer(self) -> SignIn:
        if self._sign_in is None:
            raise HTTPException(404)
        return self._sign_in

    def _let_in(self, request: Request, target: str, session: str) -> Response:
        guard = self._desk.guard
        response = RedirectResponse(target, 303)
        set_cookie(response, request, guard.session_cookie, session, SESSION_SECONDS)
        set_cookie(response, request, guard.form_cookie, new_nonce())
        return response

    def _page(self, request: Request, target: str, problem: str, status: int) -> Response:
        return self._desk.page(
            request,
            "login.html.j2",
            status,
            inside=False,
            next=target,
            problem=problem,
            issuer=self._sign_in.host if self._sign_in else None,
            has_token=self._desk.guard.has_token,
        )


def _back(request: Request) -> str:
    """Where the issuer sends people back to: this dashboard, by the name that the gate has checked."""
    return f"{request.url.scheme}://{request.headers['host']}/login/done"
