"""What the environment says. Names, defaults and meanings are listed in `.env.example`."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from captpathfinder.community.member_facts import FACTS
from captpathfinder.errors import SettingsError

LEGACY_KEY = "SUPABASE_SERVICE_ROLE_KEY"
# What a channel's secret_env may name, and no other variable: a row of `channels` must not be able to have
# the key of the whole project, or whatever else the environment holds, sent somewhere.
SECRET_NAME = re.compile(r"CHANNEL_(?![A-Z0-9_]*_HOSTS$)[A-Z0-9][A-Z0-9_]{0,80}")


def _http_url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL that starts with https:// (or http:// on this machine)")
    if parts.username or parts.password:
        raise ValueError("must not contain a user name or password")
    return value.strip().rstrip("/")


def _split(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Seconds = Annotated[float, Field(gt=0)]


def default_worker_name() -> str:
    """A name that is unique to this process, so that two workers never take each other's leases."""
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"


class Settings(BaseSettings):
    """The worker's settings, read from environment variables of the same names in upper case.

    Secrets are `SecretStr`: they do not show in a repr, a log or a traceback.
    """

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, frozen=True, populate_by_name=True
    )

    supabase_url: HttpUrl
    supabase_secret_key: SecretStr = Field(validation_alias=AliasChoices("SUPABASE_SECRET_KEY", LEGACY_KEY))

    aa_control_room_url: HttpUrl | None = None
    aa_username: str | None = None
    aa_api_key: SecretStr | None = None
    aa_password: SecretStr | None = None
    aa_request_timeout_seconds: Seconds = 30
    aa_poll_seconds: Seconds = 2
    aa_settle_seconds: Annotated[float, Field(ge=0)] = 120

    aa_email_bot_url: HttpUrl | None = None
    aa_email_bot_api_key: SecretStr | None = None
    aa_teams_bot_url: HttpUrl | None = None
    aa_teams_bot_api_key: SecretStr | None = None

    community_api_url: HttpUrl | None = None
    community_api_key: SecretStr | None = None
    community_api_client_id: str | None = None
    community_api_client_secret: SecretStr | None = None
    community_api_token_url: HttpUrl | None = None
    community_api_user_path: Annotated[str, Field(pattern=r"^/.*\{id\}")] = "/user/{id}"
    community_api_fields: dict[str, list[str]] = Field(default_factory=dict)
    community_api_requests_per_second: Annotated[float, Field(gt=0, le=100)] = 5

    smtp_ehlo_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:\[\]-]{1,253}$")] | None = None

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    worker_name: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        default_factory=default_worker_name
    )
    worker_concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    worker_lease_seconds: Annotated[float, Field(ge=2, le=3600)] = 60
    worker_poll_seconds: Annotated[float, Field(ge=0.2, le=3600)] = 5
    worker_poll_idle_seconds: Annotated[float, Field(ge=0.2, le=3600)] = 30
    worker_grace_seconds: Annotated[float, Field(ge=0, le=3600)] = 25
    worker_heartbeat_seconds: Annotated[float, Field(ge=0.2, le=3600)] = 30

    realtime_enabled: bool = True
    realtime_max_age_seconds: Annotated[float, Field(ge=1, lt=86_400)] = 6 * 3600
    realtime_confirm_seconds: Seconds = 30

    health_host: str = "127.0.0.1"
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0

    dashboard_host: str = "127.0.0.1"
    dashboard_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    dashboard_hosts: Names = ()
    dashboard_token: Annotated[SecretStr | None, Field(min_length=16)] = None

    reports_bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")] = "reports"

    _env_file_values: dict[str, str] = PrivateAttr(default_factory=dict)
    _named_secrets: set[str] = PrivateAttr(default_factory=set)

    @model_validator(mode="before")
    @classmethod
    def _lower_case_choices(cls, values: object) -> object:
        if isinstance(values, dict):
            for name in ("log_level", "log_format", "LOG_LEVEL", "LOG_FORMAT"):
                if isinstance(values.get(name), str):
                    values[name] = values[name].strip().lower()
        return values

    @model_validator(mode="after")
    def _intervals_fit(self) -> Self:
        if self.worker_poll_idle_seconds < self.worker_poll_seconds:
            raise ValueError("WORKER_POLL_IDLE_SECONDS must be at least WORKER_POLL_SECONDS")
        return self

    @property
    def rest_url(self) -> str:
        """Where PostgREST is."""
        return f"{self.supabase_url}/rest/v1"

    @property
    def storage_url(self) -> str:
        """Where Storage is."""
        return f"{self.supabase_url}/storage/v1"

    @property
    def realtime_url(self) -> str:
        """Where Realtime is."""
        return f"{self.supabase_url}/realtime/v1"

    @property
    def auth_headers(self) -> dict[str, str]:
        """The headers that make a request `service_role`.

        The new `sb_secret_…` keys go into `apikey` only; the legacy keys are JWTs and go into both.
        Source: https://supabase.com/docs/guides/api/api-keys
        """
        key = self.supabase_secret_key.get_secret_value()
        headers = {"apikey": key}
        if not key.startswith("sb_"):
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def secrets(self) -> list[str]:
        """Every secret value, for redaction; those of channels once they have been asked for."""
        own = [
            value.get_secret_value()
            for value in self.__dict__.values()
            if isinstance(value, SecretStr) and value.get_secret_value()
        ]
        return [*own, *self._named_secrets]

    def channel_secret(self, name: str) -> SecretStr | None:
        """The variable that a channel's `secret_env` names; None when it is not set, or not a channel's."""
        value = self._variable(name) if SECRET_NAME.fullmatch(name) else ""
        if not value:
            return None
        self._named_secrets.add(value)
        return SecretStr(value)

    def channel_hosts(self, name: str) -> frozenset[str]:
        """The hosts that the operator lets that secret go to, in lower case: `CHANNEL_X_HOSTS`."""
        listed = self._variable(f"{name}_HOSTS").lower().split(",")
        return frozenset(host.strip().strip("[]").rstrip(".") for host in listed if host.strip())

    def _variable(self, name: str) -> str:
        return (os.environ.get(name) or self._env_file_values.get(name) or "").strip()


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the environment (and `env_file`, over which the environment wins).

    Raises `SettingsError` with one line for each variable that is missing or malformed.
    """
    if env_file is not None and not env_file.is_file():
        raise SettingsError([f"--env-file {env_file}: there is no such file"])
    try:
        options: dict[str, Any] = {"_env_file": env_file}
        settings = Settings(**options)
    except ValidationError as error:
        raise SettingsError([_problem(detail) for detail in error.errors(include_url=False)]) from None
    if env_file is not None:
        # Variables that only channels name are no fields.
        settings._env_file_values.update(
            {name: value for name, value in dotenv_values(env_file).items() if value}
        )
    problems = list(_key_problems(settings))
    if problems:
        raise SettingsError(problems)
    return settings


def _problem(detail: ErrorDetails) -> str:
    location = detail["loc"]
    if not location:
        return str(detail["msg"]).removeprefix("Value error, ")
    name = str(location[0]).upper()
    if detail["type"] == "missing":
        return f"{name} is not set: {_HELP.get(name, 'it is required')}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name} is malformed: {message[:1].lower()}{message[1:]}"


_HELP = {
    "SUPABASE_URL": "the project's URL, such as https://abcdefgh.supabase.co",
    "SUPABASE_SECRET_KEY": "the project's secret key (sb_secret_…), from Settings > API Keys",
}


def _key_problems(settings: Settings) -> list[str]:
    key = settings.supabase_secret_key.get_secret_value()
    problems = []
    if key.startswith("sb_publishable_"):
        problems.append(
            "SUPABASE_SECRET_KEY is malformed: this is a publishable key; take the one that starts sb_secret_"
        )
    elif not re.fullmatch(r"[\x21-\x7e]+", key):
        problems.append("SUPABASE_SECRET_KEY is malformed: it contains a space or a character outside ASCII")
    given = [settings.aa_control_room_url, settings.aa_username, settings.aa_api_key or settings.aa_password]
    names = ["AA_CONTROL_ROOM_URL", "AA_USERNAME", "AA_API_KEY"]
    credentials = [settings.community_api_client_id, settings.community_api_client_secret]
    if any(credentials) and not all(credentials):
        problems.append("COMMUNITY_API_CLIENT_ID and COMMUNITY_API_CLIENT_SECRET belong together")
    elif settings.community_api_url and not (settings.community_api_key or all(credentials)):
        problems.append(
            "COMMUNITY_API_KEY is not set: COMMUNITY_API_URL needs it, or COMMUNITY_API_CLIENT_ID and "
            "COMMUNITY_API_CLIENT_SECRET"
        )
    if unknown := sorted(set(settings.community_api_fields) - FACTS):
        problems.append(
            f"COMMUNITY_API_FIELDS is malformed: {', '.join(unknown)} is none of {', '.join(sorted(FACTS))}"
        )
    if any(given):
        problems += [
            f"{name} is not set: AA_CONTROL_ROOM_URL, AA_USERNAME and AA_API_KEY belong together"
            for name, value in zip(names, given, strict=True)
            if not value
        ]
    pairs = [
        ("AA_EMAIL_BOT_API_KEY", settings.aa_email_bot_url, settings.aa_email_bot_api_key),
        ("AA_TEAMS_BOT_API_KEY", settings.aa_teams_bot_url, settings.aa_teams_bot_api_key),
    ]
    problems += [
        f"{name} is not set: the bot's URL is, and needs its key"
        for name, url, secret in pairs
        if url and not secret
    ]
    return problems
