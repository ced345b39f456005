"""Free texts: signs that nobody can see or send, texts read in the wrong encoding, texts that are too long."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from omoto_kit.plugins import Finding, Replace
from omoto_kit.problem import Severity

__all__ = [
    "check_garbled",
    "check_length",
    "clean",
    "clear",
    "clear_plain",
    "repaired",
    "sendable",
]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: The same as expressions understand it, which hold no half characters.
_CONTROLS = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\\x{FFFE}\\x{FFFF}]"
_PLAIN = r"^[\t\n\r -~]*$"
_SURROGATE = re.compile("[\ud800-\udfff]")
#: What Windows-1252 makes of the bytes that begin and continue a UTF-8 character.
_CONTINUING = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a"
    "\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_SUSPECT = f"[\u00c2-\u00f4][{_CONTINUING}]|[\u0080-\u009f\ufffd]"
_RUN = re.compile(f"[\u00c2-\u00f4{_CONTINUING}]+")
_SIGNATURE = re.compile(
    "[\u00c3\u00c2][\u0080-\u00bf\u0192\u02c6\u20ac\u2122\u0153\u0161]|\u00e2\u20ac|\u00e0\u00a4|\u00e0\u00a5|[\u0080-\u009f]|\ufffd"
)


def sendable(text: str) -> str:
    r"""Replace halves of a character, which no encoding can write, by the mark for a lost one.

    >>> sendable("a\ud83d").encode()
    b'a\xef\xbf\xbd'
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def clean(text: str | None) -> list[Finding | Replace] | None:
    """Take control characters out of a text, and say so; line ends and tabs stay."""
    if not text or not _CONTROL.search(text):
        return None
    bare = _CONTROL.sub("", _SURROGATE.sub("\ufffd", text))
    message = "The text held control characters, which nobody can see; they were taken out."
    why = "Control characters come from damaged exports and cannot be shown or sent safely."
    return [Replace(bare, why), Finding("control_characters", message, Severity.WARNING, (bare,), why, applied=True)]


def clear_plain(value: pl.Expr) -> pl.Expr:
    """Tell whether a value is absent, or signs that every encoding writes alike and everybody sees."""
    return value.map_batches(_are_plain, return_dtype=pl.Boolean).fill_null(value=True)


def _are_plain(texts: pl.Series) -> pl.Series:
    """Look at all texts of a column together, which mostly shows that none is odd, and only else at each of them."""
    signs = np.frombuffer(texts.to_frame("").select_seq(pl.first().str.join("").cast(pl.Binary)).item(), np.uint8)
    if not len(signs) or (signs.min() >= ord(" ") and signs.max() <= ord("~")):
        return pl.repeat(value=True, n=len(texts), dtype=pl.Boolean, eager=True)
    return texts.str.contains(_PLAIN)


def clear(value: pl.Expr, longest: int | None) -> pl.Expr:
    """Tell whether a value is absent, or has nothing odd in it, in any script, and is not too long."""
    fine = ~value.str.contains(f"{_CONTROLS}|{_SUSPECT}")
    short = fine if longest is None else fine & (value.str.len_chars() <= longest)
    return short.fill_null(value=True)


def repaired(text: str) -> str:
    """Undo the reading of UTF-8 as Windows-1252, wherever that works; give the text itself where it does not.

    >>> repaired("cafÃ© at Ruwi")
    'café at Ruwi'
    """
    return _RUN.sub(lambda run: _decoded(run[0]), text)


def _decoded(run: str) -> str:
    """Read a run of signs again as the bytes that they once were."""
    raw = b"".join(_byte(sign) for sign in run)
    for encoding in ("utf-8", "cp1252"):
        try:
            found = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or all("\u0080" <= sign <= "\u009f" for sign in run):
            return found
    return run


def _byte(sign: str) -> bytes:
    """Give the byte that Windows-1252 or Latin-1 reads as this sign."""
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def check_garbled(text: str | None) -> Finding | None:
    """Doubt a text that was read in the wrong encoding; offer the repaired one where it can be had."""
    if not text or text.isascii() or not re.search(_SUSPECT, text):
        return None
    better = repaired(text)
    if better == text and not _SIGNATURE.search(text):
        return None
    message = "The text looks as if it was read in the wrong encoding: letters came out as pairs of odd signs."
    whole = better != text and not _SIGNATURE.search(better)
    why = "Read again as UTF-8, it makes sense." if whole else "Export again as UTF-8; some signs are lost here."
    return Finding("text_garbled", message, Severity.WARNING, (better,) if whole else (), why)


def check_length(text: str | None, longest: int, code: str, what: str) -> Finding | None:
    """Hold a text that is longer than the contract allows."""
    if text is None or len(text) <= longest:
        return None
    message = f"{what} has {len(text):,} characters; the contract allows {longest:,}. Shorten it."
    return Finding(code, message)
