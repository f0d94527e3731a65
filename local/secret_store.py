"""The secrets of one stack: made up once, and kept in a file that only its owner may read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.lite import Keys
from local.postgres import generate_passwords


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Secrets:
    """Everything that is secret in one stack."""

    publishable_key: str = field(default_factory=lambda: "sb_publishable_" + secrets.token_urlsafe(22))
    secret_key: str = field(default_factory=lambda: "sb_secret_" + secrets.token_urlsafe(22))
    jwt_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    gateway_control_token: str = field(default_factory=_token)
    control_room_username: str = "captpathfinder"
    control_room_api_key: str = field(default_factory=_token)
    email_bot_api_key: str = field(default_factory=_token)
    teams_bot_api_key: str = field(default_factory=_token)
    webhook_username: str = "community"
    webhook_password: str = field(default_factory=_token)
    database_passwords: dict[str, str] = field(default_factory=generate_passwords)

    @property
    def keys(self) -> Keys:
        """The API keys."""
        return Keys(self.publishable_key, self.secret_key, self.jwt_secret)

    @classmethod
    def load_or_create(cls, path: Path) -> Secrets:
        """Read them from `path`; make them up and write them there if it does not exist."""
        if path.exists():
            return cls(**json.loads(path.read_text()))
        created = cls()
        write_private(path, json.dumps(asdict(created), indent=2) + "\n")
        return created


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.replace(path)
