"""`python -m local.gateway`: serve until told to stop.

The keys and the control token come from the environment, so that they are in no process list.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys

from aiohttp import web

from local.gateway.keys import Keyring
from local.gateway.proxy import Gateway, Settings
from local.lite import Keys


def main() -> int:
    """Parse the command line and serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.gateway")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--lite", required=True, help="base URL of Supabase Lite")
    parser.add_argument("--realtime", required=True, help="base URL of the Realtime server")
    parser.add_argument("--max-body", type=int, default=Settings.rest_limit, help="bytes, for /rest/v1")
    options = parser.parse_args()
    names = ("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "JWT_SECRET", "GATEWAY_CONTROL_TOKEN")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        print(f"not set: {', '.join(missing)}", file=sys.stderr)
        return 2
    publishable, secret, jwt_secret, control_token = (os.environ[name] for name in names)
    settings = Settings(options.lite, options.realtime, control_token, rest_limit=options.max_body)
    gateway = Gateway(settings, Keyring(Keys(publishable, secret, jwt_secret)))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(gateway.application(), options.host, options.port))
    return 0


async def _serve(app: web.Application, host: str, port: int) -> None:
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
