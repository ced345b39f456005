"""Whole columns at a time: mapped by value, one part of a split, several joined, united or taken in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from omoto_kit.batch import CHANGES

__all__ = ["by_value", "coalesced", "joined", "part_of", "united", "value_changes"]


def by_value(column: pl.Series, values: Mapping[str, str]) -> pl.Series:
    """Put in what each cell stands for, whatever its case; a cell that is not named stays as it is.

    >>> by_value(pl.Series(["Very satisfied", "very SATISFIED", "9"]), {"Very satisfied": "5"}).to_list()
    ['5', '5', '9']
    """
    meanings = {text.strip().casefold(): meaning for text, meaning in values.items()}
    cells = column.drop_nulls().unique()
    known = {cell: meanings[folded] for cell in cells if (folded := cell.strip().casefold()) in meanings}
    return column.replace(list(known), list(known.values())) if known else column


def value_changes(numbers: pl.Series, field: str, before: pl.Series, after: pl.Series) -> pl.DataFrame:
    """Record each cell that a value map changed."""
    table = pl.DataFrame({"row": numbers.cast(pl.Int64), "before": before, "after": after})
    changed = table.filter(pl.col("before").ne_missing(pl.col("after")))
    constants = {
        "field": field,
        "step": "columns",
        "version": "",
        "source": "",
        "why": "The column map's values say so.",
        "outcome": "set",
        "run": 0,
    }
    filled = changed.with_columns(
        pl.lit(constants[name], dtype=kind).alias(name) for name, kind in CHANGES.items() if name in constants
    )
    return filled.select(CHANGES.names())


def part_of(column: pl.Series, split: str, part: int) -> pl.Series:
    """Take one part of each cell; null where there is none.

    >>> part_of(pl.Series(["Pune | Kothrud", "Goa"]), "|", 2).to_list()
    ['Kothrud', None]
    """
    parts = column.str.split(split).list.get(part - 1, null_on_oob=True).str.strip_chars()
    return parts.to_frame().select(pl.when(pl.all() != "").then(pl.all())).to_series()


def coalesced(columns: Sequence[pl.Series]) -> pl.Series:
    """Take the first column that has a value, row by row."""
    return columns[0] if len(columns) == 1 else _side_by_side(columns).select(pl.coalesce(pl.all())).to_series()


def joined(columns: Sequence[pl.Series], join: str) -> pl.Series:
    r"""Join texts row by row, what is absent left out.

    >>> joined([pl.Series(["slow", None]), pl.Series(["dear", None])], "\n").to_list()
    ['slow\ndear', None]
    """
    if len(columns) == 1:
        return columns[0]
    text = pl.concat_str(pl.all(), separator=join, ignore_nulls=True)
    return _side_by_side(columns).select(pl.when(pl.any_horizontal(pl.all().is_not_null())).then(text)).to_series()


def united(columns: Sequence[pl.Series]) -> pl.Series:
    """Unite the reasons of several columns; null only where none of them selects.

    >>> kinds = pl.List(pl.String)
    >>> united([pl.Series([["slow"], None], dtype=kinds), pl.Series([[], None], dtype=kinds)]).to_list()
    [['slow'], None]
    """
    if len(columns) == 1:
        return columns[0]
    table = _side_by_side(columns)
    whole = pl.concat_list(pl.all().fill_null(pl.lit([], dtype=pl.List(pl.String)))).list.unique(maintain_order=True)
    return table.select(pl.when(pl.any_horizontal(pl.all().is_not_null())).then(whole)).to_series()


def _side_by_side(columns: Sequence[pl.Series]) -> pl.DataFrame:
    return pl.DataFrame([column.alias(str(number)) for number, column in enumerate(columns)])
