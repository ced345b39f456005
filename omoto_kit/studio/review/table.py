"""The review's table: the columns of a batch as they now are, and steps that change them and can be taken back.

What an edit costs follows the rows that it touches: a whole batch is only made of the table when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import polars as pl

from omoto_kit.batch import PROBLEMS, Batch
from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins
from omoto_kit.studio.review.columns import Column, columns_of
from omoto_kit.studio.review.found import LEFT_OUT, Found, position_of
from omoto_kit.studio.review.past import Past
from omoto_kit.studio.review.planning import Planner
from omoto_kit.studio.review.record import Record
from omoto_kit.studio.review.shown import Shown
from omoto_kit.studio.review.sieve import Sieve, positions
from omoto_kit.studio.review.steps import LISTS, Cell, Edits, Positions, Step, placed
from omoto_kit.validation.validating import guard

__all__ = ["ReviewTable"]


class ReviewTable:
    """The rows of one batch, to be looked through and mended.

    Rows are named by their number, as a spreadsheet shows it, or by their position in the batch. Every change is
    recorded as one by the person `by`. `source` is the batch as it was laid down, `view` says which rows are shown,
    `found` what is wrong with them, `record` who changed what, `past` what was done.
    """

    def __init__(self, batch: Batch, plugins: Plugins, by: str, *, version: int = 1) -> None:
        self.source = batch
        self.values = batch.values.rechunk()
        self.numbers: Positions = batch.values["row"].to_numpy()
        self.columns: tuple[Column, ...] = columns_of(batch)
        self.found = Found(batch.problems, self.numbers)
        self.record = Record(batch.changes, self.numbers, by)
        self.view = Shown(len(self.numbers), version)
        self.past = Past()
        self._planner = Planner.of(batch, plugins, self.found, self.record)
        self._made: Batch | None = batch

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields of the columns, in order."""
        return tuple(column.field for column in self.columns)

    def position(self, row: int) -> int:
        """Find a row by its number. Raises UsageError where there is none."""
        place = int(position_of(np.array([row]), self.numbers)[0]) if len(self.numbers) else 0
        if place >= len(self.numbers) or self.numbers[place] != row:
            raise UsageError(f"There is no row {row}.", advice="It may stand in another file by now: look again.")
        return place

    def value(self, position: int, field: str) -> Cell:
        """Give what one cell holds."""
        found = self.values[field][position] if field in self.values.columns else None
        return found.to_list() if isinstance(found, pl.Series) else found

    # What is looked at

    def look(self, sieve: Sieve) -> None:
        """Show other rows, or in another order. Raises UsageError for a column that is not there."""
        for name in [*sieve.facets, *([sieve.sort] if sieve.sort else [])]:
            if name not in self.values.columns:
                raise UsageError(f"There is no column {name!r}.")
        self.view.put(sieve, positions(sieve, self.values, self.found, self.record.changed(), self.fields))

    def arrange(self, order: str) -> None:
        """Put the columns in the order of the source, or of the contract."""
        self.columns = columns_of(self.now(), order)

    # What is changed

    def plan(self, edits: Edits, *, name: str, why: str, at: tuple[int, str] | None = None) -> Step:
        """Work out what an edit would do: the cells that change, by rules too, and what is wrong afterwards.

        Cells of a column that nobody may write are left as they are. `at` is where the act began.
        """
        fixed = {column.field for column in self.columns if column.readonly}
        free = {field: cells for field, cells in edits.items() if cells and field not in fixed}
        return self._planner.plan(self.values, free, Step(name, at=at or (0, "")), why)

    def leave(self, rows: Iterable[int], *, out: bool) -> Step:
        """Plan to leave rows out, so that they are never put, or to take them in again; by their positions."""
        return self._planner.leave(rows, out=out)

    def do(self, step: Step) -> list[int]:
        """Do a step; answer the positions of the rows that it touched. One that changes nothing is not remembered."""
        retold = any(before != after for before, after in step.problems.values())
        if not (step.size or step.left or retold):
            return step.positions
        self.past.did(step)
        return self._apply(step)

    def undo(self) -> Step | None:
        """Take the last step back; None where there is none."""
        step = self.past.back()
        if step is not None:
            self._apply(step.turned(), back=True)
        return step

    def redo(self) -> Step | None:
        """Do again what was taken back last; None where there is nothing."""
        step = self.past.forth()
        if step is not None:
            self._apply(step)
        return step

    def _make_room(self, field: str) -> None:
        """Lay a column, empty as yet, for a field that no row had."""
        kind = LISTS if field.startswith("catnpsmap.") else pl.String
        self.values = self.values.with_columns(pl.lit(None, kind).alias(field))
        self.columns = columns_of(self.now())

    def _apply(self, step: Step, *, back: bool = False) -> list[int]:
        new = []
        for name, cells in step.cells.items():
            if name not in self.values.columns:
                self._make_room(name)
            new.append(placed(self.values[name], cells.positions, cells.after))
        if new:
            self.values = self.values.with_columns(new)
        for row, (before, after) in step.problems.items():
            self.found.replace(row, before, after)
        for row, out in step.left.items():
            self.found.left[row] = out
        self.record.take(step, back=back)
        self._made = None
        return step.positions

    # What has become of it

    def batch(self) -> Batch:
        """Give the batch as it now is, with every change on record; a row that was left out is held."""
        if self._made is None:
            sketch = self.sketch()
            self._made = guard(replace(sketch, problems=pl.concat([sketch.problems, self._left_out()])))
        return self._made

    def sketch(self) -> Batch:
        """Give the batch as `batch` does, but without the checks that look at it as a whole."""
        return replace(self.now(), changes=self.record.frame(), problems=self.found.frame())

    def now(self) -> Batch:
        """Give the batch with its values as they now are; its problems and changes are those of before."""
        return replace(self.source, values=self.values)

    def _left_out(self) -> pl.DataFrame:
        rows = self.numbers[self.found.left].tolist()
        message = "A person left this row out. It is not sent until it is taken in again."
        one = {"field": "", "column": "", "code": LEFT_OUT, "severity": "error", "message": message}
        return pl.DataFrame([{"row": row, **one} for row in rows], schema=PROBLEMS)
