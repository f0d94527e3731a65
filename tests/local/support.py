"""What tests of the stack share."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from local.services import SERVICES
from local.stack import Stack

ALL_BUT_WORKER = SERVICES[:-1]


def quick(home: Path, first_port: int | None = None) -> Stack:
    return Stack(home, durable=False, dies_with_caller=True, first_port=first_port)


def call(url: str, key: str = "", method: str = "GET", body: object = None) -> tuple[int, str, str]:
    """Return status, content type and body of an HTTP call."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    if key:
        request.add_header("apikey", key)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait; give up just before the test as a whole would, to say what for."""
    limit = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < limit, f"in vain: {what}"
        time.sleep(0.05)


def listening_ports(stack: Stack) -> list[int]:
    state = json.loads((stack.home / "state.json").read_text())
    return list(state["ports"].values())
