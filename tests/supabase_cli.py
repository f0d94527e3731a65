"""The real Supabase CLI, as the tests run it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from local.migrations import PROJECT

CLI = PROJECT / "local" / "node_modules" / ".bin" / "supabase"


def cli_environment(home: Path) -> dict[str, str]:
    """What the CLI runs in: Node may be in .venv alone, where the system's is missing or too old."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "SUPABASE_TELEMETRY_DISABLED": "1",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }
