"""What a session, a form, a message and a host are taken for, without a server."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from captpathfinder.dashboard.access import (
    FAILURE_WINDOW,
    MOST_FAILURES,
    SESSION_SECONDS,
    Guard,
    WrongLogins,
    host_name,
    is_same_origin,
    local_path,
)
from captpathfinder.settings import Settings
from tests.dashboard.conftest import TOKEN


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "supabase_url": "https://abc.supabase.co",
        "supabase_secret_key": SecretStr("sb_secret_x"),
        "dashboard_token": SecretStr(TOKEN),
        **changes,
    }
    return Settings.model_validate(values)


def test_a_session_ends_after_its_time_and_with_another_token() -> None:
    guard = Guard(settings())
    cookie = guard.new_session(1000.0, "Ada", is_editor=False)
    session = guard.read_session(cookie, 1000.0 + SESSION_SECONDS - 1)
    assert session is not None
    assert (session.name, session.is_editor) == ("Ada", False)
    assert guard.read_session(cookie, 1000.0 + SESSION_SECONDS) is None
    # A message is no session, though it is signed as well.
    assert (
        guard.read_session(guard.pack({"id": "x", "until": "9999999999", "name": "x", "editor": "1"}), 0)
        is None
    )
    other = Guard(settings(dashboard_token=SecretStr("another-token-of-the-tests")))
    assert other.read_session(cookie, 1000.0) is None


def test_a_form_belongs_to_its_browser_and_session() -> None:
    guard = Guard(settings())
    token = guard.form_token("nonce", "session")
    assert guard.is_form(token, "nonce", "session")
    assert not guard.is_form(token, "other", "session")
    assert not guard.is_form(token, "nonce", None)
    assert not guard.is_form("", "", None)
    assert not guard.is_form(guard.form_token("", None), "", None)


def test_a_message_of_somebody_else_is_not_shown() -> None:
    guard = Guard(settings())
    packed = guard.pack({"level": "done", "text": "Grüße"})
    assert guard.unpack(packed) == {"level": "done", "text": "Grüße"}
    assert guard.unpack("x" + packed) is None
    assert guard.unpack(None) is None


def test_too_many_wrong_tokens_close_the_door_for_a_while_and_for_that_address_only() -> None:
    wrong = WrongLogins(most=2, window=60)
    assert not wrong.is_closed("2001:db8::1", 0)
    wrong.failed("2001:db8::1", 0)
    wrong.failed("2001:db8::ffff", 30)
    assert wrong.is_closed("2001:db8::2", 59)
    assert not wrong.is_closed("2001:db8:0:1::1", 59)
    assert not wrong.is_closed("192.0.2.1", 59)
    assert not wrong.is_closed("2001:db8::1", 60)
    wrong.failed("192.0.2.1", 100)
    assert list(wrong._failures) == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/queue?x=1", "/queue?x=1"),
        ("//evil.example.com", "/"),
        ("/\\evil.example.com", "/"),
        ("https://evil.example.com", "/"),
        ("/a\nSet-Cookie: x", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_the_login_leads_only_to_pages_of_the_dashboard(target: str | None, expected: str) -> None:
    assert local_path(target) == expected


@pytest.mark.parametrize(
    ("header", "name"),
    [("LocalHost:1", "localhost"), ("[::1]:2", "::1"), ("a.example.", "a.example"), ("[", ""), ("", "")],
)
def test_host_headers_are_read(header: str, name: str) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"origin": "https://d.example:8091", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://D.example:8091"}, True),
        # What is no browser sends neither, and has the form's token to show.
        ({}, True),
        ({"origin": "https://d.example"}, False),
        ({"origin": "https://d.example:8092"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://["}, False),
        ({"origin": "ftp://d.example:8091"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://d.example:8091"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://d.example:8091"}, False),
    ],
)
def test_a_change_is_asked_for_by_a_page_of_this_dashboard(headers: dict[str, str], is_ours: bool) -> None:
    assert is_same_origin({"host": "d.example:8091", **headers}) is is_ours


def test_whoever_fails_seldom_is_never_shut_out() -> None:
    wrong = WrongLogins()
    for second in range(0, 6000, int(FAILURE_WINDOW / MOST_FAILURES) + 1):
        assert not wrong.is_closed("192.0.2.1", second)
        wrong.failed("192.0.2.1", second)


def test_an_address_that_an_ipv6_socket_sees_of_an_ipv4_caller_is_that_caller_s() -> None:
    wrong = WrongLogins(most=1)
    wrong.failed("::ffff:192.0.2.1", 0)
    assert wrong.is_closed("192.0.2.1", 1)
    assert not wrong.is_closed("::ffff:192.0.2.2", 1)


def test_what_a_login_at_the_issuer_remembers_runs_out_and_is_nothing_else() -> None:
    guard = Guard(settings())
    sealed = guard.seal_login({"next": "/queue"}, 1000.0)
    assert guard.open_login(sealed, 1599.0) == {"next": "/queue"}
    assert guard.open_login(sealed, 1600.0) == {}
    assert guard.open_login(guard.pack({"until": "9999999999", "remembered": "x"}), 0) == {}
    assert guard.open_login(sealed[:-1], 1000.0) == {}
    assert guard.open_login(None, 0) == {}
    assert guard.read_session(sealed, 0) is None


def test_a_token_is_taken_as_it_was_pasted_and_no_other_is() -> None:
    guard = Guard(settings())
    assert guard.is_token(f" {TOKEN}\n")
    for other in ("", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper()):
        assert not guard.is_token(other)
    # Where there is none, nothing is it.
    assert not Guard(settings(dashboard_token=None)).is_token("")


def test_two_sessions_have_two_names() -> None:
    guard = Guard(settings())
    sessions = [guard.read_session(guard.new_session(0.0), 0.0) for _ in range(2)]
    assert len({session.id for session in sessions if session}) == 2


def test_cookies_of_two_dashboards_on_one_machine_are_apart() -> None:
    first, second = Guard(settings(dashboard_port=1)), Guard(settings(dashboard_port=2))
    names = [
        name
        for guard in (first, second)
        for name in (guard.session_cookie, guard.form_cookie, guard.login_cookie, guard.message_cookie)
    ]
    assert len(set(names)) == 8


def test_the_dashboard_answers_to_its_own_names_only() -> None:
    guard = Guard(settings(dashboard_host="192.0.2.7", dashboard_hosts=["Captain.example.com"]))
    for name in ("192.0.2.7:80", "captain.example.com.", "localhost", "127.0.0.1:1", "[::1]:1"):
        assert guard.knows_host(name), name
    any_address = "0.0.0.0"  # noqa: S104  (nothing is bound)
    everywhere = Guard(settings(dashboard_host=any_address))
    for name in ("", any_address, "evil.example.com", "captain.example.com.evil.example.com"):
        assert not guard.knows_host(name), name
        assert not everywhere.knows_host(name), name
