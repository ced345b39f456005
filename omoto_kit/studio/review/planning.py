"""Planning: what an edit would do, by rules too, before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from omoto_kit.batch import DUPLICATE, PROBLEMS, Batch, Change
from omoto_kit.enrichment.settling import CONFLICT, SUGGESTION
from omoto_kit.plugins import Plugins
from omoto_kit.studio.review.found import Found, Wrong, position_of
from omoto_kit.studio.review.rechecking import Checker
from omoto_kit.studio.review.record import Record, table_of
from omoto_kit.studio.review.repeating import Repeating
from omoto_kit.studio.review.steps import LISTS, Cell, Cells, Edits, Positions, Step, differing, placed, shown

__all__ = ["Planner"]

#: Problems of a row that say how it is like others.
_SHARED = (DUPLICATE, "id_duplicate", "id_missing")


@dataclass(frozen=True)
class Planner:
    """Works out steps over the rows of one batch; `found` and `record` are those of the table that does them."""

    batch: Batch
    found: Found
    record: Record
    numbers: Positions
    checker: Checker
    repeating: Repeating

    @classmethod
    def of(cls, batch: Batch, plugins: Plugins, found: Found, record: Record) -> Planner:
        """Plan for a batch, by its own rules and those of plugins."""
        numbers = batch.values["row"].to_numpy()
        return cls(batch, found, record, numbers, Checker(batch, plugins), Repeating.of(batch))

    def plan(self, values: pl.DataFrame, edits: Edits, step: Step, why: str) -> Step:
        """Give a step with the cells that edits change in the table's values, and what is wrong afterwards.

        `step` has its name, and where the act began if that is known.
        """
        rows = np.unique(np.array([row for cells in edits.values() for row in cells], dtype=np.int64))
        if not len(rows):
            return replace(step, cells={})
        before = values[rows]
        edited, changes = self._edited(before, rows, edits, why)
        was = self.found.many(rows)
        part = replace(
            self.batch,
            values=edited,
            problems=pl.DataFrame(_unsettled(was, edits), schema=PROBLEMS),
            changes=pl.concat([self.record.of_rows(rows), table_of(changes)]),
        )
        others = self.repeating.along(rows)
        checked = self.checker.check(part, values[others])
        cells = differing(before, checked.values, rows)
        real = _real(edits, cells)
        if real != edits:
            return self.plan(values, real, step, why)
        told = [Change(**one) for one in checked.changes[part.changes.height :].iter_rows(named=True)]
        return replace(
            step,
            cells=cells,
            problems=self._problems_after(was, self.found.many(others), checked.problems),
            changes=(*changes, *told),
            at=step.at if step.at[1] else (int(rows[0]), next(iter(edits))),
        )

    def leave(self, rows: Iterable[int], *, out: bool) -> Step:
        """Plan to leave rows out, so that they are never put, or to take them in again; by their positions."""
        chosen = [row for row in rows if bool(self.found.left[row]) != out]
        why, outcome = ("Left out by a person.", "left out") if out else ("Taken in again by a person.", "taken in")
        changes = tuple(
            Change(int(self.numbers[row]), "", None, None, self.record.step, why=why, outcome=outcome) for row in chosen
        )
        name = f"{'leave out' if out else 'take in'} {len(chosen):,} {'row' if len(chosen) == 1 else 'rows'}"
        at = (chosen[0], "") if chosen else (0, "")
        return Step(name, left=dict.fromkeys(chosen, out), changes=changes, at=at)

    def _edited(self, part: pl.DataFrame, rows: Positions, edits: Edits, why: str) -> tuple[pl.DataFrame, list[Change]]:
        """Write what a person wants into some rows, and record whose it is."""
        run = self.record.next_run()
        changes = []
        for field, cells in edits.items():
            kind = LISTS if field.startswith("catnpsmap.") else pl.String()
            if field not in part.columns:
                part = part.with_columns(pl.lit(None, kind).alias(field))
            where = np.searchsorted(rows, np.fromiter(cells, dtype=np.int64))
            old = part[field].gather(where).to_list()
            for row, before, after in zip(cells, old, cells.values(), strict=True):
                if before != after:
                    number = int(self.numbers[row])
                    who = self.record.step
                    changes.append(Change(number, field, shown(before), shown(after), who, why=why, run=run))
            new = pl.Series(list(cells.values()), dtype=kind)
            part = part.with_columns(placed(part[field], where, new).alias(field))
        return part, changes

    def _problems_after(
        self, changed: Mapping[int, list[Wrong]], standing: Mapping[int, list[Wrong]], problems: pl.DataFrame
    ) -> dict[int, tuple[tuple[Wrong, ...], tuple[Wrong, ...]]]:
        """Pair, for each row, what was wrong with what is; of a `standing` row only its likeness to others is new."""
        fresh: dict[int, list[Wrong]] = {row: [] for row in changed}
        fresh |= {row: [one for one in found if one["code"] not in _SHARED] for row, found in standing.items()}
        where = position_of(problems["row"].to_numpy(), self.numbers).tolist()
        for row, one in zip(where, problems.iter_rows(named=True), strict=True):
            if row in changed or one["code"] in _SHARED:
                fresh[row].append(one)
        before = {**changed, **standing}
        return {row: (tuple(before[row]), tuple(after)) for row, after in fresh.items()}


def _real(edits: Edits, cells: Mapping[str, Cells]) -> dict[str, dict[int, Cell]]:
    """Keep the edits that change something: a 9 typed as 9.0 ends as 9, and nothing was done."""
    changed = {field: set(part.positions.tolist()) for field, part in cells.items()}
    kept = {
        field: {row: cell for row, cell in wanted.items() if row in changed.get(field, ())}
        for field, wanted in edits.items()
    }
    return {field: wanted for field, wanted in kept.items() if wanted}


def _unsettled(was: Mapping[int, list[Wrong]], edits: Edits) -> list[dict[str, Any]]:
    """Give what was wrong with some rows, but for what plugins offered for a cell that a person now decides."""
    return [
        dict(one)
        for row, found in was.items()
        for one in found
        if one["code"] not in (CONFLICT, SUGGESTION) or row not in edits.get(one["field"], ())
    ]
