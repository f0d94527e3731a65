"""`captpathfinder accounts …` and `captpathfinder suppressions …`, against a running stack."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from captpathfinder.cli import app
from local.stack import Stack
from tests.accounts.people import know


class Person:
    """Somebody at a terminal."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._runner = CliRunner(env=environment)

    def types(self, *words: str, answer: str = "") -> Result:
        return self._runner.invoke(app, list(words), input=answer)


@pytest.fixture
def person(stack: Stack) -> Person:
    return Person(stack.environment)


def test_accounts_come_from_a_file_and_show_who_is_there(
    person: Person, stack: Stack, tmp_path: Path
) -> None:
    with stack.cluster.connect(autocommit=True) as db:
        know(db, "1", company="ACME, Inc.", level="vp", title="VP Sales\x1b[31m")
        know(db, "2", company="Elsewhere")
    file = tmp_path / "accounts.csv"
    file.write_text("Account Name;Website;Tier;Watched;Phone\nAcme;www.acme.com;1;yes;555\nGlobex;;2;no;\n")

    tried = person.types("accounts", "import", str(file), "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "accounts.csv: 2 rows, UTF-8, columns between semicolons." in tried.stdout
    assert "Website       read as domains" in tried.stdout
    assert "Phone         not read" in tried.stdout
    assert "2 accounts new, 0 changed, 0 unchanged." in tried.stdout
    assert "There are no accounts yet" in person.types("accounts", "coverage").stdout

    refused = person.types("accounts", "import", str(file), answer="n\n")
    assert refused.exit_code == 1
    assert json.loads(person.types("accounts", "coverage", "--json").stdout) == []
    taken = person.types("accounts", "import", str(file), answer="y\n")
    assert taken.exit_code == 0
    assert taken.stdout.endswith("Done.\n")

    covered = person.types("accounts", "coverage").stdout
    assert "Acme (watched, tier 1)\n  Vice president  name of 1, VP Sales [31m\n" in covered
    assert "VP Sales [31m\n  Nobody yet: C-level executives\n" in covered
    assert "Globex (tier 2)\n  Nobody yet: C-level executives, vice presidents\n" in covered
    assert covered.endswith("1 executive of 1 of 2 accounts. Nobody yet of 1.\n")
    assert "Globex" not in person.types("accounts", "coverage", "--watched").stdout

    file.write_text("name,tier\nACME,strategic\n")
    changed = person.types("accounts", "import", str(file), "--yes", "--remove-missing")
    assert "0 accounts new, 1 changed, 1 removed, 0 unchanged." in changed.stdout
    assert "changed  ACME: name Acme → ACME; tier 1 → strategic" in changed.stdout
    assert "removed  Globex" in changed.stdout
    again = person.types("accounts", "import", str(file), "--json")
    assert (again.exit_code, json.loads(again.stdout)["unchanged"]) == (0, 1)


def test_wrong_rows_are_said_and_nothing_is_changed(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("name,website\nAcme,acme.com\nGlobex,gmail.com\nACME Inc.,\n")
    said = person.types("accounts", "import", str(file), "--yes")
    assert said.exit_code == 1
    assert "Row 3: gmail.com gives e-mail addresses to everybody. Write a domain" in said.stderr
    assert "Row 4: this is the account of row 2 once more." in said.stderr
    assert said.stderr.endswith("Nothing was changed.\n")
    assert json.loads(person.types("accounts", "coverage", "--json").stdout) == []

    file.write_text("name,watched\nAcme,perhaps\n")
    unread = person.types("accounts", "import", str(file))
    assert (unread.exit_code, unread.stderr) == (
        1,
        "Row 2: 'perhaps' is neither yes nor no.\nNothing was changed.\n",
    )


def test_suppressions_are_previewed_added_listed_and_removed(person: Person, stack: Stack) -> None:
    with stack.cluster.connect(autocommit=True) as db:
        know(db, "1", company="ACME, Inc.")
    assert person.types("suppressions", "list").stdout == "Nobody is suppressed.\n"
    shown = person.types("suppressions", "preview", "company", "Acme")
    assert shown.stdout == (
        "Company Acme: 1 known executive, 1 change (1 not in a digest yet).\n"
        "  name of 1, Chief Executive Officer, ACME, Inc.\n"
    )
    refused = person.types("suppressions", "add", "company", "Acme", answer="n\n")
    assert refused.exit_code == 1
    assert person.types("suppressions", "list").stdout == "Nobody is suppressed.\n"

    added = person.types(
        "suppressions", "add", "company", "Acme", "--reason", "own staff", "--until", "2099-03-01", "--yes"
    )
    assert added.exit_code == 0, added.output
    (row,) = json.loads(person.types("suppressions", "list", "--json").stdout)
    assert (row["kind"], row["value"], row["key"], row["reason"]) == ("company", "Acme", "acme", "own staff")
    listed = person.types("suppressions", "list").stdout
    assert "company  Acme (until 1 March 2099, 00:00 (America/New_York), own" in listed
    assert row["until"].startswith("2099-03-01 05:00")

    twice = person.types("suppressions", "add", "company", "ACME Ltd", "--yes")
    assert twice.exit_code != 0
    assert str(twice.exception).startswith("The company ACME Ltd is suppressed already")
    never = person.types("suppressions", "add", "member", "1", "--until", "tomorrow", "--yes")
    assert (never.exit_code, "such as 2027-03-01" in never.stderr) == (2, True)
    nowhere = person.types("suppressions", "preview", "member", "1", "--community", "nowhere")
    assert str(nowhere.exception) == 'There is no community "nowhere". The communities are: main.'
    removed = person.types("suppressions", "remove", str(row["id"]))
    assert removed.stdout.startswith("No longer suppressed:")
    missing = person.types("suppressions", "remove", str(row["id"]))
    assert (missing.exit_code, "There is no suppression" in missing.stderr) == (1, True)


def test_every_suppression_is_listed_and_a_member_is_looked_for_in_the_community_that_is_named(
    person: Person, stack: Stack
) -> None:
    with stack.cluster.connect(autocommit=True) as db:
        know(db, "1")
        know(db, "1", community="partners")
        db.execute(
            "insert into public.suppressions (kind, value) select 'company', 'Company ' || number"
            " from generate_series(1, 1003) as number"
        )
    assert len(json.loads(person.types("suppressions", "list", "--json").stdout)) == 1003
    added = person.types("suppressions", "add", "member", "1", "--community", "partners", "--yes")
    assert added.stdout.startswith("Member 1: 1 known executive, 1 change")
    assert "(in partners)" in added.stdout


def test_a_trial_and_a_list_of_what_is_there_say_that_nothing_changes(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("name\nAcme\n")
    tried = person.types("accounts", "import", str(file), "--dry-run")
    assert tried.stdout.endswith("  new      Acme\nThis was a dry run: nothing was changed.\n")
    assert person.types("accounts", "import", str(file), "--yes").stdout.endswith("Done.\n")
    again = person.types("accounts", "import", str(file))
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "There is nothing to change.")


def test_no_line_is_wider_than_the_terminal(stack: Stack, tmp_path: Path) -> None:
    narrow = Person({**stack.environment, "COLUMNS": "80"})
    title = "Executive Vice President and Chief Human Resources Officer, Europe, the Middle East and Africa"
    with stack.cluster.connect(autocommit=True) as db:
        know(db, "1", company="Acme", title=title)
    file = tmp_path / "accounts.csv"
    file.write_text(
        f"name,domain,{'words ' * 20},owner\nAcme,acme.com,1,{'Jane ' * 20}\nGlobex,gmail.com,,\n"
    )
    said = [narrow.types("accounts", "import", str(file), "--dry-run").output]
    file.write_text(f"name,domain,owner\nAcme,acme.com,{'Jane ' * 20}\n")
    said.append(narrow.types("accounts", "import", str(file), "--yes").output)
    file.write_text(f"name,domain,owner\nAcme,acme.com,{'John ' * 20}\n")
    said.append(narrow.types("accounts", "import", str(file), "--yes").output)
    said += [narrow.types("accounts", "coverage").output]
    said += [narrow.types("suppressions", "preview", "company", "Acme").output]
    added = narrow.types("suppressions", "add", "company", "Acme", "--reason", "own staff " * 12, "--yes")
    said += [added.output, narrow.types("suppressions", "list").output]
    assert "John John" in said[2]
    assert "Middle East" in said[3]
    assert max(len(line) for output in said for line in output.splitlines()) <= 80


def test_preview_of_what_cannot_be_meant_says_what_to_write(person: Person) -> None:
    for words, sentence in (
        (("domain", "acme"), "'acme' is no domain"),
        (("person", "1"), "'person' is no kind of suppression"),
    ):
        said = person.types("suppressions", "preview", *words)
        assert said.exit_code != 0
        assert sentence in str(said.exception)


def test_strangers_may_neither_read_nor_write_accounts_and_suppressions(stack: Stack) -> None:
    with stack.cluster.connect(autocommit=True) as db:
        for role in ("anon", "authenticated"):
            db.execute(f"set role {role}".encode())
            for statement in (
                "select * from public.accounts",
                "select * from public.suppressions",
                "select public.account_coverage()",
                "select public.import_accounts('[]')",
                "select public.preview_suppression('member', '1')",
                "select public.add_suppression('member', '1')",
                "select public.remove_suppression(1)",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(statement.encode())
