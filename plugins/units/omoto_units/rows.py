"""What the row says of the place beside a name, and which units it confirms."""

from __future__ import annotations

from omoto_units.cores import Core
from omoto_units.index import Index
from omoto_units.places import Place, agreement

__all__ = ["Row"]


class Row:
    """The city that a row names, against the places of a list's units."""

    def __init__(self, index: Index, city: str) -> None:
        self.index = index
        self.place = Place.of([city]) if city else Place()
        self._known: dict[int, int] = {}

    def agrees(self, unit: int) -> int:
        """Compare the row's city with a unit's: 1 where they are one, -1 where they are two, 0 where nobody can say."""
        if not self.place.cities:
            return 0
        place = self.index.places[unit]
        if id(place) not in self._known:
            self._known[id(place)] = agreement(self.place, place)
        return self._known[id(place)]

    def confirms(self, query: Core, unit: int) -> bool:
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
        place, agrees = self.index.places[unit], self.agrees(unit)
        known = place.cities | place.regions | {form for _, form in place.phrases}
        if agrees > 0:
            return known | {form for _, form in self.place.phrases}
        if agrees == 0 and not place.cities and not self.index.towns:
            return known | {form for form in self.place.cities if not set(form.split()) & self.index.vocabulary}
        return known

    def _here(self, query: Core, unit: int) -> frozenset[str]:
        """Give the places that the row's own city says, so that a name need not."""
        place = self.index.places[unit]
        if self.agrees(unit) <= 0:
            return frozenset()
        here = frozenset(form for _, form in self.place.phrases)
        if not query.places:  # a row in Delhi is in New Delhi, too, unless the name says otherwise
            here |= {said for form, said in place.said if form in place.cities & self.place.cities}
        own = {phrase for phrase, _ in place.phrases}
        if any((word,) not in own for word in query.key[0]):
            here |= place.regions  # of a name that is the city's own, the state is not known: cities share names
        return here
