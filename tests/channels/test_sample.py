"""`captpathfinder channels test` sends a sample through every transport that posts."""

from __future__ import annotations

from captpathfinder.commands.send_sample import deliver_once
from captpathfinder.context import Context
from captpathfinder.render.sample import sample_message
from tests.channels.deliveries import CREATED_AT
from tests.channels.servers import Server


async def test_a_sample_goes_through_each_transport(
    context: Context, slack: Server, teams: Server, receiver: Server
) -> None:
    hook = {"url": receiver.url, "secret_env": "CHANNEL_CRM"}
    tried = [
        ("slack_webhook", {"secret_env": "CHANNEL_SALES_SLACK"}, slack),
        ("teams_workflow", {"secret_env": "CHANNEL_SALES_TEAMS"}, teams),
        ("webhook", hook, receiver),
    ]
    for transport, config, server in tried:
        row = {"name": "out", "transport": transport, "config": config}
        assert isinstance(await deliver_once(context, row, sample_message("out", "digest", CREATED_AT)), dict)
        [request] = server.requests
        assert "This is a test of the channel out" in request.body.decode()
