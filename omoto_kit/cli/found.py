"""What was found in a source, summed up: enough to show it, so that a large one need not be kept for that."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from omoto_kit.batch import MADE, Batch
from omoto_kit.validation import Kind, problem_kinds, summed_kinds

__all__ = ["Found"]


@dataclass(frozen=True)
class Found:
    """Kinds of problems, rows by the severity of their problems, changed cells by step and field, the fate of all rows.

    What was found in the parts of a source adds up to what was found in all of it.
    """

    kinds: tuple[Kind, ...] = ()
    rows: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, batch: Batch) -> Found:
        """Sum up what a batch holds."""
        rows = batch.problems.group_by("severity").agg(pl.col("row").n_unique())
        done = batch.changes.filter(pl.col("outcome").is_in(MADE)).group_by("step", "field", maintain_order=True).len()
        changed = Counter({(step, name): cells for step, name, cells in done.iter_rows()})
        return cls(problem_kinds(batch), Counter(dict(rows.iter_rows())), changed, Counter(batch.counts()))

    def __add__(self, other: Found) -> Found:
        kinds = summed_kinds([*self.kinds, *other.kinds])
        return Found(kinds, self.rows + other.rows, self.changed + other.changed, self.counts + other.counts)
