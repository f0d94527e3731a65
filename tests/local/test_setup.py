"""What `local/setup.sh` thinks is missing on a machine: a wrong answer ends a new user's first command."""

from __future__ import annotations

import subprocess
from pathlib import Path

SETUP = Path(__file__).resolve().parents[2] / "local" / "setup.sh"


def succeeds(script: str) -> bool:
    """Run a script that has the functions of setup.sh, and its strictness; tell whether it succeeds."""
    answer = subprocess.run(
        ["bash", "-c", f"source {SETUP}; {script}"], capture_output=True, text=True, check=False
    )
    assert answer.stderr == ""
    return answer.returncode == 0


def test_library_is_found_at_the_head_of_a_list_that_is_still_being_written() -> None:
    listing = "ldconfig() { echo ' libfirst.so.0 => /lib/libfirst.so.0'; seq 100000; }"
    assert succeeds(f"{listing}; has_library libfirst.so.0")
    assert not succeeds(f"{listing}; has_library libother.so.0")


def test_extension_of_a_postgres_that_is_still_to_be_installed_is_missing() -> None:
    none_here = "installed_postgres() { :; }; has_postgres() { return 1; }"
    assert not succeeds(f"{none_here}; has_postgres_extension plpgsql_check")


def test_lists_of_packages_are_waited_for_while_another_reads_them() -> None:
    held = """
        export LOCK_PAUSE=0
        runs=$(mktemp)
        trap 'rm -f "$runs"' EXIT
        apt-get() {
            echo run >>"$runs"
            [[ $(wc -l <"$runs") -gt 3 ]] && return 0
            echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)'
            return 100
        };
    """
    assert succeeds(f"{held} update_package_lists && [[ $(wc -l <$runs) -eq 4 ]]")
    offline = "apt-get() { echo 'E: The repository cannot be reached'; return 100; }"
    assert succeeds(f"{offline}; ! said=$(update_package_lists) && [[ $said == *'cannot be reached'* ]]")


def test_packages_are_of_the_postgres_that_is_here_not_of_a_newer_one() -> None:
    offered = "apt-cache() { echo postgresql-15-cron; echo postgresql-99-cron; }"
    assert succeeds(f"{offered}; installed_postgres() {{ echo 15; }}; [[ $(wanted_postgres) == 15 ]]")
    assert succeeds(f"{offered}; installed_postgres() {{ :; }}; [[ $(wanted_postgres) == 99 ]]")


def test_everything_missing_is_named_at_once() -> None:
    """What is found only after the first installation would end the command with an error."""
    bare = """
        installed_postgres() { :; }
        for test in has_command has_file_like has_library has_font has_postgres has_python; do
            eval "$test() { return 1; }"
        done
        groups=(stack test)
        [[ $(missing_packages | wc -l) -eq $(grep -c '^stack \\|^test ' local/packages.txt) ]]
    """
    assert succeeds(bare)
