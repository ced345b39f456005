"""The order of suggestions. A score puts names in order for a person to choose from; it never accepts one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from omoto_units.index import Index, look
from omoto_units.reading import Reading

__all__ = ["rank"]

#: Below this a name is not like the other at all.
LOWEST = 35.0
#: What the row's city is worth, and what telling parts cost that differ.
HERE, DIFFERENT, MISSING = 6.0, 12.0, 5.0


def rank(
    reading: Reading, text: str, near: Sequence[tuple[float, int]], index: Index, agrees: Callable[[int], int]
) -> list[int]:
    """Put units, each with its likeness by words, in the order of their likeness to a name; leave out the unlike."""
    ordered, joined, written = look(reading, text)
    scored = []
    for likeness, unit in near:
        theirs, together, name = index.looks[unit]
        same = max(fuzz.ratio(ordered, theirs), fuzz.ratio(joined, together))
        within, looks = fuzz.token_set_ratio(ordered, theirs), fuzz.ratio(written, name)
        score = 0.35 * same + 0.15 * within + 0.2 * looks + 30 * min(likeness, 1)
        other = index.readings[unit]
        if reading.hard != other.hard:
            score -= DIFFERENT if any(reading.hard) and any(other.hard) else MISSING
        score += HERE * agrees(unit)
        if score >= LOWEST:
            scored.append((-score, unit))
    return [unit for _, unit in sorted(scored)]
