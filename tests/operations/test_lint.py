"""`supabase db lint` finds no error and no warning in what the migrations give.

Not counted: that PL/pgSQL converts a literal at assignment (`changes jsonb := '[]'`), which is what is
meant, and the linter's `warning extra`, its hints on style.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import psycopg

from local.postgres import TemplateCluster
from tests.supabase_cli import CLI, cli_environment

CONVERTED = "target type is different type than source type"


def lint(dsn: str, home: Path) -> list[str]:
    """Return what the CLI's linter (plpgsql_check) finds, one line each."""
    answer = subprocess.run(
        [CLI, "db", "lint", f"--remote={dsn}", "--level=warning", "--schema=public,pathfinder"],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        stdin=subprocess.DEVNULL,
        env=cli_environment(home),
    )
    assert answer.returncode == 0, answer.stderr
    assert "Linting schema: pathfinder" in answer.stderr
    found = json.loads(answer.stdout) if answer.stdout.strip() else []
    return [
        f"{function['function']}: {issue['message']} {issue.get('detail', '')}".strip()
        for function in found
        for issue in function["issues"]
        if issue["level"] != "warning extra" and issue["message"] != CONVERTED
    ]


def test_lint_is_clean_and_would_notice(
    db_dsn: str, template_cluster: TemplateCluster, tmp_path: Path
) -> None:
    superuser = template_cluster.dsn_of(db_dsn, "supabase_admin")
    with psycopg.connect(superuser, autocommit=True) as connection:
        # As on hosted projects; it is trusted by nobody, so the CLI itself may not create it here.
        connection.execute("create extension if not exists plpgsql_check with schema extensions")
    assert lint(db_dsn, tmp_path) == []

    with psycopg.connect(db_dsn, autocommit=True) as connection:
        connection.execute(
            "create function pathfinder.broken() returns integer language plpgsql"
            " as $$ begin return (select no_such_column from public.outbox); end $$"
        )
    findings = lint(db_dsn, tmp_path)
    assert len(findings) == 1
    assert "no_such_column" in findings[0]
