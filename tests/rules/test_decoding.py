"""Text as editors, forms and mails leave it, decoded once."""

from __future__ import annotations

import html
import html.entities

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.helpers import Db, one


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Founder &amp; CEO", "Founder & CEO"),
        ("<p>Founder &amp;amp; CEO</p>", "Founder & CEO"),
        ("Vice&nbsp;President", "Vice President"),
        ("Directeur G&eacute;n&eacute;ral", "Directeur Général"),
        ("Ex&#8211;CEO &#x1F680;", "Ex–CEO 🚀"),
        ("CEO &#xD83D;&#xDE80;", "CEO 🚀"),
        ("CEO &#xD83D;", "CEO \ufffd"),
        ("VP &#150; Sales", "VP – Sales"),
        ("Chief<br>Executive<br/>Officer", "Chief Executive Officer"),
        ("<b>C</b>EO", "CEO"),
        ("&lt;b&gt;CEO&lt;/b&gt;", "CEO"),
        ("<script>alert(1)</script>CEO", "CEO"),
        ("Vice%20President%2C%20Sales", "Vice President, Sales"),
        ("Vice+President%20Sales", "Vice President Sales"),
        ("100%CEO", "100%CEO"),
        ("100%20 club member", "100%20 club member"),
        ("AT&T", "AT&T"),
        ("R&D &notanentity;", "R&D &notanentity;"),
        ("I <3 CEOs", "I <3 CEOs"),
        ("a < b > c", "a < b > c"),
        ("C\u200bE\u00adO\ufeff", "CEO"),
        ("بنیان\u200cگذار", "بنیان\u200cگذار"),
        ("CafÃ©", "CafÃ©"),
        ("  CEO\t\n ", "CEO"),
        ("", ""),
    ],
)
def test_text_is_decoded(db: Db, written: str, read: str) -> None:
    assert one(db, "select pathfinder.decode_text(%s)", written) == read


def test_every_entity_of_html_is_known(db: Db) -> None:
    rows = db.execute("select name, content from pathfinder.html_entities").fetchall()
    known = {str(name): str(content) for name, content in rows}
    assert known == {name[:-1]: sign for name, sign in html.entities.html5.items() if name.endswith(";")}


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_decoded_stays_as_it_is(db: Db, text: str) -> None:
    clean = text.replace("\0", "").encode("utf-8", "ignore").decode()
    once = one(db, "select pathfinder.decode_text(%s)", html.escape(clean))
    if not set(once) & set("&<%"):
        assert one(db, "select pathfinder.decode_text(%s)", once) == once
