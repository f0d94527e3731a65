"""Faults of the gateway that a test can order."""

from __future__ import annotations

import time

import aiohttp
import pytest

from tests.local.gateway import (
    CONTROL,
    SERVICE,
    Upstream,
    get,
    set_fault,
)


async def test_faults_need_the_control_token(client: aiohttp.ClientSession) -> None:
    for method in ("POST", "DELETE"):
        async with client.request(method, "/_faults", headers=SERVICE) as answer:
            assert answer.status == 401


async def test_status_fault_strikes_so_many_times(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/rpc/claim", action="status", status=429, retry_after=7, times=2)
    for _ in range(2):
        async with client.get("/rest/v1/rpc/claim_outbox", headers=SERVICE) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert (await get(client, "/rest/v1/rpc/claim_outbox", **SERVICE))[0] == 200


async def test_fault_is_confined_to_its_path_and_can_be_lifted(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/a", action="status")
    async with client.post("/rest/v1/b", headers=SERVICE) as answer:
        assert answer.status == 200
    async with client.post("/rest/v1/a", headers=SERVICE) as answer:
        assert answer.status == 503
    async with client.delete("/_faults", headers=CONTROL) as answer:
        assert answer.status == 200
    async with client.post("/rest/v1/a", headers=SERVICE) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(("action", "reached"), [("cut", 0), ("lose_answer", 1)])
async def test_cut_connection_before_or_after_the_work(
    client: aiohttp.ClientSession, upstream: Upstream, action: str, reached: int
) -> None:
    await set_fault(client, path="/rest/v1/", action=action)
    with pytest.raises(aiohttp.ClientError):
        # A POST, because aiohttp repeats a GET whose connection is cut.
        await client.post("/rest/v1/t", headers=SERVICE)
    assert len(upstream.requests) == reached


async def test_hang_lasts_until_the_client_gives_up(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/", action="hang")
    with pytest.raises(TimeoutError):
        await client.get("/rest/v1/t", headers=SERVICE, timeout=aiohttp.ClientTimeout(total=0.3))


async def test_delay(client: aiohttp.ClientSession) -> None:
    await set_fault(client, path="/rest/v1/", action="delay", delay=0.2)
    started = time.monotonic()
    assert (await get(client, "/rest/v1/t", **SERVICE))[0] == 200
    assert time.monotonic() - started >= 0.2


async def test_malformed_fault_is_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/_faults", json={"path": "/", "action": "explode"}, headers=CONTROL) as answer:
        assert answer.status == 400
