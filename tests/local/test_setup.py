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


UNPRIVILEGED = """
    id() { echo 1000; }
    installed_postgres() { :; }
    for test in has_command has_library has_font has_postgres has_python; do
        eval "$test() { [[ \\${1:-} == apt-get ]]; }"
    done
"""


def advice(*lines: str) -> str:
    """Return what setup.sh tells somebody who is not root, on a machine where nothing is installed."""
    script = f"source {SETUP}; {UNPRIVILEGED} {' '.join(lines)} install_system_packages"
    answer = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (2, "")
    return answer.stderr


def test_without_root_and_with_empty_lists_it_asks_for_the_lists_and_guesses_no_package() -> None:
    said = advice("apt-cache() { :; };")
    assert "sudo apt-get update" in said
    assert "postgresql-" not in said


def test_without_root_it_names_the_packages_that_can_be_had_and_how_to_have_no_system_cluster() -> None:
    offered = "apt-cache() { [[ $1 == search ]] && echo postgresql-17-cron || echo Package: x; };"
    said = advice(offered, "has_postgresql_common() { return 1; };")
    assert "sudo apt-get install --no-install-recommends postgresql-17 postgresql-17-cron" in said
    assert "postgresql-15" not in said
    assert said.index("create_main_cluster = false") < said.index("apt-get install")
    assert "create_main_cluster" not in advice(offered, "has_postgresql_common() { :; };")


def test_where_there_is_no_package_of_a_browser_the_rest_is_installed_and_it_is_said() -> None:
    """As on Ubuntu, where Chromium is a snap."""
    script = """
        set +e
        id() { echo 0; }
        apt-cache() { [[ $2 != chromium ]] && echo Package: x; }
        apt-get() { echo "$*" >>"$runs"; }
        installed_postgres() { echo 17; }
        asked=0
        missing_packages() { [[ -s $runs ]] || echo poppler-utils; echo chromium; }
        runs=$(mktemp); trap 'rm -f "$runs"' EXIT
        install_system_packages && grep -q 'install .* poppler-utils' "$runs" && ! grep -q chromium "$runs"
    """
    answer = subprocess.run(
        ["bash", "-c", f"source {SETUP}; {script}"], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "snap install chromium" in answer.stdout


def test_progress_is_said_and_what_failed_is_shown() -> None:
    script = f"source {SETUP}; PROGRESS_PAUSE=0.1; quietly bash -c 'echo step one; read -t 1 <> <(:); true'"
    answer = subprocess.run(["bash", "-c", script + " || true"], capture_output=True, text=True, check=True)
    assert "step one" in answer.stdout
    answer = subprocess.run(
        ["bash", "-c", f"source {SETUP}; quietly bash -c 'echo why; exit 3'"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("why\nError: this failed")
