"""The image of the Dockerfile: it builds, and a worker runs from it against a stack."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.image import DockerImage

from local.machine import free_port
from local.migrations import PROJECT
from tests.contract.platform import Platform, why_no_docker

# Seconds until a wait has failed: the image is there by then, and a worker starts in one or two.
PATIENCE = 120


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    """The tag of a freshly built image, which is removed after the tests."""
    if reason := why_no_docker():
        pytest.skip(f"the image is built where Docker is: {reason}")
    with DockerImage(path=PROJECT, tag="captpathfinder:test", clean_up=True) as built:
        yield str(built)


@pytest.mark.timeout(1200)
def test_a_worker_runs_from_the_image_and_stops_cleanly(image: str, platform: Platform) -> None:
    port = free_port()
    container = (
        # The stack listens on this machine's loopback, so the worker shares its network.
        DockerContainer(image, network_mode="host", read_only=True, cap_drop=["ALL"])
        .with_tmpfs_mount("/tmp")
        .with_env("SUPABASE_URL", platform.url)
        .with_env("SUPABASE_SECRET_KEY", platform.secret_key)
        .with_env("HEALTH_HOST", "127.0.0.1")
        .with_env("HEALTH_PORT", str(port))
    )
    with container:
        wrapped = container.get_wrapped_container()
        limit = time.monotonic() + PATIENCE
        while not _answers(port, "/readyz"):
            wrapped.reload()
            assert wrapped.status != "exited", wrapped.logs().decode()
            assert time.monotonic() < limit, wrapped.logs().decode()
            time.sleep(0.2)
        assert _answers(port, "/healthz")
        assert _answers(port, "/metrics")
        user = wrapped.exec_run(["id", "-u"]).output.strip()
        assert user == b"10001"
        wrapped.kill("SIGTERM")
        assert wrapped.wait()["StatusCode"] == 0
        assert platform.secret_key not in wrapped.logs().decode()


def test_a_missing_value_is_one_clear_line_and_exit_code_2(image: str) -> None:
    with DockerContainer(image) as container:
        wrapped = container.get_wrapped_container()
        assert wrapped.wait()["StatusCode"] == 2
        assert "SUPABASE_URL" in wrapped.logs().decode()


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return int(answer.status) == 200
    except OSError:
        return False
