"""Taking back what a step or a run has set, where nothing later stands on it; the record keeps both."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from omoto_kit.batch import CHANGES, MADE, Batch
from omoto_kit.enrichment.cells import as_text, is_list, readable
from omoto_kit.enrichment.telling import still_true
from omoto_kit.errors import UsageError, did_you_mean

__all__ = ["undo"]

UNDONE = "undone"
CELL = ["row", "field"]
#: What tells one change from the others; an undoing repeats it.
SELF = [*CELL, "step", "run"]
#: Between the reasons of a category, as changes show them.
JOINT = "; "


def undo(batch: Batch, *, step: str | None = None, run: int | None = None) -> Batch:
    """Take back the changes of a step, of a plugin, of a run of `enrich`, or of a step in one run.

    `step` is a step's label, "stores:by_code", or its plugin's name; `run` is the number that changes carry. Each cell
    gets back what it held before, and a change with the outcome "undone" says so. A change stays where something
    later stands on it: another change of the same cell, or one that was made from it. The batch's notes count both.
    Another enrichment does not set again what was taken back. Validate again afterwards. Raises UsageError where
    neither is given, or no such step or run has changed anything.
    """
    numbered = batch.changes.with_row_index("number")
    undone = numbered.filter(pl.col("outcome") == UNDONE)
    live = numbered.filter(pl.col("outcome").is_in(MADE)).join(undone, on=SELF, how="anti", maintain_order="left")
    chosen = live.filter(_chosen(live, step, run))
    free = _free(chosen, live)
    kept, taken = chosen.height, 0
    values = batch.values
    for (field,), group in free.group_by(["field"], maintain_order=True):
        values, back = _restored(values, str(field), group)
        batch = batch.with_values(values, _record(back))
        taken += back.height
    whose = " in ".join([*([step] if step else []), *([f"run {run}"] if run is not None else [])])
    stay = f"; {kept - taken} stay, since something later stands on them" if kept > taken else ""
    note = f"{taken} changes of {whose} were taken back{stay}."
    return replace(batch, problems=still_true(batch), notes=(*batch.notes, note))


def _chosen(live: pl.DataFrame, step: str | None, run: int | None) -> pl.Expr:
    """Select the changes that a person means."""
    if step is None and run is None:
        raise UsageError("Nothing says what to take back.", advice='Name a step or a run: undo(batch, step="stores").')
    mine = _by_step(live, step) if step is not None else pl.col("step") == pl.col("step")
    return _in_run(live, mine, run) if run is not None else mine


def _by_step(live: pl.DataFrame, step: str) -> pl.Expr:
    mine = (pl.col("step") == step) | pl.col("step").str.starts_with(f"{step}:")
    if not live.filter(mine).height:
        known = sorted(live["step"].unique())
        near = did_you_mean(step, known) or f"Steps that changed something: {', '.join(known) or 'none'}."
        raise UsageError(f"No change that still stands is by {step!r}.", advice=near)
    return mine


def _in_run(live: pl.DataFrame, mine: pl.Expr, run: int) -> pl.Expr:
    mine &= pl.col("run") == run
    if not live.filter(mine).height:
        runs = ", ".join(str(one) for one in sorted(live["run"].unique()) if one)
        raise UsageError(f"Run {run} has changed nothing that still stands.", advice=f"Runs: {runs or 'none'}.")
    return mine


def _free(chosen: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """Leave out what later changes stand on, and then what those left out stand on in turn."""
    while True:
        standing = live.join(chosen, on="number", how="anti").select(
            "row", later="number", on_field="field", made_from="source"
        )
        pairs = chosen.join(standing, on="row").filter(pl.col("later") > pl.col("number"))
        read = pl.col("made_from").str.contains(pl.format("{}=", "field"), literal=True)
        blocked = pairs.filter((pl.col("on_field") == pl.col("field")) | read)
        if not blocked.height:
            return chosen
        chosen = chosen.join(blocked, on="number", how="anti", maintain_order="left")


def _restored(values: pl.DataFrame, field: str, group: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give cells of one field what they held before, and the changes that this takes back.

    A cell that no longer holds what its last change set is left alone: somebody wrote there without a change.
    """
    now = values.select("row", now=as_text(field, values.schema[field])).with_columns(now=readable("now", field))
    cells = group.sort("number").group_by("row").agg(old=pl.col("before").first(), new=pl.col("after").last())
    cells = cells.join(now, on="row").filter(pl.col("new").eq_missing(pl.col("now")))
    old = pl.col("old")
    if is_list(field):
        old = pl.when(old == "").then(pl.lit([], dtype=pl.List(pl.String))).otherwise(old.str.split(JOINT))
    wide = values.join(
        cells.select("row", old.alias("_old"), _back=pl.lit(value=True)), on="row", how="left", maintain_order="left"
    )
    picked = pl.when(pl.col("_back").is_not_null()).then(pl.col("_old")).otherwise(pl.col(field))
    restored = values.with_columns(wide.select(picked.alias(field)).to_series())
    return restored, group.join(cells, on="row", how="semi", maintain_order="left")


def _record(back: pl.DataFrame) -> pl.DataFrame:
    """Write down each change that was taken back, the latest first."""
    turned = back.sort("number", descending=True).with_columns(
        before="after", after="before", outcome=pl.lit(UNDONE), why=pl.format("taken back: {}", "why")
    )
    return turned.select(CHANGES.names())
