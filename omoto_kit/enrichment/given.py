"""Fields as the source gave them, for steps that must not hear what other steps made of them."""

from __future__ import annotations

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.enrichment.order import Planned
from omoto_kit.enrichment.settling import FIX
from omoto_kit.plugins.reads import GIVEN

__all__ = ["with_given"]


def with_given(values: pl.DataFrame, first: Batch, one: Planned) -> pl.DataFrame:
    """Add a column for each argument of a step that is read as given; `first` is the batch before this run.

    What earlier runs of steps have set counts as not set, so that a second run hears the same. A person's edit is
    given, too. Columns that the source does not have are left out, and are then absent.
    """
    wanted = [column for column in one.columns.values() if column.startswith(GIVEN)]
    columns = [
        _as_given(first, name).alias(column)
        for column in wanted
        if (name := column.removeprefix(GIVEN)) in first.values.columns
    ]
    return values.with_columns(columns) if columns else values


def _as_given(batch: Batch, field: str) -> pl.Series:
    """Give a field with the changes of steps taken back."""
    values = batch.values[field]
    made = batch.changes.filter((pl.col("field") == field) & pl.col("outcome").is_in(["set", "cleared"]))
    if values.dtype != pl.String or not made.height:
        return values
    edited = made.filter(pl.col("step").str.starts_with(FIX))["row"].unique()
    earliest = made.filter(~pl.col("row").is_in(edited.implode())).unique("row", keep="first", maintain_order=True)
    before = earliest.select("row", "before", was=pl.lit(value=True))
    joined = batch.values.select("row", now=values).join(before, on="row", how="left", maintain_order="left")
    return joined.select(pl.when(pl.col("was").is_null()).then("now").otherwise("before")).to_series()
