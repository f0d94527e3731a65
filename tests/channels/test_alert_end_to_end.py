"""An executive's webhook becomes a message in the channel, once, and stands in the digest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from local.stack import Stack
from tests.channels.people import add_channel
from tests.channels.servers import Request, Server
from tests.channels.test_forget_user import post
from tests.worker.support import WorkerProcess, worker_environment


async def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_executives_are_told_of_at_once_then_together_and_again_in_the_digest(
    stack: Stack, slack: Server, tmp_path: Path
) -> None:
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("delete from public.channels")
        db.execute("update public.settings set instant_alerts = true, alert_delay = '1 second'")
        add_channel(db, "sales", "{digest,alert}", alerts={"group_seconds": 3})
        url = f"{slack.url}/services/T000/B000/verysecretpath"
        environment = worker_environment(stack, CHANNEL_SALES_SLACK=url)
        with WorkerProcess(environment, tmp_path / "worker.log") as worker:
            await asyncio.to_thread(worker.wait_for, "realtime is listening")
            people = [f"Ada {number}" for number in range(12)]
            for place, name in enumerate(people):
                await asyncio.to_thread(post, stack, f"u{place}", name, "Chief Executive Officer")

            def told(requests: list[Request]) -> list[str]:
                bodies = [request.body.decode() for request in requests]
                return [name for name in people for body in bodies if f'"text":"{name}"' in body]

            def idle() -> bool:
                return not db.execute("select from outbox where status <> 'done'").fetchall()

            await until(lambda: sorted(told(slack.requests)) == sorted(people) and idle())
            alerts = len(slack.requests)
            assert alerts < len(people)
            db.execute("select public.send_digests()")
            await until(lambda: sorted(told(slack.requests[alerts:])) == sorted(people) and idle())
            assert worker.terminate() == 0
            assert "verysecret" not in worker.text()
        digest = slack.requests[alerts:]
        assert [request.json()["text"] for request in digest] == [
            f"12 new executives: CEO, CEO, and 10 more ({part} of 2)" for part in (1, 2)
        ]
        marked = db.execute("select count(*) from public.detections where alerted_at is not null").fetchone()
        assert marked == (len(people),)
