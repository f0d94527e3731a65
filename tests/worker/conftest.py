"""Fixtures of the worker's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack
from tests.worker.support import Bench, open_bench


@pytest.fixture
def bench(stack: Stack, tmp_path: Path) -> Iterator[Bench]:
    """A stack with an empty outbox and one channel, `mail`, of an e-mail bot."""
    with open_bench(stack, tmp_path) as opened:
        yield opened
