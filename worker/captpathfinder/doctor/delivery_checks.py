"""What the doctor asks about deliveries: each channel's config, secret, host and bot; login and endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import ValidationError

from captpathfinder.codes import TRANSPORTS, named
from captpathfinder.context import Context
from captpathfinder.doctor.findings import Finding, note, ok, skipped, wrong
from captpathfinder.errors import CaptPathfinderError, PermanentError
from captpathfinder.settings import Settings
from captpathfinder.transports import CONFIGS, FACTORIES, TransportConfig
from captpathfinder.transports.aa_bot import BotConfig
from captpathfinder.transports.aa_http import EndpointConfig
from captpathfinder.transports.secrets import host_of, secret_for, secret_url
from captpathfinder.web.failures import explain_failure
from captpathfinder.worker.decisions import describe_validation

MOST_CHANNELS = 200
_EDIT = "Edit the row's config in the table channels."


class _UnseenError(CaptPathfinderError):
    """The control room does not say, which need not keep it from running the bot."""


async def check_channels(context: Context) -> list[Finding]:
    """Whether there are channels, each with all that its messages need to leave."""
    rows = await context.api.rows(
        "channels", {"is_active": "true"}, order="name", limit=MOST_CHANNELS, ascending=True
    )
    if not rows:
        return [
            note(
                "channels", "none is active, so nobody is told anything.", "Add a row to the table channels."
            )
        ]
    return [await _check_channel(context, row) for row in rows]


async def _check_channel(context: Context, row: Mapping[str, Any]) -> Finding:
    subject = f"channel {row['name']}"
    transport = row["transport"]
    if transport not in FACTORIES:
        return wrong(subject, f"this worker has no transport {transport}.", "Update the worker.")
    try:
        config = CONFIGS[transport].model_validate(row["config"])
    except ValidationError as error:
        return wrong(subject, f"{describe_validation(error)}.", _EDIT)
    try:
        found = await _check_way_out(context, config)
    except _UnseenError as error:
        return note(subject, str(error), "Try it: captpathfinder channels test.")
    except CaptPathfinderError as error:
        return wrong(subject, str(error), "")
    return ok(subject, f"{named(TRANSPORTS, transport)}, sends {', '.join(row['sends'])}{found}")


async def _check_way_out(context: Context, config: TransportConfig) -> str:
    """What else to say of a channel that has what it needs; raises with what is missing."""
    if isinstance(config, BotConfig):
        return f"; {await _bot(context, config.bot_id)}"
    if isinstance(config, EndpointConfig):
        _check_endpoint_of(context.settings, config.kind)
        return ""
    return _check_secret(context.settings, config)


async def _bot(context: Context, bot_id: int) -> str:
    try:
        name = await context.control_room.bot_name(bot_id)
    except CaptPathfinderError as error:
        if context.control_room_state == "key_rejected":
            raise
        raise _UnseenError(f"whether bot {bot_id} exists cannot be seen: {error}") from error
    if name is None:
        raise PermanentError(
            f"The control room shows no bot {bot_id}. Check bot_id in the channel's config, and that "
            "AA_USERNAME may view the bot's folder."
        )
    return f"bot {bot_id} is {name}"


def _check_endpoint_of(settings: Settings, kind: str) -> None:
    is_email = kind == "email"
    url = settings.aa_email_bot_url if is_email else settings.aa_teams_bot_url
    if url is None:
        names = f"AA_{kind.upper()}_BOT_URL and AA_{kind.upper()}_BOT_API_KEY"
        raise PermanentError(
            f"{names} are not set, and this channel needs them. Set them, and restart the worker."
        )


def _check_secret(settings: Settings, config: TransportConfig) -> str:
    name = getattr(config, "secret_env", None)
    if name is None:
        return ""
    host = getattr(config, "host", None) or host_of(getattr(config, "url", ""))
    if not host:
        return f"; {name} leads to {host_of(secret_url(settings, name))}"
    secret_for(settings, name, host)
    return f"; {name} goes to {host}"


async def check_control_room(context: Context) -> list[Finding]:
    """Whether the control room accepts the login."""
    url = context.settings.aa_control_room_url
    if url is None:
        return [skipped("control room", "not configured (AA_CONTROL_ROOM_URL)")]
    try:
        await context.control_room.check_login()
    except CaptPathfinderError as error:
        return [wrong("control room", str(error), "")]
    findings = [ok("control room", f"login accepted at {url}")]
    if context.settings.aa_api_key is None:
        findings.append(
            note(
                "control room",
                "signs in by password, and another login ends its session.",
                "Prefer AA_API_KEY.",
            )
        )
    return findings


async def check_endpoints(context: Context) -> list[Finding]:
    """Whether the simple endpoints can be reached. Their keys cannot be tried without sending something."""
    settings = context.settings
    urls = {
        ("e-mail bot", "AA_EMAIL_BOT_URL"): settings.aa_email_bot_url,
        ("Teams bot", "AA_TEAMS_BOT_URL"): settings.aa_teams_bot_url,
    }
    return list(await asyncio.gather(*(_check_endpoint(context, *names, url) for names, url in urls.items())))


async def _check_endpoint(context: Context, name: str, variable: str, url: str | None) -> Finding:
    if url is None:
        return skipped(name, f"no simple endpoint configured ({variable})")
    try:
        response = await context.http.request("OPTIONS", url, timeout=10)
    except httpx.TransportError as error:
        return wrong(name, f"{explain_failure(error)}.", f"Check {variable}.")
    if response.status_code >= 500:
        return wrong(name, f"{host_of(url)} answers HTTP {response.status_code}.", "Look at the endpoint.")
    return ok(name, f"{host_of(url)} answers")
