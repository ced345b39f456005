"""What a list is like before it is used: units that names cannot tell apart, and names that must not be accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from omoto_units.matcher import Matcher
from omoto_units.reading import letters, tokens

__all__ = ["Mutant", "Selftest", "mutants", "selftest"]

#: Telling words and what each is changed into.
_OTHERS = {
    "east": "west",
    "west": "east",
    "north": "south",
    "south": "north",
    "new": "old",
    "old": "new",
    "upper": "lower",
    "lower": "upper",
    "inner": "outer",
    "outer": "inner",
    "arrival": "departure",
    "arrivals": "departures",
    "departure": "arrival",
    "departures": "arrivals",
    "domestic": "international",
    "international": "domestic",
    "left": "right",
    "right": "left",
    "i": "ii",
    "ii": "iii",
    "iii": "iv",
    "iv": "v",
    "v": "vi",
    "vi": "vii",
    "vii": "viii",
    "viii": "ix",
    "ix": "x",
    "x": "xi",
    "xi": "xii",
    "one": "two",
    "two": "three",
    "three": "four",
    "four": "five",
    "five": "six",
    "six": "seven",
    "seven": "eight",
    "eight": "nine",
    "nine": "ten",
    "ten": "eleven",
    "twenty": "thirty",
    "thirty": "forty",
    "forty": "fifty",
    "fourty": "fifty",
    "fifty": "sixty",
    "sixty": "seventy",
    "seventy": "eighty",
    "eighty": "ninety",
    "first": "second",
    "second": "third",
    "third": "fourth",
    "khurd": "kalan",
    "kalan": "khurd",
    "men": "women",
    "women": "men",
    "paschim": "purba",
    "purba": "paschim",
}
_WORD = re.compile(r"[^\W\d_]+")
_FIGURES = re.compile(r"\d+")
_INITIAL = re.compile(r"(?<![^\W\d_])(?<!['`\u2019])[^\W\d_](?![^\W\d_'`\u2019])")
#: What is put before or behind a name to make a sibling of it.
_ADDED = ("New {}", "{} East", "{} II", "{} 2", "Old {}", "{} Extension", "{} Phase 2", "North {}", "{} B", "{} Lower")
_SHORT = re.compile(r"(?<![^\W_])[A-Za-z]{2}(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A standard name with one telling part changed; it is no name of the list."""

    kind: str
    text: str
    unit: int


@dataclass(frozen=True, slots=True)
class Selftest:
    """What was found: pairs of units with names that mean the same, and changed names taken for the unchanged.

    `tried` counts the changed names.
    """

    pairs: tuple[tuple[str, str], ...]
    tried: int
    accepted: tuple[tuple[Mutant, str], ...]

    def sentences(self) -> list[str]:
        """Say it to the person who brings the list."""
        said = [f"{one!r} and {other!r} cannot be told apart by name: give each a code." for one, other in self.pairs]
        return [*said, *(f"{mutant.text!r} would be taken for {name!r}." for mutant, name in self.accepted)]


def selftest(matcher: Matcher) -> Selftest:
    """Try a list on itself: each name without its own unit, and each name with one telling part changed.

    >>> found = selftest(Matcher(["MG Road", "M.G. Road Branch", "Noida Sector 62"]))
    >>> found.sentences()
    ["'MG Road' and 'M.G. Road Branch' cannot be told apart by name: give each a code."]
    """
    names = matcher.names
    pairs = tuple((names[one], names[other]) for one, other in matcher.alike())
    tried = list(mutants(matcher))
    taken = [mutant for mutant in tried if matcher.match(mutant.text).unit == mutant.unit]
    accepted = [(mutant, names[mutant.unit]) for mutant in taken]
    return Selftest(pairs, len(tried), tuple(accepted))


def mutants(matcher: Matcher) -> Iterator[Mutant]:
    """Change each telling part of each name, one at a time; leave out what is a name of the list.

    >>> [mutant.text for mutant in mutants(Matcher(["Noida Sector 62"]))]
    ['Noida Sector 72', 'Noida Sector 63', 'Noida Sector 26', 'Noida Sector', 'New Noida Sector 62']
    """
    index = matcher.index
    for unit, name in enumerate(matcher.names):
        seen = set()
        added = _ADDED[unit % len(_ADDED)].format(name)
        for kind, text in [*_changed(name), ("part added", added)]:
            text = " ".join(text.split())  # noqa: PLW2901  what a change has left behind
            if text in seen or not re.search(r"[^\W\d_]{3}", text):
                continue
            seen.add(text)
            known = index.read(tokens(text)).key in index.forms["words"] or letters(text) in index.forms["letters"]
            if not known:
                yield Mutant(kind, text, unit)


def _changed(name: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"\d", name):
        yield "digit", _put(name, found, str((int(found.group()) + 1) % 10))
    for found in _FIGURES.finditer(name):
        if len(set(found.group())) > 1:
            yield "digits swapped", _put(name, found, found.group()[::-1])
        yield "number dropped", _put(name, found, "")
    for found in _WORD.finditer(name):
        other = _OTHERS.get(found.group().casefold())
        if other:
            yield "word", _put(name, found, _cased(other, found.group()))
            yield "word dropped", _put(name, found, "")
    for found in _INITIAL.finditer(name):
        yield "initial", _put(name, found, _next(found.group()))
    for found in _SHORT.finditer(name):
        if found.group().isupper() and not name.isupper():
            yield "initials", _put(name, found, _next(found.group()[0]) + found.group()[1])


def _put(name: str, found: re.Match[str], text: str) -> str:
    return name[: found.start()] + text + name[found.end() :]


def _cased(word: str, like: str) -> str:
    return word.upper() if like.isupper() else word.capitalize() if like[0].isupper() else word


def _next(letter: str) -> str:
    """Give another letter of the same case; one that is no direction where the first is none."""
    if not letter.isascii():
        return letter
    start = ord("A") if letter.isupper() else ord("a")
    return chr(start + (ord(letter) - start + 1) % 26)
