"""Two spellings of one word: habits of romanised names, and slips of the finger."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

__all__ = ["around", "fold", "slip"]

_DOUBLED = re.compile(r"(.)\1+")
_HABITS = (
    ("ph", "f"),
    ("ee", "i"),
    ("ie", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("w", "v"),
    ("q", "k"),
    ("ck", "k"),
    ("chh", "ch"),
    ("sh", "s"),
    ("th", "t"),
    ("dh", "d"),
    ("z", "j"),
    ("ch", "\0"),
    ("c", "k"),
    ("\0", "ch"),
    ("y", "i"),
)
#: Letters that a slip may change: a shorter word is another word.
SHORTEST, LONG = 5, 9


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Write a word so that spelling habits of romanised Indian and Arabic names no longer show.

    The consonants stay, and so do the places of vowels; kh, gh and bh are sounds of their own.

    >>> fold("Chandeegarh".lower()) == fold("chandigarh"), fold("khan") == fold("kan")
    (True, False)
    """
    for written, heard in _HABITS:
        if written in word:
            word = word.replace(written, heard)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if word[-2:] in ("ah", "eh", "ih", "oh", "uh") else word


def slip(written: str, meant: str, *, first: bool = True) -> int:
    """Count the slips of the finger that make one word of another; 0 where it cannot be a slip.

    A slip is a letter too many, too few, wrong, or swapped with its neighbour. One may have happened from five
    letters on, two from nine. `first` says that the first letter must be right.

    >>> slip("swarggate", "swargate"), slip("gate", "date"), slip("rampur", "sampur")
    (1, 0, 0)
    """
    shorter = min(len(written), len(meant))
    if shorter < SHORTEST or (first and written[0] != meant[0]):
        return 0
    allowed = 2 if shorter >= LONG else 1
    distance = OSA.distance(written, meant, score_cutoff=allowed)
    return distance if distance <= allowed else 0


def around(word: str) -> set[str]:
    """Give the word and each form of it that lacks one letter: two words one slip apart share one of these."""
    if len(word) < SHORTEST - 1:
        return {word}
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
