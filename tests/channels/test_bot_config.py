"""The configs of bots and their endpoints: what is saved as a row (SQL) is what the worker takes (Python)."""

import json
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from captpathfinder.messages import Message
from captpathfinder.render.letter import Letter
from captpathfinder.transports import CONFIGS
from captpathfinder.transports.aa_bot import BotConfig, bot_inputs, bot_value
from tests.conftest import Connection
from tests.worker.support import EMAIL_BOT

TEAMS_BOT: dict[str, Any] = {
    "bot_id": 102,
    "run_as_user_ids": [3, 4],
    "pool_ids": [1],
    "priority": "PRIORITY_HIGH",
    "channel_url": "https://teams.example.com/x",
    "inputs": {"message": {"part": "markdown"}, "url": {"part": "channel_url"}, "n": {"part": "total"}},
}


def accepted_by_sql(db: Connection, transport: str, config: object) -> bool:
    try:
        db.execute("select pathfinder.check_channel_config(%s, %s::jsonb)", [transport, json.dumps(config)])
    except psycopg.errors.InvalidParameterValue:
        return False
    return True


def accepted_by_python(transport: str, config: object) -> bool:
    try:
        CONFIGS[transport].model_validate(config)
    except ValidationError:
        return False
    return True


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("aa_bot", EMAIL_BOT),
    ("aa_bot", TEAMS_BOT),
    ("aa_bot", {**EMAIL_BOT, "api_version": "v3", "override_default_device": True, "timeout_seconds": 30}),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"to": {"part": "recipients", "type": "LIST"}}}),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"l": {"type": "LIST", "value": ["a", 1, True]}}}),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"d": {"type": "DICTIONARY", "value": {"k": [1.5]}}}}),
    ("aa_http", {"kind": "email", "to": ["a@example.com"]}),
    ("aa_http", {"kind": "teams", "channel_url": "https://teams.example.com/x"}),
    *(
        ("aa_bot", {**EMAIL_BOT, "inputs": {"b": {"type": "DATETIME", "value": value}}})
        for value in ("2026-11-30", "2026-11-30T17:00Z", "2026-11-30T17:00:00.123+05:30")
    ),
]
BAD: list[tuple[str, object, str]] = [
    ("aa_bot", {}, "bot_id is missing"),
    ("aa_bot", {**EMAIL_BOT, "bot_id": "101x"}, "bot_id"),
    ("aa_bot", {**EMAIL_BOT, "bot_id": 0}, "bot_id"),
    ("aa_bot", {**EMAIL_BOT, "run_as_user_ids": []}, "run_as_user_ids is missing"),
    ("aa_bot", {**EMAIL_BOT, "run_as_user_ids": 3}, "run_as_user_ids"),
    ("aa_bot", {**EMAIL_BOT, "pool_ids": ["x"]}, "pool_ids"),
    ("aa_bot", {**EMAIL_BOT, "priority": "HIGH"}, "priority must be PRIORITY_LOW"),
    ("aa_bot", {**EMAIL_BOT, "api_version": "v5"}, "api_version must be v4 or v3"),
    ("aa_bot", {**EMAIL_BOT, "timeout_seconds": 1}, "timeout_seconds"),
    ("aa_bot", {**EMAIL_BOT, "on_failed_run": "ignore"}, "on_failed_run"),
    ("aa_bot", {**EMAIL_BOT, "recipients": []}, "recipients is empty"),
    ("aa_bot", {**EMAIL_BOT, "recipient": []}, "recipient is not known"),
    ("aa_bot", {**EMAIL_BOT, "inputs": {}}, "inputs is missing"),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"b": {"part": "body"}}}, "inputs.b has an unknown part"),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"b": {"part": "html", "type": "NUMBER"}}}, "inputs.b has a type"),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"b": {"type": "BOOLEAN", "value": "yes"}}}, "not a BOOLEAN"),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"b": {"type": "TEXT", "value": "yes"}}}, "unknown type"),
    (
        "aa_bot",
        {**EMAIL_BOT, "inputs": {"b": {"type": "DATETIME", "value": "tomorrow"}}},
        "not a time such as",
    ),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"b": {"value": "yes"}}}, "inputs.b must be"),
    ("aa_bot", {**EMAIL_BOT, "inputs": {"b": "html"}}, "inputs.b must be"),
    ("aa_bot", {**TEAMS_BOT, "channel_url": None}, "channel_url is missing"),
    ("aa_bot", [], "JSON object"),
    ("aa_http", {}, "kind is missing"),
    ("aa_http", {"kind": "fax"}, "kind is missing"),
    ("aa_http", {"kind": "email"}, "to is missing"),
    ("aa_http", {"kind": "email", "to": []}, "to is missing"),
    ("aa_http", {"kind": "teams"}, "channel_url is missing"),
    ("aa_http", {"kind": "teams", "channel_url": "https://x", "cc": 1}, "cc is not known"),
]


@pytest.mark.parametrize(("transport", "config"), GOOD)
def test_a_complete_config_is_accepted(db: Connection, transport: str, config: dict[str, Any]) -> None:
    assert accepted_by_python(transport, config)
    assert accepted_by_sql(db, transport, config)


@pytest.mark.parametrize(("transport", "config", "said"), BAD)
def test_an_incomplete_config_is_refused_with_what_is_missing(
    db: Connection, transport: str, config: object, said: str
) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as raised:
        db.execute("select pathfinder.check_channel_config(%s, %s::jsonb)", [transport, json.dumps(config)])
    assert said in str(raised.value.diag.message_primary)
    assert "For example" in str(raised.value.diag.message_hint)


_texts = st.sampled_from(["", "x", "v3", "STRING", "DATETIME", "LIST", "html", "total", "2026-11-30"])
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 90_000) | _texts,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["part", "type", "value", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@given(
    changes=st.dictionaries(
        st.sampled_from([*BotConfig.model_fields, "unknown"]), _values, min_size=1, max_size=2
    ),
    constant=st.fixed_dictionaries(
        {
            "type": st.sampled_from(["STRING", "NUMBER", "BOOLEAN", "LIST", "DICTIONARY", "DATETIME"]),
            "value": _values,
        }
    ),
    base=st.sampled_from([EMAIL_BOT, TEAMS_BOT]),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_saved_is_what_the_worker_can_use(
    db: Connection, base: dict[str, Any], changes: dict[str, Any], constant: dict[str, Any]
) -> None:
    config = {**base, "inputs": {**base["inputs"], "constant": constant}, **changes}
    if accepted_by_sql(db, "aa_bot", config):
        assert accepted_by_python("aa_bot", config), config


LETTER = Letter(subject="Subject", eyebrow="", heading="Heading", preheader="")
MESSAGE = Message("digest", LETTER, "Summary", {"csv": "https://x/c"}, total=7)


def test_parts_of_the_message_become_typed_inputs() -> None:
    config = BotConfig.model_validate(
        {
            **EMAIL_BOT,
            "recipients": ["a@example.com", "b@example.com"],
            "inputs": {
                "to": {"part": "recipients"},
                "list": {"part": "recipients", "type": "LIST"},
                "body": {"part": "html"},
                "n": {"part": "total", "type": "NUMBER"},
                "csv": {"part": "csv_link"},
                "pdf": {"part": "pdf_link"},
                "isHtml": {"type": "BOOLEAN", "value": True},
            },
        }
    )
    assert bot_inputs(config, MESSAGE) == {
        "to": {"type": "STRING", "string": "a@example.com, b@example.com"},
        "list": {
            "type": "LIST",
            "list": [
                {"type": "STRING", "string": "a@example.com"},
                {"type": "STRING", "string": "b@example.com"},
            ],
        },
        "body": {"type": "STRING", "string": MESSAGE.html},
        "n": {"type": "NUMBER", "number": 7},
        "csv": {"type": "STRING", "string": "https://x/c"},
        "pdf": {"type": "STRING", "string": ""},
        "isHtml": {"type": "BOOLEAN", "boolean": True},
    }


def test_dictionaries_become_lists_of_pairs() -> None:
    assert bot_value("DICTIONARY", {"k": True}) == {
        "type": "DICTIONARY",
        "dictionary": [{"key": "k", "value": {"type": "BOOLEAN", "boolean": True}}],
    }
