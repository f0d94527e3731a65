import json
import logging

import pytest
import structlog

from captpathfinder.telemetry import logs
from captpathfinder.telemetry.redaction import REDACTED, Redactor

SECRET = "hunter22-hunter22"


@pytest.mark.parametrize(
    "text",
    [
        f"the key {SECRET} was refused",
        "sb_secret_abcDEF123-_x",
        "Authorization: Bearer abc.def",
        "Authorization: Basic dXNlcjpwYXNz",
        "https://x.supabase.co/realtime/v1/websocket?apikey=abc123&vsn=1.0.0",
        "https://prod.logic.azure.com/workflows/1?sig=abc123",
        "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl",
        "mail to jane.doe+x@example.co.uk bounced",
    ],
)
def test_secrets_and_addresses_are_taken_out_of_any_text(text: str) -> None:
    cleaned = Redactor([SECRET]).text(text)
    assert REDACTED in cleaned
    for part in (SECRET, "abcDEF123", "abc.def", "dXNlcjpwYXNz", "abc123", "c2lnbmF0dXJl", "jane.doe"):
        assert part not in cleaned


@pytest.mark.parametrize("order", [1, -1])
def test_of_secrets_of_which_one_begins_the_other_nothing_stays(order: int) -> None:
    secrets = ["correct horse", "correct horse battery", "correct horse battery staple"][::order]
    for secret in secrets:
        assert Redactor(secrets).text(f"<{secret}>") == f"<{REDACTED}>"


def test_ordinary_text_is_left_alone() -> None:
    text = "The control room answered the deploy with HTTP 503: it may have been carried out."
    assert Redactor([SECRET, ""]).text(text) == text


@pytest.fixture
def json_logs(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    logs.configure("debug", "json", [SECRET])
    return capsys


def test_a_log_line_is_json_without_secrets_and_personal_data(json_logs: pytest.CaptureFixture[str]) -> None:
    log = logs.get_logger("test")
    try:
        raise ValueError(f"with {SECRET}")
    except ValueError as error:
        log.error("it failed", job=7, username="Jane Doe", payload={"title": "CEO"}, exc_info=error)
    line = json_logs.readouterr().err
    event = json.loads(line)
    assert (event["event"], event["job"], event["level"]) == ("it failed", 7, "error")
    assert "ValueError" in event["exception"]
    for part in (SECRET, "Jane", "CEO"):
        assert part not in line


def test_what_a_library_says_of_a_frame_does_not_reach_the_log(json_logs: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("realtime._async.client").error(
        'Unrecognized message format \'{"record": "Jane Doe"}\''
    )
    logging.getLogger("httpx").warning("POST https://x/?apikey=abc %s", "Jane Doe")
    text = json_logs.readouterr().err
    assert len(text.splitlines()) == 2
    assert "Jane" not in text
    assert "abc" not in text


@pytest.fixture(autouse=True)
def put_logging_back() -> object:
    yield
    structlog.reset_defaults()
