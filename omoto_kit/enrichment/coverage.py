"""What came of each step in a batch, and where steps differ: counted for people, from the record of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.enrichment.asking import Tally
from omoto_kit.enrichment.settling import CONFLICT
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Absent, EnricherStep, Plugins, resolve_reads

__all__ = ["Conflict", "Coverage", "conflicts", "coverage"]

UNDONE = "undone"
#: Beside the row and field, what tells one change from another.
SELF = ["row", "field", "step", "run"]


@dataclass(frozen=True)
class Coverage:
    """What one enricher has done in a batch, in rows.

    `set` and `cleared` still stand; `suggested`, `conflict` and `lost` were offered and not set; `undone` was taken
    back. `asked`, `silent` (it had no opinion), `failed`, `calls` and `seconds` are of the last run. `skipped` says
    why it was not asked at all.
    """

    step: str
    plugin: str
    writes: tuple[str, ...] = ()
    set: int = 0
    cleared: int = 0
    suggested: int = 0
    conflict: int = 0
    lost: int = 0
    undone: int = 0
    asked: int = 0
    silent: int = 0
    failed: int = 0
    calls: int = 0
    seconds: float = 0.0
    skipped: str = ""


@dataclass(frozen=True)
class Conflict:
    """Steps that gave different values for one field: in how many rows, and the first of them with its values."""

    field: str
    steps: tuple[str, ...]
    rows: int
    first: int
    values: tuple[str | None, ...]


def coverage(batch: Batch, plugins: Plugins, tallies: Iterable[Tally] = ()) -> tuple[Coverage, ...]:
    """Count what became of each enricher's answers, by plugin and name.

    `tallies` are those of the last run, as `enrich(on_step=...)` tells them.
    """
    counted = _by_outcome(batch)
    told = {tally.step: tally for tally in tallies}
    columns = [*batch.values.columns, *sorted(plugins.writes - set(batch.values.columns))]
    return tuple(
        _coverage(step, counted.get(step.label, {}), told.get(step.label), columns) for step in plugins.enrichers
    )


def conflicts(batch: Batch) -> tuple[Conflict, ...]:
    """Give the conflicts that hold rows now, one for each field and set of steps, the most frequent first."""
    held = batch.problems.filter(pl.col("code") == CONFLICT).select("row", "field").unique()
    offers = batch.changes.filter(pl.col("outcome") == "conflict").join(held, on=["row", "field"], how="semi")
    latest = offers.sort("run").unique(["row", "field", "step"], keep="last").sort("row", "step")
    rows = latest.group_by("row", "field", maintain_order=True).agg("step", "after")
    groups = rows.group_by("field", "step", maintain_order=True).agg(
        pl.len().alias("rows"), pl.col("row").first(), pl.col("after").first()
    )
    found = [
        Conflict(one["field"], tuple(one["step"]), one["rows"], one["row"], tuple(one["after"]))
        for one in groups.iter_rows(named=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.rows, one.field, one.steps)))


def _coverage(step: EnricherStep, rows: Mapping[str, int], tally: Tally | None, columns: Sequence[str]) -> Coverage:
    return Coverage(
        step.label,
        step.plugin,
        step.writes,
        **rows,
        asked=tally.rows if tally else 0,
        silent=tally.silent if tally else 0,
        failed=tally.failed_rows if tally else 0,
        calls=tally.calls if tally else 0,
        seconds=tally.seconds if tally else 0.0,
        skipped=_skipped(step, columns),
    )


def _skipped(step: EnricherStep, columns: Sequence[str]) -> str:
    """Say why a step cannot run on these columns; empty where it can."""
    try:
        found = resolve_reads(step, columns)
    except PluginError as error:
        return str(error)
    return str(found) if isinstance(found, Absent) else ""


def _by_outcome(batch: Batch) -> dict[str, dict[str, int]]:
    """Count the rows of each step and outcome; what was taken back counts as that alone."""
    changes = batch.changes
    undone = changes.filter(pl.col("outcome") == UNDONE)
    standing = changes.filter(pl.col("outcome") != UNDONE).join(undone, on=SELF, how="anti")
    counts = pl.concat([standing, undone]).group_by("step", "outcome").agg(pl.col("row").n_unique())
    known = set(Coverage.__dataclass_fields__)
    found: dict[str, dict[str, int]] = {}
    for step, outcome, rows in counts.iter_rows():
        if outcome in known:
            found.setdefault(step, {})[outcome] = rows
    return found
