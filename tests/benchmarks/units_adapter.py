"""The units plugin's matcher in the shape of the measuring script: `make(standard, places)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omoto_units import Matcher

__all__ = ["make"]


class Adapter:
    """`match(text, city, withhold)` gives the accepted unit and up to three suggestions, by place in the list."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher

    def match(self, text: str, city: str = "", withhold: int | None = None) -> tuple[int | None, list[int]]:
        """Match one name as if the withheld unit were not in the list."""
        found = self.matcher.match(text, city=city, without=withhold)
        return found.unit, [option.unit for option in found.options]


def make(standard: Sequence[str], places: Sequence[Any]) -> Adapter:
    """Lay out a list; a place is a mapping with city and state, a list of names, or None."""
    known = [_names(place) for place in places]
    return Adapter(Matcher(standard, known if any(known) else ()))


def _names(place: Any) -> list[str]:
    if isinstance(place, Mapping):
        cities = [place.get("city") or "", place.get("district") or ""]
        return [*cities, place.get("state") or ""]
    return list(place or ())
