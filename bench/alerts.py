"""From the webhook to the channel: how long until somebody is told of an executive.

A real worker, Realtime, and a Slack webhook on loopback. Measured from before the webhook is posted to the
moment when the channel has the message, one person after another; held against the time that the webhook
alone takes, which is the least it can be.
"""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psycopg
from aiohttp import web

from bench.common import BenchRow, percentile
from local.migrations import PROJECT
from local.stack import Stack

ALERTS = 60


def run() -> list[BenchRow]:
    """Measure, and return the one row."""
    with tempfile.TemporaryDirectory(prefix="captpathfinder-bench-") as folder:
        stack = Stack(Path(folder), durable=False, dies_with_caller=True)
        try:
            stack.up()
            return asyncio.run(_measure(stack))
        finally:
            stack.down(purge=True)


async def _measure(stack: Stack) -> list[BenchRow]:
    arrived: asyncio.Queue[float] = asyncio.Queue()

    async def slack(_request: web.Request) -> web.Response:
        arrived.put_nowait(time.perf_counter())
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/services", slack)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("delete from public.channels")
        db.execute("update public.settings set instant_alerts = true, alert_delay = '0'")
        db.execute(
            "insert into public.channels (name, transport, sends, config) values ('sales', 'slack_webhook',"
            """ '{alert}', '{"secret_env": "CHANNEL_BENCH_SLACK", "alerts": {"group_seconds": 0}}')"""
        )
    names = ("SUPABASE_URL", "SUPABASE_SECRET_KEY")
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "captpathfinder",
        "run",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(PROJECT / "worker"), str(PROJECT)]),
            "LOG_LEVEL": "error",
            "CHANNEL_BENCH_SLACK": f"http://{host}:{port}/services",
            **{name: stack.environment[name] for name in names},
        },
    )
    try:
        return [await _alerts(stack, arrived)]
    finally:
        if worker.returncode is None:
            worker.send_signal(signal.SIGTERM)
        await worker.wait()
        await runner.cleanup()


async def _alerts(stack: Stack, arrived: asyncio.Queue[float]) -> BenchRow:
    environment = stack.environment
    login = f"{environment['WEBHOOK_USERNAME']}:{environment['WEBHOOK_PASSWORD']}"
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    webhooks: list[float] = []
    waits: list[float] = []
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        for number in range(ALERTS + 3):
            body = {
                "userId": f"bench-{number}",
                "username": "Ada Example",
                "profileField": "Job Title",
                "value": "Chief Executive Officer",
                "oldValue": "",
            }
            start = time.perf_counter()
            (await http.post(environment["WEBHOOK_URL"], json=body)).raise_for_status()
            answered = time.perf_counter()
            at = await asyncio.wait_for(arrived.get(), 90)
            if number >= 3:  # the first ones wait for the worker's start
                webhooks.append(answered - start)
                waits.append(at - start)
            # Slack's own pace, one message a second, is not what is measured.
            await asyncio.sleep(max(0.0, 1.05 - (time.perf_counter() - at)))
    p50, p99 = percentile(waits, 50), percentile(waits, 99)
    alone = statistics.median(webhooks)
    return BenchRow(
        name="webhook to channel",
        measured=f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms",
        reference=f"{alone * 1000:.0f} ms",
        ratio=p50 / alone,
        note=f"{ALERTS} alerts, Realtime wakes the worker; against the webhook's own answer (a cost)",
    )
