"""The two tables of the plugin: India's PIN codes, and spellings of cities. Each is read once, when first needed."""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Place:
    """What is known of a PIN: states and districts of its post offices, the cities of these districts, and towns.

    All are tuples, the likeliest first. A district is no city: it holds several towns, and may have another name than
    its city. Towns are those that post offices near are named after.
    """

    states: tuple[str, ...]
    districts: tuple[str, ...]
    cities: tuple[str, ...]
    towns: tuple[str, ...]


def fold(text):
    """Give what spellings of one name share, as words: no case, no signs.

    >>> fold(" Ras Al-Khaimah.")
    'ras al khaimah'
    """
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


@cache
def pins():
    """Read the table of PIN codes: PIN to Place."""
    found = {}
    with (HERE / "pins.txt").open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            states, districts, cities, towns, codes = line.rstrip("\n").split("\t")
            place = Place(_parts(states), _parts(districts), _parts(cities), _parts(towns))
            digits = ""
            for code in codes.split():
                digits = code[:3] if len(code) == len("560001") else digits
                found[digits + code[-3:]] = place
    return found


def dated():
    """Say from when and from where the table of PIN codes is."""
    with (HERE / "pins.txt").open(encoding="utf-8") as lines:
        return " ".join(line.lstrip("# ").strip() for line in lines if line.startswith("#"))


@cache
def aliases():
    """Read the table of spellings: folded spelling to the name in use."""
    lines = (HERE / "aliases.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["spelling"]: row["name"] for row in rows}


@cache
def spellings():
    """Give all spellings of each city that has several: its name in use to a tuple of folded spellings."""
    found = {}
    for spelling, name in aliases().items():
        found.setdefault(name, [fold(name)]).append(spelling)
    return {name: tuple(its) for name, its in found.items()}


@cache
def states_of_seats():
    """Give the states that have a district with a city of this name: name in use to a set."""
    found = {}
    for place in set(pins().values()):
        for city in place.cities:
            found.setdefault(city, set()).update(place.states)
    return found


@cache
def cities_of_state(state):
    """Give the cities of a state's districts, in a fixed order.

    >>> cities_of_state("Goa")
    ('Panaji',)
    """
    return tuple(sorted({city for place in set(pins().values()) if state in place.states for city in place.cities}))


@cache
def _names():
    """Give the name in use for each folded spelling: those of the aliases, of their names, and of the PIN codes."""
    known = [name for place in set(pins().values()) for name in (*place.cities, *place.towns)]
    own = {fold(name): name for name in (*known, *aliases().values())}
    return own | aliases()


@lru_cache(maxsize=4096)
def in_use(city):
    """Give the name in use for a spelling of a city, or None where the spelling is not known.

    >>> in_use("BOMBAY"), in_use("Bangalore City"), in_use("pune"), in_use("Springfield")
    ('Mumbai', 'Bengaluru', 'Pune', None)
    """
    folded = fold(city)
    return _names().get(folded) or _names().get(re.sub(r" (?:city|town)$", "", folded))


def _parts(text):
    return tuple(text.split(";")) if text else ()
