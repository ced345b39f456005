"""Problems by kind: how many rows each holds or warns of, and how many of them a fix would mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.validation.mending import offers

__all__ = ["Kind", "problem_kinds", "summed_kinds"]

#: So many row numbers of a kind are named.
_SAMPLE = 20


@dataclass(frozen=True)
class Kind:
    """All problems of one code in one column of the source.

    `message` is that of the first of them, `sample` the numbers of the first rows. Of its `rows`, `fixable` have one
    value that could stand there, and `safe` of these lose nothing by it.
    """

    code: str
    severity: str
    field: str
    column: str
    message: str
    rows: int
    sample: tuple[int, ...]
    fixable: int = 0
    safe: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give all parts as a plain dict; the message may quote a value."""
        return asdict(self) | {"sample": list(self.sample)}


def problem_kinds(batch: Batch) -> tuple[Kind, ...]:
    """Sum up the problems of a batch, the worst and most frequent first."""
    fixable: Counter[tuple[str, str]] = Counter()
    safe: Counter[tuple[str, str]] = Counter()
    for one in offers(batch):
        fixable[one.code, one.field] += len(one.rows)
        safe[one.code, one.field] += len(one.rows) if one.safe else 0
    names = ("code", "severity", "field", "column")
    alike = (
        batch.problems.with_columns(pl.col(names).cast(pl.Categorical))  # grouping by texts copies all of them
        .group_by(names, maintain_order=True)
        .agg(
            pl.col("message").first(),
            pl.col("row").n_unique().alias("rows"),
            pl.col("row").unique(maintain_order=True).head(_SAMPLE).alias("sample"),
        )
        .with_columns(pl.col(names).cast(pl.String))
    )
    return _worst_first(
        Kind(
            **one | {"sample": tuple(one["sample"])},
            fixable=fixable[one["code"], one["field"]],
            safe=safe[one["code"], one["field"]],
        )
        for one in alike.iter_rows(named=True)
    )


def summed_kinds(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Sum up the kinds of parts of a source, which come in the order of their rows."""
    summed: dict[tuple[str, str, str, str], Kind] = {}
    for one in kinds:
        key = (one.code, one.severity, one.field, one.column)
        before = summed.get(key)
        summed[key] = one if before is None else _sum(before, one)
    return _worst_first(summed.values())


def _sum(one: Kind, other: Kind) -> Kind:
    return replace(
        one,
        rows=one.rows + other.rows,
        sample=(*one.sample, *other.sample)[:_SAMPLE],
        fixable=one.fixable + other.fixable,
        safe=one.safe + other.safe,
    )


def _worst_first(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    return tuple(sorted(kinds, key=lambda kind: (kind.severity, -kind.rows, kind.sample)))
