"""What is in deploy/ and the Dockerfile agrees with what it is about."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from captpathfinder.settings import Settings
from captpathfinder.telemetry import metrics
from local.migrations import PROJECT

DEPLOY = PROJECT / "deploy"
ALERTS: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alert_has_metrics_that_are_there_and_a_guide_that_answers(alert: dict[str, Any]) -> None:
    named = set(re.findall(r"captpathfinder_([a-z0-9_]+)", alert["expr"]))
    known = set(re.findall(r'Spec\(\s*"(\w+)"', Path(metrics.__file__).read_text()))
    assert named <= known
    assert alert["annotations"]["summary"]
    page, _, anchor = alert["annotations"]["guide"].partition("#")
    assert not anchor or anchor in anchors(PROJECT / page)


def test_unit_gives_jobs_their_grace_and_stays_down_only_for_a_wrong_environment() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way to keep capitals
    unit.read(DEPLOY / "captpathfinder.service")
    service = unit["Service"]
    grace = float(Settings.model_fields["worker_grace_seconds"].default)
    assert float(service["TimeoutStopSec"].removesuffix("s")) > grace
    assert service["RestartPreventExitStatus"] == "2"
    assert {"WatchdogSec", "MemoryMax", "RestartMaxDelaySec"} <= service.keys()
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]["worker"]
    assert float(compose["stop_grace_period"].removesuffix("s")) > grace


def test_image_is_built_from_an_exact_base_and_hashed_packages_alone() -> None:
    text = (PROJECT / "Dockerfile").read_text()
    assert re.search(r"(?m)^ARG BASE=python:3\.\d+\.\d+-slim-\w+$", text)
    assert re.findall(r"(?m)^FROM (\S+)", text) == ["${BASE}"] * 2
    installs = re.findall(r"pip (?:install|wheel)[^&\n]*", text)
    assert len(installs) == 4
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)


def test_image_gets_nothing_but_what_the_dockerfile_copies() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    allowed = {line[1:].split("/")[0] for line in ignored if line.startswith("!")}
    copied = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", (PROJECT / "Dockerfile").read_text())
    assert allowed == {name.split("/")[0] for names in copied for name in names.split()}
