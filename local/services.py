"""How each service of the stack is run: its command line and what it may know."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from local.errors import StackError
from local.migrations import PROJECT
from local.postgres import Cluster
from local.secret_store import Secrets

Service = Literal["postgres", "lite", "realtime", "control_room", "gateway", "worker"]

# In the order in which they start; they stop in the reverse.
SERVICES: tuple[Service, ...] = ("postgres", "lite", "realtime", "control_room", "gateway", "worker")

# What a service listens on: the worker's own is its dashboard's, and it has another for its public pages.
Port = Service | Literal["public_pages"]

# With a fixed first port each takes the next one: 54321 the gateway, then the database, the Studio, the
# control room, Realtime, the worker's dashboard and its public pages. The first three are where
# `supabase start` has its API, database and Studio.
PORT_ORDER: tuple[Port, ...] = (
    "gateway", "postgres", "lite", "control_room", "realtime", "worker", "public_pages",
)  # fmt: skip
FIRST_FIXED_PORT = 54321

# All that a service sees of the environment of whoever starts the stack.
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "LOG_LEVEL", "LOG_FORMAT")


def owner(port: Port) -> Service:
    """Return the service that listens on a port."""
    return "worker" if port == "public_pages" else port


def url(ports: Mapping[str, int], service: Port) -> str:
    """Return the base URL of a service that speaks HTTP."""
    if service not in ports:
        raise StackError("the stack is not running", hint="start it with `make up`")
    return f"http://127.0.0.1:{ports[service]}"


def user_environment(secrets: Secrets, ports: Mapping[str, int], cluster: Cluster) -> dict[str, str]:
    """Return all that the worker, the demo and a person need to use the stack."""
    api, control_room = url(ports, "gateway"), url(ports, "control_room")
    pages = {}
    if "worker" in ports:
        pages = {"DASHBOARD_URL": url(ports, "worker"), "PUBLIC_URL": url(ports, "public_pages")}
    return pages | {
        "SUPABASE_URL": api,
        "SUPABASE_PUBLISHABLE_KEY": secrets.publishable_key,
        "SUPABASE_SECRET_KEY": secrets.secret_key,
        "SUPABASE_DB_URL": cluster.dsn(),
        "WEBHOOK_URL": f"{api}/rest/v1/rpc/community_webhook?apikey={secrets.publishable_key}",
        "WEBHOOK_USERNAME": secrets.webhook_username,
        "WEBHOOK_PASSWORD": secrets.webhook_password,
        "CONTROL_ROOM_URL": control_room,
        "STUDIO_URL": url(ports, "lite"),
        "AA_CONTROL_ROOM_URL": control_room,
        "AA_USERNAME": secrets.control_room_username,
        "AA_API_KEY": secrets.control_room_api_key,
        "AA_EMAIL_BOT_URL": f"{control_room}/bots/email",
        "AA_EMAIL_BOT_API_KEY": secrets.email_bot_api_key,
        "AA_TEAMS_BOT_URL": f"{control_room}/bots/teams",
        "AA_TEAMS_BOT_API_KEY": secrets.teams_bot_api_key,
        "GATEWAY_CONTROL_TOKEN": secrets.gateway_control_token,
    }


def command(service: Service, ports: Mapping[str, int], home: Path, extra: Sequence[str] = ()) -> list[str]:
    """Return the command line of a service written in Python. It holds no secret."""
    if service == "worker":
        return [str(_worker_program()), "run"]
    arguments = [
        sys.executable,
        "-m",
        f"local.{service}",
        "--host",
        "127.0.0.1",
        "--port",
        str(ports[service]),
    ]
    if service == "gateway":
        arguments += ["--lite", url(ports, "lite"), "--realtime", url(ports, "realtime")]
    elif service == "control_room":
        arguments += ["--data-dir", str(home / "control-room")]
    return [*arguments, *extra]


def environment(
    service: Service, secrets: Secrets, ports: Mapping[str, int], cluster: Cluster
) -> dict[str, str]:
    """Return what a service may know: its own secrets, and nothing else of the caller's environment."""
    result = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    result |= {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    if service == "worker":
        everything = user_environment(secrets, ports, cluster)
        names = ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "PUBLIC_URL")
        result |= {
            name: value for name, value in everything.items() if name in names or name.startswith("AA_")
        }
        own = {"DASHBOARD_PORT": str(ports["worker"]), "PUBLIC_PORT": str(ports["public_pages"])}
        return result | own
    if service == "control_room":
        return result | {
            "AA_USERNAME": secrets.control_room_username,
            "AA_API_KEY": secrets.control_room_api_key,
            "AA_EMAIL_BOT_API_KEY": secrets.email_bot_api_key,
            "AA_TEAMS_BOT_API_KEY": secrets.teams_bot_api_key,
        }
    result |= {"SUPABASE_PUBLISHABLE_KEY": secrets.publishable_key, "SUPABASE_SECRET_KEY": secrets.secret_key}
    if service == "realtime":
        # Realtime reads the write-ahead log: hosted gives it such rights.
        return result | {"REALTIME_DSN": cluster.dsn("supabase_admin")}
    return result | {"JWT_SECRET": secrets.jwt_secret, "GATEWAY_CONTROL_TOKEN": secrets.gateway_control_token}


def _worker_program() -> Path:
    program = Path(sys.executable).with_name("captpathfinder")
    if not program.exists():
        raise StackError("the worker is not installed", hint="run `make setup`")
    return program
