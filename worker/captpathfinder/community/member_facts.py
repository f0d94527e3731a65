"""What a member's JSON of the community's API says: pure functions from paths to facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

# Paths of the facts in a member's JSON, tried in order; a number is the place in a list.
DEFAULT_FIELDS: Mapping[str, Sequence[str]] = {
    "country": ("country", "profile.country", "location.country"),
    "company": ("company", "profile.company", "organization"),
    "joined_at": ("joinedAt", "joined_at", "createdAt", "created_at", "registrationDate", "registered_at"),
    "email": ("email", "profile.email"),
    "profile_url": ("profileUrl", "profile_url", "url", "links.profile"),
}
FACTS = frozenset(DEFAULT_FIELDS)
# Longest fact, in characters.
LONGEST = 200


def facts_of(body: object, fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The facts in a member's JSON, each from the first of its paths that leads to one.

    >>> facts_of({"user": {"country": "NL"}, "email": "a@b.example"},
    ...          {"country": ["user.country"], "email": ["email"]})
    {'country': 'NL', 'email_domain': 'b.example'}
    """
    facts: dict[str, str] = {}
    for name in sorted(FACTS):
        value = next((text for path in fields.get(name, ()) if (text := _text(_at(body, path)))), None)
        if value is None:
            continue
        if name == "joined_at":
            moment = _moment(value)
            if moment is not None:
                facts[name] = moment.isoformat()
        elif name == "email":
            domain = value.rpartition("@")[2].strip().lower() if "@" in value else ""
            if domain:
                facts["email_domain"] = domain[:LONGEST]
        elif name == "profile_url":
            if _is_link(value):
                facts[name] = value
        else:
            facts[name] = value[:LONGEST]
    return facts


def _at(body: object, path: str) -> object:
    for step in path.split("."):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).replace("\x00", "").strip() or None


def _moment(value: str) -> datetime | None:
    """ISO 8601, or Unix time in seconds or milliseconds; None for anything else."""
    try:
        number = float(value)
    except ValueError:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _is_link(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    plain = value.isascii() and value.isprintable() and not any(char in value for char in " <>\"'\\")
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and len(value) <= 2000
