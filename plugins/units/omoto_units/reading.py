"""A name, read: which of its parts tell siblings apart, and which are words that a finger may slip on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from omoto_units.words import ABBREVIATIONS, ARTICLES, DIRECTIONS, FILLERS, KINDS, LETTERED, NUMBERS, TELLING, TENS

__all__ = ["Reading", "letters", "plain", "read", "tokens", "unglued"]

_PARTS = re.compile(r"\d+|[^\W\d_]+|-")
_APOSTROPHE = re.compile(r"(?<=\w)['`\u2019\u02bc](?=[^\W\d_])")
_DOTTED = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_](?![^\W\d_]))?")
_ORDINAL = re.compile(r"(?<=\d)(?:st\b|nd\b|rd\b|th)")
_ROMAN = re.compile(r"(?=[ivx]{2})x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_LETTER = {"i": 1, "v": 5, "x": 10}
#: Glued to the end of a word that the list has without it, this is a number.
_GLUED = ("viii", "iii", "vii", "ii", "iv", "vi", "ix")
#: Marks letters that stood by themselves, so that no word is read into them.
INITIALS = "."
#: A word of so few letters is initials, too.
INITIAL = 2
TEN = 10

#: What "st" and "dr" are before a word, and at the end.
_TWO_WAYS = {"st": ("saint", "street"), "dr": ("doctor", "drive")}
_SHORT = ABBREVIATIONS | ARTICLES

Hard = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A name taken apart.

    `soft` are ordinary words in their order, the only ones that may be spelt differently. `hard` are the parts that
    must be equal: numbers with the kind of place that they count, numbers and letters by themselves in their order,
    and telling words in theirs. `fillers` say nothing. `words` are all of them as they were written.
    """

    soft: tuple[str, ...]
    hard: Hard
    fillers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[tuple[str, ...], Hard]:
        """The same words and the same telling parts, whatever the order of the words."""
        return tuple(sorted(self.soft)), self.hard

    @property
    def joined(self) -> tuple[str, Hard]:
        """The same letters and the same telling parts, whatever the spaces."""
        return "".join(self.soft), self.hard


def plain(text: str) -> str:
    """Write a text in small letters without accents, width or look; other scripts keep their letters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in marks if not "\u0300" <= c <= "\u036f"))


def letters(text: str) -> tuple[str, tuple[str, ...]]:
    """Give letters and figures without what stands between, and the groups of figures: 1 12 is not 11 2.

    >>> letters("Gate 1-12 & Co.") == letters("GATE 1, 12 and co")
    True
    """
    text = plain(text).replace("&", "and").replace("+", "plus")
    return "".join(c for c in text if c.isalnum() or unicodedata.category(c)[0] == "M"), tuple(re.findall(r"\d+", text))


def tokens(text: str) -> list[str]:
    """Part a text into words, figures and runs of initials; a dash between number words stays, as a dash.

    >>> tokens("M.G. Road, 3rd Block")
    ['.mg', 'road', '3', 'block']
    """
    text = _APOSTROPHE.sub("", plain(text)).replace("&", " and ").replace("+", " plus ")
    text = _DOTTED.sub(lambda run: " " + " ".join(re.findall(r"[^\W\d_]", run.group())) + " ", text)
    text = _ORDINAL.sub(" ", text)
    found: list[str] = []
    run: list[str] = []
    for part in [*_PARTS.findall(text), "-"]:
        if len(part) == 1 and part.isalpha():
            run.append(part)
            continue
        if len(run) > 1:
            found.append(INITIALS + "".join(run))
        else:
            found += run
        run = []
        found.append(part)
    return found[:-1]


def read(text: str, brand: Collection[str] = (), vocabulary: Collection[str] = ()) -> Reading:
    """Read a name. `brand` are words that stand in all names; `vocabulary` are words of the list.

    >>> read("Sector Twenty-Two, M.G. Road (W)").hard == read("MG ROAD WEST sector 22").hard
    True
    """
    return of_tokens(tokens(text), brand, vocabulary)


def of_tokens(parts: Sequence[str], brand: Collection[str] = (), vocabulary: Collection[str] = ()) -> Reading:
    """Read a name that has been parted into tokens."""
    sorting = _Sorting(list(_figures(parts)), vocabulary)
    for place, word in enumerate(sorting.words):
        if word in brand:
            sorting.fillers.append(word)
        else:
            sorting.take(place, word)
    return sorting.reading(tuple(parts))


class _Sorting:
    """The words of one name on their way to what they are."""

    def __init__(self, words: Sequence[str], vocabulary: Collection[str]) -> None:
        self.words, self.vocabulary = words, vocabulary
        self.soft: list[str] = []
        self.fillers: list[str] = []
        self.counted: list[str] = []
        self.loose: list[str] = []
        self.telling: list[str] = []

    def take(self, place: int, word: str) -> None:
        """Decide on a word that is no brand."""
        if _is_code(word):
            self._take_code(place, word if word.isdigit() else INITIALS + word.removeprefix(INITIALS))
        elif word in DIRECTIONS:
            self.telling += DIRECTIONS[word]
        elif word in TELLING:
            self.telling.append(TELLING[word])
        elif word in FILLERS:
            self.fillers.append(word)
        else:
            self._take_word(place, word)

    def reading(self, parts: tuple[str, ...]) -> Reading:
        """Give what was sorted; "The Branch" has nothing else to go by."""
        soft, fillers = (self.soft, self.fillers) if self.soft else (self.fillers, [])
        hard = (tuple(sorted(self.counted)), tuple(self.loose), tuple(self.telling))
        return Reading(tuple(soft), hard, tuple(fillers), parts)

    def _take_code(self, place: int, code: str) -> None:
        kind = _kind_beside(self.words, place)
        if code[0] == INITIALS and code[1:] in DIRECTIONS and kind not in LETTERED:
            self.telling += DIRECTIONS[code[1:]]
        elif kind:
            self.counted.append(f"{kind} {code}")
        else:
            self.loose.append(code)

    def _take_word(self, place: int, word: str) -> None:
        if word in _TWO_WAYS:
            self.soft.append(_in_full(self.words, place))
        elif word in _SHORT:
            self.soft.append(_SHORT[word])
        elif word in self.vocabulary:
            self.soft.append(word)
        else:
            bare, number = unglued(word, self.vocabulary)
            self.soft.append(bare)
            self.loose += [number] if number else []


def _in_full(words: Sequence[str], place: int) -> str:
    """Write "st" and "dr" in full: a street at the end of a name, a saint before another word."""
    before, after = _TWO_WAYS[words[place]]
    first = place == 0 or words[place - 1].isdigit()
    last = place + 1 == len(words) or words[place + 1] in DIRECTIONS
    return after if last and not first else before


def _is_code(word: str) -> bool:
    """Tell whether a word is a number, initials, or too short to be a word."""
    if word.isdigit() or word[0] == INITIALS:
        return True
    known = word in FILLERS or word in _SHORT or word in TELLING or word in _TWO_WAYS
    return len(word) <= INITIAL and word.isascii() and not known


def _kind_beside(words: Sequence[str], place: int) -> str:
    """Name the kind of place that a number or letter counts: one that is mostly counted before any other."""
    found = ""
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(words):
            word = ABBREVIATIONS.get(words[beside], words[beside])
            if word in LETTERED:
                return word
            if beside < place or word not in FILLERS:  # "Mirdif 4 Store" is no store number 4
                found = found or (word if word in KINDS else "")
    return found


def unglued(word: str, vocabulary: Collection[str]) -> tuple[str, str]:
    """Part "pitampuraii" into its word and its number, where the list knows the word; else the number is empty."""
    for ending in _GLUED if word[-1] in _ROMAN_LETTER else ():
        if word.endswith(ending) and word[: -len(ending)] in vocabulary:
            return word[: -len(ending)], str(_roman(ending))
    return word, ""


def _figures(parts: Sequence[str]) -> Iterator[str]:
    """Write number words, ordinals and roman numbers as figures, and leave out the dashes."""
    place = 0
    before = ""
    while place < len(parts):
        part = parts[place]
        place += 1
        if part == "-":
            continue
        if part in TENS:
            after = place + (place < len(parts) and parts[place] == "-")
            ones = NUMBERS.get(parts[after], 0) if after < len(parts) else 0
            if 0 < ones < TEN:
                place = after + 1
            before = str(TENS[part] + (ones if ones < TEN else 0))
        else:
            before = _figure(part, before)
        yield before


def _figure(part: str, before: str) -> str:
    if part in NUMBERS:
        return str(NUMBERS[part])
    if part.isdigit():
        return part.lstrip("0") or "0"
    if part in _ROMAN_LETTER and ABBREVIATIONS.get(before, before) in KINDS:
        return str(_ROMAN_LETTER[part])
    number = part.removeprefix(INITIALS)
    return str(_roman(number)) if len(number) > 1 and _ROMAN.fullmatch(number) else part


def _roman(text: str) -> int:
    values = [_ROMAN_LETTER[letter] for letter in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
