"""From bytes to text: which encoding a file is in, found by evidence and said in words."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from dataclasses import dataclass

from omoto_kit.errors import IntakeError, Place, did_you_mean

__all__ = ["Decoded", "decode", "wide_order"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE"),
)
#: Tried on what is no Unicode, likeliest first: on equal evidence the earlier one wins.
CANDIDATES = {
    "cp1252": "Windows-1252",
    "mac_roman": "MacRoman",
    "latin-1": "Latin-1",
    "cp1256": "Windows-1256 (Arabic)",
    "iso8859_6": "ISO 8859-6 (Arabic)",
    "mac_arabic": "MacArabic",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "shift_jis": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
    "gb18030": "GB 18030",
    "big5": "Big5",
}
#: What the rarer encodings must show before they are believed.
DOUBT = {"mac_roman": 0.5, "latin-1": 0.1, "cp1252": 0.0}
FOREIGN_DOUBT = 4.0
#: So many bytes around foreign characters are looked at; more would not change the verdict.
EVIDENCE = 400_000
#: High bytes of UTF-16 in western, Arabic and Indian texts, and of general punctuation.
SCRIPTS = frozenset({0x00, 0x01, 0x06, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20})
WESTERN = frozenset("éèàùçâêîôûëïüöäñáíóúßåøæãõœ")
#: Letters that begin words, and those that end none.
FIRST, JOINED = frozenset("éèàêâîôçœæåøü"), frozenset("œæ")
OPENING, CLOSING, BETWEEN = frozenset("“‘«„¿¡"), frozenset("”’»"), frozenset("’")
PLAIN_SIGNS = frozenset("–—…•€£©®™°\xa0×½¼·₹")
CHUNK = 1 << 22


@dataclass(frozen=True)
class Decoded:
    """A file's text as UTF-8 bytes, and the words for what it was before."""

    data: bytes
    words: str


def decode(data: bytes, where: Place, encoding: str | None = None) -> Decoded:
    """Turn a file's bytes into UTF-8 without a mark.

    Raises IntakeError where the named encoding does not exist or does not fit, or where NUL bytes show that the
    file is no text.
    """
    if encoding is not None:
        return _decode_as(data, encoding, where)
    for mark, codec, words in MARKS:
        if data.startswith(mark):
            return _recode(data, codec, words, where)
    if order := wide_order(data[:4096]):
        return _recode(data, f"utf-16-{order}", f"UTF-16 {order.upper()}", where)
    data = data.rstrip(b"\0") or data  # some disks and tools fill a file up with them
    _refuse_nul(data, where)
    if is_utf8(data):
        return Decoded(data, "UTF-8")
    if mended := _mend_utf8(data) or _mend_lines(data):
        return mended
    codec = likeliest(data)
    return Decoded(data.decode(codec, "replace").encode(), CANDIDATES[codec])


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


def likeliest(data: bytes) -> str:
    """Choose the encoding whose characters stand where such characters stand in real text.

    >>> likeliest("He said “it’s fine”, naïve café".encode("mac_roman"))
    'mac_roman'
    >>> likeliest("She wasn’t happy – café".encode("cp1252"))
    'cp1252'
    """
    sample = _surroundings(data)
    scores = {codec: score for codec in CANDIDATES if (score := _plausibility(sample, codec)) is not None}
    return max(scores, key=scores.__getitem__)


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
    if not proper or (codec not in DOUBT and proper * 4 < len(strays)):
        return None
    plain = (line if is_utf8(line) else line.decode(codec, "replace").encode() for line in lines)
    counted = f"{len(strays):,} line" + ("" if len(strays) == 1 else "s")
    return Decoded(b"\n".join(plain), f"UTF-8 with {counted} in {CANDIDATES[codec]}")


def _surroundings(data: bytes) -> bytes:
    """Cut out the lines that hold other than ASCII, up to a limit."""
    lines, size = [], 0
    for line in data.splitlines():
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > EVIDENCE:
                break
    return b"\n".join(lines)


def _plausibility(sample: bytes, codec: str) -> float | None:
    """Sum up the evidence for one encoding; None where the bytes cannot be in it."""
    try:
        text = f" {sample.decode(codec)} "
    except UnicodeDecodeError:
        return None
    score = -DOUBT.get(codec, FOREIGN_DOUBT)
    places = Counter((text[i - 1], char, text[i + 1]) for i, char in enumerate(text) if char > "\x7f")
    for (before, char, after), count in places.items():
        score += _weigh(before, char, after) * min(count, 50)
    return score


def _weigh(before: str, char: str, after: str) -> float:
    """Weigh one foreign character by its neighbours: an accent inside a word is likely, a capital there is not."""
    if char.isalpha():
        return _weigh_letter(before, char, after)
    inside = before.isalpha() and after.isalpha()
    if char in BETWEEN and inside:
        return 3.0
    if char in OPENING | CLOSING:
        opens, closes = not before.isalnum() and after.isalnum(), not before.isspace() and not after.isalnum()
        return 2.0 if (opens if char in OPENING else closes) else -1.0
    if char in PLAIN_SIGNS:
        return -1.0 if inside else 1.0
    return -3.0 if unicodedata.category(char).startswith("C") else -2.0


def _weigh_letter(before: str, char: str, after: str) -> float:
    """Weigh a letter: its script must be that of its neighbours, and its case must fit them."""
    if char >= "\u3000":
        return _weigh_eastern(char)
    if char >= "\u0370":
        if char.isupper() and before.islower():
            return -2.0
        own = unicodedata.name(char, "").split(" ")[0]
        alike = [unicodedata.name(near, "").startswith(own) for near in (before, after) if near.isalpha()]
        return 1.2 if alike and all(alike) else -2.0
    if char.isupper():
        return _weigh_capital(before, char, after)
    return _weigh_small(before, char, after)


def _weigh_small(before: str, char: str, after: str) -> float:
    """Weigh a small letter: not every one begins or ends words, and none stands in a word of capitals."""
    begins, ends = not before.isalpha(), not after.isalpha()
    if (begins and ends) or after.isupper() or (before.isupper() and ends):
        return -1.0
    rare = (begins and char not in FIRST) or (ends and char in JOINED)
    return (1.0 if rare else 2.0) if char in WESTERN else 0.2


def _weigh_eastern(char: str) -> float:
    """Weigh a letter of eastern Asia: the signs of one language alone say more than those that all share."""
    if "\u3040" <= char <= "\u30ff":
        return 1.0
    return 0.8 if "\uac00" <= char <= "\ud7a3" else 0.5


def _weigh_capital(before: str, char: str, after: str) -> float:
    """Weigh a capital letter: it begins words, or stands in a word of capitals."""
    if before.islower():
        return -3.0
    if char.lower() not in WESTERN:
        return (1.0 if after.islower() and not before.isalpha() else 0.3) if after.isalpha() else -1.0
    if after.islower() or before.isupper():
        return 2.0
    return 1.0 if after.isupper() else -1.0
