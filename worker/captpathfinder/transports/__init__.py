"""The transports by name. A new one is a file beside this and a line in `FACTORIES` and in `CONFIGS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from captpathfinder.errors import PermanentError
from captpathfinder.transports.aa_bot import AaBot, BotConfig
from captpathfinder.transports.aa_http import AaHttp, EndpointConfig
from captpathfinder.transports.base import Delivery, Transport, TransportConfig, parse_config
from captpathfinder.transports.email_smtp import EmailSmtp, SmtpConfig
from captpathfinder.transports.slack_webhook import SlackConfig, SlackWebhook
from captpathfinder.transports.teams_workflow import TeamsWorkflow, WorkflowConfig
from captpathfinder.transports.webhook import WebhookConfig, WebhookPost

if TYPE_CHECKING:
    from captpathfinder.context import Context

FACTORIES: Mapping[str, Callable[[Context], Transport]] = {
    "aa_bot": AaBot,
    "aa_http": AaHttp,
    "email_smtp": EmailSmtp,
    "slack_webhook": SlackWebhook,
    "teams_workflow": TeamsWorkflow,
    "webhook": WebhookPost,
}

CONFIGS: Mapping[str, type[TransportConfig]] = {
    "aa_bot": BotConfig,
    "aa_http": EndpointConfig,
    "email_smtp": SmtpConfig,
    "slack_webhook": SlackConfig,
    "teams_workflow": WorkflowConfig,
    "webhook": WebhookConfig,
}


def transport_for(name: str | None, channel: str | None, context: Context) -> Transport:
    """The transport of a channel; `PermanentError` when the channel is gone, or its transport unknown."""
    if name is None:
        raise PermanentError(f"Channel {channel} does not exist any more.")
    factory = FACTORIES.get(name)
    if factory is None:
        raise PermanentError(
            f"Channel {channel} has the transport {name}, which this worker does not know "
            f"(it knows {', '.join(sorted(FACTORIES))}). Update the worker or change the channel."
        )
    return factory(context)


__all__ = [
    "CONFIGS",
    "FACTORIES",
    "Delivery",
    "Transport",
    "TransportConfig",
    "parse_config",
    "transport_for",
]
