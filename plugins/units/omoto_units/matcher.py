"""The matcher: a name as somebody wrote it, against the list of standard names. Nothing is guessed.

A name is accepted where every word on both sides has an explanation and only one unit fits; else it is a suggestion,
with the difference shown, or it is refused. Scores put suggestions into order; they never decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal

from omoto_units.cores import Core, is_core
from omoto_units.explain import LONGER, Explained, difference, explain
from omoto_units.index import Index
from omoto_units.places import Place, agreement, without
from omoto_units.ranking import rank
from omoto_units.reading import Reading, letters, plain, tokens

__all__ = ["RULES", "Match", "Matcher", "Option"]

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
#: Ways in which they are one although letters or words differ.
OTHERWISE = ("habit", "slip", "place")
LOOKED_AT = 12
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


class Matcher:
    """The units of one list, ready to be found by name.

    `places` says for each name where the unit is: a city, or a sequence of names (city, district, and last the state
    where there are three). `codes` are store codes. `brand` are words that any name may have, such as the chain's own.
    `aliases` are spellings that people confirmed, each with the standard name. Raises ValueError where the lists
    differ in length.

    >>> units = Matcher(["Noida Sector 62", "Noida Sector 63", "Mall of the Emirates"])
    >>> units.match("SECTOR-62, Noida").name, units.match("noida sector 64").outcome
    ('Noida Sector 62', 'suggest')
    """

    def __init__(
        self,
        names: Sequence[str],
        places: Sequence[Place | str | Sequence[str | None] | None] = (),
        codes: Sequence[str | None] = (),
        brand: Iterable[str] = (),
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        for given in (places, codes):
            if given and len(given) != len(names):
                message = f"{len(names)} names, but {len(given)} places or codes."
                raise ValueError(message)
        self.names = tuple(names)
        self.index = Index.of(self.names, _places(places), brand)
        self.codes = _codes(codes)
        self.aliases = self._known(aliases or {})

    def match(self, text: str, city: str = "", code: str = "", without: int | None = None) -> Match:
        """Find the unit that a name means. `city` and `code` are what the row says beside it.

        `without` leaves one unit out, as if the list did not have it.
        """
        known = [unit for unit in self.codes.get(_code(code), ()) if unit != without] if code else []
        if not plain(text or "").strip():
            return self._accept("code", known[0]) if len(known) == 1 else Match("refuse", "empty")
        by_name = _Search(self, text, city, without).match()
        return self._by_code(known[0], by_name, text) if len(known) == 1 else by_name

    def alike(self) -> list[tuple[int, int]]:
        """Find pairs of units that their names alone cannot tell apart: each would be taken for the other.

        >>> Matcher(["MG Road", "M.G. Road Branch", "CG Road"]).alike()
        [(0, 1)]
        """
        pairs = set()
        for unit, name in enumerate(self.names):
            found = self.match(name, without=unit)
            same = [found.unit] if found.unit is not None else []
            if found.rule == "ambiguous":
                same = [option.unit for option in found.options]
            pairs |= {(min(unit, other), max(unit, other)) for other in same}
        return sorted(pairs)

    def _by_code(self, unit: int, by_name: Match, text: str) -> Match:
        """Let the code decide, unless the name says that it is another unit."""
        reading, own = self.index.read(tokens(text)), self.index.readings[unit]
        named = by_name.name
        elsewhere = named is not None and named != self.names[unit]
        contradicts = any(reading.hard) and any(own.hard) and reading.hard != own.hard
        if not elsewhere and (named is not None or not contradicts):
            return self._accept("code", unit)
        units = [unit, by_name.unit, *(option.unit for option in by_name.options)]
        return self._suggest("code_differs", reading, [one for one in dict.fromkeys(units) if one is not None])

    def _accept(self, rule: str, unit: int, reading: Reading | None = None) -> Match:
        read = (reading, self.index.readings[unit]) if reading else None
        return Match("accept", rule, unit, self.names[unit], (Option(unit, self.names[unit], read),))

    def _suggest(self, rule: str, reading: Reading, units: Sequence[int]) -> Match:
        names, readings = self.names, self.index.readings
        options = tuple(Option(one, names[one], (reading, readings[one])) for one in units[:SUGGESTED])
        return Match("suggest", rule, options=options) if options else Match("refuse", "unlike")

    def _known(self, aliases: Mapping[str, str]) -> dict[Any, int]:
        places = {name: unit for unit, name in reversed(tuple(enumerate(self.names)))}
        return {letters(text): places[name] for text, name in aliases.items() if name in places}


class _Search:
    """One name on its way through the rules, strictest first."""

    def __init__(self, matcher: Matcher, text: str, city: str, without: int | None) -> None:
        self.matcher, self.index = matcher, matcher.index
        self.text, self.without = text, without
        self.parts = tokens(text)
        self.reading = self.index.read(self.parts)
        self.row = Place.of([city]) if city else Place()
        self.agreements: dict[int, int] = {}

    def match(self) -> Match:
        alias = self.matcher.aliases.get(letters(self.text))
        exact = self._units("exact", plain(self.text).strip())
        if len(exact) == 1:
            return self._settle("exact", exact)
        if alias is not None and alias != self.without:
            return self.matcher._accept("alias", alias)  # noqa: SLF001  one class in two halves
        keys = (letters(self.text), self.reading.key, self.reading.joined)
        for rule, key in zip(SAME, keys, strict=True):
            found = self._units(rule, key)
            if found:
                return self._settle(rule, found)
        return self._spelt_otherwise()

    def _elsewhere(self, units: Sequence[int], near: Sequence[tuple[float, int]]) -> Match:
        """Decide where the row names another city than the unit's: the name of another may say the row's own."""
        here = [unit for unit in self._placed() if self._agrees(unit) > 0]
        if len(here) == 1:
            return self.matcher._accept("place", here[0], self.reading)  # noqa: SLF001  one class in two halves
        return self._offer("city", [*here, *units, *self._ranked(near or self._near())])

    def _near(self) -> list[tuple[float, int]]:
        """Give the units that share telling words with the name, and their likeness."""
        return [one for one in self.index.candidates(self.reading, 2 * LOOKED_AT) if one[1] != self.without]

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
        return self._suggest("unexplained", near)

    def _mended(self) -> list[int]:
        """Find units with the same words once words such as "sectro" and "branhc" are written right."""
        parts = [self.index.mended(word) for word in self.parts]
        if parts == self.parts:
            return []
        reading = self.index.read(parts)
        return self._units("words", reading.key) or self._units("spaces", reading.joined)

    def _units(self, form: str, key: Any) -> list[int]:
        return [unit for unit in self.index.forms[form].get(key, ()) if unit != self.without]

    def _agrees(self, unit: int) -> int:
        if not self.row.cities:
            return 0
        place = self.index.places[unit]
        if id(place) not in self.agreements:
            self.agreements[id(place)] = agreement(self.row, place)
        return self.agreements[id(place)]

    def _settle(self, rule: str, units: Sequence[int], near: Sequence[tuple[float, int]] = ()) -> Match:
        """Accept the only unit; of several, the only one in the row's city; none that lies in another city."""
        if len(units) > 1:
            here = [unit for unit in units if self._agrees(unit) > 0]
            if len(here) != 1:
                return self._offer("ambiguous", [*here, *units])
            units = here
        if self._agrees(units[0]) < 0:
            return self._elsewhere(units, near)
        if rule in OTHERWISE and self.index.is_town(units[0]):
            return self._offer("town", [*units, *self._ranked(near)])
        return self.matcher._accept(rule, units[0], self.reading)  # noqa: SLF001  one class in two halves

    def _explained(self, unit: int) -> Explained | None:
        place = self.row if self._agrees(unit) > 0 else Place()
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
        phrases = [*self.row.phrases, *self.index.places_in(self.parts)]
        queries = [Core.of(self.reading)]
        for rest, said in without(self.parts, phrases):
            bare = self.index.read(rest)
            if is_core(bare) or any(bare.hard):
                queries.append(Core.of(bare, said))
        found = []
        for query in queries:
            for unit in [*self._units("core", query.key), *self._units("core", query.joined)]:
                if unit not in found and self._is_there(query, unit):
                    found.append(unit)
        return found

    def _is_there(self, query: Core, unit: int) -> bool:
        """Tell whether all places that were said are the unit's own, and all that were not are the row's."""
        if not query.places <= self._sayable(unit):
            return False
        here = self._here(query, unit)
        for core in self.index.cores[unit]:
            missing, added = core.places - query.places, query.places - core.places
            if (missing and added) or (missing | added) & self.index.told_apart or added & self.index.told:
                continue
            if missing <= here and core.is_like(query):
                return True
        return False

    def _sayable(self, unit: int) -> frozenset[str]:
        """Give the places that a name for this unit may say."""
        place, agrees = self.index.places[unit], self._agrees(unit)
        known = place.cities | place.regions | {form for _, form in place.phrases}
        if agrees > 0:
            return known | {form for _, form in self.row.phrases}
        if agrees == 0 and not place.cities and not self.index.towns:
            return known | {form for form in self.row.cities if not set(form.split()) & self.index.vocabulary}
        return known

    def _here(self, query: Core, unit: int) -> frozenset[str]:
        """Give the places that the row's own city says, so that a name need not."""
        place = self.index.places[unit]
        if self._agrees(unit) <= 0:
            return frozenset()
        here = frozenset(form for _, form in self.row.phrases)
        if not query.places:  # a row in Delhi is in New Delhi, too, unless the name says otherwise
            here |= {said for form, said in place.said if form in place.cities & self.row.cities}
        own = {phrase for phrase, _ in place.phrases}
        if any((word,) not in own for word in query.key[0]):
            here |= place.regions  # of a name that is the city's own, the state is not known: cities share names
        return here

    def _suggest(self, rule: str, near: Sequence[tuple[float, int]]) -> Match:
        return self._offer(rule, self._ranked(near))

    def _ranked(self, near: Sequence[tuple[float, int]]) -> list[int]:
        return rank(self.reading, self.text, near, self.index, self._agrees)

    def _offer(self, rule: str, units: Sequence[int]) -> Match:
        return self.matcher._suggest(rule, self.reading, list(dict.fromkeys(units)))  # noqa: SLF001  as above


def _places(places: Sequence[Place | str | Sequence[str | None] | None]) -> list[Place]:
    """Read what is known of each unit's place; each distinct one once."""
    known: dict[Any, Place] = {}
    found = []
    for given in places:
        key = given if isinstance(given, Place | str | None) else tuple(given)
        if key not in known:
            known[key] = key if isinstance(key, Place) else _place(key)
        found.append(known[key])
    return found


def _place(given: str | tuple[str | None, ...] | None) -> Place:
    if given is None or isinstance(given, str):
        return Place.of([given] if given else [])
    names = [name or "" for name in given]
    return Place.of(names[:2], names[2:])


def _code(code: str | None) -> str:
    """Write a store code in one form: spreadsheets add ".0" and take zeros from the front."""
    text = plain(code or "").strip()
    text = text.removesuffix(".0") if text[:-2].isdigit() else text
    return text.lstrip("0") or text if text.isdigit() else text


def _codes(codes: Sequence[str | None]) -> dict[str, list[int]]:
    table: dict[str, list[int]] = {}
    for unit, code in enumerate(codes):
        if _code(code):
            table.setdefault(_code(code), []).append(unit)
    return table
