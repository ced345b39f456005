"""The engine of enrichment: what it costs, what a bad plugin costs, and what is loaded, beside plain pluggy.

Run it by `python -m tests.benchmarks.bench_enrichment`; it ends with 1 where a figure is missed.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pluggy
import polars as pl

from omoto_kit import Campaign
from omoto_kit.batch import Batch, Source
from omoto_kit.enrichment import enrich
from omoto_kit.plugins import Plugins, Trust, enricher

ROOT = Path(__file__).parents[2]
ROWS, STEPS, ROUNDS, FILES = 10_000, 3, 15, 50
PINCODE, CITY = "namevaluemap.pincode", "namevaluemap.city"
LOOKUP = ROOT / "plugins" / "README.md"
ONE_FILE = '''
"""Cities by pincode."""
from omoto_kit import enricher

CITIES = {"560001": "Bengaluru"}


@enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Bengaluru")])
def city(pincode):
    return CITIES.get(pincode)
'''


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, and whether that is good enough."""

    what: str
    got: float
    unit: str
    most: float

    def __str__(self) -> str:
        verdict = "" if self.got <= self.most else "   MISSED"
        return f"{self.what:66}{self.got:>10.2f} {self.unit:8} at most {self.most:g}{verdict}"


def batch_of(rows: int, distinct: int) -> Batch:
    """Make a batch with so many rows and so many distinct pincodes."""
    frame = pl.DataFrame(
        {
            "row": pl.Series(range(2, rows + 2), dtype=pl.Int64),
            "key": pl.Series([None] * rows, dtype=pl.String),
            PINCODE: [f"{560000 + number % distinct}" for number in range(rows)],
            "npsrating": ["9"] * rows,
        }
    )
    return Batch(Campaign(id="154"), Source("kiosk.csv"), frame)


def step(number: int) -> Callable[[str], str]:
    """Make one of several cheap enrichers, each with a field of its own."""

    def fill(pincode: str) -> str:
        return "zone " + pincode[:4]

    fill.__name__ = f"fill_{number}"
    return enricher(f"namevaluemap.zone{number}")(fill)


def cpu(call: Callable[[], object]) -> float:
    """Give the least CPU seconds of some rounds, all threads counted: what else runs on the machine only adds."""
    call()
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        call()
        spent.append(time.process_time() - began)
    return min(spent)


def engine() -> Iterator[Figure]:
    """Measure the engine by itself, with changes kept."""
    plugins = Plugins().with_functions(*(step(number) for number in range(STEPS)))
    for distinct, name in ((500, "500 distinct keys"), (ROWS, "all keys distinct")):
        batch = batch_of(ROWS, distinct)
        assert enrich(batch, plugins=plugins).changes.height == ROWS * STEPS
        spent = cpu(lambda batch=batch: enrich(batch, plugins=plugins)) / ROWS / STEPS * 1e6
        yield Figure(f"engine, 10,000 rows x 3 enrichers, {name}, a response an enricher", spent, "µs", 2)
    batch = batch_of(ROWS, ROWS)
    yield Figure(
        "engine without enrichers, a response", cpu(lambda: enrich(batch, plugins=Plugins())) / ROWS * 1e6, "µs", 0.2
    )
    print(f"{'(plain pluggy: a hook call a row, first wins, no changes kept)':66}{plain_pluggy():>10.2f} µs")


def plain_pluggy() -> float:
    """Measure what a host costs that calls its hook for each row and merges dicts; it keeps no record at all."""
    spec, impl = pluggy.HookspecMarker("plain"), pluggy.HookimplMarker("plain")

    class Specs:
        @spec
        def enrich_row(self, row: dict[str, str]) -> dict[str, str]:
            raise NotImplementedError

    class Plugin:
        def __init__(self, number: int) -> None:
            self.name = f"zone{number}"

        @impl
        def enrich_row(self, row: dict[str, str]) -> dict[str, str]:
            return {self.name: "zone " + row["pincode"][:4]}

    manager = pluggy.PluginManager("plain")
    manager.add_hookspecs(Specs)
    for number in range(STEPS):
        manager.register(Plugin(number), str(number))
    rows = [{"pincode": str(560000 + number)} for number in range(ROWS)]

    def run() -> None:
        for row in rows:
            merged = dict(row)
            for given in manager.hook.enrich_row(row=row):
                for key, value in given.items():
                    merged.setdefault(key, value)

    return cpu(run) / ROWS / STEPS * 1e6


def bad_plugins() -> Iterator[Figure]:
    """Measure what a poisonous row, a hung call and a slow service cost."""
    calls: list[int] = []

    @enricher(CITY, bulk=1000)
    def poisoned(pincode: list[str]) -> dict[str, str]:
        calls.append(len(pincode))
        if "565431" in pincode:
            raise ValueError
        return dict.fromkeys(pincode, "Pune")

    batch = enrich(batch_of(ROWS, ROWS), plugins=Plugins().with_functions(poisoned))
    yield Figure("one poison row in 10,000 at batch 1000: rows lost", batch.values[CITY].null_count(), "rows", 1)
    yield Figure("one poison row in 10,000 at batch 1000: calls", len(calls), "calls", 30)
    timeout, patience = 0.5, threading.Event()

    @enricher(CITY, timeout=timeout)
    def hung(pincode: str) -> None:
        patience.wait(30)

    over = []
    for _ in range(3):
        began = time.perf_counter()
        enrich(batch_of(500, 40), plugins=Plugins().with_functions(hung))
        over.append(time.perf_counter() - began - timeout)
    patience.set()
    yield Figure("a hung plugin delays a run by its timeout and, at best of 3", min(over), "s", 0.1)
    asked: list[int] = []

    @enricher(CITY, bulk=True)
    def service(pincode: list[str]) -> dict[str, str]:
        asked.append(len(pincode))
        time.sleep(0.002)
        return dict.fromkeys(pincode, "Pune")

    enrich(batch_of(500, 40), plugins=Plugins().with_functions(service))
    yield Figure("500 rows, 40 distinct keys, a service of 2 ms: calls", len(asked), "calls", 1)


def loading() -> Iterator[Figure]:
    """Measure what listing and loading cost."""
    with tempfile.TemporaryDirectory() as name:
        space = Path(name)
        (space / "plugins").mkdir()
        trust = Trust(space / "trust.json")
        for number in range(FILES):
            path = space / "plugins" / f"stores_{number}.py"
            path.write_text(ONE_FILE, encoding="utf-8")
            trust.add(path)
        spent = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            plugins = Plugins.load(workspace=space, entry_points=False, trust=trust)
            spent.append(time.perf_counter() - began)
        assert len(plugins.enrichers) == FILES
        yield Figure("50 one-file plugins found, judged and loaded, at best", min(spent) * 1000, "ms", 50)
        quiet = cpu(plugins.refreshed) * 1000
        yield Figure("a look at 50 files before a run, nothing written since", quiet, "ms", 5)
    script = (
        "import sys; from omoto_kit.journey import Workspace, load_listing; load_listing(Workspace()); "
        "print(sum(name.startswith(('omoto_plugin_', 'omoto_cities', 'omoto_units', 'omoto_contacts'))"
        " for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    yield Figure("`omoto plugins list`: plugin modules imported", int(done.stdout), "modules", 0)


def lookup_lines() -> Iterator[Figure]:
    """Count the lines of the guide's lookup plugin, docstring included."""
    blocks = LOOKUP.read_text(encoding="utf-8").split("```python")[1:]
    lookup = next(text for block in blocks if "ctx.table" in (text := block.partition("```")[0].partition("\n")[2]))
    ast.parse(lookup)
    yield Figure("the lookup plugin of the guide, docstring included", len(lookup.strip().splitlines()), "lines", 15)


def main() -> int:
    """Print the table; 1 where a figure is missed."""
    missed = 0
    for part in (engine, bad_plugins, loading, lookup_lines):
        for figure in part():
            print(figure)
            missed += figure.got > figure.most
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
