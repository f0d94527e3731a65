"""What a session, a form, a message and a host are taken for, without a server."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from captpathfinder.dashboard.access import (
    SESSION_SECONDS,
    Guard,
    WrongLogins,
    host_name,
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
