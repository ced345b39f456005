"""One name on its way through the rules, from the same letters to a slip of the finger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from omoto_units.cores import Core, is_core
from omoto_units.explain import LONGER, Explained, explain
from omoto_units.index import Index
from omoto_units.outcomes import SAME, Match, accepted, suggested
from omoto_units.places import Place, without
from omoto_units.ranking import rank
from omoto_units.reading import letters, plain, tokens
from omoto_units.rows import Row

__all__ = ["Search"]

#: Ways in which two names are one although letters or words differ.
OTHERWISE = ("habit", "slip", "place")
LOOKED_AT = 24


class Search:
    """One name on its way through the rules, strictest first."""

    def __init__(self, index: Index, text: str, city: str = "", without: int | None = None) -> None:
        self.index, self.text, self.without = index, text, without
        self.parts = tokens(text)
        self.reading = index.read(self.parts)
        self.row = Row(index, city)

    def match(self, alias: int | None = None) -> Match:
        """Find the unit; `alias` is the one that people confirmed for this text."""
        exact = self._units("exact", plain(self.text).strip())
        if len(exact) == 1:
            return self._settle("exact", exact)
        if alias is not None and alias != self.without:
            return accepted(self.index, "alias", alias)
        keys = (letters(self.text), self.reading.key, self.reading.joined)
        for rule, key in zip(SAME, keys, strict=True):
            found = self._units(rule, key)
            if found:
                return self._settle(rule, found)
        return self._spelt_otherwise()

    def _elsewhere(self, units: Sequence[int], near: Sequence[tuple[float, int]]) -> Match:
        """Decide where the row names another city than the unit's: the name of another may say the row's own."""
        here = [unit for unit in self._placed() if self.row.agrees(unit) > 0]
        if len(here) == 1:
            return accepted(self.index, "place", here[0], self.reading)
        return self._offer("city", [*here, *units, *self._ranked(near or self._near())])

    def _near(self) -> list[tuple[float, int]]:
        """Give the units that share telling words with the name, and their likeness."""
        return [one for one in self.index.candidates(self.reading, LOOKED_AT) if one[1] != self.without]

    def _spelt_otherwise(self) -> Match:
        """Try what needs more than the same letters: a spelling habit, the unit's own city, a slip."""
        folded = tuple(sorted(map(self.index.fold, self.reading.soft)))
        habit = self._units("habit", (folded, self.reading.hard))
        habit = [unit for unit in habit if self._explained(unit) is not None]
        if habit:
            return self._settle("habit", habit)
        placed = self._placed()
        if placed:
            return self._settle("place", placed)
        mended = self._mended()
        if mended:
            return self._settle("slip", mended)
        near = self._near()
        slips = self._slips([unit for _, unit in near])
        if slips is not None:
            return self._settle("slip", slips, near)
        return self._offer("unexplained", self._ranked(near))

    def _mended(self) -> list[int]:
        """Find units with the same words once words such as "sectro" and "branhc" are written right."""
        parts = [self.index.mended(word) for word in self.parts]
        if parts == self.parts:
            return []
        reading = self.index.read(parts)
        return self._units("words", reading.key) or self._units("spaces", reading.joined)

    def _units(self, form: str, key: Any) -> list[int]:
        return [unit for unit in self.index.forms[form].get(key, ()) if unit != self.without]

    def _settle(self, rule: str, units: Sequence[int], near: Sequence[tuple[float, int]] = ()) -> Match:
        """Accept the only unit; of several, the only one in the row's city; none that lies in another city."""
        if len(units) > 1:
            here = [unit for unit in units if self.row.agrees(unit) > 0]
            if len(here) != 1:
                return self._offer("ambiguous", [*here, *units])
            units = here
        if self.row.agrees(units[0]) < 0:
            return self._elsewhere(units, near)
        if rule in OTHERWISE and self.index.is_town(units[0]):
            return self._offer("town", [*units, *self._ranked(near)])
        return accepted(self.index, rule, units[0], self.reading)

    def _explained(self, unit: int) -> Explained | None:
        place = self.row.place if self.row.agrees(unit) > 0 else Place()
        return explain(self.reading, self.index.readings[unit], self.index, place)

    def _slips(self, near: Sequence[int]) -> list[int] | None:
        """Find the units that a slip of the finger explains; None where none is explained."""
        own, looks, length = self.reading.hard, self.index.looks, sum(map(len, self.reading.soft))
        alike = [unit for unit in near if self.index.readings[unit].hard == own]
        explained = {unit: self._explained(unit) for unit in alike if abs(len(looks[unit][1]) - length) <= LONGER}
        found = {unit: one for unit, one in explained.items() if one is not None}
        if not found:
            return None
        least = min(one.slips for one in found.values())
        return [unit for unit, one in found.items() if one.slips <= least + 1]

    def _placed(self) -> list[int]:
        """Find units whose names differ only by their own city, if the row or the name itself says that it is there."""
        phrases = [*self.row.place.phrases, *self.index.places_in(self.parts)]
        queries = [Core.of(self.reading)]
        for rest, said in without(self.parts, phrases):
            bare = self.index.read(rest)
            if is_core(bare) or any(bare.hard):
                queries.append(Core.of(bare, said))
        found = []
        for query in queries:
            for unit in [*self._units("core", query.key), *self._units("core", query.joined)]:
                if unit not in found and self.row.confirms(query, unit):
                    found.append(unit)
        return found

    def _ranked(self, near: Sequence[tuple[float, int]]) -> list[int]:
        return rank(self.reading, self.text, near, self.index, self.row.agrees)

    def _offer(self, rule: str, units: Sequence[int]) -> Match:
        return suggested(self.index, rule, self.reading, units)
