"""A name without the places in it: what is left, and whether a list uses places to tell its units apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omoto_units.places import Place, part, without
from omoto_units.reading import INITIALS, Reading, of_tokens
from omoto_units.spelling import SHORTEST, fold, slip
from omoto_units.words import FILLERS, KINDS

__all__ = ["Core", "cores_of", "is_bare", "is_core", "same_town", "told", "told_apart"]

#: A city in most names of its units is a part of them, and not to be added.
TOLD = 0.5
#: In a list with more such pairs among the names with a place in them, every place may tell units apart.
APART = 0.005
#: So many letters must follow a city that is glued to the next word.
GLUED = 4
#: A word of fewer letters names no place by itself.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Core:
    """A name without the places in it, and those places; `joined` is it without spaces, too."""

    key: Any
    joined: Any
    places: frozenset[str]

    @classmethod
    def of(cls, reading: Reading, places: frozenset[str] = frozenset()) -> Core:
        """Take what is left of a name."""
        return cls(reading.key, reading.joined, places)

    def is_like(self, other: Core) -> bool:
        """Tell whether two names have the same words in any order, or the same letters in theirs."""
        return bool(self.key == other.key or self.joined == other.joined)


def is_core(reading: Reading) -> bool:
    """Tell whether a name says something beside a kind of place, such as "road", and one number or letter."""
    codes = [code.rpartition(" ")[2] for group in reading.hard[:2] for code in group]
    named = any(word not in KINDS and word not in FILLERS and len(word) >= NAMED for word in reading.soft)
    return named or len(codes) > 1 or any(code[0] == INITIALS and len(code) > len(".a") for code in codes)


def cores_of(reading: Reading, place: Place, brand: frozenset[str], vocabulary: frozenset[str]) -> tuple[Core, ...]:
    """Take a unit's own place out of its name, also where it is glued to the next word."""
    words = list(reading.words)
    for number, word in enumerate(words):
        for phrase, _ in place.phrases:
            town = phrase[0]
            if len(phrase) == 1 and len(town) >= SHORTEST and len(word) - len(town) >= GLUED and word.startswith(town):
                words[number : number + 1] = [town, word[len(town) :]]
                break
    cores = [Core.of(reading)]
    for rest, places in without(words, place.phrases):
        bare = of_tokens(rest, brand, vocabulary)
        if is_core(bare):
            cores.append(Core.of(bare, places))
    return tuple(cores)


def told(places: Sequence[Place], cores: Sequence[Sequence[Core]]) -> frozenset[str]:
    """Find the places that the list itself writes into the names of units there: not to be added to another name."""
    there = Counter(form for place in places for form in {form for _, form in place.phrases})
    named = Counter(form for own in cores for form in {form for core in own for form in core.places})
    return frozenset(form for form, count in named.items() if count > 1 and count >= TOLD * there[form])


def told_apart(
    readings: Sequence[Reading],
    places: Sequence[Place],
    cores: Sequence[Sequence[Core]],
    words: Mapping[Any, Sequence[int]],
) -> frozenset[str]:
    """Find the places that tell units apart: names of one city differ by it alone, so that it is no ornament.

    Where a list often does so, it may do so with every place.
    """
    named = [unit for unit, own in enumerate(cores) if len(own) > 1]
    pairs = [
        core.places
        for unit in named
        for core in cores[unit][1:]
        if any(
            other != unit and core.places <= places[other].cities and not is_bare(readings[other], places[other])
            for other in words.get(core.key, ())
        )
    ]
    often = len(pairs) >= APART * len(named)
    return frozenset().union(*(core.places for own in cores for core in own) if often else pairs)


def is_bare(reading: Reading, place: Place) -> bool:
    """Tell whether a name has nothing beside its own town."""
    if any(reading.hard) or not place.phrases:
        return False
    rest, found = part(reading.soft, place.phrases)
    words = [word for word in rest if word != "-"]
    if found:
        return not words and len(found) == 1
    return any(same_town(words, phrase) for phrase, _ in place.phrases)


def same_town(words: Sequence[str], town: Sequence[str]) -> bool:
    """Tell whether words are a town's name in another spelling, or with a slip."""
    one, other = "".join(words), "".join(town)
    return fold(one) == fold(other) or slip(one, other) > 0
