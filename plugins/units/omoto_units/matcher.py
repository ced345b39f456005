"""The matcher: a name as somebody wrote it, against the list of standard names. Nothing is guessed.

A name is accepted where every word on both sides has an explanation and only one unit fits; else it is a suggestion,
with the difference shown, or it is refused. Scores put suggestions into order; they never decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from omoto_units.index import Index
from omoto_units.outcomes import Match, accepted, suggested
from omoto_units.places import Place
from omoto_units.reading import letters, plain, tokens
from omoto_units.search import Search

__all__ = ["Matcher"]


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
            return accepted(self.index, "code", known[0]) if len(known) == 1 else Match("refuse", "empty")
        by_name = Search(self.index, text, city, without).match(self.aliases.get(letters(text)))
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
            return accepted(self.index, "code", unit)
        units = [unit, by_name.unit, *(option.unit for option in by_name.options)]
        return suggested(self.index, "code_differs", reading, [one for one in units if one is not None])

    def _known(self, aliases: Mapping[str, str]) -> dict[Any, int]:
        places = {name: unit for unit, name in reversed(tuple(enumerate(self.names)))}
        return {letters(text): places[name] for text, name in aliases.items() if name in places}


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
