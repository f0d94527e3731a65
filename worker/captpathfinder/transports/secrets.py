"""Secrets of channels: a row names a variable of the worker's environment, and never holds the value.

Whoever may edit `channels` must not be able to read the environment by it. So only variables `CHANNEL_…` can
be named, and each goes only to the hosts that the operator lists beside it, in `CHANNEL_…_HOSTS`; a secret
that is a whole URL brings its host along. That is asked anew whenever a secret is used, by whatever command.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from captpathfinder.errors import PermanentError
from captpathfinder.settings import SECRET_NAME, Settings
from captpathfinder.settings.addresses import is_this_machine

_AFTERWARDS = "restart the worker, and redrive what died of it (captpathfinder redrive)"


def _variable(value: str) -> str:
    if not SECRET_NAME.fullmatch(value):
        raise ValueError(
            "names a variable of the worker's environment that starts with CHANNEL_, such as "
            "CHANNEL_SALES_WEBHOOK; the secret stays there"
        )
    return value


SecretName = Annotated[str, Field(max_length=100), AfterValidator(_variable)]


def secret_for(settings: Settings, name: str, host: str) -> SecretStr:
    """The value of the variable, to be sent to `host`.

    Raises `PermanentError` that names the line to add when it is not set, or not meant for that host.
    """
    secret = _secret(settings, name)
    allowed = settings.channel_hosts(name)
    wanted = host.lower().rstrip(".")
    if wanted not in allowed:
        line = f"{name}_HOSTS={','.join([*sorted(allowed), wanted])}"
        raise PermanentError(
            f"{name} may not be sent to {wanted}. If it shall, have the line {line} in the worker's "
            f"environment, {_AFTERWARDS}."
        )
    return secret


def secret_url(settings: Settings, name: str) -> str:
    """The secret of that name as a URL; `PermanentError` when it is none. The URL is never quoted."""
    url = _secret(settings, name).get_secret_value()
    if not is_web_address(url):
        raise PermanentError(f"{name} in the worker's environment is not a URL that starts with https://")
    return url


def _secret(settings: Settings, name: str) -> SecretStr:
    secret = settings.channel_secret(name)
    if secret is None:
        raise PermanentError(f"{name} is not set in the worker's environment. Set it, {_AFTERWARDS}.")
    return secret


def host_of(url: str) -> str:
    """The host of a URL, in lower case."""
    return (urlsplit(url).hostname or "").lower()


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
