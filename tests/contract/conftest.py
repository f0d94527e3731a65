"""`platform`: what the contract tests run against, chosen with `--stack`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.contract.platform import (
    Platform,
    docker_platform,
    local_platform,
    url_platform,
    why_no_docker,
)


@pytest.fixture(scope="session")
def elsewhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform | None]:
    """The official images, or somebody's Supabase, if that is asked for."""
    match request.config.getoption("--stack"):
        case "docker":
            if reason := why_no_docker():
                pytest.skip(f"--stack=docker: {reason}")
            with docker_platform(tmp_path_factory.mktemp("docker")) as platform:
                yield platform
        case "url":
            with url_platform(os.environ) as platform:
                yield platform
        case _:
            yield None


@pytest.fixture
def platform(elsewhere: Platform | None, request: pytest.FixtureRequest) -> Platform:
    """A running Supabase. The local one is as after its start; the others keep what earlier tests did."""
    return elsewhere or local_platform(request.getfixturevalue("stack"))
