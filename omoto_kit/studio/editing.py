"""What a person has set by hand, carried over to a batch that was made anew."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.plugins import Plugins
from omoto_kit.studio.review.found import LEFT_OUT
from omoto_kit.validation import Mend, mend

__all__ = ["with_edits_of"]

BY_HAND = "fix:"
OUTCOME = "left out"


def with_edits_of(before: Batch, batch: Batch, plugins: Plugins, who: str) -> Batch:
    """Set again in `batch` what a person had set in the batch before it, where that still stood.

    Both are of the same rows. Rows that were left out stay out. Values that steps had set are not carried over: the
    steps have had their say anew.
    """
    last = before.changes.filter(pl.col("outcome").is_in(["set", "undone"])).unique(
        ["row", "field"], keep="last", maintain_order=True
    )
    edits = last.filter((pl.col("outcome") == "set") & pl.col("step").str.starts_with(BY_HAND))
    alike = edits.group_by("field", "after", maintain_order=True).agg("row")
    mends = [Mend(field, "", None, after or "", tuple(rows)) for field, after, rows in alike.iter_rows()]
    edited = mend(batch, mends, by=who, plugins=plugins) if mends else batch
    left = before.problems.filter(pl.col("code") == LEFT_OUT)
    if not left.height:
        return edited
    told = before.changes.filter(pl.col("outcome") == OUTCOME)
    return replace(edited, problems=pl.concat([edited.problems, left]), changes=pl.concat([edited.changes, told]))
