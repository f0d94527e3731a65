"""Recognises the encoding of a text by its mark, by its zeros, and by what its letters would be.

Marks and UTF-8 are certain. Of the older encodings the one wins in which the letters beyond ASCII make the
most plausible words; the second best is told too, and the user may choose.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 18
# How much text with letters beyond ASCII the older encodings are judged by.
SAMPLE = 1 << 14

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32 with a mark"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32 with a mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 with a mark"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 with a mark"),
)
# The older encodings, the likelier first: a later one must be better by a little to win.
OLDER = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "cp932": "Shift-JIS",
    "gb18030": "GB 18030",
    "cp949": "EUC-KR",
    "big5": "Big5",
    "euc_jp": "EUC-JP",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp1250": "Windows-1250",
    "cp1254": "Windows-1254",
    "cp1253": "Windows-1253",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp850": "DOS code page 850",
}
FALLBACK = "captpathfinder-windows-1252"
_VALID_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WESTERN = frozenset("äöüßéèêëàâçñíóúáãõôîïûùœæøåìòÄÖÜÉÈÊÀÂÇÑÍÓÚÁÃÕÔÎØÅÆ")
_LETTERS_OF = {"cp1250": "ąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůýžČĎĚŇŘŠŤŮÝŽőűŐŰ", "cp1254": "ğışĞİŞ"}
_SIGNS = frozenset("“”„‘’–—…•€£§°©®™«»¿¡ª º·\u00a0")  # noqa: RUF001 (signs as people type them)


@dataclass(frozen=True)
class Charset:
    """An encoding: Python's name, people's name, and the next best one where it was guessed."""

    codec: str
    name: str
    rival: str | None = None
    errors: str = "strict"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(FALLBACK, _as_windows_1252)


def recognise_charset(content: BinaryIO) -> Charset:
    """Which encoding `content` is in; reads it to the end, and leaves it there."""
    first = content.read(CHUNK)
    for mark, codec, name in MARKS:
        if first.startswith(mark):
            return Charset(codec, name, errors="replace")
    if zeros := _wide(first[:4096]):
        return zeros
    decoder = codecs.getincrementaldecoder("utf-8")()
    ascii_only = True
    chunk = first
    while chunk:
        ascii_only = ascii_only and chunk.isascii()
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return _older(_beyond_ascii([first, chunk, *(content.read(CHUNK) for _ in range(8))]))
        chunk = content.read(CHUNK)
    if ascii_only:
        return Charset("utf-8", "ASCII", errors=FALLBACK)
    # Bytes that are cut off at the end are no reason to refuse the rest.
    return Charset("utf-8", "UTF-8", errors=FALLBACK)


def _wide(sample: bytes) -> Charset | None:
    """UTF-16 and UTF-32 without a mark: Latin text has a zero in every other byte, or in three of four."""
    if len(sample) < 4:
        return None
    quarter = len(sample) // 4
    zeros = [sample[place::4].count(0) / quarter for place in range(4)]
    for codec, name, empty, filled in (
        ("utf-32-le", "UTF-32 without a mark", (1, 2, 3), (0,)),
        ("utf-32-be", "UTF-32 without a mark", (0, 1, 2), (3,)),
        ("utf-16-le", "UTF-16 without a mark", (1, 3), (0, 2)),
        ("utf-16-be", "UTF-16 without a mark", (0, 2), (1, 3)),
    ):
        if min(zeros[place] for place in empty) > 0.5 and max(zeros[place] for place in filled) < 0.2:
            return Charset(codec, name, errors="replace")
    return None


def _beyond_ascii(chunks: Iterable[bytes]) -> bytes:
    """The lines that hold bytes beyond ASCII, as many as are needed to judge."""
    kept: list[bytes] = []
    size = 0
    for chunk in chunks:
        for line in chunk.splitlines():
            if not line.isascii():
                kept.append(line[:1000])
                size += len(kept[-1])
            if size > SAMPLE:
                return b"\n".join(kept)
    return b"\n".join(kept)


def _older(sample: bytes) -> Charset:
    rest, valid = _VALID_UTF8.subn(b"", sample)
    if valid > sum(byte > 127 for byte in rest):
        return Charset("utf-8", "UTF-8 with a few bytes of Windows-1252", errors=FALLBACK)
    scores = sorted(
        (
            (_plausibility(sample, codec) - (0.0 if codec == "cp1252" else 0.1), -place, codec)
            for place, codec in enumerate(OLDER)
        ),
        reverse=True,
    )
    (_, _, codec), (_, _, rival), *_ = scores
    return Charset(codec, OLDER[codec], rival, errors="replace")


def _plausibility(sample: bytes, codec: str) -> float:
    """How well the letters beyond ASCII fit, on average: 1 is perfect."""
    text = sample.decode(codec, "replace")
    if codec == "mac_roman" and sample >= b"\x80" and "\ufffd" in text:
        return -1.0
    total = count = 0.0
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if letter.isascii():
            continue
        count += 1
        total += _fit(before, letter, after, codec)
    return total / count if count else 0.0


def _fit(before: str, letter: str, after: str, codec: str) -> float:  # noqa: PLR0911 (a table of cases)
    if letter == "\ufffd":
        return -3.0
    if letter in _SIGNS:
        within = before.isalpha() and after.isalpha()
        return 0.5 if not within or letter in "’‘·" else -1.0  # noqa: RUF001 (the apostrophes that are meant)
    if not letter.isalpha():
        return -1.0 if unicodedata.category(letter)[0] != "P" else 0.3
    if ord(letter) > 0x2E00:
        if any(beside.isascii() and beside.islower() for beside in (before, after)):
            return -1.0
        return _fit_of_asia(letter, codec)
    if before.islower() and letter.isupper():
        return -1.0
    if ord(letter) >= 0x370:
        # A Greek, Cyrillic, Hebrew or Arabic letter stands among its like, never within a Latin word.
        return -1.0 if before.isascii() and before.isalpha() else 1.0
    if not before.isascii() and before.isalpha() and not after.isascii():
        return -1.0
    if letter in _WESTERN:
        return 1.0
    return 0.95 if letter in _LETTERS_OF.get(codec, "") else 0.2


def _fit_of_asia(letter: str, codec: str) -> float:
    if "\u3040" <= letter <= "\u30ff":
        return 1.0 if codec in {"cp932", "euc_jp"} else -0.5
    if "\uff61" <= letter <= "\uff9f":
        return -0.5
    if "\uac00" <= letter <= "\ud7a3":
        return 1.0 if codec == "cp949" else 0.0
    if not "\u4e00" <= letter <= "\u9fff":
        return 0.3
    # Each standard puts the common characters first: its first level is what texts are made of.
    lead = letter.encode(codec, "replace")[0]
    common = {
        "cp932": 0x88 <= lead <= 0x98,
        "euc_jp": 0xB0 <= lead <= 0xCF,
        "gb18030": 0xB0 <= lead <= 0xD7,
        "big5": 0xA4 <= lead <= 0xC6,
    }
    return 0.85 if common.get(codec, False) else -0.5
