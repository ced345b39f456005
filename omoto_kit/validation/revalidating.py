"""`revalidate`: the same as `validate` when only some rows were edited since, at the cost of these rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from omoto_kit.batch import DUPLICATE, PROBLEMS, Batch
from omoto_kit.plugins import Plugins
from omoto_kit.validation import dates
from omoto_kit.validation.guards import GUARDED, customer_problems, identity_problems
from omoto_kit.validation.rules import date_columns, date_orders
from omoto_kit.validation.validating import check_rows, in_order, look_at_whole

__all__ = ["revalidate"]

_REPEATED = (DUPLICATE, "id_duplicate")


def revalidate(batch: Batch, rows: Collection[int], *, plugins: Plugins | None = None, whole: bool = True) -> Batch:
    """Check again the rows whose values, keys or columns were edited since `validate` gave this batch.

    `rows` are numbers of rows and must name every row that was edited; what they say about other rows (one that had
    the same key, for instance) is put right, too. The result is that of `validate(batch)`. `whole=False` leaves out
    what is said of the batch as a whole, its guards and the note on shared mobile numbers, and keeps them as they
    were: for each keystroke in a large batch, with one call of `look_at_whole` once the person pauses.
    """
    plugins = Plugins.load() if plugins is None else plugins
    numbers = pl.Series("row", [*rows], dtype=pl.Int64)
    at = batch.values["row"].is_in(numbers.implode()).arg_true()
    at = pl.concat([at, *_in_doubt(batch)]).unique().sort()
    before = _of_rows(batch, at)
    after = check_rows(before, plugins, _orders(before, batch, plugins))
    checked = replace(
        after,
        values=_with_rows(batch.values, before.values, after.values, at),
        changes=pl.concat([batch.changes, after.changes[before.changes.height :]]),
    )
    checked = replace(checked, problems=_with_problems(batch, checked, after, at))
    return look_at_whole(checked) if whole else checked


def _in_doubt(batch: Batch) -> list[pl.Series]:
    """Give the places of dates that are read by what the other rows show, where rows can be edited."""
    places = []
    for field, column in date_columns(batch).items():
        if field == column:
            places.append(batch.values.select(~_clear(batch, field)).to_series().arg_true())
    return places


def _clear(batch: Batch, field: str) -> pl.Expr:
    attribute = (batch.campaign.attributes or {})[field.partition(".")[2]]
    return dates.clear(pl.col(field), with_time=attribute.kind == "datetime")


def _orders(part: Batch, batch: Batch, plugins: Plugins) -> dict[str, dates.Order]:
    """Decide what comes first in the dates of the whole column; any order will do where none is to be read."""
    written = {step.field for step in plugins.rules}
    needed = {}
    for field, column in date_columns(batch).items():
        clear = part.values.select(_clear(batch, field).all()).item()
        needed[field] = column == field or field in written or not clear
    if any(needed.values()):
        return date_orders(batch)
    return {field: dates.Order() for field in needed}


def _of_rows(batch: Batch, at: pl.Series) -> Batch:
    """Give the batch of some places only, with what is known of them."""
    values = batch.values[at]
    here = pl.col("row").is_in(values["row"].implode())
    return replace(batch, values=values, problems=batch.problems.filter(here), changes=batch.changes.filter(here))


def _with_rows(values: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Put what changed in some rows back into their places."""
    columns = []
    for name in after.columns:
        if name not in values.columns:
            old = pl.Series(name, [None], dtype=after.schema[name]).new_from_index(0, values.height)
        elif before[name].equals(after[name], null_equal=True):
            continue
        else:
            old = values[name]
        places = pl.int_range(values.height, eager=True)
        places = places.scatter(at, pl.int_range(values.height, values.height + len(at), eager=True))
        columns.append(pl.concat([old.cast(after.schema[name]), after[name]]).gather(places))
    return values.with_columns(columns)


def _with_problems(batch: Batch, checked: Batch, part: Batch, at: pl.Series) -> pl.DataFrame:
    """Put the problems of the rows, and of all rows that repeat or contradict another one, in place of the old ones."""
    problems = batch.problems
    edited = part.values["row"]
    repeated = pl.col("code").is_in(_REPEATED)
    old = problems.filter(repeated)
    alike = _alike(checked, old["value"], at)
    identity = identity_problems(replace(checked, values=checked.values[alike]))
    own = part.problems.filter(~pl.col("code").is_in(GUARDED))
    new = pl.concat([own, identity, customer_problems(part)])
    touched = pl.concat([edited, old["row"], new["row"]]).unique()
    here = problems["row"].is_in(touched.implode())
    standing = problems.filter(here).filter(~repeated & ~pl.col("row").is_in(edited.implode()))
    placed = in_order(pl.concat([standing, new]), checked.values.columns)
    return _merged(problems.filter(~here), placed)


def _alike(batch: Batch, keys: pl.Series, at: pl.Series) -> pl.Series:
    """Give the places of the rows that have one of these keys, or the key of one of these rows."""
    if not batch.campaign.identity:
        return at
    wanted = pl.concat([keys, batch.values["key"].gather(at)]).drop_nulls().unique()
    wanted = wanted.filter(wanted != "")  # rows without a key are not alike
    return pl.concat([batch.values["key"].is_in(wanted.implode()).arg_true(), at]).unique().sort()


def _merged(others: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Let the rows of two tables of problems, of different rows each, follow one another by their numbers."""
    both = pl.concat([others, placed]).select(PROBLEMS.names())
    return both[both["row"].arg_sort()] if placed.height else both
