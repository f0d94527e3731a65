"""Reads the environment, and says in one line for each variable what is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from captpathfinder.community.member_facts import FACTS
from captpathfinder.errors import SettingsError
from captpathfinder.settings import spelling
from captpathfinder.settings.addresses import check_address
from captpathfinder.settings.environment import LEGACY_KEY, Settings

_SAME = {LEGACY_KEY: "SUPABASE_SECRET_KEY"}
_HELP = {
    "SUPABASE_URL": "the project's URL, such as https://abcdefgh.supabase.co",
    "SUPABASE_SECRET_KEY": "the project's secret key (sb_secret_…), from Settings > API Keys",
}


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the environment. What `env_file` says counts as if it were set, and what is set wins.

    So its proxies and certificate authorities hold for every connection of this process. Raises
    `SettingsError` with one line for each variable that is missing, malformed or misspelt.
    """
    if env_file is not None:
        _take_over(env_file)
    problems = dict(_misunderstandings(os.environ))
    try:
        settings = Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name, problem = _problem(detail)
            problems.setdefault(name, problem)
        raise SettingsError(list(problems.values())) from None
    found = [*problems.values(), *_contradictions(settings)]
    if found:
        raise SettingsError(found)
    return settings


def _take_over(env_file: Path) -> None:
    try:
        values = dotenv_values(env_file, interpolate=False, encoding="utf-8-sig")
        # It says nothing about a file that is not there.
        env_file.stat()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise SettingsError([f"--env-file {env_file}: {reason}"]) from None
    except ValueError:
        raise SettingsError([f"--env-file {env_file}: it is not text in UTF-8"]) from None
    for name, value in values.items():
        if value and not os.environ.get(name):
            os.environ[name] = value


def _misunderstandings(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variable that is affected, and what is wrong, for what the settings themselves would not see."""
    given = {name: value for name, value in environment.items() if value.strip()}
    known = {name.upper() for name in Settings.model_fields} | set(_SAME)
    for name in spelling.quoted(given, known):
        yield name, f"{name} is malformed: the quotes around it have become part of it; leave them out"
    for name, meant in spelling.misspelt(given, known, _SAME):
        yield meant, f"{name} is not a variable of CaptPathfinder: did you mean {meant}?"
    for name in spelling.alone(given):
        secret = name.removesuffix("_HOSTS")
        yield name, f"{secret} is not set: {name} says where it may go, so one of the two is misspelt"
    for name, value in given.items():
        if name.startswith("CHANNEL_") and value.strip().startswith("http://"):
            try:
                check_address(value)
            except ValueError as error:
                yield name, f"{name} is malformed: {error}"


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    location = detail["loc"]
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not location:
        return message, message
    name = str(location[0]).upper()
    if detail["type"] == "missing":
        return name, f"{name} is not set: {_HELP.get(name, 'it is required')}"
    return name, f"{name} is malformed: {message[:1].lower()}{message[1:]}"


def _contradictions(settings: Settings) -> list[str]:
    """Values that are fine each for itself, and do not go together."""
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
    if settings.public_port and not settings.public_url:
        problems.append(
            "PUBLIC_URL is not set: PUBLIC_PORT serves what messages link to, so they need its address"
        )
    if settings.public_port and settings.public_port in (settings.dashboard_port, settings.health_port):
        problems.append("PUBLIC_PORT is taken: the dashboard and the health checks are on ports of their own")
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
