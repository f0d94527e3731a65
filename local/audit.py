"""Ask the advisory services whether a pinned package has a known hole: `python -m local.audit`, `make audit`.

pip-audit asks PyPI about requirements/*.txt, `npm audit` asks the npm registry about local/package-lock.json.
Exit code: 0 nothing known; 1 something found; 2 a service could not be asked about some package, which says
nothing either way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from local.migrations import PROJECT

# An advisory service that hangs is one that cannot be asked.
LONGEST = 300


def audit_python(requirements: Path) -> int:
    """Ask about one file of pinned packages; print what is known and return the exit code."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    name = f"pip-audit {requirements.relative_to(PROJECT)}"
    answer = _run(command, PROJECT)
    report = _parsed(answer.stdout) if answer else None
    if answer is None or report is None or "dependencies" not in report:
        return _unasked(name, answer)
    return judge_python(name, report["dependencies"])


def judge_python(name: str, packages: list[dict[str, Any]]) -> int:
    """Print what pip-audit found of these packages and return the exit code.

    One that it could not ask about is in its report all the same, with a `skip_reason` and no version.
    """
    skipped = [package for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {hole['id']}, fixed in"
        f" {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    told = _told(name, found, len(packages) - len(skipped)) if len(skipped) < len(packages) else 0
    if not skipped:
        return told
    print(f"{name}: {len(skipped)} of {_packages(len(packages))} could not be asked about:")
    print(f"  {skipped[0]['name']}: {skipped[0]['skip_reason'][:300]}")
    return 2


def audit_node(folder: Path) -> int:
    """Ask about a lock file; print what is known and return the exit code."""
    local_npm = PROJECT / ".venv" / "bin"
    name = f"npm audit {folder.relative_to(PROJECT)}/package-lock.json"
    answer = _run(["npm", "audit", "--json"], folder, {"PATH": f"{os.environ['PATH']}:{local_npm}"})
    report = _parsed(answer.stdout) if answer else None
    if answer is None or report is None or "vulnerabilities" not in report:
        return _unasked(name, answer)
    found = [f"{package}: {hole['severity']}" for package, hole in report["vulnerabilities"].items()]
    return _told(name, found, report["metadata"]["dependencies"]["total"])


def _run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=os.environ | (environment or {}),
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=LONGEST,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        report = json.loads(text)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _unasked(name: str, answer: subprocess.CompletedProcess[str] | None) -> int:
    lines = (answer.stderr.strip() or answer.stdout.strip()).splitlines() if answer else []
    # npm's document says what happened, and its last line only where its log is.
    report = _parsed(answer.stdout) if answer else None
    said = str((report or {}).get("message") or (lines[-1] if lines else "no answer"))
    print(f"{name}: the advisory service could not be asked: {said[:300]}")
    return 2


def _packages(count: object) -> str:
    return f"{count} package{'' if count == 1 else 's'}"


def _told(name: str, found: list[str], count: object) -> int:
    print(f"{name}: {len(found) or 'nothing'} known of {_packages(count)}")
    for line in found:
        print(f"  {line}")
    return 1 if found else 0


def main() -> int:
    """Ask about everything; return the worst exit code."""
    results = [audit_python(PROJECT / "requirements" / name) for name in ("run.txt", "dev.txt", "node.txt")]
    results.append(audit_node(PROJECT / "local"))
    return max(results)


if __name__ == "__main__":
    sys.exit(main())
