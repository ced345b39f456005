"""How the words of languages look: which letters they use, where a letter may stand, and which signs are frequent."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

__all__ = [
    "CHINESE",
    "JAPANESE",
    "KOREAN",
    "LANGUAGES",
    "STOPS",
    "TRADITIONAL",
    "Language",
    "weigh_letter",
    "weigh_sign",
]

#: What a letter weighs that is frequent, known, or not of the language; and what a fault of place or case costs.
FREQUENT, KNOWN, UNKNOWN, FAULT = 2.0, 1.0, -2.0, -3.0
#: Letters that stand alone as words.
ALONE = frozenset("àáéèíóúýâåöøæyÀÁÉÈÓÅÖивскаоуяяіїИВСКАОУЯІοηήωο")
LATIN_VOWELS = frozenset("aeiouyáàâäãåæéèêëíìîïóòôöõøúùûüýœąęıăāēīūėįųěůőűə")
CONSONANTS = "bcdfghjklmnpqrstvxz"
#: Letters that stand beside accents in western words: größer, Ibáñez.
BESIDE_ACCENTS = frozenset("ßñ")
#: No word begins right behind these.
STOPS = ("?", "!")
CLOSING, OPENING, BETWEEN = frozenset("”’»"), frozenset("“‘«„¿¡"), frozenset("’")
PLAIN_SIGNS = frozenset("–—…•€£©®™\xa0×·₹№‹›")
NUMERIC_SIGNS = frozenset("°½¼")


@dataclass(frozen=True)
class Language:
    """One language, or a family: its letters beyond ASCII, the frequent first, and those that only end or never do.

    `followed` names the letters that alone stand behind a letter, `run` is what a letter costs that stands beside
    another one beyond ASCII: only Latin languages seldom have two. Three vowels or three others in a row are unlikely
    where vowels are named. `trust` is what a letter weighs at all, `doubt` what the language must show first.
    """

    script: str
    frequent: frozenset[str]
    known: frozenset[str] = frozenset()
    final: frozenset[str] = frozenset()
    unfinal: frozenset[str] = frozenset()
    uninitial: frozenset[str] = frozenset()
    followed: Mapping[str, str] = field(default_factory=dict)
    run: float = 0.0
    vowels: frozenset[str] = frozenset()
    trust: float = 1.0
    doubt: float = 0.0


def _latin(letters: str, run: float = 0.5, known: str = "", uninitial: str = "") -> Language:
    none: frozenset[str] = frozenset()
    return Language(
        "LATIN", frozenset(letters), frozenset(known), none, none, frozenset(uninitial), run=run, vowels=LATIN_VOWELS
    )


def _cyrillic(letters: str, known: str, unfinal: str = "") -> Language:
    ends, begins = frozenset(unfinal), frozenset("ьъы")
    vowels = frozenset("аеиоуыэюяёіїє")
    return Language("CYRILLIC", frozenset(letters), frozenset(known), unfinal=ends, uninitial=begins, vowels=vowels)


LANGUAGES = {
    "western": Language(
        "LATIN",
        frozenset("éèàçâêôüöäñáíóúåøæãœ"),
        frozenset("ëïîûùßìòõ"),
        final=frozenset("ùìò"),
        uninitial=frozenset("ßëï"),
        followed={"œ": "uie", "õ": "e", "ã": "oes ", "è": f"{CONSONANTS} ", "æ": CONSONANTS},
        run=2.0,
        vowels=LATIN_VOWELS,
    ),
    "icelandic": replace(_latin("áðéíóúýþæö", 0.7), doubt=1.0),
    "turkish": _latin("çğıöşüİ", 0.5, known="âîû", uninitial="ğ"),
    "polish": _latin("ąćęłńóśźż", 0.7, uninitial="ąęń"),
    "czech": _latin("áčďéěíňóřšťúůýž", 0.5, known="ôľĺŕä", uninitial="ěů"),
    "hungarian": _latin("áéíóöőúüű", 1.0),
    "romanian": _latin("ăâîșțşţ", 1.0),
    "croatian": _latin("čćđšž", 1.0),
    "lithuanian": _latin("ąčęėįšųūž", 0.7),
    "latvian": _latin("āčēģīķļņšūž", 0.7),
    "russian": _cyrillic("оеаинтсрвлкмдпуяызьбг", "чйхжшюцщэфъё", unfinal="ъ"),
    "ukrainian": _cyrillic("оаиніветкрслудмпязгб", "ьчйхжшюцщфіїєґў"),
    "serbian": _cyrillic("аоиенрјтсудклвмпг", "збљњђћџчжшфхцѓќѕ"),
    "greek": Language(
        "GREEK",
        frozenset("αοιετσνηυρπκλμςάόίέήύώ"),
        frozenset("ωγδθβχφξζψϊϋΐΰ"),
        final=frozenset("ς"),
        unfinal=frozenset("σβγδζθκλμπτφχψ"),
        vowels=frozenset("αεηιουωάέήίόύώϊϋΐΰ"),
    ),
    "hebrew": Language(
        "HEBREW",
        frozenset("יוהלאתרמבשנ"),
        frozenset("םדקעכפחטןצגסזךףץ"),
        final=frozenset("םןךףץ"),
        unfinal=frozenset("מנכצ"),
    ),
    "arabic": Language(
        "ARABIC",
        frozenset("اليمنوترةبهدسعفكقح"),
        frozenset("جشصأخضطزءغثظذىإئؤآپچگک،؟؛ًٌٍَُِّْٰـ"),
        uninitial=frozenset("ةىءئؤًٌٍَُِّْٰـ"),
    ),
    "thai": Language(
        "THAI",
        frozenset("านรอกเงมยลวดทสตะปบคแจพหใชไีิ่้ั็์"),
        frozenset("ขผถซโธศฟณฐญฉภฮำูุืฝฎฏฑฒฬฆๆฯึ"),
        uninitial=frozenset("าะำีิ่้ั็์ูุืึฯๆ"),
        unfinal=frozenset("เแโใไ"),
        trust=0.6,
    ),
}
CHINESE = frozenset(
    "的了是不我有在人这个们好很服务员店价格质量贵慢快态度差满意一般非常下次会来去太就也都还没等时间东西环境干净门评分论客户谢"
)
TRADITIONAL = frozenset(
    "的了是不我有在人這個們好很服務員店價格質量貴慢快態度差滿意一般非常下次會來去太就也都還沒等時間東西環境乾淨門評分論客戶謝"
)
KOREAN = frozenset("이다는을를에의가은하고지로도기사서한어나자시리아해인대그일수정요습니감합했좋스비싸안매장평점의견")
JAPANESE = frozenset("良高速遅店員点人大安買物接客対応商品価格評満足時間日本東京新古気持悪料理")


def weigh_letter(language: Language, before: str, char: str, after: str) -> float:
    """Weigh one letter beyond ASCII by its language, its place in the word and its case; the more, the likelier.

    `before` and `after` are up to two characters on either side.
    """
    small = _small(char)
    weight = FREQUENT if small in language.frequent else KNOWN if small in language.known else UNKNOWN
    left, right = before[-1:], after[:1]
    if weight == UNKNOWN or left in STOPS or any(_is_foreign(language, near) for near in (left, right)):
        return UNKNOWN
    if not _is_word(left) and not _is_word(right):
        return min(weight, 0.3) if char in ALONE else -1.0
    if _breaks_case(before, char, after) or _is_misplaced(language, small, left, right):
        return FAULT
    cost = 0.0 if small in BESIDE_ACCENTS else _run_cost(language, before, after)
    return language.trust * (weight - _oddness(language, left, char, right)) - cost


def _oddness(language: Language, left: str, char: str, right: str) -> float:
    """Say how unlikely a letter is between its neighbours: a capital beside one, and what nobody could speak."""
    loud = 0.25 if char.isupper() and (left.isupper() or right.isupper()) else 0.0
    return loud + (2.0 if _is_unspeakable(language, left.lower(), _small(char), right.lower()) else 0.0)


def _small(char: str) -> str:
    """Write a letter small; the dotted capital of Turkish would become two characters."""
    return char if char == "İ" else char.lower()


def weigh_sign(before: str, char: str, after: str) -> float:
    """Weigh one sign that is no letter by the characters on either side."""
    left, right = before[-1:], after[:1]
    is_inside = left.isalpha() and right.isalpha()
    if char in OPENING | CLOSING:
        return 3.0 if char in BETWEEN and is_inside else _weigh_quote(left, char, after)
    if char in PLAIN_SIGNS:
        return -1.0 if is_inside else 1.0
    if char in NUMERIC_SIGNS:
        return -1.0 if left.isalpha() else 1.0
    return -3.0 if unicodedata.category(char).startswith("C") else -2.0


def _weigh_quote(left: str, char: str, after: str) -> float:
    """Weigh a sign that opens or closes by whether a word begins or ends beside it."""
    right = after[:1]
    if char in CLOSING:
        return 2.0 if not left.isspace() and not right.isalnum() else -1.0
    is_question = char in "¡¿"
    return 2.0 if not left.isalnum() and right.isalnum() and (after.isalpha() or not is_question) else -1.0


def _is_word(char: str) -> bool:
    """Tell letters, and the signs of vowels that some scripts write apart."""
    return char.isalpha() or (bool(char) and unicodedata.category(char).startswith("M"))


def _is_foreign(language: Language, near: str) -> bool:
    return near.isalpha() and not unicodedata.name(near, "").startswith(language.script)


def _breaks_case(before: str, char: str, after: str) -> bool:
    """Tell a capital behind a small letter, and a small letter between or behind capitals."""
    left, right = before[-1:], after[:1]
    if char.isupper():
        opens = right.isupper() and after[1:].islower()
        return left.islower() or (left.isupper() and right.islower()) or (opens and not left.isalpha())
    return char.islower() and (right.isupper() or (left.isupper() and before[:-1].isupper()))


def _is_misplaced(language: Language, small: str, left: str, right: str) -> bool:
    """Tell letters that only end words, end none, or begin none, and those that stand before others only."""
    begins, ends = not _is_word(left), not _is_word(right)
    if small in language.followed and (" " if ends else right.lower()) not in language.followed[small]:
        return True
    return (
        (not ends and small in language.final)
        or (ends and small in language.unfinal)
        or (begins and small in language.uninitial)
    )


def _is_unspeakable(language: Language, left: str, small: str, right: str) -> bool:
    """Tell three vowels in a row, and three letters of which none is a vowel."""
    if not (language.vowels and left.isalpha() and right.isalpha()):
        return False
    return len({letter in language.vowels for letter in (left, small, right)}) == 1


def _run_cost(language: Language, before: str, after: str) -> float:
    """Say what it costs that the letters beside are beyond ASCII, too."""
    if not language.run:
        return 0.0
    near = [_is_accented(before[-1:]), _is_accented(after[:1])]
    long = all(near) or (near[0] and _is_accented(before[:-1])) or (near[1] and _is_accented(after[1:]))
    return language.run * sum(near) + (2.0 if long else 0.0)


def _is_accented(char: str) -> bool:
    return char.isalpha() and char > "\x7f" and char not in BESIDE_ACCENTS
