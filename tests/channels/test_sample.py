"""`captpathfinder channels test` sends a sample through every transport that posts."""

from __future__ import annotations

from captpathfinder.context import Context
from tests.channels.deliveries import Job
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
        result = await Job(context, transport, dict(config), {}, kind="channel_test").attempt()
        assert isinstance(result, dict), result
        [request] = server.requests
        assert "This is a test of the channel out" in request.body.decode()
