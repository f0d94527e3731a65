"""`captpathfinder rules …`, against a running stack."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from captpathfinder.cli import app
from local.stack import Stack

CONFIG = {
    "version": "cli",
    "exclusion_patterns": [r"\bassistant\b"],
    "csuite_patterns": [r"\bceo\b"],
    "vp_patterns": [r"\bvp\b"],
}


@pytest.fixture
def runner(stack: Stack) -> CliRunner:
    return CliRunner(env=stack.environment)


def test_rules_go_out_to_a_file_and_come_back(runner: CliRunner, stack: Stack, tmp_path: Path) -> None:
    # Three rules alone make most of the shipped examples wrong.
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute("update public.settings set protect_examples = false")
    kept = tmp_path / "kept.json"
    assert runner.invoke(app, ["rules", "export", str(kept)]).exit_code == 0
    wanted = tmp_path / "wanted.json"
    wanted.write_text(json.dumps(CONFIG))

    refused = runner.invoke(app, ["rules", "import", str(wanted)], input="n\n")
    assert refused.exit_code == 1
    assert "Nothing was changed." in refused.output

    done = runner.invoke(app, ["rules", "import", str(wanted), "--yes"])
    assert done.exit_code == 0, done.output
    assert r'+csuite_patterns: "\\bceo\\b"' in done.output
    assert json.loads(runner.invoke(app, ["rules", "export"]).stdout) == CONFIG
    assert "same already" in runner.invoke(app, ["rules", "import", str(wanted)]).output

    # The default examples speak of much more than these three rules.
    failing = runner.invoke(app, ["rules", "check"])
    assert failing.exit_code == 1
    assert "Genel Müdür: expected: C-level executive; found: Not senior." in failing.output

    assert runner.invoke(app, ["rules", "import", str(kept), "--yes"]).exit_code == 0
    assert runner.invoke(app, ["rules", "check"]).exit_code == 0
    explained = runner.invoke(app, ["rules", "explain", "Former CFO, now CEO"])
    assert " ".join(explained.output.split()).startswith(
        "Former CFO, now CEO: C-level executive, in charge of General management. The rule"
    )


def test_a_preview_shows_the_titles_that_would_change(runner: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "edits.json"
    file.write_text(json.dumps([{"category": "csuite", "kind": "phrase", "pattern": "product owner"}]))
    shown = runner.invoke(app, ["rules", "preview", str(file)])
    assert shown.exit_code == 0, shown.output
    assert "Rules: 1 added, 0 changed, 0 removed." in shown.output
    assert "Product Owner" in shown.output
    assert " would be wrong." in shown.output


def test_a_preview_of_functions_says_how_many_would_change(
    runner: CliRunner, stack: Stack, tmp_path: Path
) -> None:
    file = tmp_path / "edits.json"
    file.write_text(json.dumps([{"function": "finance", "pattern": "treasury"}]))
    shown = runner.invoke(app, ["rules", "preview", str(file), "--functions"])
    assert shown.exit_code == 0, shown.output
    assert "0 would be in charge of something else." in shown.output
    with psycopg.connect(stack.environment["SUPABASE_DB_URL"], autocommit=True) as db:
        db.execute(
            "insert into public.user_state (user_id, title, seniority_level)"
            " values ('1', 'VP Beekeeping', 'vp')"
        )
    file.write_text(json.dumps([{"function": "finance", "pattern": "beekeeping"}]))
    shown = runner.invoke(app, ["rules", "preview", str(file), "--functions"])
    assert shown.exit_code == 0, shown.output
    [line] = [line for line in shown.output.splitlines() if "VP Beekeeping" in line]
    assert line.split()[-3:] == ["known", "Finance", "1"]


def test_files_that_are_no_rule_sets_are_said_so(runner: CliRunner, tmp_path: Path) -> None:
    for content in ("not json", "[]", "{}"):
        file = tmp_path / "wrong.json"
        file.write_text(content)
        result = runner.invoke(app, ["rules", "import", str(file)])
        assert result.exit_code == 1
        assert "wrong.json is" in str(result.exception)
