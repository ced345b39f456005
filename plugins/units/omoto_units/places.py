"""Where units are: what the list and the row say of the city, and which words of a name are only that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from omoto_units.reading import tokens
from omoto_units.spelling import SHORTEST, fold, slip
from omoto_units.words import ALIASES_OF_PLACES, DIRECTIONS, KINDS, PLACE_SUFFIXES, TELLING

__all__ = ["Place", "agreement", "names_of", "part", "without"]

Phrase = tuple[str, ...]
#: From so many letters on, a city's name with one slip is not another city: Rampur is not Raipur.
LONG_ENOUGH = 8
_FORMS = {form: line[0] for line in ALIASES_OF_PLACES for form in line}
_LINES = {line[0]: line for line in ALIASES_OF_PLACES}


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of where something is.

    `cities` are names of its city and district, `regions` those of its state, each in the form that stands for all
    its spellings. `phrases` are all the ways to write any of them, longest first, each with that form.
    `heard` are the cities without spelling habits. `said` are the forms that stand for a city, each with those that
    its spellings stand for in a name.
    """

    cities: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    phrases: tuple[tuple[Phrase, str], ...] = ()
    heard: frozenset[str] = frozenset()
    said: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, cities: Iterable[str], regions: Iterable[str] = ()) -> Place:
        """Read names of a place; empty ones are left out."""
        phrases: dict[Phrase, str] = {}
        said: set[tuple[str, str]] = set()
        found: list[set[str]] = []
        for names in (cities, regions):
            forms = [names_of(name) for name in names if name and name.strip()]
            found.append({form for form, _ in forms if form})
            phrases |= {phrase: _said(phrase, form) for form, ways in forms for phrase in ways}
            said |= {(form, _said(phrase, form)) for form, ways in forms for phrase in ways}
        longest = tuple(sorted(phrases.items(), key=lambda one: (-len(one[0]), one[0])))
        heard = frozenset(fold(city) for city in found[0])
        return cls(frozenset(found[0]), frozenset(found[1]), longest, heard, tuple(sorted(said)))


def names_of(name: str) -> tuple[str, tuple[Phrase, ...]]:
    """Give the form that stands for a place, and the ways to write it.

    >>> names_of("Greater Bombay")
    ('mumbai', (('bombay',), ('greater', 'bombay'), ('mumbai',)))
    """
    whole = tuple(word for word in tokens(name) if word != "-")
    bare = tuple(word for word in whole if word not in PLACE_SUFFIXES) or whole
    form = _FORMS.get(" ".join(whole)) or _FORMS.get(" ".join(bare), " ".join(bare))
    aliases = {tuple(line.split()) for line in _LINES.get(form, ())}
    ways = {whole, bare, *(way for way in aliases if not _tells(way))}
    return form, tuple(sorted(way for way in ways if any(not _tells((word,)) for word in way)))


def _said(phrase: Phrase, form: str) -> str:
    """Give the form of a place as a name says it: in a name, New Delhi is not Delhi."""
    return " ".join(phrase) if _tells(phrase) else form


def _tells(phrase: Phrase) -> bool:
    return any(word in TELLING or word in DIRECTIONS for word in phrase)


def agreement(one: Place, other: Place) -> int:
    """Compare two places: 1 where they are in one city, -1 where they are in two, 0 where nobody can say.

    A name that is a slip away from the other neither confirms nor contradicts.
    """
    if not one.cities or not other.cities:
        return 0
    if not one.cities.isdisjoint(other.cities) or not one.heard.isdisjoint(other.heard):
        return 1
    pairs = [(a, b) for a in one.cities for b in other.cities]
    if any(_alike(a, b) for a, b in pairs):
        return 1
    return 0 if any(min(len(a), len(b)) >= LONG_ENOUGH and slip(a, b) == 1 for a, b in pairs) else -1


def _alike(one: str, other: str) -> bool:
    """Tell whether one of two names of cities says the other more fully."""
    parts, others = one.split(), other.split()
    if len(parts) == len(others) == 1:
        return False
    if {word for word in parts if _tells((word,))} != {word for word in others if _tells((word,))}:
        return False
    return bool({word for word in parts if _says_where(word)} & set(others))


def _says_where(word: str) -> bool:
    return len(word) >= SHORTEST - 1 and word not in KINDS and word not in TELLING and word not in DIRECTIONS


def without(words: Sequence[str], phrases: Sequence[tuple[Phrase, str]]) -> Iterator[tuple[list[str], frozenset[str]]]:
    """Take the places out of a name's words, all of them and each by itself; give what is left, and which they were."""
    rest, found = part(words, phrases)
    if found:
        yield rest, found
    if len(found) > 1:
        for form in sorted(found):
            yield part(words, [one for one in phrases if one[1] == form])


def part(words: Sequence[str], phrases: Iterable[tuple[Phrase, str]]) -> tuple[list[str], frozenset[str]]:
    """Take names of places out of a name's words, longest first; give the rest and the places that were there."""
    rest = list(words)
    found = set()
    for phrase, form in phrases:
        length = len(phrase)
        place = 0
        while place + length <= len(rest):
            if rest[place] == phrase[0] and tuple(rest[place : place + length]) == phrase:
                rest[place : place + length] = ["-"]
                found.add(form)
            place += 1
    return rest, frozenset(found)
