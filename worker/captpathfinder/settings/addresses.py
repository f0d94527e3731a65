"""Addresses in the environment: which are taken, and what is said about the others.

What is said never repeats the address, as it may hold a password.
"""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator

# What people copy along from a page of keys or of documentation.
_SERVICES = ("/rest/v1", "/storage/v1", "/realtime/v1", "/auth/v1", "/functions/v1", "/graphql/v1")


def is_this_machine(host: str) -> bool:
    """Whether what is sent to that host stays on this machine.

    >>> is_this_machine("localhost"), is_this_machine("127.8.0.1"), is_this_machine("10.0.0.1")
    (True, True, False)
    """
    host = host.lower().strip("[]").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(value: str) -> str:
    """`value` without slashes at its end; `ValueError` for what is no address to send secrets to."""
    parts = _split(value.strip())
    if parts.username or parts.password:
        raise ValueError("it must not contain a user name or password")
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        raise ValueError(
            "http:// is for this machine's own addresses only; others could read along. Write https://"
        )
    return value.strip().rstrip("/")


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or any(sign.isspace() for sign in value):
        raise ValueError("it must be a URL that starts with https:// (or http:// on this machine)")
    return parts


def _check_project(value: str) -> str:
    value = _check_bare(value)
    parts = urlsplit(value)
    if parts.path.startswith("/dashboard") or parts.hostname in ("supabase.com", "app.supabase.com"):
        raise ValueError("it is the address of a page; the project's own is in Settings > Data API")
    for service in _SERVICES:
        if parts.path.endswith(service):
            raise ValueError(f"its path {service} is too many; leave that out")
    return value


def _check_host_only(value: str) -> str:
    value = _check_bare(value)
    if urlsplit(value).path:
        raise ValueError("it has a path too many; leave out what follows the host")
    return value


def _check_bare(value: str) -> str:
    value = check_address(value)
    if "?" in value or "#" in value:
        raise ValueError("it has too much at its end; leave out what follows ? or #")
    return value


# Any address that something is sent to.
Address = Annotated[str, AfterValidator(check_address)]
# One that paths are put behind.
BaseAddress = Annotated[str, AfterValidator(_check_bare)]
# One that has no path of its own.
HostAddress = Annotated[str, AfterValidator(_check_host_only)]
# The Supabase project's; a self-hosted one may have a path.
ProjectAddress = Annotated[str, AfterValidator(_check_project)]
