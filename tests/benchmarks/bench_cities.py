"""How often the cities plugin sets a wrong city, and how long its table takes.

    python -m tests.benchmarks.bench_cities [BRANCHES.csv]

BRANCHES.csv has addresses whose city somebody else has written down: columns address, city, district, state (bank
branches serve well). Without it only what lies in ../shared/data is measured. A city is wrong where neither the city
nor the district that stands beside the address is the same, in any known spelling.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

from omoto_cities import city_of_address
from omoto_cities.addresses import pin_of
from omoto_cities.tables import in_use, pins, states_of_seats

from omoto_kit import Campaign, Suggest
from omoto_kit.plugins import Context

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
_PART = re.compile(r" ?(?:URBAN|RURAL|SUBURBAN|CITY|DISTRICT|METRO|EAST|WEST|NORTH|SOUTH)$", re.IGNORECASE)


def same(text: str) -> str:
    """Give what spellings of one city share; both names of the capital are one."""
    bare = _PART.sub("", text.strip())
    return re.sub("[^a-z]", "", (in_use(bare) or bare).casefold()).replace("newdelhi", "delhi")


def accepted(path: Path) -> None:
    """Print how many addresses with a PIN code get their city, a wrong one, a suggestion or nothing."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if pin_of(row["address"]) in pins()]
    known = {same(city) for city in states_of_seats()}
    rows = [row for row in rows if {same(row["city"]), same(row["district"])} & known]
    counted: Counter[str] = Counter()
    start = time.process_time()
    answers = city_of_address([row["address"] for row in rows], Context(Campaign(id="154")))
    took = time.process_time() - start
    for row in rows:
        answer = answers[row["address"]]
        if answer is None or isinstance(answer, Suggest):
            counted["suggested" if answer else "open"] += 1
        else:
            counted["right" if same(answer) in {same(row["city"]), same(row["district"])} else "wrong"] += 1
    for what, number in sorted(counted.items()):
        print(f"{what}: {number:,} of {len(rows):,} addresses = {100 * number / len(rows):.2f} %")
    print(f"addresses read: {len(rows) / took:,.0f} a second")


def cities_of_units() -> None:
    """Print how many cities of the shared unit lists have a name in use that the plugin knows."""
    written: set[str] = set()
    for path in sorted((DATA / "units").glob("ifsc_*.json")):
        written |= {meta[0] for meta in json.loads(path.read_text("utf-8"))["meta"] if meta and meta[0]}
    if written:
        known = sum(in_use(city) is not None for city in written)
        print(f"cities of unit lists with a known name: {known:,} of {len(written):,} distinct")


def main() -> None:
    """Print the figures."""
    start = time.perf_counter()
    table = pins()
    print(f"table of PIN codes: {len(table):,}, read in {1000 * (time.perf_counter() - start):.0f} ms")
    cities_of_units()
    if len(sys.argv) > 1:
        accepted(Path(sys.argv[1]))
    else:
        print("cities of addresses: not measured, name a CSV of addresses")


if __name__ == "__main__":
    main()
