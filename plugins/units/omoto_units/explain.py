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
    alone = len(left) == len(written.soft)
    slips = 0
    sure = {word for phrase, _ in place.phrases for word in phrase}
    for word in list(left):
        cost = _best(word, right, index, sure, alone=alone)
        if cost is not None:
            left.remove(word)
            slips += cost
    if left or right:
        glued = _glued(left, right)
        if glued is None:
            return None
        slips += glued
    letters = sum(map(len, unit.soft)) + sum(map(len, unit.fillers))
    allowed = 2 if letters >= TWO_SLIPS else 1 if letters >= ONE_SLIP or place.cities else 0
    return Explained(slips) if slips <= allowed else None


def _unlike(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the words that only one of two names has."""
    left, right = [], list(other)
    for word in one:
        if word in right:
            right.remove(word)
        else:
            left.append(word)
    return left, right


def _best(word: str, right: list[str], index: Index, sure: set[str], *, alone: bool) -> int | None:
    """Find the unit's word that a word is another spelling of, and take it out; give the slips that it takes.

    A short word by itself with one letter changed is more likely another place: Rampur is not Raipur.
    """
    if word in index.vocabulary or (word in index.towns and word not in sure):
        return None
    costs = []
    heard = index.fold(word)
    for other in right:
        if heard == index.fold(other) and _is_habit(word, other, sure, alone=alone):
            costs.append((0, other))
        elif (
            other in sure
            and min(len(word), len(other)) >= HABIT_HERE
            and OSA.distance(word, other, score_cutoff=1) == 1
        ):
            costs.append((1, other))
        else:
            slips = slip(word, other)
            if slips and not (alone and len(word) == len(other) < HABIT_ALONE and sorted(word) != sorted(other)):
                costs.append((slips, other))
    if not costs:
        return None
    cost, other = min(costs)
    right.remove(other)
    return cost


def _is_habit(word: str, other: str, sure: set[str], *, alone: bool) -> bool:
    """Tell whether a word is long enough to be the same name in another spelling: NIT is not NIIT."""
    shorter = min(len(word), len(other))
    least = HABIT_HERE if sure else HABIT_ALONE if alone else HABIT
    return other in sure or shorter >= least


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
