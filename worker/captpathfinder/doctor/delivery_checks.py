"""What the doctor asks about deliveries: the channels' config, the login, the simple endpoints."""

from __future__ import annotations

import httpx
from pydantic import ValidationError

from captpathfinder.context import Context
from captpathfinder.doctor.findings import Finding, note, ok, skipped, wrong
from captpathfinder.errors import CaptPathfinderError
from captpathfinder.transports import CONFIGS, FACTORIES
from captpathfinder.worker.decisions import describe_validation

MOST_CHANNELS = 200


async def check_channels(context: Context) -> list[Finding]:
    """Whether there are channels, each with a transport that this worker knows and a config that fits it."""
    rows = await context.api.rows("channels", {"is_active": "true"}, order="name", limit=MOST_CHANNELS)
    if not rows:
        return [
            note(
                "channels", "none is active, so nobody is told anything.", "Add a row to the table channels."
            )
        ]
    findings = []
    for row in rows:
        subject = f"channel {row['name']}"
        if row["transport"] not in FACTORIES:
            findings.append(
                wrong(subject, f"this worker has no transport {row['transport']}.", "Update the worker.")
            )
            continue
        model = CONFIGS.get(row["transport"])
        try:
            if model is not None:
                model.model_validate(row["config"])
        except ValidationError as error:
            findings.append(wrong(subject, describe_validation(error), "Edit the row's config."))
        else:
            findings.append(ok(subject, f"{row['transport']}, sends {', '.join(row['sends'])}"))
    return findings


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
    urls = {"e-mail bot": settings.aa_email_bot_url, "Teams bot": settings.aa_teams_bot_url}
    findings = []
    for name, url in urls.items():
        if url is None:
            findings.append(skipped(name, "no simple endpoint configured"))
            continue
        try:
            response = await context.http.request("OPTIONS", url, timeout=10)
        except httpx.TransportError as error:
            findings.append(
                wrong(name, f"{url} cannot be reached ({type(error).__name__}).", "Check the URL.")
            )
            continue
        if response.status_code >= 500:
            findings.append(
                wrong(name, f"{url} answers HTTP {response.status_code}.", "Look at the endpoint.")
            )
        else:
            findings.append(ok(name, f"{url} answers"))
    return findings
