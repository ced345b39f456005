"""Sieve: which rows are shown, and in what order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.studio.review.found import Found
from omoto_kit.studio.review.steps import JOINT, Positions

__all__ = ["PROBLEMS", "STATES", "Sieve", "facet", "matching", "pattern", "positions", "texts"]

#: What `only` may say beside a problem's code.
PROBLEMS = "problems"
STATES = ("ready", "held", "duplicate", "left", "warned", "changed")
_FACET = 200


@dataclass(frozen=True)
class Sieve:
    """What a person wants to see.

    `only` is empty, "problems", a row's state, or a problem's code. `facets` gives, by field, the values that are
    wanted, None for an empty cell. `text` must stand in one of the fields. `sort` is a field, or empty.
    """

    only: str = ""
    facets: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    sort: str = ""
    descending: bool = False

    @classmethod
    def of(cls, wanted: Mapping[str, Any]) -> Sieve:
        """Make one of what the page says."""
        facets = {name: tuple(values) for name, values in (wanted.get("facets") or {}).items() if values}
        return cls(
            str(wanted.get("only") or ""),
            facets,
            str(wanted.get("text") or ""),
            str(wanted.get("sort") or ""),
            bool(wanted.get("descending")),
        )

    def as_json(self) -> dict[str, Any]:
        """Give what the page shows of it."""
        facets = {name: list(values) for name, values in self.facets.items()}
        return {**vars(self), "facets": facets}


def positions(
    sieve: Sieve, values: pl.DataFrame, found: Found, changed: npt.NDArray[np.bool_], fields: tuple[str, ...]
) -> Positions | None:
    """Give the positions of the rows to show, in order; None stands for all as they are."""
    mask = _only(sieve.only, found, changed)
    for name, wanted in sieve.facets.items():
        mask = _both(mask, _among(texts(values, name), wanted))
    if sieve.text:
        mask = _both(mask, matching(values, fields, pattern(sieve.text)))
    shown = None if mask is None else np.flatnonzero(mask)
    if not sieve.sort:
        return shown
    order = _order(values, sieve)
    return order if mask is None else order[mask[order]]


def facet(values: pl.DataFrame, name: str, shown: Positions | None) -> tuple[list[tuple[str | None, int]], int]:
    """Count the values of a column over some rows, the most frequent first, and how many different ones there are."""
    column = texts(values, name)
    column = column if shown is None else column.gather(shown)
    counted = column.value_counts(sort=True)
    return list(counted.head(_FACET).iter_rows()), counted.height


def texts(values: pl.DataFrame, name: str) -> pl.Series:
    """Give a column as texts, a list as its parts joined."""
    column = values[name]
    return column.list.join(JOINT) if isinstance(column.dtype, pl.List) else column.cast(pl.String)


def pattern(text: str, *, whole: bool = False, exact: bool = False) -> str:
    r"""Write what a person looks for as a regular expression.

    >>> pattern("a+b", whole=True), pattern("a", exact=True)
    ('(?is)^a\\+b$', 'a')
    """
    escaped = re.escape(text)
    escaped = f"^{escaped}$" if whole else escaped
    return escaped if exact else f"(?is){escaped}"


def matching(values: pl.DataFrame, fields: tuple[str, ...], wanted: str) -> npt.NDArray[np.bool_]:
    """Mark the rows in which one of the fields holds a text."""
    mask = np.zeros(values.height, dtype=bool)
    for name in fields:
        mask |= texts(values, name).str.contains(wanted).fill_null(value=False).to_numpy()
    return mask


def _only(only: str, found: Found, changed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
    if not only:
        return None
    if only == PROBLEMS:
        return found.waiting()
    if only not in STATES:
        return found.with_code(only)
    held = (found.errors > 0) & ~found.left
    duplicate = found.repeats & (found.errors == 0) & ~found.left
    ready = ~held & ~duplicate & ~found.left
    states = {"ready": ready, "held": held, "duplicate": duplicate, "left": found.left, "changed": changed}
    states["warned"] = (found.warnings > 0) & ~found.left
    mask: npt.NDArray[np.bool_] = states[only]
    return mask


def _among(column: pl.Series, wanted: tuple[str | None, ...]) -> npt.NDArray[np.bool_]:
    mask = column.is_in([one for one in wanted if one is not None]).fill_null(value=False)
    return (mask | column.is_null() if None in wanted else mask).to_numpy()


def _both(one: npt.NDArray[np.bool_] | None, two: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return two if one is None else one & two


def _order(values: pl.DataFrame, sieve: Sieve) -> Positions:
    """Sort by one column, numbers by what they are worth; what is empty comes last."""
    column = texts(values, sieve.sort)
    numbers = column.cast(pl.Float64, strict=False)
    keys = [numbers, column] if numbers.null_count() < len(column) / 2 else [column]
    frame = pl.DataFrame({str(at): key for at, key in enumerate(keys)})
    order = frame.select(
        pl.arg_sort_by(frame.columns, descending=sieve.descending, nulls_last=True, maintain_order=True)
    )
    return order.to_series().to_numpy().astype(np.int64)
