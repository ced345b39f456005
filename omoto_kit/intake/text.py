"""From bytes to text: which encoding a file is in, found by evidence and said in words."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from omoto_kit.errors import IntakeError, Place, did_you_mean
from omoto_kit.intake.encodings import CANDIDATES, SHIFTS, WESTERN, Reading, likeliest, readings, shifted, undecided

__all__ = ["Decoded", "decode", "is_utf8", "unicode_of", "wide_order"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE"),
)
#: High bytes of UTF-16 in western, Arabic and Indian texts, and of general punctuation.
SCRIPTS = frozenset({0x00, 0x01, 0x06, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20})
CHUNK = 1 << 22


@dataclass(frozen=True)
class Decoded:
    """A file's text as UTF-8 bytes, the words for what it was before, and whether it ends inside a character."""

    data: bytes
    words: str
    is_cut: bool = False


def decode(data: bytes, where: Place, encoding: str | None = None) -> Decoded:
    """Turn a file's bytes into UTF-8 without a mark.

    Raises IntakeError where the named encoding does not exist or does not fit, where nobody named one
    and the text does not show it clearly, or where NUL bytes show that the
    file is no text.
    """
    if encoding is not None:
        return _decode_as(data, encoding, where)
    if marked := unicode_of(data):
        return _recode(data, *marked, where)
    data = data.rstrip(b"\0") or data  # some disks and tools fill a file up with them
    _refuse_nul(data, where)
    if is_utf8(data):
        codec = shifted(data)
        return _recode(data, codec, SHIFTS[codec][0], where) if codec else Decoded(data, "UTF-8")
    if mended := _cut_off(data) or _mend_utf8(data) or _mend_lines(data):
        return mended
    found = readings(data)
    if doubtful := undecided(found):
        raise _which_encoding(doubtful, where)
    text = data.decode(found[0].codec, "replace")
    lost = text.count("\ufffd")
    words = (
        f"{found[0].name} with {lost:,} byte{'' if lost == 1 else 's'} that cannot be read" if lost else found[0].name
    )
    return Decoded(text.encode(), words)


def unicode_of(data: bytes) -> tuple[str, str] | None:
    """Name the Unicode encoding that the beginning of a file shows, for Python and for people; None where none does."""
    for mark, codec, words in MARKS:
        if data.startswith(mark):
            return codec, words
    order = wide_order(data[:4096])
    return (f"utf-16-{order}", f"UTF-16 {order.upper()}") if order else None


def is_utf8(data: bytes) -> bool:
    """Check a whole file piece by piece, so that no second copy of it is made."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), CHUNK):
            decoder.decode(view[start : start + CHUNK], final=start + CHUNK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _which_encoding(found: Sequence[Reading], where: Place) -> IntakeError:
    """Ask a person which reading is right, by a word or two of each."""
    shown = "; ".join(f"{one.codec} for {one.words!r}" for one in found)
    what = f"The text is in no Unicode encoding, and it does not show clearly in which other: {shown}."
    first = found[0].codec
    advice = f"Say which reads right, as encoding={first}; or export the file again as CSV UTF-8."
    return IntakeError(what, where=where, advice=advice)


def _decode_as(data: bytes, encoding: str, where: Place) -> Decoded:
    """Decode by the name that the user gave."""
    try:
        codec = codecs.lookup(encoding).name
        "".encode(codec)
    except LookupError:
        near = did_you_mean(encoding, ["utf-8", "utf-16", *CANDIDATES])
        advice = near or "Name one such as utf-8, utf-16, cp1252, mac_roman or cp1256."
        raise IntakeError(f"{encoding!r} is no known text encoding.", where=where, advice=advice) from None
    return _recode(data, "utf-8-sig" if codec == "utf-8" else codec, encoding, where)


def _recode(data: bytes, codec: str, words: str, where: Place) -> Decoded:
    """Decode strictly and give UTF-8 back."""
    try:
        if codec == "utf-8-sig" and is_utf8(data):
            plain = data.removeprefix(codecs.BOM_UTF8)
        else:
            plain = data.decode(codec).removeprefix("\ufeff").encode()
    except UnicodeError as error:
        at = getattr(error, "start", len(data))
        line = data.count(b"\n", 0, at) + 1
        advice = "Leave the encoding out to have it found, or name another."
        raise IntakeError(f"The bytes near line {line} are not {words}.", where=where, advice=advice) from None
    _refuse_nul(plain, where)
    return Decoded(plain, words)


def wide_order(head: bytes) -> str:
    """Recognise UTF-16 without a mark by the beginning of a file; give its byte order, "le" or "be", or "".

    Every second byte then says which script the character is of, and delimiters and digits make some of them NUL.

    >>> wide_order("Store,Rating".encode("utf-16-le")), wide_order(b"Store,Rating")
    ('le', '')
    """
    for order, script, letter in (("le", head[1::2], head[0::2]), ("be", head[0::2], head[1::2])):
        known = sum(byte in SCRIPTS for byte in script)
        if script.count(0) > len(script) * 0.05 and known > len(script) * 0.9 and letter.count(0) <= len(letter) * 0.02:
            return order
    return ""


def _refuse_nul(data: bytes, where: Place) -> None:
    """Refuse NUL bytes: no text has them, and parsers cut cells short at them."""
    at = data.find(b"\0")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        advice = "The file is damaged or no text at all: export it again as CSV (UTF-8) or XLSX."
        raise IntakeError(f"There is a NUL byte in line {line}, at byte {at:,}.", where=where, advice=advice)


def _cut_off(data: bytes) -> Decoded | None:
    """Take off the beginning of a last character whose other bytes are missing; None where there is no such thing.

    A file without other such characters may be in an encoding of single bytes.
    """
    lead = next((at for at in range(1, 4) if data[-at : len(data) - at + 1] >= b"\xc2"), 0)
    needed = next((length for length, least in ((4, 0xF0), (3, 0xE0), (2, 0xC2)) if lead and data[-lead] >= least), 0)
    if lead >= needed or data[:-lead].isascii() or not is_utf8(data[:-lead]):
        return None
    return Decoded(data[:-lead], "UTF-8 that ends inside a character", is_cut=True)


def _mend_utf8(data: bytes) -> Decoded | None:
    """Read UTF-8 into which a few Windows-1252 characters were pasted; None where it is not clearly that."""
    text = data.decode("utf-8", "surrogateescape")
    strays = sum("\udc80" <= char <= "\udcff" for char in text)
    proper = sum(char > "\x7f" for char in text) - strays
    if strays * 20 > proper:
        return None
    mended = "".join(
        bytes([ord(char) - 0xDC00]).decode("cp1252", "replace") if "\udc80" <= char <= "\udcff" else char
        for char in text
    )
    return Decoded(mended.encode(), f"UTF-8 with {strays:,} stray Windows-1252 characters")


def _mend_lines(data: bytes) -> Decoded | None:
    """Read a file that was put together of UTF-8 and another encoding, line by line; None where it is not that.

    Text of other encodings is next to never UTF-8 by chance; only short lines of eastern Asia sometimes are.
    """
    lines = data.split(b"\n")
    foreign = [line for line in lines if not line.isascii()]
    strays = [line for line in foreign if not is_utf8(line)]
    proper = len(foreign) - len(strays)
    codec = likeliest(b"\n".join(strays))
    if not proper or (codec not in WESTERN and proper * 4 < len(strays)):
        return None
    plain = (line if is_utf8(line) else line.decode(codec, "replace").encode() for line in lines)
    counted = f"{len(strays):,} line" + ("" if len(strays) == 1 else "s")
    return Decoded(b"\n".join(plain), f"UTF-8 with {counted} in {CANDIDATES[codec]}")
