"""A channel's config is checked when the row is saved, by the same rules that the worker has."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from captpathfinder.transports import CONFIGS
from tests.conftest import Connection

SMTP: dict[str, Any] = {
    "host": "smtp.example.com",
    "from": "Executives <executives@example.com>",
    "to": ["board@example.com"],
    "username": "executives",
    "secret_env": "CHANNEL_BOARD_SMTP",
}
HOOK = {"url": "https://crm.example.com/hook", "secret_env": "CHANNEL_CRM"}
CHAT = {"secret_env": "CHANNEL_SALES"}
QUIET = {"from": "22:00", "to": "07:00"}

GOOD: list[tuple[str, dict[str, Any]]] = [
    ("email_smtp", SMTP),
    ("email_smtp", {**SMTP, "port": 2525, "security": "tls", "reply_to": "J\u00fcrgen <a@b.example>"}),
    ("email_smtp", {"host": "mail", "security": "none", "from": "a@b", "to": ["c@d"]}),
    ("webhook", HOOK),
    ("webhook", {**HOOK, "url": "http://127.0.0.1:8080/x?y=1"}),
    ("teams_workflow", CHAT),
    ("slack_webhook", {**CHAT, "send_empty": True}),
    ("slack_webhook", {**CHAT, "group_by": "account", "alerts": {"quiet_hours": QUIET, "group_seconds": 0}}),
]
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("email_smtp", {}, "host is missing"),
    ("email_smtp", {**SMTP, "to": []}, "to is missing"),
    ("email_smtp", {**SMTP, "to": ["a@b", "nobody"]}, "to is missing"),
    ("email_smtp", {**SMTP, "to": ["a@b\r\nBcc: c@d"]}, "to is missing"),
    ("email_smtp", {**SMTP, "from": "Doe, John <a@b>"}, "from is missing"),
    ("email_smtp", {**SMTP, "port": 0}, "port"),
    ("email_smtp", {**SMTP, "security": "ssl"}, "security must be"),
    ("email_smtp", {**SMTP, "security": "none"}, "a password goes over"),
    ("email_smtp", {**SMTP, "username": None}, "username is missing"),
    ("email_smtp", {**SMTP, "secret_env": None}, "secret_env is missing"),
    ("email_smtp", {**SMTP, "password": "hunter2"}, "password holds a secret"),
    ("webhook", {"url": HOOK["url"]}, "secret_env is missing"),
    ("webhook", {**HOOK, "url": "http://crm.example.com"}, "url is missing"),
    ("webhook", {**HOOK, "url": "https://user:pass@crm.example.com"}, "url is missing"),
    ("webhook", {**HOOK, "url": "https://crm.example.com/?sig=abc123"}, "url holds a secret"),
    ("webhook", {**HOOK, "secret_env": "whsec_c2VjcmV0"}, "secret_env holds a secret"),
    ("teams_workflow", {}, "secret_env is missing"),
    ("teams_workflow", {"url": "https://x.logic.azure.com/workflows/1/triggers/manual?sig=a"}, "url holds"),
    ("slack_webhook", {"secret_env": "https://hooks.slack.com/services/T/B/x"}, "secret_env holds a secret"),
    ("slack_webhook", {"secret_env": "sales"}, "secret_env must be the name"),
    ("slack_webhook", {**CHAT, "channel": "#x"}, "channel is not known"),
    ("slack_webhook", {"secret_env": "PATH"}, "secret_env must be the name"),
    ("slack_webhook", {"secret_env": "AWS_SECRET_ACCESS_KEY"}, "secret_env must be the name"),
    ("slack_webhook", {"secret_env": "CHANNEL_X_HOSTS"}, "secret_env must be the name"),
    ("slack_webhook", {"secret_env": "CHANNEL_"}, "secret_env must be the name"),
    ("slack_webhook", {**CHAT, "group_by": "owner"}, "group_by must be"),
    ("slack_webhook", {**CHAT, "alerts": {"levels": ["csuite"]}}, "alerts.levels is not known"),
    ("slack_webhook", {**CHAT, "alerts": {"level": ["vp"]}}, "alerts.level is not known"),
    ("slack_webhook", {**CHAT, "alerts": {"group_seconds": -1}}, "alerts.group_seconds"),
    ("slack_webhook", {**CHAT, "alerts": {"quiet_hours": {"from": "22:00"}}}, "alerts.quiet_hours"),
    ("slack_webhook", {**CHAT, "alerts": {"quiet_hours": {"from": "24:00", "to": "07:00"}}}, "quiet_hours"),
    (
        "slack_webhook",
        {**CHAT, "alerts": {"quiet_hours": {"from": "07:00", "to": "07:00"}}},
        "must not begin",
    ),
    ("slack_webhook", {**CHAT, "send_empty": "maybe"}, "send_empty"),
]


def save(db: Connection, transport: str, config: object) -> None:
    with db.transaction(force_rollback=True):
        db.execute(
            "insert into public.channels (name, transport, config) values ('tried', %s, %s::jsonb)",
            [transport, json.dumps(config)],
        )


# What these say, the database does; a job's config comes without them.
SHARED = ("alerts", "group_by", "send_empty")


def accepted_by_python(transport: str, config: dict[str, Any]) -> bool:
    try:
        CONFIGS[transport].model_validate({key: config[key] for key in config if key not in SHARED})
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(("transport", "config"), GOOD)
def test_a_good_config_is_saved(db: Connection, transport: str, config: dict[str, Any]) -> None:
    save(db, transport, config)
    assert accepted_by_python(transport, config)


def test_a_bad_config_is_refused_with_what_to_change_and_without_its_secret(db: Connection) -> None:
    for transport, config, said in BAD:
        with pytest.raises(psycopg.errors.InvalidParameterValue) as raised:
            save(db, transport, config)
        diagnosis = raised.value.diag
        assert said in str(diagnosis.message_primary), config
        assert "For example" in str(diagnosis.message_hint)
        for secret in ("hunter2", "abc123", "c2VjcmV0", "services/T"):
            assert secret not in str(raised.value)


def test_a_job_comes_with_the_config_that_its_transport_reads(db: Connection) -> None:
    db.execute("delete from public.channels")
    db.execute(
        "insert into public.channels (name, transport, config) values ('sales', 'slack_webhook', %s::jsonb)",
        [json.dumps({**CHAT, "group_by": "account", "send_empty": True, "alerts": {"group_seconds": 0}})],
    )
    db.execute("select pathfinder.enqueue('realtime_test', 'sales', '{}', 'test')")
    assert db.execute("select config from public.claim_outbox('w1')").fetchall() == [(CHAT,)]


def test_a_channel_that_is_off_may_be_incomplete_but_names_no_other_secret(db: Connection) -> None:
    insert = (
        "insert into public.channels (name, transport, is_active, config)"
        " values (%s, 'email_smtp', false, %s::jsonb)"
    )
    db.execute(insert, ["draft", "{}"])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="starts with CHANNEL_"):
        db.execute(insert, ["leak", json.dumps({"secret_env": "PATH"})])


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("filter", {"level": "ceo"}, "level can be csuite, vp, director, not ceo"),
        ("filter", {"levels": ["vp"]}, "levels is not known: it can be level, kind, function"),
        ("filter", {"kind": ["newest"]}, "kind can be new, promotion"),
        ("filter", {"watched": "yes"}, "watched must be true or false"),
        ("filter", {"country": []}, "country must be a list of texts"),
        ("filter", {"function": [1]}, "function must be a list of texts"),
        ("schedule", {"day": "funday"}, "day must be monday"),
        ("schedule", {"time": "8:00"}, "time must be a time of day such as 08:00"),
        ("schedule", {"time": 8}, "time must be a time of day"),
        ("schedule", {"time_zone": "Europe/Berln"}, "time_zone must be .* such as Europe/Berlin"),
        ("schedule", {"date": "monday"}, "date is not known: it can be day, time or time_zone"),
    ],
)
def test_a_filter_or_schedule_that_cannot_be_is_refused_with_a_sentence(
    db: Connection, column: str, value: dict[str, Any], said: str
) -> None:
    row = {"filter": {}, "schedule": {}, column: value}
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=said) as raised:
        db.execute(
            "insert into public.channels (name, transport, config, filter, schedule)"
            " values ('tried', 'slack_webhook', %s::jsonb, %s::jsonb, %s::jsonb)",
            [json.dumps(CHAT), json.dumps(row["filter"]), json.dumps(row["schedule"])],
        )
    assert "For example" in str(raised.value.diag.message_hint)


def test_a_filter_is_tidied_as_it_is_saved(db: Connection) -> None:
    db.execute(
        "insert into public.channels (name, transport, config, filter, schedule)"
        " values ('tidy', 'slack_webhook', %s::jsonb, %s::jsonb, %s::jsonb)",
        [
            json.dumps(CHAT),
            json.dumps({"level": "vp", "country": ["Espa\u00f1a", "Atlantis"], "tier": 1, "owner": " Jane "}),
            json.dumps({"day": "Monday", "time_zone": "europe/berlin"}),
        ],
    )
    stored = db.execute("select filter, schedule from public.channels where name = 'tidy'").fetchone()
    assert stored == (
        {"level": ["vp"], "country": ["ES", "atlantis"], "tier": ["1"], "owner": ["jane"]},
        {"day": "monday", "time_zone": "Europe/Berlin"},
    )


_words = st.sampled_from(
    ["", "x", "A_B", "a@b.c", "X <a@b>", "tls", "none", "https://a/b", "07:00", "127.0.0.1"]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 70_000) | _words | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["levels", "quiet_hours", "group_seconds", "from", "to"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)
_keys = ["host", "port", "security", "username", "secret_env", "from", "to", "reply_to", "url", "alerts", "x"]


@given(
    base=st.sampled_from(GOOD),
    changes=st.dictionaries(st.sampled_from([*_keys, "send_empty"]), _values, min_size=1, max_size=2),
)
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_saved_is_what_the_worker_can_use(
    db: Connection, base: tuple[str, dict[str, Any]], changes: dict[str, Any]
) -> None:
    transport, config = base[0], {**base[1], **changes}
    try:
        save(db, transport, config)
    except (psycopg.errors.InvalidParameterValue, psycopg.errors.UntranslatableCharacter):
        return
    assert accepted_by_python(transport, config), config
