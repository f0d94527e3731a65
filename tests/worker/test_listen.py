"""The listener in this process, against the real server, so that what it leaves behind can be looked at."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from captpathfinder.clock import utc_now
from captpathfinder.settings import Settings
from captpathfinder.supabase_project.database_clock import DatabaseClock
from captpathfinder.supabase_project.listen import Listener
from local.stack import Stack


def settings_of(stack: Stack, **changes: object) -> Settings:
    environment = stack.environment
    values: dict[str, Any] = {
        "supabase_url": environment["SUPABASE_URL"],
        "SUPABASE_SECRET_KEY": environment["SUPABASE_SECRET_KEY"],
        "realtime_confirm_seconds": 10,
        **changes,
    }
    return Settings(**values)


async def until(condition: Callable[[], object], what: str, seconds: float = 20) -> None:
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[tuple[Listener, list[str]]]:
    reasons: list[str] = []
    listener = Listener(settings, reasons.append, DatabaseClock(time.monotonic, utc_now))
    task = asyncio.create_task(listener.run())
    try:
        yield listener, reasons
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def insert(stack: Stack) -> None:
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("insert into outbox (kind, dedupe_key) values ('realtime_test', gen_random_uuid()::text)")


async def fault(stack: Stack, **body: object) -> None:
    async with httpx.AsyncClient() as http:
        (await http.post(f"{stack.url('realtime')}/_faults", json=body)).raise_for_status()


async def test_a_row_is_a_reason_to_look(stack: Stack) -> None:
    async with listening(settings_of(stack)) as (listener, reasons):
        await until(lambda: listener.is_listening, "listening")
        assert reasons == ["listening"]
        insert(stack)
        await until(lambda: "message" in reasons, "message")
        assert listener.last_message_at is not None


async def test_a_retry_is_a_reason_and_a_claim_is_none(stack: Stack) -> None:
    async with listening(settings_of(stack)) as (listener, reasons):
        await until(lambda: listener.is_listening, "listening")
        insert(stack)
        await until(lambda: reasons.count("message") == 1, "the insert's message")
        with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
            claim = "update outbox set status = 'running', locked_by = 'x', lease_expires_at = now()"
            db.execute(claim)
            db.execute("update outbox set status = 'pending', locked_by = null, lease_expires_at = null")
            await until(lambda: reasons.count("message") == 2, "the retry's message")
            db.execute(claim)
        insert(stack)
        await until(lambda: reasons.count("message") >= 3, "the second insert's message")
        assert reasons.count("message") == 3


async def test_nothing_is_left_of_clients_that_ended_in_any_way(stack: Stack) -> None:
    settings = settings_of(stack)
    async with listening(settings) as (listener, _):
        await until(lambda: listener.is_listening, "listening")
        before = asyncio.all_tasks()
        for body in ({"fault": "reset"}, {"fault": "expire_tokens"}, {"fault": "restart", "seconds": 0.5}):
            sessions = listener.sessions
            await fault(stack, **body)
            await until(lambda: listener.sessions > sessions and listener.is_listening, f"again after {body}")  # noqa: B023
        await until(lambda: len(asyncio.all_tasks()) <= len(before), "no more tasks than before")
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()}, "no task is left")
    assert listener.state == "off"


async def test_a_wrong_key_is_said(stack: Stack) -> None:
    async with listening(settings_of(stack, SUPABASE_SECRET_KEY="sb_secret_wrong")) as (listener, reasons):
        await until(lambda: listener.last_error, "an error")
        assert "HTTP 401" in str(listener.last_error)
        assert reasons == []


async def test_a_refused_subscription_is_said_in_the_servers_words(stack: Stack) -> None:
    await fault(stack, fault="refuse_subscription")
    async with listening(settings_of(stack)) as (listener, _):
        await until(lambda: listener.last_error, "an error")
        assert "Unable to subscribe to changes" in str(listener.last_error)


async def test_a_server_that_joins_but_never_listens_is_left(stack: Stack) -> None:
    await fault(stack, fault="deaf", seconds=60)
    async with listening(settings_of(stack, realtime_confirm_seconds=0.5)) as (listener, _):
        await until(lambda: listener.sessions >= 3, "tried anew")
        assert "not listening" in str(listener.last_error)


async def test_suspicions_in_vain_are_acted_on_ever_more_seldom(stack: Stack) -> None:
    async with listening(settings_of(stack)) as (listener, _):
        await until(lambda: listener.is_listening, "listening")
        assert listener.suspect("deaf")
        assert not listener.suspect("deaf")
        await until(lambda: listener.last_error == "deaf" or listener.sessions == 2, "the first has ended")
        await until(lambda: listener.sessions == 2 and listener.is_listening, "a second client")
        assert listener.last_error is None


@pytest.mark.parametrize(
    ("created", "heard", "is_missed"),
    [
        pytest.param(10, None, True, id="nothing was ever heard"),
        pytest.param(10, 5, True, id="the last message was older"),
        pytest.param(10, 10.4, False, id="it was announced"),
        pytest.param(10, 30, False, id="others were heard since"),
        pytest.param(0.5, None, False, id="created while it began to listen"),
        pytest.param(58, None, False, id="just created"),
    ],
)
def test_which_jobs_ought_to_have_been_announced(
    stack_free_settings: Settings, created: float, heard: float | None, is_missed: bool
) -> None:
    began = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    # Ten days off, and known to be so only since it listens.
    clock = DatabaseClock(lambda: 1060.0, lambda: began - timedelta(days=10))
    listener = Listener(stack_free_settings, lambda _: None, clock)
    listener.state = "listening"
    listener.listening_since = 1000.0
    listener.heard_at = None if heard is None else 1000.0 + heard
    clock.learn(1060.0, began + timedelta(seconds=60))
    assert listener.missed(began + timedelta(seconds=created)) is is_missed


@pytest.fixture
def stack_free_settings() -> Settings:
    values: dict[str, Any] = {"supabase_url": "http://127.0.0.1:1", "SUPABASE_SECRET_KEY": "sb_secret_x"}
    return Settings(**values)
