"""A list of units, laid out for looking up names: by each form in which two names can be the same, and by words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise
from math import log
from typing import Any

from omoto_units.places import Place, part, without
from omoto_units.reading import INITIALS, Reading, letters, of_tokens, plain, tokens, unglued
from omoto_units.spelling import SHORTEST, around, fold, slip
from omoto_units.words import DIRECTIONS, FILLERS, KINDS, TELLING

__all__ = ["Core", "Index", "is_core", "look"]

#: A word in more than this share of the names, in a list of some length, is the brand.
SHARE, ENOUGH = 0.6, 12
#: So many units of a common word are looked at.
COMMON = 400
#: A city in most names of its units is a part of them, and not to be added.
TOLD = 0.5
#: In a list with more such pairs among the names with a place in them, every place may tell units apart.
APART = 0.005
#: So many letters must follow a city that is glued to the next word; two words are glued up to so many.
GLUED, LONGEST = 4, 30
#: A word of fewer letters names no place by itself.
NAMED = 3
#: So many of a word's rarest parts are looked up where no word is near it, and so many words of each.
RARE, MANY = 7, 150
#: Words that are long enough to be known when a letter is wrong.
MENDABLE = frozenset(word for word in KINDS | FILLERS if len(word) > SHORTEST)
Ids = tuple[int, ...]


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
        return self.key == other.key or self.joined == other.joined


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
        cores = tuple(_cores(one, place, known, vocabulary) for one, place in zip(readings, places, strict=True))
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
            told=_told(places, cores),
            told_apart=_told_apart(readings, places, cores, forms["words"]),
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
        if not _is_bare(reading, place):
            return False
        own = [city for city in place.cities if _same_town(reading.soft, city.split())]
        there = max((self.units_in[city] for city in own), default=0)
        return there > 1 or any(len(self.by_word.get(word, ())) > 1 for word in reading.soft)

    def fold(self, word: str) -> str:
        """Write a word so that spelling habits no longer show; those of the list are known."""
        return self.folded.get(word) or fold(word)

    def mended(self, word: str) -> str:
        """Write a misspelt kind of place, or a word that says nothing, as it should be; other words as they are."""
        if len(word) < SHORTEST or word in self.by_word or word in self.towns or word in KINDS or word in FILLERS:
            return word
        near = [other for other in MENDABLE | self.brand if other[0] == word[0] and abs(len(other) - len(word)) < 2]
        meant = [other for other in near if slip(word, other) == 1 or fold(other) == fold(word)]
        return meant[0] if len(meant) == 1 else word

    def alike(self, word: str) -> list[str]:
        """Give the list's words that are this one, one slip away from it, or else share most of its parts."""
        exact = [word] if word in self.by_word else []
        found = {other for key in around(word) for other in self.near.get(key, ())}
        found.discard(word)
        if exact or found:
            return exact + sorted(found)
        shared: dict[str, int] = defaultdict(int)
        for others in sorted((self.parts.get(piece, ()) for piece in _pieces(word)), key=len)[:RARE]:
            for other in others[:MANY]:
                shared[other] += 1
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
        likeness = [(score / (whole * self.norms[unit]) ** 0.5, unit) for unit, score in scores.items()]
        return nsmallest(limit, likeness, key=lambda one: (-one[0], one[1]))


def _same_town(words: Sequence[str], town: Sequence[str]) -> bool:
    """Tell whether words are a town's name in another spelling, or with a slip."""
    one, other = "".join(words), "".join(town)
    return fold(one) == fold(other) or slip(one, other) > 0


def look(reading: Reading, text: str) -> tuple[str, str, str]:
    """Give the texts by which two names are compared: ordinary words in order of letters, without spaces, and all."""
    return " ".join(sorted(reading.soft)), "".join(reading.soft), plain(text)


def is_core(reading: Reading) -> bool:
    """Tell whether a name says something beside a kind of place, such as "road", and one number or letter."""
    codes = [code.rpartition(" ")[2] for group in reading.hard[:2] for code in group]
    named = any(word not in KINDS and word not in FILLERS and len(word) >= NAMED for word in reading.soft)
    return named or len(codes) > 1 or any(code[0] == INITIALS and len(code) > len(".a") for code in codes)


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


def _cores(reading: Reading, place: Place, brand: frozenset[str], vocabulary: frozenset[str]) -> tuple[Core, ...]:
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


def _told(places: Sequence[Place], cores: Sequence[Sequence[Core]]) -> frozenset[str]:
    """Find the places that the list itself writes into the names of units there: not to be added to another name."""
    there = Counter(form for place in places for form in {form for _, form in place.phrases})
    named = Counter(form for own in cores for form in {form for core in own for form in core.places})
    return frozenset(form for form, count in named.items() if count > 1 and count >= TOLD * there[form])


def _told_apart(
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
            other != unit and core.places <= places[other].cities and not _is_bare(readings[other], places[other])
            for other in words.get(core.key, ())
        )
    ]
    often = len(pairs) >= APART * len(named)
    return frozenset().union(*(core.places for own in cores for core in own) if often else pairs)


def _is_bare(reading: Reading, place: Place) -> bool:
    """Tell whether a name has nothing beside its own town."""
    if any(reading.hard) or not place.phrases:
        return False
    rest, found = part(reading.soft, place.phrases)
    words = [word for word in rest if word != "-"]
    if found:
        return not words and len(found) == 1
    return any(_same_town(words, phrase) for phrase, _ in place.phrases)


def _towns(places: Iterable[Place]) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Lay out the places of all units by their first words."""
    phrases = {phrase: form for place in set(places) for phrase, form in place.phrases}
    table: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for phrase, form in sorted(phrases.items()):
        table[phrase[0]].append((phrase, form))
    return {first: tuple(found) for first, found in table.items()}
