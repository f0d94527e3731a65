"""Fixtures of the people stage: a community that posts webhooks, as in the tests of the ingestion."""

from __future__ import annotations

from tests.ingest.conftest import platform

__all__ = ["platform"]
