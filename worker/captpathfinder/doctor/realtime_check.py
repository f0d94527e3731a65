"""What the doctor asks of Realtime: a client that joins, is listened for, and hears of a row.

The row is what `announce_test()` puts into the outbox: a job that is done from the start, so that no worker
takes it. `withdraw_test()` removes it as soon as it was heard of, or was not.
"""

from __future__ import annotations

import asyncio

from captpathfinder.context import Context
from captpathfinder.doctor.findings import Finding, ok, skipped, wrong
from captpathfinder.errors import SupabaseRequestError
from captpathfinder.supabase_project.listen import Session

# A cold server needs some seconds until it listens, and half a second to announce a row.
LISTEN_SECONDS = 40.0
_DEAF = "joined, but Postgres does not let it read changes."
HEAR_SECONDS = 10.0


async def check_realtime(context: Context) -> list[Finding]:
    """Whether Realtime can be joined, listens, and announces a row of the outbox."""
    if not context.settings.realtime_enabled:
        return [skipped("realtime", "switched off (REALTIME_ENABLED); the worker polls")]
    listening, heard = asyncio.Event(), asyncio.Event()
    session = Session(
        context.settings, on_joined=lambda: None, on_listening=listening.set, on_message=heard.set
    )
    running = asyncio.create_task(session.run(LISTEN_SECONDS + HEAR_SECONDS + 10))
    started = context.monotonic()
    try:
        waiting = asyncio.create_task(listening.wait())
        await asyncio.wait({waiting, running}, timeout=LISTEN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not listening.is_set():
            why = running.result() if running.done() else _DEAF
            why = _DEAF if "not listening" in why else why
            return [wrong("realtime", f"{why.rstrip('.')}.", _advice(why))]
        joined = context.monotonic() - started
        return [await _hear(context, heard, joined)]
    finally:
        session.end("checked")
        await asyncio.gather(running, return_exceptions=True)
        await session.close()


async def _hear(context: Context, heard: asyncio.Event, joined: float) -> Finding:
    started = context.monotonic()
    try:
        job = await context.api.call("announce_test")
    except SupabaseRequestError as error:
        return wrong("realtime", f"listens, but no row could be announced: {error}", "Apply the migrations.")
    try:
        async with asyncio.timeout(HEAR_SECONDS):
            await heard.wait()
    except TimeoutError:
        return wrong(
            "realtime",
            f"listens, but a new row was not announced within {HEAR_SECONDS:.0f} s.",
            "service_role needs SELECT on public.outbox, which must be in the publication supabase_realtime.",
        )
    finally:
        await context.api.call("withdraw_test", {"job_id": job})
    heard_after = context.monotonic() - started
    return ok("realtime", f"listens after {joined:.1f} s, heard of a row after {heard_after:.2f} s")


def _advice(why: str) -> str:
    if why == _DEAF:
        return (
            "On a server of your own with Postgres 15.20 or later, set "
            "output_plugin_libraries = 'pgoutput, test_decoding, wal2json' and reload; elsewhere look at the "
            "logs of Realtime."
        )
    if "Unable to subscribe" in why:
        return (
            "Put the table into the publication: alter publication supabase_realtime add table public.outbox."
        )
    if "HTTP 401" in why or "HTTP 403" in why:
        return "Check SUPABASE_SECRET_KEY."
    return "Check that Realtime is enabled for the project, and that WebSockets pass the network's proxies."
