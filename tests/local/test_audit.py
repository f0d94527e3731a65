"""What the audit says, and above all what it does not."""

from __future__ import annotations

import pytest

from local.audit import judge_python

SOUND = {"name": "httpx", "version": "0.28.1", "vulns": []}
HOLED = {"name": "idna", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
UNASKED = {"name": "rich", "skip_reason": "Could not connect to PyPI's vulnerability feed"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([SOUND], 0, "nothing known of 1 packages"),
        ([SOUND, HOLED], 1, "idna 1: PYSEC-1, fixed in 2"),
        ([UNASKED, UNASKED], 2, "2 of 2 packages were not asked about:\n  rich: Could not connect"),
        ([SOUND, UNASKED], 2, "nothing known of 1 packages"),
        ([HOLED, UNASKED], 2, "1 known of 1 packages"),
    ],
)
def test_what_could_not_be_asked_counts_as_not_asked(
    capsys: pytest.CaptureFixture[str], packages: list[dict[str, object]], code: int, said: str
) -> None:
    assert judge_python("pip-audit", packages) == code
    assert said in capsys.readouterr().out
