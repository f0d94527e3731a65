import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from captpathfinder.errors import SettingsError
from captpathfinder.settings import Settings, load_settings

URL, KEY = "https://abc.supabase.co", "sb_secret_0123456789"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("SUPABASE_SERVICE_ROLE_KEY", raising=False)
    # What a file sets stays set.
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def set_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", URL)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", KEY)


def test_every_missing_variable_is_one_line_that_names_it() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert [line.split(" is not set: ")[0] for line in raised.value.problems] == [
        "SUPABASE_URL",
        "SUPABASE_SECRET_KEY",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUPABASE_URL", "abc.supabase.co"),
        ("SUPABASE_URL", "https://user:hunter22@abc.supabase.co"),
        ("SUPABASE_SECRET_KEY", "sb_publishable_hunter22"),
        ("SUPABASE_SECRET_KEY", "sb_secret hunter22"),
        ("LOG_LEVEL", "hunter22"),
        ("WORKER_CONCURRENCY", "0"),
        ("WORKER_POLL_SECONDS", "hunter22"),
        ("REALTIME_MAX_AGE_SECONDS", "86400"),
        ("HEALTH_PORT", "70000"),
    ],
)
def test_a_malformed_variable_is_named_and_its_value_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith(f"{name} is malformed: ")
    assert "hunter22" not in str(raised.value)


def test_an_empty_variable_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "")
    with pytest.raises(SettingsError, match="SUPABASE_SECRET_KEY is not set"):
        load_settings()


def test_a_control_room_is_configured_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("AA_USERNAME", "robot")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert [line.split()[0] for line in raised.value.problems] == ["AA_CONTROL_ROOM_URL", "AA_API_KEY"]
    monkeypatch.setenv("AA_CONTROL_ROOM_URL", "https://cr.example.com/")
    monkeypatch.setenv("AA_PASSWORD", "hunter22")
    assert load_settings().aa_control_room_url == "https://cr.example.com"


def test_secrets_do_not_show_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    assert KEY not in repr(load_settings())
    assert load_settings().secrets() == [KEY]


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "worker.env"
    file.write_text(f"SUPABASE_URL=https://file.supabase.co\nSUPABASE_SECRET_KEY={KEY}\nLOG_FORMAT=JSON\n")
    monkeypatch.setenv("SUPABASE_URL", URL)
    settings = load_settings(file)
    assert (settings.supabase_url, settings.log_format) == (URL, "json")


def test_a_file_is_read_only_when_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"SUPABASE_URL={URL}\nSUPABASE_SECRET_KEY={KEY}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="SUPABASE_URL is not set"):
        load_settings()


def test_what_a_file_says_counts_as_the_environment_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTPS_PROXY", "SSL_CERT_FILE", "CHANNEL_CRM", "CHANNEL_CRM_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.setenv("LOG_LEVEL", "")
    file = tmp_path / "worker.env"
    file.write_text(
        f"\ufeff# the project\nexport SUPABASE_URL='{URL}'\nSUPABASE_SECRET_KEY={KEY}\n"
        "HTTPS_PROXY=http://proxy.example:3128\nNO_PROXY=*\nSSL_CERT_FILE=/etc/ssl/own.pem\nLOG_LEVEL=debug\n"
        "CHANNEL_CRM=whsec_${HOME}\nCHANNEL_CRM_HOSTS=CRM.example.com, [::1]\n"
    )
    settings = load_settings(file)
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert os.environ["SSL_CERT_FILE"] == "/etc/ssl/own.pem"
    assert os.environ["NO_PROXY"] == "intranet.example"
    assert settings.log_level == "debug"
    secret = settings.channel_secret("CHANNEL_CRM")
    assert secret is not None
    assert secret.get_secret_value() == "whsec_${HOME}"
    assert settings.channel_hosts("CHANNEL_CRM") == {"crm.example.com", "::1"}


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    file = tmp_path / "worker.env"
    file.write_bytes("SUPABASE_URL=x\n".encode("utf-16"))
    with pytest.raises(SettingsError, match="not text in UTF-8"):
        load_settings(file)


def test_only_variables_of_channels_can_be_a_channels_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("CHANNEL_CRM", "whsec_hunter22")
    monkeypatch.setenv("CHANNEL_CRM_HOSTS", "crm.example.com")
    settings = load_settings()
    for name in ("SUPABASE_SECRET_KEY", "PATH", "CHANNEL_CRM_HOSTS", "channel_crm", "CHANNEL_OTHER"):
        assert settings.channel_secret(name) is None
    assert settings.secrets() == [KEY]
    assert settings.channel_secret("CHANNEL_CRM") is not None
    # Whatever was asked for is redacted from then on.
    assert settings.secrets() == [KEY, "whsec_hunter22"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("AA_APIKEY", "AA_API_KEY"),
        ("AA_USER", "AA_USERNAME"),
        ("SUPABASE_KEY", "SUPABASE_SECRET_KEY"),
        ("SUPERBASE_URL", "SUPABASE_URL"),
        ("WORKER_CONCURENCY", "WORKER_CONCURRENCY"),
        ("DASHBORD_TOKEN", None),
        ("DASHBOARD_TOKKEN", "DASHBOARD_TOKEN"),
        ("SUPABASE_DB_URL", None),
        ("WORKER_CONNECTIONS", None),
        ("LOG_DIR", None),
        ("EDITOR", None),
    ],
)
def test_a_misspelt_variable_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str | None
) -> None:
    if meant != "SUPABASE_URL":
        monkeypatch.setenv("SUPABASE_URL", URL)
    if meant != "SUPABASE_SECRET_KEY":
        monkeypatch.setenv("SUPABASE_SECRET_KEY", KEY)
    monkeypatch.setenv(name, "hunter22")
    if meant is None:
        load_settings()
        return
    with pytest.raises(SettingsError) as raised:
        load_settings()
    # One line, also where the right one is missing for it.
    assert raised.value.problems == [f"{name} is not a variable of CaptPathfinder: did you mean {meant}?"]


def test_a_name_like_one_that_is_set_is_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", "x")
    monkeypatch.setenv("SUPABASE_URL_INTERNAL", "x")
    load_settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SUPABASE_URL", f"{URL}/rest/v1/", "its path /rest/v1 is too many"),
        ("SUPABASE_URL", "https://supabase.com/dashboard/project/abc", "Settings > Data API"),
        ("SUPABASE_URL", f"{URL}?apikey=x", "leave out what follows ? or #"),
        ("AA_CONTROL_ROOM_URL", "https://cr.example.com/v2/authentication", "a path too many"),
        ("AA_CONTROL_ROOM_URL", "https://cr.example.com/#/home", "leave out what follows ? or #"),
        ("SUPABASE_URL", f'"{URL}"', "the quotes around it"),
        ("AA_API_KEY", "'hunter22'", "the quotes around it"),
        ("CHANNEL_CRM", '"hunter22"', "the quotes around it"),
        ("SUPABASE_URL", "http://abc.supabase.co", "Write https://"),
        ("AA_CONTROL_ROOM_URL", "http://cr.example.com", "Write https://"),
        ("AA_EMAIL_BOT_URL", "http://10.0.0.3/bot", "Write https://"),
        ("AA_TEAMS_BOT_URL", "http://bots.example.com/bot", "Write https://"),
        ("COMMUNITY_API_URL", "http://community.example.com/api", "Write https://"),
        ("COMMUNITY_API_TOKEN_URL", "http://community.example.com/token", "Write https://"),
        ("CHANNEL_TEAMS", "http://hooks.example.com/hunter22", "Write https://"),
    ],
)
def test_an_address_that_is_not_meant_so_is_said(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    [problem] = [line for line in raised.value.problems if "malformed" in line]
    assert problem.startswith(f"{name} is malformed: ")
    assert said in problem
    assert "hunter22" not in problem


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:54321", "http://localhost:8000/", "http://[::1]:1", "http://sb.localhost"]
)
def test_plain_http_is_fine_on_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("SUPABASE_URL", url)
    assert load_settings().supabase_url == url.rstrip("/")


def test_a_self_hosted_project_may_have_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("SUPABASE_URL", "https://example.com/supabase/")
    assert load_settings().rest_url == "https://example.com/supabase/rest/v1"


def test_hosts_without_their_secret_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    monkeypatch.setenv("CHANNEL_CRN_HOSTS", "crm.example.com")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert raised.value.problems == [
        "CHANNEL_CRN is not set: CHANNEL_CRN_HOSTS says where it may go, so one of the two is misspelt"
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PUBLIC_PORT": "8081"}, "PUBLIC_URL is not set: PUBLIC_PORT serves what messages link to"),
        ({"PUBLIC_PORT": "8081", "PUBLIC_URL": "https://example.com"}, None),
        (
            {"PUBLIC_PORT": "8081", "PUBLIC_URL": "https://x.org", "DASHBOARD_PORT": "8081"},
            "PUBLIC_PORT is taken",
        ),
    ],
)
def test_the_port_of_the_public_pages_is_their_own_and_has_an_address(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str | None
) -> None:
    set_required(monkeypatch)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    if said is None:
        assert load_settings().public_port == 8081
        return
    with pytest.raises(SettingsError) as raised:
        load_settings()
    [problem] = raised.value.problems
    assert problem.startswith(said)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "nowhere.env")


def test_every_variable_is_explained_in_the_example_file() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    named = {line.lstrip("#").split("=")[0] for line in example.splitlines() if "=" in line}
    assert {name.upper() for name in Settings.model_fields} | {"SUPABASE_SERVICE_ROLE_KEY"} == named


def test_the_example_file_shows_what_holds_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    set_required(monkeypatch)
    usual = load_settings().model_dump()
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    # What an address or a list of one's own looks like is an example, and no number, word or path.
    shown = dict(re.findall(r"^#([A-Z_]+)=((?!.*(?:example|your-|\[)).+)$", example, re.MULTILINE))
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    names = [name.lower() for name in shown]
    assert len(names) > 10
    assert {name: load_settings().model_dump()[name] for name in names} == {
        name: usual[name] for name in names
    }
