"""Secrets of channels: a row names a variable of the worker's environment, and never holds the value."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from captpathfinder.errors import PermanentError
from captpathfinder.settings import SECRET_NAME, Settings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _variable(value: str) -> str:
    if not SECRET_NAME.fullmatch(value):
        raise ValueError(
            "names a variable of the worker's environment, such as SALES_WEBHOOK; the secret stays there"
        )
    return value


SecretName = Annotated[str, Field(max_length=100), AfterValidator(_variable)]


def secret_of(settings: Settings, name: str) -> SecretStr:
    """The value of the variable; `PermanentError` that names it when it is not set or not to be used."""
    try:
        secret = settings.named_secret(name)
    except ValueError:
        raise PermanentError(
            f"secret_env cannot be {name}: that is the worker's own. Take a name of the channel's."
        ) from None
    if secret is None:
        raise PermanentError(
            f"{name} is not set in the worker's environment. Set it, restart the worker, and redrive the job."
        )
    return secret


def secret_url(settings: Settings, name: str) -> str:
    """The secret of that name as a URL; `PermanentError` when it is none. The URL is never quoted."""
    url = secret_of(settings, name).get_secret_value()
    if not is_web_address(url):
        raise PermanentError(f"{name} in the worker's environment is not a URL that starts with https://")
    return url


def is_web_address(url: str) -> bool:
    """Whether it is an `https://` URL without a user; `http://` only on this machine.

    >>> is_web_address("http://example.com/hook")
    False
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))


def is_this_machine(host: str) -> bool:
    """Whether what is sent to that host stays on this machine."""
    return host.lower() in _LOOPBACK
