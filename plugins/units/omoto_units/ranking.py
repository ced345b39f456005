"""The order of suggestions. A score puts names in order for a person to choose from; it never accepts one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from omoto_units.index import Index
from omoto_units.reading import Reading, plain

__all__ = ["rank"]

#: Below this a name is not like the other at all.
LOWEST = 45.0
#: What the row's city is worth, and what telling parts cost that differ.
HERE, DIFFERENT, MISSING = 6.0, 12.0, 5.0


def rank(
    reading: Reading, text: str, units: Sequence[int], index: Index, agrees: Callable[[int], int]
) -> list[int]:
    """Put units in the order of their likeness to a name, and leave out those that are not like it."""
    written, sorted_soft, joined = plain(text), " ".join(sorted(reading.soft)), "".join(reading.soft)
    scored = []
    for unit in units:
        other = index.readings[unit]
        theirs = " ".join(sorted(other.soft))
        same = max(fuzz.ratio(sorted_soft, theirs), fuzz.ratio(joined, "".join(other.soft)))
        within = fuzz.token_set_ratio(sorted_soft, theirs)
        looks = fuzz.ratio(written, plain(index.names[unit]))
        score = 0.5 * same + 0.25 * within + 0.25 * looks
        if reading.hard != other.hard:
            score -= DIFFERENT if all(any(one.hard) for one in (reading, other)) else MISSING
        score += HERE * agrees(unit)
        if score >= LOWEST:
            scored.append((-score, unit))
    return [unit for _, unit in sorted(scored)]
