from datetime import UTC, datetime

import httpx
import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from captpathfinder.errors import (
    ControlRoomAuthError,
    PermanentError,
    SupabaseError,
    SupabaseRefusedError,
    SupabaseRequestError,
    TransientError,
    UnknownOutcomeError,
)
from captpathfinder.web.retry_after import parse_retry_after
from captpathfinder.worker.decisions import LONGEST_RETRY_AFTER, REFUSED_RETRY_AFTER, GiveUp, Retry, decide

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "decision"),
    [
        (TransientError("busy"), Retry("busy")),
        (TransientError("busy", retry_after=7), Retry("busy", 7)),
        (TransientError("busy", retry_after=-7), Retry("busy", 0)),
        (TransientError("busy", retry_after=10**9), Retry("busy", LONGEST_RETRY_AFTER)),
        (UnknownOutcomeError("cut", retry_after=60), Retry("cut", 60)),
        (PermanentError("no such bot"), GiveUp("no such bot")),
        (ControlRoomAuthError("key refused"), GiveUp("key refused")),
        (SupabaseError("away", status=503), Retry("away")),
        (SupabaseRefusedError("wrong key", status=401), Retry("wrong key", REFUSED_RETRY_AFTER)),
        (SupabaseRequestError("no such function", status=404), GiveUp("no such function")),
        (httpx.ReadTimeout("secret detail"), Retry("the network failed (ReadTimeout)")),
        (TimeoutError(), Retry("it took too long")),
    ],
)
def test_what_becomes_of_an_error(error: Exception, decision: Retry | GiveUp) -> None:
    assert decide(error) == decision


def test_a_surprise_is_retried_and_its_text_is_kept_back() -> None:
    decision = decide(KeyError("jane.doe@example.com"))
    assert isinstance(decision, Retry)
    assert "jane" not in decision.why
    assert "KeyError" in decision.why


def test_a_refused_value_is_named_but_not_quoted() -> None:
    class Config(BaseModel):
        model_config = ConfigDict(extra="forbid")
        bot_id: int

    with pytest.raises(ValidationError) as raised:
        Config.model_validate({"bot_id": "hunter22", "unknown": 1})
    decision = decide(raised.value)
    assert isinstance(decision, GiveUp)
    assert "bot_id" in decision.why
    assert "unknown" in decision.why
    assert "hunter22" not in decision.why


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 3 ", 3.0),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds
