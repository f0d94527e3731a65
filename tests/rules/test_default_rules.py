"""How right the default rules are, on titles that others labelled."""

from __future__ import annotations

import psycopg

from tests.rules.scoring import read_titles, score


def test_official_vocabularies_are_classified_right(db: psycopg.Connection[tuple[object, ...]]) -> None:
    result = score(db, read_titles("titles_dev"))
    print(result.report("titles_dev"))
    assert result.f1("csuite") >= 0.97
    assert result.f1("vp") >= 0.97
