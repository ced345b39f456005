"""Reads an address: its PIN, and which of some cities it names as its own."""

import re
import unicodedata

from omoto_cities.tables import fold, spellings

_PIN = re.compile(r"(?<![0-9])[1-9][0-9]{2}[\s\-]?[0-9]{3}(?![0-9])")
# Behind a city's name: what is named after the city, or lies on the way to it.
_NAMED_AFTER = """
    road rd marg highway hwy gate street st bypass naka route expressway lane chungi chowk circle bazar bazaar market
    mandi bank tower towers plaza mall chauraha tiraha xing crossing link colony nagar ganj pur stand border phatak
    tal taluk taluka tq tehsil mandal block subdivision rural village hotel university
"""
_AFTER = frozenset(_NAMED_AFTER.split())
_DISTRICT = frozenset(["dist", "district", "distt", "dt"])
# Two words behind it: the road that joins it with another place.
_ROADS = frozenset(["road", "rd", "highway", "hwy", "marg", "bypass", "expressway"])
# Before it: what says that the name is another place's, or of what lies around.
_AROUND = "tal taluk taluka tq tehsil mandal near nr opp opposite behind via ps thana po block old"
_NEAR = frozenset(_AROUND.split())
_WORDS = re.compile(r"[^\W\d_]+|[,;()\n]")  # a comma parts what stands before it from what follows
_DELHI, _NEW_DELHI = "Delhi", "New Delhi"


def pin_of(text):
    """Give the PIN in a cell or an address, the last one where there are several; None where there is none.

    >>> pin_of("12, 100 Feet Road, Bengaluru 560 038"), pin_of("560001.0"), pin_of("Tel 9663798289")
    ('560038', '560001', None)
    """
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    found = _PIN.findall(text)
    return re.sub(r"[\s\-]", "", found[-1]) if found else None


def cities_in(address, cities, *, loosely=False):
    """Give those of some cities that an address names as its own, each once.

    `loosely` also counts a name that may be a district's only.

    >>> cities_in("Delhi Road, Saharanpur, Dist. Saharanpur", ["Delhi", "Saharanpur"])
    ['Saharanpur']
    """
    words = _WORDS.findall(address.casefold())
    before, after = (_NEAR, _AFTER - _DISTRICT) if loosely else (_NEAR | _DISTRICT, _AFTER | _DISTRICT)
    there = frozenset(words)
    named = []
    for city in cities:
        likely = [one.split() for one in _spellings(city) if one.partition(" ")[0] in there]
        if any(_is_named(parts, words, before, after) for parts in likely):
            named.append(_written(city, words))
    return named


def _spellings(city):
    return (*spellings().get(city, (fold(city),)), *((fold(_NEW_DELHI),) if city == _DELHI else ()))


def _written(city, words):
    """Give a city's name; the capital is one city to the post, and an address says which of its names is meant."""
    return _NEW_DELHI if city == _DELHI and "new delhi" in " ".join(words) else city


def _is_named(parts, words, before, after):
    """Tell whether the words of a spelling stand in those of an address, and not as part of another name."""
    for start in range(len(words) - len(parts) + 1):
        end = start + len(parts)
        if words[start:end] == parts:
            first, later = [*words[end : end + 2], "", ""][:2]
            last = words[start - 1] if start else ""
            if last not in before and first not in after and (first == "," or later not in _ROADS):
                return True
    return False
