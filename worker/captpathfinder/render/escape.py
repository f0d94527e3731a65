"""What a member typed, made harmless for where it goes. HTML is escaped by the templates themselves."""

from __future__ import annotations

import re
import unicodedata

# Longest shown value, in characters: longer ones are cut with an ellipsis. CSV cells are kept whole.
LONGEST_VALUE = 200

# Overrides and isolates can turn the reading order of a whole message around (Unicode TR 9, TR 36).
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")

# Characters at the start of a cell that make Excel, LibreOffice or Sheets run it as a formula, also in full
# width. Source: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile("^[\\s\u00a0\u200b\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")

_MARKDOWN = re.compile(r"([\\`*_\[\]~|#])")
_LINKS = re.compile(r"(?i)://|www\.")


def one_line(value: str | None, limit: int | None = LONGEST_VALUE) -> str:
    """The value on one line: no control characters or direction overrides, at most `limit` characters."""
    if not value:
        return ""
    text = _SURROGATES.sub("\ufffd", _DIRECTION_MARKS.sub("", value))
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    text = _SPACES.sub(" ", text).strip()
    if text and unicodedata.combining(text[0]):
        # A combining mark without a letter would sit on whatever stands before it.
        text = "\u25cc" + text
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "\u2026"
    return text


def csv_cell(value: str | None) -> str:
    """The value as a cell that no spreadsheet runs: an apostrophe is put before what looks like a formula."""
    text = one_line(value, limit=None)
    return f"'{text}" if _FORMULA.match(text) or _FORMULA.match(value or "") else text


def markdown(value: str | None, limit: int | None = LONGEST_VALUE) -> str:
    """The value as it stands inside a line of Markdown: no formatting, no links, no HTML."""
    text = one_line(value, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKDOWN.sub(r"\\\1", text)
    return _LINKS.sub(lambda found: found[0].replace("://", ":\\//").replace(".", "\\."), text)
