"""Unit names: how many are recovered and how many land on a wrong unit, beside two usual ways, on the same sets.

Run it by `python -m tests.benchmarks.bench_units [SETS_DIR]`; it needs the sets of unit names with known truth.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from omoto_units import Matcher, selftest
from omoto_units.reading import plain, tokens
from rapidfuzz import fuzz, process

from tests.benchmarks.units_adapter import make

SETS = Path(__file__).parents[3] / "shared" / "data" / "units"
#: Names asked of each set, and lists that speed is measured against.
ASKED, SIZES, NAMES = 300, (5_000, 50_000), 2_000
#: A set is a family of siblings, one with made-up mess, one of real renaming, or one of other places.
GROUPS = {"sib": "siblings", "syn": "made-up mess", "ifsc": "ten years of renaming", "fj": "other places"}
COUNTS = ("in", "right", "wrong", "withheld", "top3", "out", "absent")


class Way(Protocol):
    """A way to match names, in the shape that the measuring script wants."""

    def match(self, text: str, city: str = "", withhold: int | None = None) -> tuple[int | None, list[int]]:
        """Give the accepted unit or None, and up to three suggestions, by place in the list."""
        ...


class WRatio:
    """The usual fuzzy match: the best score wins from 90 on."""

    def __init__(self, standard: list[str], places: object) -> None:
        del places
        self.names = dict(enumerate(map(plain, standard)))

    def match(self, text: str, city: str = "", withhold: int | None = None) -> tuple[int | None, list[int]]:
        """Take the best of all names but the withheld."""
        del city
        found = process.extract(plain(text), self.names, scorer=fuzz.WRatio, limit=4)
        best = [(unit, score) for _, score, unit in found if unit != withhold]
        accepted = best[0][0] if best and best[0][1] >= 90 else None
        return accepted, [unit for unit, _ in best[:3]]


class Fingerprint:
    """The usual key: words in small letters, sorted, each once."""

    def __init__(self, standard: list[str], places: object) -> None:
        del places
        self.keys: dict[tuple[str, ...], list[int]] = {}
        for unit, name in enumerate(standard):
            self.keys.setdefault(self.key(name), []).append(unit)

    def match(self, text: str, city: str = "", withhold: int | None = None) -> tuple[int | None, list[int]]:
        """Take the only name with the same key."""
        del city
        found = [unit for unit in self.keys.get(self.key(text), ()) if unit != withhold]
        return (found[0] if len(found) == 1 else None), found[:3]

    @staticmethod
    def key(name: str) -> tuple[str, ...]:
        """Write a name as its key."""
        cleaned = "".join(letter for letter in plain(name) if letter.isalnum() or letter.isspace())
        return tuple(sorted(set(cleaned.split())))


WAYS: Mapping[str, Callable[[list[str], Any], Way]] = {
    "omoto_units": make,
    "WRatio >= 90": WRatio,
    "fingerprint": Fingerprint,
}


def main() -> int:
    """Print all tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SETS
    sets = list(read_sets(folder))
    if not sets:
        print(f"There are no sets of unit names in {folder}; nothing was measured.")
        return 2
    print_recall(sets)
    print_mutants(sets)
    print_speed(sets)
    return 0


def read_sets(folder: Path) -> Iterator[dict[str, Any]]:
    """Read each set, with a fixed sample of its names."""
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        data["meta"] = data.get("meta") or [None] * len(data["standard"])
        if len(data["queries"]) > ASKED:
            data["queries"] = random.Random(7).sample(data["queries"], ASKED)
        yield data


def print_recall(sets: list[dict[str, Any]]) -> None:
    """Print what was recovered and what went wrong, by set and by way."""
    head = f"{'set':16}{'way':14}{'in list':>8}{'recall':>8}{'wrong':>7}{'withheld':>9}{'top 3':>7}"
    print(f"{head}{'absent':>8}{'taken':>6}")
    totals: dict[tuple[str, str], dict[str, int]] = {}
    for data in sets:
        for way, factory in WAYS.items():
            got = measure(factory(data["standard"], data["meta"]), data["queries"])
            print_row(data["name"], way, got)
            total = totals.setdefault((GROUPS[data["name"].partition("_")[0]], way), dict.fromkeys(COUNTS, 0))
            for count in COUNTS:
                total[count] += got[count]
    print()
    for (group, way), total in totals.items():
        print_row(group[:15], way, total)


def measure(way: Way, queries: list[dict[str, Any]]) -> dict[str, int]:
    """Count what is right, wrong, accepted though its unit was withheld, and accepted though it is not in the list."""
    got = dict.fromkeys(COUNTS, 0)
    for query in queries:
        truth, city = query["truth"], query.get("city", "")
        accepted, offered = way.match(query["q"], city)
        if truth is None:
            got["out"] += 1
            got["absent"] += accepted is not None
            continue
        got["in"] += 1
        got["right"] += accepted == truth
        got["wrong"] += accepted not in (None, truth)
        got["top3"] += truth in (accepted, *offered[:3])
        got["withheld"] += way.match(query["q"], city, withhold=truth)[0] is not None
    return got


def print_row(name: str, way: str, got: Mapping[str, int]) -> None:
    """Print one line of the table."""
    known = max(got["in"], 1)
    print(
        f"{name:16}{way:14}{got['in']:8}{got['right'] / known:8.3f}{got['wrong']:7}{got['withheld']:9}"
        f"{got['top3'] / known:7.3f}{got['out']:8}{got['absent']:6}"
    )


def print_mutants(sets: list[dict[str, Any]]) -> None:
    """Change one telling part of each name, and count how often it is taken for the name unchanged."""
    tried, accepted = 0, 0
    for data in sets:
        matcher = make(data["standard"], data["meta"]).matcher
        found = selftest(matcher)
        tried += found.tried
        accepted += len(found.accepted)
        for mutant, name in found.accepted[:3]:
            print(f"  {mutant.kind}: {mutant.text!r} was taken for {name!r}")
    print(f"\none telling part changed: {tried:,} names, {accepted} taken for the unchanged")


def print_speed(sets: list[dict[str, Any]]) -> None:
    """Match distinct names against lists of two sizes, in processor time of one process."""
    chance = random.Random(1)
    real = sorted({name for data in sets for name in data["standard"] if not data["name"].startswith("fj")})
    words = sorted({word for name in real for word in tokens(name) if word.isalpha()})
    asked = sorted({query["q"] for data in sets for query in data["queries"]})
    chance.shuffle(asked)
    for size in SIZES:
        names = chance.sample(real, min(size, len(real)))
        while len(names) < size:  # more names than there are: a real one beside another's word
            names.append(f"{chance.choice(real)} {chance.choice(words)}")
        began = time.process_time()
        matcher = Matcher(names)
        built = time.process_time() - began
        mixed = [*asked[: NAMES // 2], *(name.lower() + " branch" for name in chance.sample(names, NAMES // 2))]
        strange = [text for text in asked if matcher.match(text).unit is None][:NAMES]
        own = rate(Matcher(names), mixed)
        usual = rate(WRatio(names, None), mixed[:: max(NAMES * size // 200_000, 1)])
        print(
            f"{size:,} units: laid out in {built:.2f} s; {own:,.0f} distinct names/s, {own / usual:.0f} x WRatio's "
            f"{usual:,.0f}; {rate(Matcher(names), strange):,.0f} where none matches"
        )


def rate(way: Matcher | WRatio, names: list[str]) -> float:
    """Give the names matched in a second of processor time, each asked for the first time."""
    began = time.process_time()
    for text in names:
        way.match(text)
    return len(names) / (time.process_time() - began)


if __name__ == "__main__":
    sys.exit(main())
