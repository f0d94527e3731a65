"""What a cell means: empty in all its spellings, ids that spreadsheets changed, text marked as text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from captpathfinder.backfill.vocabulary import EMPTY

# Too narrow for its content, or the line under the headings of a printed table.
_RULE = re.compile(r"#+|-+|=+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u2060\ufeff\u00ad"))
_FORMULA = re.compile(r'=(?:T\()?"((?:[^"]|"")*)"\)?', re.IGNORECASE)
_CUT = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+]\d+|[+-]?\d[.,]\d+E\d+", re.IGNORECASE)
_FLOAT = re.compile(r"(\d+)[.,]0+")
_GROUPED = re.compile(r"\d{1,3}(?:([,.'’\u00a0\u202f ])\d{3})(?:\1\d{3})*")  # noqa: RUF001
_DOMAIN = re.compile(r"(?:^|(@))([a-z0-9](?:[\w-]*\w)?(?:\.[\w-]+)*\.[^\W\d_]{2,})[>\s]*$", re.IGNORECASE)
# An apostrophe that is no part of a name ('t Hooft, 's-Gravenhage): the mark of text in a spreadsheet.
_MARKED = re.compile(r"^'(?![a-zA-Z][ -])(?='*[^'])")
# What a spreadsheet takes for a formula, also where another delimiter would begin a cell. Behind an
# apostrophe it is text already: a second one would not be told from what was typed.
_DANGER = re.compile(r"(^|[,;\t|\r\n])([\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_TABBED = re.compile(r"^(?=[\t\r])")
_NEUTRAL = re.compile(r"((?:^|[,;\t|\r\n])[\s\"]*)'(?=[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])")
_MOJIBAKE = re.compile(r"[ÃÂâÅÄÐÑ][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")  # noqa: RUF001


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, and in which `text` reads what it read before.

    >>> neutral("='0"), text(neutral("='0"))
    ("'='0", "='0")
    """
    if cell.isalnum() or not cell.translate(_INVISIBLE).replace("\0", " ").strip():
        return cell
    return _TABBED.sub("'", _DANGER.sub(r"\1\2'", cell))


# Companies, countries and titles come again and again.
@lru_cache(maxsize=1 << 14)
def text(cell: str) -> str:
    """What a cell says: without marks of text, without invisible characters, empty in all its spellings."""
    if cell.isalnum() and cell.isascii():
        return "" if cell.lower() in EMPTY else cell
    if not cell.isascii():
        cell = _mended(cell.translate(_INVISIBLE))
    cell = cell.replace("\0", " ").strip()
    if "'" in cell:
        cell = _MARKED.sub("", _NEUTRAL.sub(r"\1", cell).strip()).strip()
    if cell[:1] == "=" and (formula := _FORMULA.fullmatch(cell)):
        cell = formula[1].replace('""', '"').strip()
    return "" if cell.lower() in EMPTY or _RULE.fullmatch(cell) else cell


def _mended(cell: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 on its way here; half characters become the sign for that."""
    if _MOJIBAKE.search(cell):
        try:
            return cell.encode("cp1252").decode("utf-8")
        except UnicodeError:
            pass
    return cell.encode("utf-8", "replace").decode("utf-8")


def identifier(cell: str) -> tuple[str, str | None]:
    """A member's id, and what was done to it that cannot be undone (then the id is empty)."""
    if cell.isdecimal() and cell.isascii():
        return cell, None
    cell = text(cell).lstrip("'").strip()
    if _CUT.fullmatch(cell):
        return "", f"{cell} was shortened by a spreadsheet; export the column as text"
    cell = unicodedata.normalize("NFKC", cell) if not cell.isascii() else cell
    if whole := _FLOAT.fullmatch(cell):
        return whole[1], None
    if _GROUPED.fullmatch(cell):
        return re.sub(r"\D", "", cell), None
    return cell, None


def domain(cell: str, is_bare: bool = False) -> str:
    """The domain of an e-mail address, in lower case; nothing else of it is kept.

    is_bare: domains stand by themselves too; elsewhere what has no @ may be the beginning of an address.
    """
    found = _DOMAIN.search(text(cell).removeprefix("mailto:"))
    return found[2].lower() if found and (found[1] or is_bare) else ""
