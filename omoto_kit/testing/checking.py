"""What every plugin owes its user, tried on rows that exports really have: none, empty, odd, shuffled, one by one."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.enrichment import enrich
from omoto_kit.plugins import Plugins
from omoto_kit.testing.trying import CAMPAIGN, batch_of, check_examples, plugins_of
from omoto_kit.validation import validate

__all__ = ["check_contract", "contract_faults"]

#: Seconds of computing that a distinct key may take; a whole run over one row costs about a hundredth by itself.
BUDGET = 0.03
#: Runs of which the quickest counts, since a busy machine only ever makes one slower.
BEST_OF = 3

Row = Mapping[str, str | None]
#: Cells as exports really have them: other scripts and digits, marks without width, joined emoji, very long, quoted.
ODD = (
    " ",
    "?",
    "0",
    "-1",
    "None",
    "NaN",
    "#N/A",
    "'560001",
    "5.60001E+5",
    "\u096b\u096c\u0966\u0966\u0966\u0967",
    "\u0665\u0666\u0660\u0660\u0660\u0661",
    "Café",
    "Cafe\u0301",
    "A\u200bB",
    "\u202eabc",
    "\ufeffA",
    "👩\u200d👩\u200d👧",
    "a\x00b",
    "x,y;z|w\nsecond line",
    "ß" * 5000,
)
FAILED, RULE_FAILED = "enricher_failed", "rule_failed"
ROWS = 500


def check_contract(
    plugin: object, rows: Sequence[Row] | None = None, campaign: Campaign | None = None, *, budget: float = BUDGET
) -> None:
    """Hold a plugin to its contract; raises AssertionError, with a sentence for each fault.

    It fails on no rows, missing columns, empty cells or odd text; gives each row the same whatever stands beside it
    and in which order; changes nothing in a second run; writes only what it declares; keeps its examples; and takes at
    most `budget` seconds a distinct key. `rows` are answers that it knows; without them its examples serve.
    """
    faults = contract_faults(plugin, rows, campaign, budget=budget)
    if faults:
        raise AssertionError("\n".join(faults))


def contract_faults(
    plugin: object, rows: Sequence[Row] | None = None, campaign: Campaign | None = None, *, budget: float = BUDGET
) -> tuple[str, ...]:
    """Give a sentence for each part of the contract that a plugin breaks; see `check_contract`.

    >>> from omoto_kit.plugins import enricher
    >>> @enricher("namevaluemap.zone")
    ... def zone(city):
    ...     return {"Pune": "West"}[city]
    >>> contract_faults(zone)[0]
    'Odd text: notebook:zone failed (KeyError at <doctest ...>:3).'
    """
    plugins = plugins_of(plugin)
    trial = Trial(plugins, campaign or CAMPAIGN, tuple(rows or _rows_of(plugins)), budget)
    found = [*check_examples(plugins, campaign), *trial.fit(), *trial.sameness(), *trial.repeated(), *trial.speed()]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Trial:
    """One plugin, and the rows that it is tried on."""

    plugins: Plugins
    campaign: Campaign
    rows: tuple[Row, ...]
    budget: float

    def enriched(self, rows: Sequence[Row], order: Sequence[int] = ()) -> Batch:
        """Run the enrichers on rows, or on these rows of them."""
        batch = batch_of(self.plugins, rows, self.campaign)
        return enrich(replace(batch, values=batch.values[list(order)]) if order else batch, plugins=self.plugins)

    def fit(self) -> Iterator[str]:
        """Try rows that a plugin must not fail on."""
        reads = sorted({key for row in self.rows for key in row})
        first = dict(self.rows[0]) if self.rows else {}
        yield from self._faults("No rows", [])
        yield from self._faults("Missing columns", [{"Unheard of": "1"}])
        yield from self._faults("Empty cells", [first | {key: None} for key in reads])
        yield from self._faults("Odd text", [first | {key: text} for key in reads for text in ODD])
        yield from self._faults("Its own rows", self.rows)

    def sameness(self) -> Iterator[str]:
        """Give the rows in another order and one by one: each must come out as it did among the others."""
        if not self.rows:
            return
        some = list(islice(cycle(self.rows), ROWS))
        whole = self.enriched(some)
        order = list(range(len(some)))
        random.Random(0).shuffle(order)
        if _values(self.enriched(some, order)) != _values(whole):
            yield "Shuffled rows: the same rows in another order come out differently."
        singles = {key: value for number in range(len(self.rows)) for key, value in self._alone(some, number).items()}
        together = _values(whole)
        if any(together[row] != values for row, values in singles.items()):
            yield f"Batch of one: a row by itself comes out differently than among {len(some)}."

    def repeated(self) -> Iterator[str]:
        """Enrich what is enriched."""
        once = self.enriched(self.rows)
        twice = enrich(once, plugins=self.plugins)
        if not (once.values.equals(twice.values) and once.changes.equals(twice.changes)):
            yield "Second run: enriching twice changes what enriching once has made."

    def speed(self) -> Iterator[str]:
        """Measure the slowest thing: every distinct key asked."""
        batch = batch_of(self.plugins, self.rows, self.campaign)
        spent = min(self._cost(batch) for _ in range(BEST_OF)) / max(len(self.rows), 1)
        if spent > self.budget:
            yield f"Budget: a row takes {spent:.3f} s of computing, more than {self.budget:g} s."

    def _cost(self, batch: Batch) -> float:
        began = time.process_time()
        enrich(batch, plugins=self.plugins)
        return time.process_time() - began

    def _alone(self, rows: Sequence[Row], number: int) -> dict[int, dict[str, object]]:
        return _values(self.enriched(rows, [number]))

    def _faults(self, what: str, rows: Sequence[Row]) -> Iterator[str]:
        batch = self.enriched(rows)
        for message in batch.problems.filter(pl.col("code") == FAILED)["message"]:
            who, _, how = message.partition(" failed on row ")
            yield f"{what}: {who} failed ({how.partition('(')[2].partition(')')[0]})."
        checked = validate(batch, plugins=self.plugins)
        for message in checked.problems.filter(pl.col("code") == RULE_FAILED)["message"]:
            _, rule, how = message.partition(" The other rules")[0].partition("The rule ")
            yield f"{what}: {rule}{how}"
        told = dict.fromkeys([*batch.notes, *checked.notes])
        yield from (f"{what}: {note}" for note in told if "was skipped" not in note and self._is_mine(note))

    def _is_mine(self, note: str) -> bool:
        return any(note.startswith(step.label) for step in (*self.plugins.enrichers, *self.plugins.rules))


def _values(batch: Batch) -> dict[int, dict[str, object]]:
    """Give the fields of each row by its number, those without a value left out."""
    return {
        row["row"]: {key: value for key, value in row.items() if value is not None}
        for row in batch.values.iter_rows(named=True)
    }


def _rows_of(plugins: Plugins) -> Iterator[Row]:
    """Make rows of the examples beside the steps; for a step without any, of what it reads."""
    for step in (*plugins.enrichers, *plugins.rules):
        names = {argument: step.given.get(argument, argument) for argument in step.reads}
        for given, _ in getattr(step, "examples", ()):
            yield {names.get(argument, argument): value for argument, value in given.items()}
        yield dict.fromkeys(names.values(), "A")
