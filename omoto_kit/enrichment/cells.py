"""Cells as texts: a category's list of reasons is written as one text, so that all fields compare and join alike."""

from __future__ import annotations

import polars as pl

__all__ = ["LIST", "as_list", "as_text", "from_cell", "is_list", "readable", "to_cell"]

LIST = pl.List(pl.String)
#: Parts the reasons of a list in its text form; no keyboard types it.
UNIT = "\x1f"


def is_list(field: str) -> bool:
    """Tell whether a field holds a list of reasons."""
    return field.startswith("catnpsmap.")


def as_text(column: str, dtype: pl.DataType) -> pl.Expr:
    """Write a column as text: a list as its length, a colon and its parts."""
    cell = pl.col(column)
    if dtype != LIST:
        return cell.cast(pl.String)
    return pl.format("{}:{}", cell.list.len(), cell.list.join(UNIT, ignore_nulls=True))


def as_list(column: str) -> pl.Expr:
    """Turn texts of `as_text` back into lists."""
    cell = pl.col(column)
    parts = cell.str.replace(r"^\d+:", "").str.split(UNIT)
    empty = pl.lit([], dtype=LIST)
    return pl.when(cell.is_null()).then(None).when(cell.str.starts_with("0:")).then(empty).otherwise(parts)


def from_cell(text: str | None) -> tuple[str, ...] | None:
    """Give the parts of one list in its text form, as a step reads them."""
    if text is None:
        return None
    count, _, joined = text.partition(":")
    return tuple(joined.split(UNIT)) if count != "0" else ()


def to_cell(parts: list[str] | tuple[str, ...]) -> str:
    """Write one list in its text form.

    >>> from_cell(to_cell(["Too high", "Unclear"])), from_cell(to_cell([]))
    (('Too high', 'Unclear'), ())
    """
    return f"{len(parts)}:{UNIT.join(parts)}"


def readable(column: str, field: str) -> pl.Expr:
    """Write a cell's text for people, as changes show it: reasons parted by semicolons."""
    cell = pl.col(column)
    return cell.str.replace(r"^\d+:", "").str.replace_all(UNIT, "; ", literal=True) if is_list(field) else cell
