"""What the audit says, and above all what it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.audit import audit_node, judge_python
from local.migrations import PROJECT

SOUND = {"name": "httpx", "version": "0.28.1", "vulns": []}
HOLED = {"name": "idna", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
UNASKED = {"name": "rich", "skip_reason": "Could not connect to PyPI's vulnerability feed"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "nothing known of 1 package\n"),
        ([SOUND, HOLED], 1, "idna 1: PYSEC-1, fixed in 2"),
        ([UNASKED, UNASKED], 2, "2 of 2 packages could not be asked about:\n  rich: Could not connect"),
        ([SOUND, UNASKED], 2, "nothing known of 1 package\n"),
        ([HOLED, UNASKED], 2, "1 known of 1 package\n"),
    ],
)
def test_what_could_not_be_asked_counts_as_not_asked(
    capsys: pytest.CaptureFixture[str], packages: list[dict[str, object]], code: int, said: str
) -> None:
    assert judge_python("pip-audit", packages) == code
    printed = capsys.readouterr().out
    assert said in printed
    assert "of 0" not in printed


def test_what_npm_answers_is_told_and_not_where_its_log_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    npm.write_text(
        "#!/bin/sh\necho 'npm error A complete log of this run' >&2\n"
        """echo '{"message": "405 Method Not Allowed"}'; exit 1\n"""
    )
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert audit_node(PROJECT / "local") == 2
    assert capsys.readouterr().out.endswith("could not be asked: 405 Method Not Allowed\n")
