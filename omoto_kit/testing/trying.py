"""Trying a plugin on a few rows, and running the examples beside its functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Batch, Change, Source
from omoto_kit.campaign import CUSTOMER_FIELDS, Campaign, is_field, split_field
from omoto_kit.enrichment import Tally, enrich
from omoto_kit.plugins import Plugins, snake, steps_of, wrong_examples, wrong_with
from omoto_kit.problem import Problem, Severity
from omoto_kit.validation import validate

__all__ = ["CAMPAIGN", "Tried", "batch_of", "check_examples", "example_checks", "plugins_of", "try_plugin"]

#: Stands in where a test does not care about the contract.
CAMPAIGN = Campaign(id="154")


@dataclass(frozen=True)
class Tried:
    """What became of the rows: `batch` holds all of it, `tallies` what each enricher was asked and how much hit."""

    batch: Batch
    tallies: tuple[Tally, ...] = ()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Values of each row, by field; the short name of a field stands for it, too."""
        return [
            {split_field(name)[1] or name: value for name, value in row.items()} | row
            for row in self.batch.values.select(self.batch.fields).iter_rows(named=True)
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the run as a whole, such as a step that was skipped."""
        return self.batch.notes

    @property
    def problems(self) -> list[Problem]:
        """Problems of all rows, those of the built-in rules among them."""
        rows = self.batch.problems.drop("fix").iter_rows(named=True)
        return [Problem(**{**row, "severity": Severity(row["severity"])}) for row in rows]

    def changes_of(self, field: str) -> list[Change]:
        """Give the changes of one field in all rows, by its path or its short name."""
        names = [name for name in self.batch.fields if field in (name, split_field(name)[1])]
        chosen = self.batch.changes.filter(pl.col("field").is_in(names))
        return [Change(**change) for change in chosen.iter_rows(named=True)]


def try_plugin(plugin: object, rows: Sequence[Mapping[str, str | None]], campaign: Campaign | None = None) -> Tried:
    """Let a plugin's enrichers and rules work on rows.

    `plugin` is the path of a file, a module, a decorated function, or `Plugins`. A row's keys are fields, short names
    of fields, or headers of a source. Raises PluginError where the plugin cannot be loaded.

    >>> from omoto_kit.plugins import enricher
    >>> @enricher("namevaluemap.city")
    ... def city(pincode):
    ...     return {"560001": "Bengaluru"}.get(pincode)
    >>> try_plugin(city, [{"pincode": "560001"}]).rows[0]["city"]
    'Bengaluru'
    """
    plugins = plugins_of(plugin)
    batch = batch_of(plugins, rows, campaign or CAMPAIGN)
    tallies: list[Tally] = []
    batch = enrich(batch, plugins=plugins, on_step=tallies.append)
    return Tried(validate(batch, plugins=plugins), tuple(tallies))


def batch_of(plugins: Plugins, rows: Sequence[Mapping[str, str | None]], contract: Campaign) -> Batch:
    """Lay rows out as a batch, as composing would have made it of a file with these columns."""
    columns = {_column(key, plugins, contract): key for row in rows for key in row}
    frame = pl.DataFrame(
        {column: [row.get(key) for row in rows] for column, key in columns.items()},
        schema=dict.fromkeys(columns, pl.String),
    ).select(
        pl.int_range(2, len(rows) + 2, dtype=pl.Int64).alias("row"),
        pl.lit(None, dtype=pl.String).alias("key"),
        pl.lit(contract.id).alias("campaignid"),
        *(name for name in columns if name != "campaignid"),
    )
    return Batch(contract, Source("rows of a test"), frame)


def check_examples(plugin: object, campaign: Campaign | None = None) -> tuple[str, ...]:
    """Run the `examples=` of a plugin's enrichers; give a sentence for each that does not hold.

    >>> from omoto_kit.plugins import enricher
    >>> @enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Mysuru")])
    ... def city(pincode):
    ...     return {"560001": "Bengaluru"}.get(pincode)
    >>> check_examples(city)
    ("notebook:city, example 1: gave 'Bengaluru', not 'Mysuru'.",)
    """
    plugins = plugins_of(plugin)
    contract = campaign or CAMPAIGN
    steps = plugins.enrichers
    return tuple(wrong for step in steps for wrong in wrong_examples(step, plugins.context(step, contract)))


def example_checks(plugins: Plugins, campaign: Campaign | None = None) -> Iterator[tuple[str, Callable[[], str]]]:
    """Give each example its name, and a call that tells what is wrong with it (an empty text: nothing)."""
    for step in plugins.enrichers:
        context = plugins.context(step, campaign or CAMPAIGN)
        for number, example in enumerate(step.examples, start=1):
            yield f"{step.name}[{number}]", partial(wrong_with, step, context, example)


def plugins_of(plugin: object) -> Plugins:
    """Load what a test names."""
    if isinstance(plugin, Plugins):
        return plugin
    if isinstance(plugin, str | Path):
        return Plugins.load(files=[Path(plugin)], entry_points=False)
    if steps_of(plugin) and callable(plugin):
        return Plugins().with_functions(plugin)
    return Plugins().with_module(plugin, str(getattr(plugin, "__name__", "plugin")).rpartition(".")[2])


def _column(key: str, plugins: Plugins, campaign: Campaign) -> str:
    """Find the field that a row's key stands for; else it is a header of the source."""
    if is_field(key):
        return key
    known = [*plugins.writes, *(f"customerinfo.{name}" for name in CUSTOMER_FIELDS)]
    known += [f"namevaluemap.{name}" for name in campaign.known_names("namevaluemap") or ("unitname", "city")]
    fitting = sorted({field for field in known if snake(split_field(field)[1]) == key})
    return fitting[0] if len(fitting) == 1 else f"source.{key}"
