"""Which encoding bytes are in that are no Unicode: by the words that each one makes of them, or left to a person."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from omoto_kit.intake.languages import (
    CHINESE,
    JAPANESE,
    KOREAN,
    LANGUAGES,
    STOPS,
    TRADITIONAL,
    Language,
    weigh_letter,
    weigh_sign,
)

__all__ = ["CANDIDATES", "SHIFTS", "WESTERN", "Reading", "likeliest", "readings", "shifted", "undecided"]

#: Tried on what is no Unicode, likeliest first, each with its name and the languages that are written in it.
ENCODINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cp1252": ("Windows-1252", ("western", "icelandic")),
    "mac_roman": ("MacRoman", ("western",)),
    "latin-1": ("Latin-1", ("western", "icelandic")),
    "cp850": ("DOS 850", ("western",)),
    "cp437": ("DOS 437", ("western",)),
    "cp1256": ("Windows-1256 (Arabic)", ("arabic",)),
    "iso8859_6": ("ISO 8859-6 (Arabic)", ("arabic",)),
    "mac_arabic": ("MacArabic", ("arabic",)),
    "cp1250": ("Windows-1250 (Central Europe)", ("polish", "czech", "hungarian", "romanian", "croatian")),
    "iso8859_2": ("ISO 8859-2 (Central Europe)", ("polish", "czech", "hungarian", "romanian", "croatian")),
    "cp852": ("DOS 852 (Central Europe)", ("polish", "czech", "hungarian", "croatian")),
    "cp1257": ("Windows-1257 (Baltic)", ("lithuanian", "latvian")),
    "cp1254": ("Windows-1254 (Turkish)", ("turkish",)),
    "cp857": ("DOS 857 (Turkish)", ("turkish",)),
    "cp1251": ("Windows-1251 (Cyrillic)", ("russian", "ukrainian", "serbian")),
    "koi8_r": ("KOI8-R (Cyrillic)", ("russian", "ukrainian", "serbian")),
    "koi8_u": ("KOI8-U (Cyrillic)", ("russian", "ukrainian", "serbian")),
    "cp866": ("DOS 866 (Cyrillic)", ("russian", "ukrainian", "serbian")),
    "mac_cyrillic": ("MacCyrillic", ("russian", "ukrainian", "serbian")),
    "iso8859_5": ("ISO 8859-5 (Cyrillic)", ("russian", "ukrainian", "serbian")),
    "cp1253": ("Windows-1253 (Greek)", ("greek",)),
    "iso8859_7": ("ISO 8859-7 (Greek)", ("greek",)),
    "cp737": ("DOS 737 (Greek)", ("greek",)),
    "cp1255": ("Windows-1255 (Hebrew)", ("hebrew",)),
    "iso8859_8": ("ISO 8859-8 (Hebrew)", ("hebrew",)),
    "cp862": ("DOS 862 (Hebrew)", ("hebrew",)),
    "cp874": ("Windows-874 (Thai)", ("thai",)),
    "shift_jis": ("Shift-JIS", ("eastern",)),
    "euc_jp": ("EUC-JP", ("eastern",)),
    "euc_kr": ("EUC-KR", ("eastern",)),
    "gb18030": ("GB 18030", ("eastern",)),
    "big5": ("Big5", ("eastern",)),
}
CANDIDATES = {codec: name for codec, (name, _) in ENCODINGS.items()}
WESTERN = frozenset({"cp1252", "mac_roman", "latin-1", "cp850", "cp437"})
#: What an encoding must show before it is believed; all others, what the last line says.
DOUBT = {"cp1252": 0.0, "latin-1": 0.1, "mac_roman": 1.0}
LATIN = ("cp850", "cp437", "cp1250", "iso8859_2", "cp852", "cp1257", "cp857")
EAST = ("shift_jis", "euc_jp", "euc_kr", "gb18030", "big5")
RARE = ("mac_cyrillic", "iso8859_5", "koi8_u", "mac_arabic", "iso8859_6", "cp866", "cp737", "iso8859_7", "cp862")
DOUBT |= dict.fromkeys((*LATIN, *EAST, *RARE), 2.0)
FOREIGN_DOUBT = 1.0
#: Lead bytes of the signs that are frequent and of those that are rare, and the frequent signs themselves.
EASTERN: dict[str, tuple[range, range, frozenset[str]]] = {
    "shift_jis": (range(0x88, 0x98), range(0x98, 0xEB), JAPANESE),
    "euc_jp": (range(0xB0, 0xD0), range(0xD0, 0xF5), JAPANESE),
    "euc_kr": (range(0xB0, 0xC9), range(0xCA, 0xFE), KOREAN),
    "gb18030": (range(0xB0, 0xD8), range(0xD8, 0xF8), CHINESE),
    "big5": (range(0xA4, 0xC7), range(0xC9, 0xFA), TRADITIONAL),
}
FULL_WIDTH = frozenset("，。！？、（）：；「」ー～・“”‘’…—")
#: So many bytes around foreign characters are looked at; more would not change the verdict.
EVIDENCE = 60_000
#: The best reading must be ahead by so much, one of the usual two by less, and worth so much for each character.
AHEAD, USUAL_AHEAD, WORTH = 2.0, 1.0, -0.75
#: Macs end lines otherwise than Windows does, which speaks against their encodings by so much.
MACS, NO_MAC = ("mac_roman", "mac_cyrillic", "mac_arabic"), 1.5
#: From so many characters on, a text that looks like none in any encoding is asked about.
UNREADABLE = 12
USUAL = ("cp1252", "mac_roman", "latin-1")
#: So many words of so many readings are shown to a person who must choose.
SHOWN_WORDS, SHOWN_READINGS = 2, 5
#: Encodings of ASCII bytes only, by the signs with which they shift to other characters; long runs of one sign must
#: not be gone through again from each of its places.
SHIFTS = {
    "utf_7": ("UTF-7", re.compile(rb"\+[A-Za-z0-9/+]{3,80}-")),
    "iso2022_jp": ("ISO 2022-JP", re.compile(rb"\x1b\$[@B][^\x1b]*\x1b\([BJ]")),
    "iso2022_kr": ("ISO 2022-KR", re.compile(rb"\x1b\$\)C")),
    "hz": ("HZ", re.compile(rb"~\{(?:[!-}]{2})+~\}")),
}


@dataclass(frozen=True)
class Reading:
    """What one encoding makes of the foreign parts of a text, and how likely that is."""

    codec: str
    text: str
    score: float
    count: int

    @property
    def name(self) -> str:
        """The encoding's name for people."""
        return CANDIDATES[self.codec]

    @property
    def is_worthless(self) -> bool:
        """Tell a text that looks like none, and one of another script for which next to nothing speaks."""
        return (self.score < 0 and self.codec not in WESTERN) or self.score + DOUBT.get(
            self.codec, FOREIGN_DOUBT
        ) < WORTH * self.count

    @property
    def words(self) -> str:
        """Give the first foreign words, to be recognised by a person."""
        found = [word for word in re.findall(r"[^\s,;|\"]+", self.text) if not word.isascii()]
        return " ".join(dict.fromkeys(found[:SHOWN_WORDS]))


def likeliest(data: bytes) -> str:
    """Choose the encoding whose characters stand where such characters stand in real text.

    >>> likeliest("He said “it’s fine”, naïve café".encode("mac_roman"))
    'mac_roman'
    >>> likeliest("She wasn’t happy – café".encode("cp1252"))
    'cp1252'
    """
    return readings(data)[0].codec


def readings(data: bytes) -> list[Reading]:
    """List what each encoding makes of a text that is none of Unicode, the likeliest first.

    A few characters that are rubbish in every encoding are taken as Windows or a Mac writes them.
    """
    sample = _surroundings(data)
    found = [reading for codec in ENCODINGS if (reading := _read_as(sample, codec)) is not None]
    if b"\r\n" in data:
        found = [replace(one, score=one.score - NO_MAC) if one.codec in MACS else one for one in found]
    found.sort(key=lambda reading: -reading.score)
    if found[0].is_worthless and found[0].count < UNREADABLE:
        found.sort(key=lambda reading: reading.codec not in USUAL)
    return found


def undecided(found: list[Reading]) -> list[Reading]:
    """Give the readings among which a person must choose; none where the first is clearly ahead."""
    best, *rest = found
    others = [reading for reading in rest if reading.text != best.text]
    ahead = USUAL_AHEAD if best.codec in USUAL else AHEAD
    near = [reading for reading in others if reading.score > max(0.0, best.score - ahead)]
    if best.is_worthless:
        near = others[:SHOWN_READINGS] if best.count >= UNREADABLE else []
    different = {reading.text: reading for reading in reversed([best, *near])}
    return list(reversed(different.values()))[:SHOWN_READINGS] if near else []


def shifted(data: bytes) -> str:
    """Name the encoding of what looks like plain ASCII, but shifts to other characters and back; empty for ASCII.

    >>> shifted("Комментарий, très".encode("utf-7")), shifted(b"Mobile,+919663798289-,ab+abc-")
    ('utf_7', '')
    """
    if not data.isascii():
        return ""
    codec = next((codec for codec, (_, sign) in SHIFTS.items() if sign.search(data)), "")
    try:
        text = data.decode(codec) if codec else ""
    except UnicodeDecodeError:
        return ""
    foreign = [char for char in text if char > "\x7f"]
    if not foreign:
        return ""
    likely = max(_weigh_as(text, language) for language in LANGUAGES.values()) >= len(foreign)
    return codec if likely or codec != "utf_7" else ""


def _read_as(sample: bytes, codec: str) -> Reading | None:
    """Weigh what one encoding makes of the bytes; None where they cannot be in it."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return None
    _, languages = ENCODINGS[codec]
    count = sum(char > "\x7f" for char in text)
    if codec not in WESTERN and not any(_is_letter(char) for char in text if char > "\x7f"):
        return None
    if languages == ("eastern",):
        score = _weigh_eastern(text, codec)
    else:
        score = max(_weigh_as(text, LANGUAGES[name]) - LANGUAGES[name].doubt for name in languages)
    return Reading(codec, text, score - DOUBT.get(codec, FOREIGN_DOUBT), count)


def _weigh_as(text: str, language: Language) -> float:
    """Sum up what speaks for a text being in a language."""
    padded = f"  {text}  "
    places = Counter(
        (padded[at - 2 : at], char, padded[at + 1 : at + 3]) for at, char in enumerate(padded) if char > "\x7f"
    )
    return sum(
        (weigh_letter if _is_letter(char) else _sign)(language, before, char, after) * min(count, 50)
        for (before, char, after), count in places.items()
    )


def _is_letter(char: str) -> bool:
    return char.isalpha() or "\u0600" <= char <= "\u06ff" or "\u0e00" <= char <= "\u0e7f"


def _sign(_language: Language, before: str, char: str, after: str) -> float:
    return weigh_sign(before, char, after)


def _weigh_eastern(text: str, codec: str) -> float:
    """Sum up what speaks for a text of eastern Asia: signs that are frequent there."""
    padded = f" {text} "
    places = Counter((padded[at - 1], char, padded[at + 1]) for at, char in enumerate(padded) if char > "\x7f")
    return sum(
        _weigh_sign_of(char, before + after, codec) * min(count, 50) for (before, char, after), count in places.items()
    )


def _weigh_sign_of(char: str, beside: str, codec: str) -> float:
    """Weigh one sign; a letter or mark of ours beside it is unlikely."""
    if any(near in STOPS or (near.isascii() and near.isalpha()) for near in beside):
        return -2.0
    if char in FULL_WIDTH:
        return 1.6
    if "\u3040" <= char <= "\u30ff":
        return 2.6 if codec in ("shift_jis", "euc_jp") else -2.0
    return _weigh_place_of(char, codec)


def _weigh_place_of(char: str, codec: str) -> float:
    """Weigh where an encoding has a sign: those of daily use stand together."""
    common, rare, frequent = EASTERN[codec]
    encoded = char.encode(codec)
    if len(encoded) != 2:  # noqa: PLR2004  signs of one byte or of four are none of daily use
        return -1.5
    if encoded[0] in common and (codec != "gb18030" or encoded[1] > 0xA0):  # noqa: PLR2004  its oldest part
        return 3.6 if char in frequent else 1.6
    return -0.8 if encoded[0] in rare else -2.0


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
