"""Stand-ins for personal data: invented values that keep the shape of what they stand for.

Shape is the length class, the script, line breaks, emoji, quotes and the kind of each sign; nothing else of the
original is looked at. The same shape at the same place gives the same stand-in, so that a pack comes out the same
each time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = [
    "FOREIGN_MOBILE",
    "address",
    "comment",
    "comment_texts",
    "mobile",
    "mobile_like",
    "person",
    "reshaped",
    "script_of",
]

#: Begin of mobile numbers that no operator has given out, by region; India's 640 and Saudi Arabia's 52 are not in use,
#: the American, British and Australian ones are kept free for films, the others end in blocks of zeros.
BLOCKS = {
    "IN": ("91", "64000000"),
    "AE": ("971", "5000001"),
    "SA": ("966", "5200001"),
    "QA": ("974", "300001"),
    "KW": ("965", "400001"),
    "BH": ("973", "600001"),
    "OM": ("968", "900001"),
    "US": ("1", "20255501"),
    "GB": ("44", "77009001"),
    "AU": ("61", "4915701"),
}
#: Britain keeps these numbers free for films.
FOREIGN_MOBILE = "+447700900123"

SCRIPTS = {
    "Devanagari": "\u0900-\u097f",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Bengali": "\u0980-\u09ff",
    "Gujarati": "\u0a80-\u0aff",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Kannada": "\u0c80-\u0cff",
    "Malayalam": "\u0d00-\u0d7f",
}
NAMES = {
    "Latin": ("Asha Example", "Ravi Sample", "Noor Testperson", "Meera Standin"),
    "Devanagari": ("आशा उदाहरण", "रवि नमूना"),
    "Arabic": ("سارة مثال", "خالد تجربة"),
    "Bengali": ("আশা উদাহরণ",),
    "Gujarati": ("આશા ઉદાહરણ",),
    "Tamil": ("ஆஷா எடுத்துக்காட்டு",),
    "Telugu": ("ఆశా ఉదాహరణ",),
    "Kannada": ("ಆಶಾ ಉದಾಹರಣೆ",),
    "Malayalam": ("ആശ ഉദാഹരണം",),
}
SENTENCES = {
    "Latin": "The billing counter was quick and the staff were polite.",
    "Devanagari": "बिलिंग काउंटर तेज़ था और कर्मचारी विनम्र थे।",
    "Arabic": "كانت الخدمة سريعة وكان الموظفون لطفاء.",
    "Bengali": "পরিষেবা ভালো ছিল।",
    "Gujarati": "સેવા સારી હતી.",
    "Tamil": "சேவை நன்றாக இருந்தது.",
    "Telugu": "సేవ బాగుంది.",
    "Kannada": "ಸೇವೆ ಚೆನ್ನಾಗಿತ್ತು.",
    "Malayalam": "സേവനം നന്നായിരുന്നു.",
}
EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
QUOTED = re.compile("[\"'\u2018\u2019\u201c\u201d\\\\]")
#: Upper ends of the length classes of a text.
LENGTHS = (20, 60, 200, 500, 2000)
LONG_LOCAL = 20


def script_of(text: str) -> str:
    """Name the script of a text: the first one that is not Latin, else Latin.

    >>> script_of("Good"), script_of("बहुत good")
    ('Latin', 'Devanagari')
    """
    return next((name for name, signs in SCRIPTS.items() if re.search(f"[{signs}]", text)), "Latin")


def mobile(number: int, region: str, form: str) -> str:
    """Give the nth mobile number that is nobody's, written as the contract wants it.

    >>> mobile(3, "IN", "national"), mobile(3, "AE", "e164"), mobile(3, "FR", "national")
    ('6400000003', '+971500000103', '+447700900103')
    """
    if region not in BLOCKS:
        return f"+4477009001{number % 100:02d}"
    code, block = BLOCKS[region]
    national = f"{block}{number % 100:02d}"
    return national if form == "national" else f"+{code}{national}"


def mobile_like(text: str, number: int) -> str:
    """Give a number of the same country as one that is written with + and its country code."""
    for name, (code, _) in sorted(BLOCKS.items(), key=lambda item: -len(item[1][0])):
        if text.startswith(f"+{code}"):
            return mobile(number, name, "e164")
    return FOREIGN_MOBILE


def address(number: int, like: str = "") -> str:
    """Give the nth mail address of a domain that is nobody's; a long one for a long one."""
    local = f"sample{number}"
    if len(like.partition("@")[0]) > LONG_LOCAL:
        local = f"sample.of.a.long.address+{number}"
    return f"{local}@example.com"


def person(number: int, like: str = "", longest: int | None = None) -> str:
    """Give the nth name of nobody, in the script and the length class of another."""
    names = NAMES[script_of(like)]
    name = names[number % len(names)]
    if len(like) > LENGTHS[0]:
        name = f"{name} {name}"
    return name[:longest].strip() or name[:1]


def reshaped(text: str, number: int) -> str:
    """Put another letter for each letter and another digit for each digit; all other signs stay.

    Letters of other scripts than Latin become one letter of that script, so that nothing of the word is left.

    >>> reshaped("EXL-00417 b", 2)
    'SAM-34567 p'
    """
    letters = digits = 0
    signs = []
    for sign in text:
        kind = unicodedata.category(sign)[0]
        if kind == "N":
            signs.append(str((number + digits) % 9 + 1))
            digits += 1
        elif kind == "L":
            signs.append(_letter(sign, "SAMPLE"[letters % 6]))
            letters += 1
        elif kind != "M":  # marks are parts of letters, vowels among them
            signs.append(sign)
    return "".join(signs)


def _letter(sign: str, latin: str) -> str:
    if sign.isascii():
        return latin if sign.isupper() else latin.lower()
    script = script_of(sign)
    return SENTENCES[script][0] if script != "Latin" else latin


def comment(like: str, longest: int | None = None) -> str:
    r"""Write a comment of the same script, length class, line breaks, emoji and quotes as another.

    >>> comment("all was well"), comment('na\nthe "best"', 500)
    ('The billing counter', 'The billing\nOK "OK"')
    """
    limit = min(longest or LENGTHS[-1], next((top for top in LENGTHS if len(like) <= top), LENGTHS[-1]))
    features = [bool(QUOTED.search(like)), bool(EMOJI.search(like)), "\n" in like]
    return _written(SENTENCES[script_of(like)], limit, features)


def _written(sentence: str, limit: int, features: Sequence[bool]) -> str:
    """Write a sentence within a limit, and end it on the features, which matter more than its words."""
    quotes, emoji, lines = features
    ending = ("\nOK" if lines else "") + (' "OK"' if quotes else "") + (" \U0001f60a" if emoji else "")
    room = max(0, limit - len(ending))
    if len(sentence) > room:
        sentence = sentence[:room].rpartition(" ")[0] or sentence[:room]
    return sentence.rstrip() + ending


def comment_texts(longest: int | None) -> dict[str, tuple[str, ...]]:
    """Give, for each thing that a comment may hold, texts that show it: a natural one, and the shortest."""
    rule = "The billing counter was quick, and the staff were polite. "
    top = longest or LENGTHS[-1]
    return {
        "longest": ((rule * (top // len(rule) + 1))[: top - 1] + ".",),
        "line breaks": ("Waited twenty minutes.\nNobody came.\n\nWill try again.", "1\n2"),
        "emoji": ("Will come again \U0001f60a\U0001f44d\U0001f3fd", "\U0001f60a"),
        "Hindi": (SENTENCES["Devanagari"], "ठीक", "अ"),
        "Arabic": (SENTENCES["Arabic"], "جيد", "ع"),
        "quotes": ('The "2 for 1" offer isn\'t on the shelf; see C:\\offers & 5 < 6', "\"'\\", '"'),
    }
