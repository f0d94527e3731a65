from pathlib import Path

import pytest

from captpathfinder.errors import SettingsError
from captpathfinder.settings import Settings, load_settings

URL, KEY = "https://abc.supabase.co", "sb_secret_0123456789"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("SUPABASE_SERVICE_ROLE_KEY", raising=False)


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


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "nowhere.env")


def test_every_variable_is_explained_in_the_example_file() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    named = {line.lstrip("#").split("=")[0] for line in example.splitlines() if "=" in line}
    assert {name.upper() for name in Settings.model_fields} | {"SUPABASE_SERVICE_ROLE_KEY"} == named
