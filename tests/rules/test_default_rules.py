"""How right the default rules are, on titles that others labelled."""

from __future__ import annotations

import psycopg
import pytest

from tests.rules.scoring import read_titles, score


def test_official_vocabularies_are_classified_right(db: psycopg.Connection[tuple[object, ...]]) -> None:
    result = score(db, read_titles("titles_dev"))
    print(result.report("titles_dev"))
    assert result.f1("csuite") >= 0.97
    assert result.f1("vp") >= 0.97


def test_messy_titles_are_classified_right(db: psycopg.Connection[tuple[object, ...]]) -> None:
    result = score(db, read_titles("messy"))
    print(result.report("messy"))
    assert result.f1("csuite") >= 0.97
    assert result.f1("vp") >= 0.97
    assert result.wrongly_senior() <= 0.02


def test_titles_of_many_languages_are_classified_right(db: psycopg.Connection[tuple[object, ...]]) -> None:
    result = score(db, read_titles("multilingual"))
    print(result.report("multilingual"))
    assert result.f1("csuite") >= 0.97
    assert result.f1("vp") >= 0.97
    assert result.recall("csuite") >= 0.95
    assert result.wrongly_senior() <= 0.02


def test_titles_written_after_the_rules_are_classified_right(
    db: psycopg.Connection[tuple[object, ...]],
) -> None:
    result = score(db, read_titles("messy_2"))
    print(result.report("messy_2"))
    assert result.f1("csuite") >= 0.95
    assert result.f1("vp") >= 0.95
    assert result.wrongly_senior() <= 0.04


@pytest.mark.parametrize("name", ["held_out_english", "held_out_european", "held_out_asia"])
def test_titles_of_authors_who_knew_no_rule_are_classified_right(
    db: psycopg.Connection[tuple[object, ...]], name: str
) -> None:
    result = score(db, read_titles(name))
    print(result.report(name))
    assert result.f1("csuite") >= 0.985
    assert result.f1("vp") >= 0.985
    assert result.wrongly_senior() <= 0.01


def test_titles_made_to_invent_executives_invent_none(db: psycopg.Connection[tuple[object, ...]]) -> None:
    result = score(db, read_titles("adversarial"))
    print(result.report("adversarial"))
    assert result.f1("csuite") >= 0.99
    assert result.f1("vp") >= 0.99
    assert result.wrongly_senior() <= 0.005


def test_offices_of_public_vocabularies_are_found_in_every_language_that_is_named(
    db: psycopg.Connection[tuple[object, ...]],
) -> None:
    result = score(db, read_titles("vocabularies"))
    print(result.report("vocabularies"))
    assert result.misses == []
