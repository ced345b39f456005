"""Why two names are one: an explanation for every word on both sides, or none at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from omoto_units.index import Index
from omoto_units.places import Place
from omoto_units.reading import INITIALS, Reading
from omoto_units.spelling import slip
from omoto_units.words import LETTERED

__all__ = ["LONGER", "Explained", "difference", "explain"]

#: Letters of a whole name from which one slip may have happened, and from which two.
ONE_SLIP, TWO_SLIPS = 7, 14
#: A spelling habit shows in a word of so many letters beside other words, by itself, and where the row's city agrees.
HABIT, HABIT_ALONE, HABIT_HERE = 6, 8, 4
GLUED = 10
#: So many letters longer may one name be than the other: habits such as "ee" for "i", and slips.
LONGER = 4


@dataclass(frozen=True, slots=True)
class Explained:
    """How many slips of the finger it takes to make one name of the other; the rest are spelling habits."""

    slips: int = 0


def explain(written: Reading, unit: Reading, index: Index, place: Place) -> Explained | None:
    """Explain every word of a name by one of the unit's; None where a word is left over on either side.

    `place` is the row's, if it agrees with the unit's: its names are known, so even short ones may be misspelt.
    """
    if written.hard != unit.hard:
        return None
    left, right = _unlike(written.soft, unit.soft)
    if abs(sum(map(len, left)) - sum(map(len, right))) > LONGER:
        return None
    if len(left) >= len(right) and not index.vocabulary.isdisjoint(left):
        return None
    slips = _slips(left, right, _Spelling(index, place, alone=len(left) == len(written.soft)))
    letters = sum(map(len, unit.soft)) + sum(map(len, unit.fillers))
    allowed = 2 if letters >= TWO_SLIPS else 1 if letters >= ONE_SLIP or place.cities else 0
    return Explained(slips) if slips is not None and slips <= allowed else None


def _slips(left: list[str], right: list[str], spelling: _Spelling) -> int | None:
    """Count the slips that make the words of one name those of the other; None where a word is left over."""
    slips = 0
    for word in list(left):
        cost = spelling.best(word, right)
        if cost is not None:
            left.remove(word)
            slips += cost
    if not left and not right:
        return slips
    glued = _glued(left, right)
    return None if glued is None else slips + glued


def _unlike(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the words that only one of two names has."""
    left, right = [], list(other)
    for word in one:
        if word in right:
            right.remove(word)
        else:
            left.append(word)
    return left, right


class _Spelling:
    """Whether two words may be one: by a habit of spelling, or by a slip of the finger.

    `alone` says that no other word of the name is the unit's: a short word with one letter changed is then more likely
    another place, since Rampur is not Raipur.
    """

    def __init__(self, index: Index, place: Place, *, alone: bool) -> None:
        self.index, self.alone = index, alone
        self.sure = {word for phrase, _ in place.phrases for word in phrase}
        self.habit = HABIT_HERE if self.sure else HABIT_ALONE if alone else HABIT

    def best(self, word: str, right: list[str]) -> int | None:
        """Find the unit's word that a word is another spelling of, and take it out; give the slips that it takes.

        A word that the list has itself, or that names another place of it, is no misspelling.
        """
        if word in self.index.vocabulary or (word in self.index.towns and word not in self.sure):
            return None
        heard = self.index.fold(word)
        costs = [(cost, other) for other in right if (cost := self._cost(word, heard, other)) is not None]
        if not costs:
            return None
        cost, other = min(costs)
        right.remove(other)
        return cost

    def _cost(self, word: str, heard: str, other: str) -> int | None:
        """Count the slips between two words, 0 for a habit; None where they are two words: NIT is not NIIT."""
        shorter = min(len(word), len(other))
        if heard == self.index.fold(other) and (other in self.sure or shorter >= self.habit):
            return 0
        if other in self.sure and shorter >= HABIT_HERE and OSA.distance(word, other, score_cutoff=1) == 1:
            return 1
        slips = slip(word, other)
        changed = len(word) == len(other) < HABIT_ALONE and sorted(word) != sorted(other)
        return slips if slips and not (self.alone and changed) else None


def _glued(left: list[str], right: list[str]) -> int | None:
    """Explain words that lost a space and have one slip, if they are long."""
    one, other = "".join(left), "".join(right)
    if min(len(one), len(other)) < GLUED or one[0] != other[0]:
        return None
    return 1 if OSA.distance(one, other, score_cutoff=1) <= 1 else None


def difference(written: Reading, unit: Reading) -> str:
    """Show how a unit's name differs from what was written.

    >>> from omoto_units.reading import read
    >>> difference(read("Noida Sector 62"), read("Noida Sector 63 East"))
    'sector 63, east instead of sector 62'
    """
    left, right = _unlike(_shown(written), _shown(unit))
    if left and right:
        return f"{', '.join(right)} instead of {', '.join(left)}"
    if right:
        return f"has {', '.join(right)} besides"
    return f"lacks {', '.join(left)}" if left else ""


def _shown(reading: Reading) -> list[str]:
    """List the words of a name as a person would name them: a number with the kind that it counts, initials large."""
    soft, parts = list(reading.soft), []
    for word in (word for group in reading.hard for word in group):
        kind, _, code = word.rpartition(" ")
        initials = code.startswith(INITIALS) or len(code) == 1
        code = code.removeprefix(INITIALS).upper() if initials else code
        if kind in soft and (code.isdigit() or kind in LETTERED):
            soft.remove(kind)
            parts.append(f"{kind} {code}")
        else:
            parts.append(code)
    return [*soft, *parts]
