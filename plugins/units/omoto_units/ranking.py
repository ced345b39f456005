"""The order of suggestions. A score puts names in order for a person to choose from; it never accepts one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from omoto_units.index import Index, look
from omoto_units.reading import Reading

__all__ = ["rank"]

#: Below this a name is not like the other at all.
LOWEST = 35.0
#: What likeness is worth: of all letters, of the words that both have, of the text as written, and of telling words.
SAME, WITHIN, LOOKS, WORDS = 0.35, 0.15, 0.2, 30.0
#: What the second and the third can still give, and how many units are wanted at most.
REST, ENOUGH = 100 * (WITHIN + LOOKS), 6
#: What the row's city is worth, and what telling parts cost that differ.
HERE, DIFFERENT, MISSING = 6.0, 12.0, 5.0


def rank(
    reading: Reading, text: str, near: Sequence[tuple[float, int]], index: Index, agrees: Callable[[int], int]
) -> list[int]:
    """Give the units most like a name, best first; each comes with its likeness by words. The unlike are left out.

    The costly comparisons are made only for units that could still come out among the best.
    """
    ordered, joined, written = look(reading, text)
    hoped = []
    for likeness, unit in near:
        theirs, together, _ = index.looks[unit]
        same = max(fuzz.ratio(ordered, theirs), fuzz.ratio(joined, together))
        score = SAME * same + WORDS * min(likeness, 1)
        other = index.readings[unit]
        if reading.hard != other.hard:
            score -= DIFFERENT if any(reading.hard) and any(other.hard) else MISSING
        hoped.append((-score - HERE * agrees(unit), unit))
    best: list[tuple[float, int]] = []
    for so_far, unit in sorted(hoped):
        if len(best) == ENOUGH and so_far - REST > best[-1][0]:
            break
        theirs, _, name = index.looks[unit]
        score = so_far - WITHIN * fuzz.token_set_ratio(ordered, theirs) - LOOKS * fuzz.ratio(written, name)
        if -score >= LOWEST:
            best = sorted([*best, (score, unit)])[:ENOUGH]
    return [unit for _, unit in best]
