"""Links in messages: they are there where the worker has an address for them, and open what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import psycopg

from local.machine import free_port
from local.stack import Stack
from tests.channels.people import add_channel, detect
from tests.channels.servers import Server
from tests.channels.test_alert_end_to_end import until
from tests.worker.support import WorkerProcess, worker_environment


def links(body: bytes, label: str) -> list[str]:
    """Where the links of that text lead, in a message for Slack."""
    found: list[str] = []

    def walk(value: Any) -> None:  # noqa: ANN401  (JSON)
        if isinstance(value, dict):
            if value.get("type") == "link" and value.get("text") == label:
                found.append(value["url"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(body))
    return found


async def test_a_digest_and_an_alert_carry_links_that_mute_for_their_channel(
    stack: Stack, slack: Server, tmp_path: Path
) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    slack_url = f"{slack.url}/services/T000/B000/verysecretpath"
    environment = worker_environment(
        stack,
        CHANNEL_SALES_SLACK=slack_url,
        PUBLIC_URL=base,
        PUBLIC_PORT=str(port),
        REALTIME_ENABLED="false",
    )
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("delete from public.channels")
        db.execute(
            "update public.settings set instant_alerts = true, alert_delay = '1 second', digest_size = 2"
        )
        add_channel(db, "sales", "{digest,alert}")
        with WorkerProcess(environment, tmp_path / "worker.log"):
            for number in range(3):
                detect(db, f"u{number}")
            await until(lambda: len(slack.requests) >= 1, 120)
            [*_, alert] = links(slack.requests[0].body, "Not right?")
            seen = len(slack.requests)
            db.execute("update public.settings set digest_messages = 1")
            db.execute("select public.send_digests()")
            await until(lambda: len(slack.requests) > seen, 120)
            digest = slack.requests[-1].body
            async with httpx.AsyncClient(timeout=60) as client:
                [page] = links(digest, "See all 3 people")
                answer = await client.get(page)
                assert answer.text.count('class="wrong"') == 3
                for link in (alert, links(digest, "Not right?")[0]):
                    assert link.startswith(f"{base}/feedback/")
                    assert (await client.post(link, data={"verdict": "already_known"})).status_code == 303
            muted = "select distinct channel from public.mutes order by channel"
            assert db.execute(muted).fetchall() == [("sales",)]
            # A copy for another channel mutes for that one.
            add_channel(db, "board", "{digest}")
            seen = len(slack.requests)
            db.execute("select public.send_digest_again(max(week_end), 'sales', 'board') from public.digests")
            await until(lambda: len(slack.requests) > seen, 120)
            [copied, *_] = links(slack.requests[-1].body, "Not right?")
            async with httpx.AsyncClient(timeout=60) as client:
                assert (await client.post(copied, data={"verdict": "already_known"})).status_code == 303
            assert db.execute(muted).fetchall() == [("board",), ("sales",)]
        assert db.execute("select actor from public.audit where subject = 'feedback' limit 1").fetchone() == (
            "A link in a message",
        )
