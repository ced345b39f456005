"""A list of units, laid out for looking up names: by each form in which two names can be the same, and by words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import chain, pairwise
from math import log
from typing import Any

from omoto_units.cores import Core, cores_of, is_bare, same_town, told, told_apart
from omoto_units.places import Place
from omoto_units.reading import Reading, letters, of_tokens, plain, tokens, unglued
from omoto_units.spelling import SHORTEST, around, fold, slip
from omoto_units.words import DIRECTIONS, FILLERS, KINDS, TELLING

__all__ = ["Index", "look"]

#: A word in more than this share of the names, in a list of some length, is the brand.
SHARE, ENOUGH = 0.6, 12
#: So many units of a common word are looked at.
COMMON = 200
#: Two words are glued up to so many letters.
LONGEST = 30
#: So many of a word's rarest parts are looked up where no word is near it, and so many words of each.
RARE, MANY = 7, 150
#: So many words are kept with those of the list that are like them.
KEPT = 50_000
#: Words that are long enough to be known when a letter is wrong.
MENDABLE = frozenset(word for word in KINDS | FILLERS if len(word) > SHORTEST)
Ids = tuple[int, ...]


@dataclass(frozen=True)
class Index:
    """Everything that is known of a list before the first name is asked for."""

    names: tuple[str, ...]
    readings: tuple[Reading, ...]
    places: tuple[Place, ...]
    cores: tuple[tuple[Core, ...], ...]
    brand: frozenset[str]
    vocabulary: frozenset[str]
    forms: Mapping[str, Mapping[Any, list[int]]]
    words: tuple[frozenset[str], ...]
    by_word: Mapping[str, list[int]]
    near: Mapping[str, list[str]]
    parts: Mapping[str, list[str]]
    folded: Mapping[str, str]
    towns: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    told: frozenset[str]
    told_apart: frozenset[str]
    units_in: Mapping[str, int]
    weights: Mapping[str, float]
    norms: tuple[float, ...]
    looks: tuple[tuple[str, str, str], ...]
    found: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, names: Sequence[str], places: Sequence[Place] = (), brand: Iterable[str] = ()) -> Index:
        """Lay out a list; `places` has one for each name, `brand` are words that all names may have."""
        split = [tokens(name) for name in names]
        known = _brand(split) | {word for name in brand for word in tokens(name)}
        readings = tuple(of_tokens(words, known) for words in split)
        vocabulary = frozenset(word for one in readings for word in one.soft)
        glued = _glued(vocabulary)
        vocabulary -= glued
        readings = tuple(
            one if glued.isdisjoint(one.soft) else of_tokens(one.words, known, vocabulary) for one in readings
        )
        places = tuple(places) or (Place(),) * len(names)
        cores = tuple(cores_of(one, place, known, vocabulary) for one, place in zip(readings, places, strict=True))
        words = tuple(frozenset(_all_words(reading)) for reading in readings)
        by_word = _by_word(words)
        weights = {word: log(1 + len(names) / len(units)) for word, units in by_word.items()}
        single = {word for reading in readings for word in (*reading.soft, *reading.words)}
        near, parts = _neighbours(sorted(single & by_word.keys()))
        folded = {word: fold(word) for word in {word for reading in readings for word in reading.soft}}
        forms = _forms(names, readings, cores, folded)
        return cls(
            names=tuple(names),
            readings=readings,
            places=places,
            cores=cores,
            brand=known,
            vocabulary=vocabulary,
            forms=forms,
            words=words,
            by_word=by_word,
            near=near,
            parts=parts,
            folded=folded,
            towns=_towns(places),
            told=told(places, cores),
            told_apart=told_apart(readings, places, cores, forms["words"]),
            units_in=Counter(city for place in places for city in place.cities),
            weights=weights,
            norms=tuple(sum(weights[word] ** 2 for word in own) for own in words),
            looks=tuple(look(reading, name) for reading, name in zip(readings, names, strict=True)),
        )

    def weight(self, word: str) -> float:
        """Say how much a word tells: the fewer units have it, the more."""
        return self.weights.get(word) or log(1 + len(self.names))

    def places_in(self, words: Collection[str]) -> list[tuple[tuple[str, ...], str]]:
        """Give the places of the list that a name with these words might name, longest first."""
        found = {phrase: form for word in words for phrase, form in self.towns.get(word, ())}
        return sorted(found.items(), key=lambda one: (-len(one[0]), one[0]))

    def read(self, parts: Sequence[str]) -> Reading:
        """Read a name as names of this list are read."""
        return of_tokens(parts, self.brand, self.vocabulary)

    def is_town(self, unit: int) -> bool:
        """Tell whether a unit is named like its town and nothing else, and the list has more units there.

        Where its name is written otherwise, any unit of that town may be meant.
        """
        reading, place = self.readings[unit], self.places[unit]
        if not is_bare(reading, place):
            return False
        own = [city for city in place.cities if same_town(reading.soft, city.split())]
        there = max((self.units_in[city] for city in own), default=0)
        return there > 1 or any(len(self.by_word.get(word, ())) > 1 for word in reading.soft)

    def fold(self, word: str) -> str:
        """Write a word so that spelling habits no longer show; those of the list are known."""
        return self.folded.get(word) or fold(word)

    def mended(self, word: str) -> str:
        """Write a misspelt kind of place, or a word that says nothing, as it should be; other words as they are."""
        if len(word) < SHORTEST or word in self.by_word or word in self.towns or word in KINDS or word in FILLERS:
            return word
        near = [other for other in MENDABLE | self.brand if other[0] == word[0]]
        meant = [other for other in near if slip(word, other) == 1 or fold(other) == fold(word)]
        return meant[0] if len(meant) == 1 else word

    def alike(self, word: str) -> list[str]:
        """Give the list's words that are this one, one slip away from it, or else share most of its parts.

        Names share most of their words, so what was found once is kept.
        """
        found = self.found.get(word)
        if found is None:
            if len(self.found) >= KEPT:
                self.found.clear()
            found = self.found[word] = self._alike(word)
        return found

    def _alike(self, word: str) -> list[str]:
        exact = [word] if word in self.by_word else []
        found = {other for key in around(word) for other in self.near.get(key, ())}
        found.discard(word)
        if exact or found:
            return exact + sorted(found)
        rare = sorted((self.parts.get(piece, ()) for piece in _pieces(word)), key=len)[:RARE]
        shared = Counter(chain.from_iterable(others[:MANY] for others in rare))
        most = [(count, other) for other, count in shared.items() if count > 1]
        most = nsmallest(8, most, key=lambda one: (-one[0], one[1]))
        return [other for count, other in most if 4 * count >= min(len(word), len(other))]

    def candidates(self, reading: Reading, limit: int) -> list[tuple[float, int]]:
        """Give the units that share the most telling words with a name, best first, with their likeness (0 to 1)."""
        found: dict[str, float] = {}
        whole = 0.0
        for word in _all_words(reading):
            whole += self.weight(word) ** 2
            for other in self.alike(word):
                weight = self.weight(other) ** 2 * (1.0 if other == word else 0.7)
                found[other] = max(found.get(other, 0.0), weight)
        scores: dict[int, float] = defaultdict(float)
        for word, weight in sorted(found.items(), key=lambda one: (-one[1], one[0])):
            units = self.by_word[word]
            if len(units) > COMMON and len(scores) >= limit:
                for unit in scores:
                    if word in self.words[unit]:
                        scores[unit] += weight
                continue
            for unit in units[: 5 * COMMON]:
                scores[unit] += weight
        norms = self.norms
        best = nsmallest(limit, [(-score / (whole * norms[unit]) ** 0.5, unit) for unit, score in scores.items()])
        return [(-likeness, unit) for likeness, unit in best]


def look(reading: Reading, text: str) -> tuple[str, str, str]:
    """Give the texts by which two names are compared: ordinary words in order of letters, without spaces, and all."""
    return " ".join(sorted(reading.soft)), "".join(reading.soft), plain(text)


def _brand(split: Sequence[Sequence[str]]) -> frozenset[str]:
    """Find words that stand in most names of a list and so tell none of them apart."""
    if len(split) < ENOUGH:
        return frozenset()
    counts = Counter(word for words in split for word in set(words) if len(word) > 1 and word.isalpha())
    often = {word for word, count in counts.items() if count > SHARE * len(split)}
    return frozenset(often - KINDS - DIRECTIONS.keys() - TELLING.keys() - FILLERS)


def _glued(vocabulary: frozenset[str]) -> frozenset[str]:
    """Find words that are another word of the list with a roman number at the end, such as "pitampuraii"."""
    ends = [word for word in vocabulary if word.endswith(("i", "v", "x"))]
    return frozenset(word for word in ends if unglued(word, vocabulary)[1])


def _forms(
    names: Sequence[str], readings: Sequence[Reading], cores: Sequence[Sequence[Core]], folded: Mapping[str, str]
) -> dict[str, dict[Any, list[int]]]:
    forms: dict[str, dict[Any, list[int]]] = {form: defaultdict(list) for form in ("exact", "letters", "words")}
    forms |= {form: defaultdict(list) for form in ("spaces", "habit", "core")}
    for unit, (name, reading, own) in enumerate(zip(names, readings, cores, strict=True)):
        forms["exact"][plain(name).strip()].append(unit)
        forms["letters"][letters(name)].append(unit)
        forms["words"][reading.key].append(unit)
        forms["spaces"][reading.joined].append(unit)
        for core in own:
            for key in (core.key, core.joined):
                forms["core"][key].append(unit)
        forms["habit"][tuple(sorted(folded[word] for word in reading.soft)), reading.hard].append(unit)
    return {form: dict(table) for form, table in forms.items()}


def _all_words(reading: Reading) -> list[str]:
    """List the words by which a name may be found: as read, as written, and two by two without the space."""
    soft = reading.soft
    hard = [word.rpartition(" ")[2] for group in reading.hard for word in group]
    written = [word for word in reading.words if len(word) > 1 and word not in FILLERS and not word.isdigit()]
    glued = [a + b for a, b in pairwise(soft) if len(a) + len(b) < LONGEST]
    return list(dict.fromkeys([*soft, *hard, *written, *glued]))


def _by_word(words: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    table: dict[str, list[int]] = defaultdict(list)
    for unit, own in enumerate(words):
        for word in own:
            table[word].append(unit)
    return dict(table)


def _pieces(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[place : place + 3] for place in range(len(word))}


def _neighbours(words: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    near: dict[str, list[str]] = defaultdict(list)
    parts: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if word.isalpha():
            for key in around(word):
                near[key].append(word)
            for piece in _pieces(word):
                parts[piece].append(word)
    return dict(near), dict(parts)


def _towns(places: Iterable[Place]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Lay out the places of all units by their first words."""
    phrases = {phrase: form for place in set(places) for phrase, form in place.phrases}
    table: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for phrase, form in sorted(phrases.items()):
        table[phrase[0]].append((phrase, form))
    return {first: tuple(found) for first, found in table.items()}
