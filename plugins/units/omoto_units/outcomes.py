"""What may become of a name: accepted, suggested or refused, each with a rule that says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from itertools import islice
from typing import Literal

from omoto_units.explain import difference
from omoto_units.index import Index
from omoto_units.reading import Reading

__all__ = ["RULES", "SAME", "Match", "Option", "accepted", "suggested"]

#: Why a name was accepted, or was not.
RULES: Mapping[str, str] = {
    "code": "the store code is the unit's",
    "alias": "a person confirmed this spelling",
    "exact": "the same name",
    "letters": "the same letters; only case, spaces or punctuation differ",
    "words": "the same words and numbers, in another order or written out",
    "spaces": "the same letters and numbers; only spaces between words differ",
    "habit": "the same name in another common spelling",
    "slip": "one slip of the finger",
    "place": "the same name; the other words are the unit's own city",
    "ambiguous": "several units fit equally well",
    "city": "the row names another city than the unit's",
    "town": "the unit is named like its town, and the name is not written like the unit's",
    "code_differs": "the store code belongs to another unit than the name",
    "unexplained": "not every word is explained",
    "unlike": "no unit has a name like it",
    "empty": "there is no name",
}
#: Ways in which two names can be one, in the order in which they are tried.
SAME = ("letters", "words", "spaces")
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A unit that might be meant, by its place in the list; `read` are the name as it was written and the unit's."""

    unit: int
    name: str
    read: tuple[Reading, Reading] | None = attribute(default=None, repr=False, compare=False)

    @property
    def difference(self) -> str:
        """Show how the unit's name differs from what was written."""
        return difference(*self.read) if self.read else ""


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a name: accepted (`unit`), suggested (`options`, best first, three at most), or refused.

    `rule` is a key of `RULES`. `unit` is a place in the list and `name` the standard name there. An accepted unit is
    the only option.
    """

    outcome: Literal["accept", "suggest", "refuse"]
    rule: str
    unit: int | None = None
    name: str | None = None
    options: tuple[Option, ...] = ()

    @property
    def why(self) -> str:
        """The rule in words."""
        return RULES[self.rule]


def accepted(index: Index, rule: str, unit: int, reading: Reading | None = None) -> Match:
    """Accept a unit; `reading` is the name as it was read."""
    read = (reading, index.readings[unit]) if reading else None
    return Match("accept", rule, unit, index.names[unit], (Option(unit, index.names[unit], read),))


def suggested(index: Index, rule: str, reading: Reading, units: Iterable[int]) -> Match:
    """Suggest the first of these units, each once; refuse where there is none."""
    best = islice(dict.fromkeys(units), SUGGESTED)
    options = tuple(Option(unit, index.names[unit], (reading, index.readings[unit])) for unit in best)
    return Match("suggest", rule, options=options) if options else Match("refuse", "unlike")
