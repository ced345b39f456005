"""Small readings that several rules share: white space, digits of other scripts, marks that nobody sees.

Everything here takes a text and returns a text, never raises, and gives the same again for what it gave.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["BLANK", "ascii_digits", "fold", "quote", "strip", "without_marks"]

#: What people cannot see: byte order marks, joiners, direction marks, soft hyphens.
_UNSEEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_MARKS = re.compile(f"[{_UNSEEN}]")
#: One sign that `strip` takes away, as expressions understand it.
BLANK = rf"[\s\x1c-\x1f{_UNSEEN}]"
_SHOWN = 60


def strip(text: str | None) -> str:
    r"""Take away white space and invisible marks around a text; an absent one is empty.

    >>> strip("\u00a0 9 \ufeff")
    '9'
    """
    if not text:
        return ""
    bare = text.strip()
    while bare and (_MARKS.match(bare[0]) or _MARKS.match(bare[-1])):
        bare = bare.strip(bare[0] if _MARKS.match(bare[0]) else bare[-1]).strip()
    return bare


def without_marks(text: str) -> str:
    """Take invisible marks away wherever they stand."""
    return _MARKS.sub("", text) if not text.isascii() else text


def ascii_digits(text: str) -> str:
    """Write the decimal digits of any script as 0 to 9, and leave the rest.

    >>> ascii_digits("९८٧ and 6")
    '987 and 6'
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def fold(text: str) -> str:
    """Give what two texts share when they differ in case and white space only.

    >>> fold("  EXL  Deira ") == fold("exl deira")
    True
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def quote(text: str) -> str:
    """Show a value in a sentence, cut where it is long.

    >>> quote("ten")
    "'ten'"
    """
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
