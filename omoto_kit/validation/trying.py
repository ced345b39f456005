"""Trying fixes: what they would change and what would be left, without touching the batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.plugins import Plugins
from omoto_kit.validation.fixes import next_run
from omoto_kit.validation.mending import Mend, mend

__all__ = ["Trial", "trial"]

_WHERE = ["row", "field", "code"]


@dataclass(frozen=True)
class Trial:
    """What fixes would do to a batch.

    `batch` is the batch as it would be, so that to apply them is to go on with it; `run` is the number that their
    changes carry there. `cells` has a line (row, field, before, after) for each cell that they set. `solved` counts
    the problems that would be gone, `new` those that would come up. The four last count rows.
    """

    batch: Batch = attribute(repr=False)
    run: int
    cells: pl.DataFrame = attribute(repr=False)
    solved: int
    new: int
    held_before: int
    held_after: int
    ready_before: int
    ready_after: int

    def __str__(self) -> str:
        return (
            f"sets {self.cells.height} cells, solves {self.solved} problems and makes {self.new}; "
            f"held rows {self.held_before} -> {self.held_after}"
        )

    def as_json(self) -> dict[str, Any]:
        """Give the counts, and the cells as a list of dicts; their values may be personal."""
        counts = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in ("batch", "cells")}
        return counts | {"cells": self.cells.to_dicts()}


def trial(batch: Batch, mends: Iterable[Mend], *, by: str, plugins: Plugins | None = None) -> Trial:
    """Try fixes on a batch, as `mend` would apply them."""
    run = next_run(batch)
    mended = mend(batch, mends, by=by, plugins=plugins)
    mine = mended.changes.filter((pl.col("run") == run) & (pl.col("step") == f"fix:{by}"))
    before, after = _open(batch), _open(mended)
    counts, left = batch.counts(), mended.counts()
    return Trial(
        mended,
        run,
        mine.select("row", "field", "before", "after"),
        solved=before.join(after, on=_WHERE, how="anti").height,
        new=after.join(before, on=_WHERE, how="anti").height,
        held_before=counts["held"],
        held_after=left["held"],
        ready_before=counts["ready"],
        ready_after=left["ready"],
    )


def _open(batch: Batch) -> pl.DataFrame:
    """List the problems that wait for somebody; what was set already only tells."""
    applied = pl.col("fix").struct.field("applied").fill_null(value=False)
    return batch.problems.filter(~applied).select(_WHERE)
