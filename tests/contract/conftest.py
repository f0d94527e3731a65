"""`platform`: what the contract tests run against, chosen with `--stack`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.platform import Platform, docker_platform, local_platform, why_no_docker


@pytest.fixture(scope="session")
def official_images(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform | None]:
    """The official images, if they are asked for."""
    if request.config.getoption("--stack") != "docker":
        yield None
        return
    if reason := why_no_docker():
        pytest.skip(reason)
    with docker_platform(tmp_path_factory.mktemp("docker")) as platform:
        yield platform


@pytest.fixture
def platform(official_images: Platform | None, request: pytest.FixtureRequest) -> Platform:
    """A running Supabase. The local one is as after its start; the other keeps what earlier tests did."""
    return official_images or local_platform(request.getfixturevalue("stack"))
