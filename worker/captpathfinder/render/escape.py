"""What a member typed, made harmless for where it goes. HTML is escaped by the templates themselves."""

from __future__ import annotations

import re
import unicodedata

# Longest shown value, in characters: longer ones are cut with an ellipsis. CSV cells are kept whole.
LONGEST_VALUE = 200
# Marks upon one letter that are shown: no language needs more, and towers of them cover the lines above.
MOST_MARKS = 4

# Overrides and isolates can turn the reading order of a whole message around (Unicode TR 9, TR 36).
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
# Half characters, and code points that XML forbids and Unicode promises never to use.
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SPACES = re.compile(r"\s+")

# Characters at the start of a cell that make Excel, LibreOffice or Sheets run it as a formula, also in full
# width. Source: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile("^[\\s\u00a0\u200b\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
# The same after a semicolon or a quotation mark: where a semicolon separates cells, as in Excel of most of
# Europe, what follows it is the start of a cell.
_FORMULA_INSIDE = re.compile('([;|"]["\\s\u00a0\u200b\ufeff]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])')

_MARKDOWN = re.compile(r"([\\`*_\[\]~|#])")
# What mail programs and chats make a link of by themselves: a scheme, and a dot before what may be a domain's
# last part or within an address of numbers.
_SCHEME = re.compile(r":(?=[/\\]{2})")
_DOT = re.compile(r"(?<=[^\W_])[.\uff0e\uff61](?=[^\W\d_]{2}|xn--)")
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# Looks like a full stop, and is none to whoever looks for a domain.
_DOT_LEADER = "\u2024"
# Letters and symbols that are drawn as nothing: fillers of Hangul, the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def shown(value: str | None, limit: int | None = LONGEST_VALUE) -> str:
    r"""The value as messages and pages show it: on one line, and nothing in it becomes a link by itself.

    >>> shown("http://evil.example") == "http: //evil\N{ONE DOT LEADER}example"
    True
    """
    text = _NUMBERS.sub(lambda found: found[0].replace(".", _DOT_LEADER), one_line(value, limit))
    return _DOT.sub(_DOT_LEADER, _SCHEME.sub(": ", text))


def is_visible(value: str | None) -> bool:
    """Whether anything of it is seen: not of a name of spaces, marks and characters of no width."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK for char in value or "")


def one_line(value: str | None, limit: int | None = LONGEST_VALUE) -> str:
    """The value on one line: no control characters or direction overrides, at most `limit` characters."""
    if not value:
        return ""
    if value.isascii() and value.isprintable() and "  " not in value:
        # Most values: there is nothing in them to look for, letter by letter.
        text = value.strip(" ")
        return text if limit is None else shorten(text, limit)
    text = _NO_CHARACTERS.sub("\ufffd", _DIRECTION_MARKS.sub("", value))
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    text = _SPACES.sub(" ", text).strip()
    if text and unicodedata.category(text[0]).startswith("M"):
        # A combining mark without a letter would sit on whatever stands before it.
        text = "\u25cc" + text
    if limit is None:
        return text
    text = _few_marks(text)
    return shorten(text, limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis if something was cut; marks stay on their letter."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > 1 and (unicodedata.category(text[cut]).startswith("M") or text[cut] == "\u200d"):
        cut -= 1
    return text[:cut].rstrip(" \u200d") + "\u2026"


def csv_cell(value: str | None) -> str:
    """The value as a cell that no spreadsheet runs: an apostrophe is put before what looks like a formula."""
    text = _FORMULA_INSIDE.sub(r"\1'", one_line(value, limit=None))
    return f"'{text}" if _FORMULA.match(text) or _FORMULA.match(value or "") else text


def markdown(value: str | None, limit: int | None = LONGEST_VALUE) -> str:
    """The value as it stands inside a line of Markdown: no formatting, no links, no HTML."""
    text = shown(value, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", text)


def markdown_link(url: str) -> str:
    """A URL between the parentheses of a link in Markdown."""
    return url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def css_string(value: str) -> str:
    """The value between the quotation marks of a string in a style sheet, also one inside HTML."""
    return "".join(char if char.isalnum() or char in " ,.-" else f"\\{ord(char):x} " for char in value)


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)
