"""The variables of the environment, as one typed object."""

from __future__ import annotations

import os
import re
import socket
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, PrivateAttr, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from captpathfinder.settings.addresses import Address, BaseAddress, HostAddress, ProjectAddress

LEGACY_KEY = "SUPABASE_SERVICE_ROLE_KEY"
# What a channel's secret_env may name, and no other variable: a row of `channels` must not be able to have
# the key of the whole project, or whatever else the environment holds, sent somewhere.
SECRET_NAME = re.compile(r"CHANNEL_(?![A-Z0-9_]*_HOSTS$)[A-Z0-9][A-Z0-9_]{0,80}")


def _split(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


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

    supabase_url: ProjectAddress
    supabase_secret_key: SecretStr = Field(validation_alias=AliasChoices("SUPABASE_SECRET_KEY", LEGACY_KEY))

    aa_control_room_url: HostAddress | None = None
    aa_username: str | None = None
    aa_api_key: SecretStr | None = None
    aa_password: SecretStr | None = None
    aa_request_timeout_seconds: Seconds = 30
    aa_poll_seconds: Seconds = 2
    aa_settle_seconds: Annotated[float, Field(ge=0)] = 120

    aa_email_bot_url: Address | None = None
    aa_email_bot_api_key: SecretStr | None = None
    aa_teams_bot_url: Address | None = None
    aa_teams_bot_api_key: SecretStr | None = None

    community_api_url: BaseAddress | None = None
    community_api_key: SecretStr | None = None
    community_api_client_id: str | None = None
    community_api_client_secret: SecretStr | None = None
    community_api_token_url: Address | None = None
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

    public_url: BaseAddress | None = None
    public_host: str = "127.0.0.1"
    public_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    public_trusted_proxies: Names = ()

    dashboard_host: str = "127.0.0.1"
    dashboard_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    dashboard_hosts: Names = ()
    dashboard_token: Annotated[SecretStr | None, Field(min_length=16)] = None
    dashboard_oidc_issuer: Address | None = None
    dashboard_oidc_client_id: str | None = None
    dashboard_oidc_client_secret: SecretStr | None = None
    dashboard_oidc_group_claim: str = "groups"
    dashboard_editors: Names = ()
    dashboard_viewers: Names = ()
    dashboard_trusted_proxies: Names = ()

    reports_bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")] = "reports"

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
        value = _variable(name) if SECRET_NAME.fullmatch(name) else ""
        if not value:
            return None
        self._named_secrets.add(value)
        return SecretStr(value)

    def channel_hosts(self, name: str) -> frozenset[str]:
        """The hosts that the operator lets that secret go to, in lower case: `CHANNEL_X_HOSTS`."""
        listed = _variable(f"{name}_HOSTS").lower().split(",")
        return frozenset(host.strip().strip("[]").rstrip(".") for host in listed if host.strip())


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()
