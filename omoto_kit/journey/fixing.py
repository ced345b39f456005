"""Taking a person's fixes back, one at a time, with the rows checked again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.enrichment import undo
from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins
from omoto_kit.validation import revalidate

__all__ = ["Done", "fixes_done", "take_back"]

_FIX = "fix:"


@dataclass(frozen=True)
class Done:
    """One fixing that a person did: its run number, whose it is, the fields and how many cells, whether it stands."""

    run: int
    step: str
    fields: tuple[str, ...]
    cells: int
    undone: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give all parts as a plain dict."""
        return asdict(self) | {"fields": list(self.fields)}


def fixes_done(batch: Batch) -> tuple[Done, ...]:
    """List the fixes of a batch, the newest first."""
    mine = batch.changes.filter(pl.col("step").str.starts_with(_FIX))
    back = mine.filter(pl.col("outcome") == "undone").group_by("run").agg(pl.len().alias("back"))
    runs = (
        mine.filter(pl.col("outcome") == "set")
        .group_by("run", "step", maintain_order=True)
        .agg(pl.col("field").unique(maintain_order=True), pl.len().alias("cells"))
        .join(back, on="run", how="left", maintain_order="left")
        .sort("run", descending=True)
    )
    return tuple(
        Done(run, step, tuple(fields), cells, undone=(gone or 0) >= cells)
        for run, step, fields, cells, gone in runs.iter_rows()
    )


def take_back(batch: Batch, run: int, *, plugins: Plugins | None = None) -> Batch:
    """Undo one fixing and check its rows again; the record keeps what was done and that it was undone.

    Raises UsageError where nothing of it stands, or the run is none of a person's fixes.
    """
    done = {one.run: one for one in fixes_done(batch)}
    if run not in done:
        known = ", ".join(map(str, sorted(done))) or "none"
        raise UsageError(f"Run {run} is no fix.", where=batch.source.name, advice=f"Runs of fixes: {known}.")
    found = plugins if plugins is not None else Plugins.load()
    back = undo(batch, run=run)
    rows = back.changes[batch.changes.height :]["row"].unique().to_list()
    return revalidate(back, rows, plugins=found) if rows else replace(back, problems=batch.problems)
