"""Many cells at once: what could mend them, all cells alike, a text replaced. Each gives edits to be planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.campaign import split_field
from omoto_kit.errors import UsageError
from omoto_kit.studio.review.sieve import pattern, texts
from omoto_kit.studio.review.steps import Cell, Edits
from omoto_kit.studio.review.table import ReviewTable
from omoto_kit.studio.review.typed import cell_of
from omoto_kit.validation import clusters, offers
from omoto_kit.validation.fixes import MISNAMED

__all__ = ["Wanted", "alike", "cluster_edits", "edits_for", "groups", "replacing"]

_GROUPS = 200


@dataclass(frozen=True)
class Wanted:
    """What shall stand in all cells of a field that hold one value; `code` is the problem that it mends, if any."""

    field: str
    before: str | None = attribute(repr=False)
    after: str = attribute(repr=False)
    code: str = ""


def groups(table: ReviewTable, code: str = "") -> list[dict[str, Any]]:
    """List what could be mended: one entry for all cells with the same value, the same problem and the same offers.

    `safe` names the offer that loses nothing, and is None where a person has to choose. Largest first.
    """
    fix = pl.col("fix").struct
    problems = table.found.frame()
    open_ = problems.filter(
        (fix.field("options").list.len() > 0)
        & ~fix.field("applied").fill_null(value=False)
        & ((pl.col("code") == code) if code else pl.lit(value=True))
    )
    alike_ = (
        open_.with_columns(options=fix.field("options").list.head(4))
        .group_by("field", "code", "value", "options", maintain_order=True)
        .agg(rows=pl.col("row").n_unique(), message=pl.col("message").first())
        .sort("rows", descending=True, maintain_order=True)
    )
    harmless = offers(table.sketch(), safe=True, code=code or None)
    safe = {(one.field, one.code, one.before): one.after for one in harmless}
    return [
        {**one, "safe": safe.get((one["field"], one["code"], one["value"]))}
        for one in alike_.head(_GROUPS).iter_rows(named=True)
    ]


def edits_for(table: ReviewTable, wanted: Iterable[Wanted], *, only: int | None = None) -> dict[str, dict[int, Cell]]:
    """Lay out which cells get what. Where a name is the problem, the values move to the name that was chosen.

    `only` keeps to one row, by its position.
    """
    problems = table.found.frame()
    edits: dict[str, dict[int, Cell]] = {}
    for one in wanted:
        here = problems.filter(
            (pl.col("field") == one.field) & (pl.col("code") == one.code) & pl.col("value").eq_missing(one.before)
        )
        rows = [table.position(row) for row in here["row"].unique(maintain_order=True)]
        rows = rows if only is None else [row for row in rows if row == only]
        for field, cells in _settings(table, one, rows).items():
            edits[field] = cells | edits.get(field, {})  # a cell that two of them name takes the first
    return edits


def alike(table: ReviewTable, field: str, before: str | None, after: str) -> Edits:
    """Give all cells of a field that hold one value another."""
    column = texts(table.values, field)
    rows = column.eq_missing(pl.Series([before], dtype=pl.String)).arg_true().to_list()
    return {field: dict.fromkeys(rows, cell_of(table.source, field, after))}


def cluster_edits(table: ReviewTable, field: str, keep: str) -> Edits:
    """Give all cells of a column whose value belongs to the cluster around one value that value."""
    found = next((one for one in clusters(table.sketch(), field) if one.keep == keep), None)
    if found is None:
        raise UsageError("These values are no longer alike.", advice="Look at the column again.")
    others = [value for value, _ in found.values if value != keep]
    rows = texts(table.values, field).is_in(others).fill_null(value=False).arg_true().to_list()
    return {field: dict.fromkeys(rows, cell_of(table.source, field, keep))}


def replacing(
    table: ReviewTable, find: str, put: str, *, fields: tuple[str, ...] = (), whole: bool = False, exact: bool = False
) -> dict[str, dict[int, Cell]]:
    """Give what each cell would hold with a text replaced, for the rows that are shown; no `fields` stands for all."""
    if not find:
        return {}
    wanted, put = pattern(find, whole=whole, exact=exact), put.replace("$", "$$")
    editable = [column.field for column in table.columns if not column.readonly]
    chosen = [field for field in editable if field in (fields or editable)]
    edits = ((field, _replaced(table, field, wanted, put)) for field in chosen)
    return {field: cells for field, cells in edits if cells}


def _replaced(table: ReviewTable, field: str, wanted: str, put: str) -> dict[int, Cell]:
    """Give the cells of one field that are not the same with a pattern replaced, of the rows that are shown."""
    old, shown = texts(table.values, field), table.view.rows
    old = old if shown is None else old.gather(shown)
    new = old.str.replace_all(wanted, put)
    unlike = old.ne_missing(new).arg_true().to_numpy()
    rows = unlike if shown is None else shown[unlike]
    return {
        row: cell_of(table.source, field, text)
        for row, text in zip(rows.tolist(), new.gather(unlike).to_list(), strict=True)
    }


def _settings(table: ReviewTable, one: Wanted, rows: list[int]) -> Mapping[str, dict[int, Cell]]:
    group, _ = split_field(one.field)
    if one.code not in MISNAMED or not one.after:
        return {one.field: dict.fromkeys(rows, cell_of(table.source, one.field, one.after))}
    target = f"{group}.{one.after}"
    free = [row for row in rows if table.value(row, target) is None]
    return {target: {row: table.value(row, one.field) for row in free}, one.field: dict.fromkeys(free)}
