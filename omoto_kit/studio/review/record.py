"""The record: who changed which cell, found by row, with what a person changed since the batch was laid down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.batch import CHANGES, Change
from omoto_kit.studio.review.found import position_of
from omoto_kit.studio.review.steps import Positions, Step

__all__ = ["BY_OTHERS", "BY_PERSON", "Record", "table_of"]

#: How a changed cell is marked: by a plugin or a rule, or by a person.
BY_OTHERS, BY_PERSON = 1, 2
_PERSON = "fix:"


class Record:
    """The changes of a batch, and those of the steps that were done since."""

    def __init__(self, changes: pl.DataFrame, numbers: Positions, by: str) -> None:
        self._base = changes
        self._numbers = numbers
        self._step = f"{_PERSON}{by}"
        at = position_of(changes["row"].to_numpy(), numbers)
        self._order = np.argsort(at, kind="stable").astype(np.uint32)
        self._at = at[self._order]
        self._since: list[Change] = []
        self._by_row: dict[int, list[Change]] = {}
        self._mine: Counter[tuple[int, str]] = Counter()
        self._run = max(changes["run"].to_list(), default=0)
        self._marks = _marks(changes, at, len(numbers))

    def next_run(self) -> int:
        """Give the number that one act's changes share."""
        self._run += 1
        return self._run

    @property
    def step(self) -> str:
        """The name under which the person's changes stand: "fix:asha"."""
        return self._step

    def take(self, step: Step, *, back: bool) -> None:
        """Write down a step that was done, or taken back."""
        self._since += step.changes
        where = position_of(np.array([one.row for one in step.changes], dtype=np.int64), self._numbers)
        for row, change in zip(where.tolist(), step.changes, strict=True):
            self._by_row.setdefault(row, []).append(change)
        cells = [(int(row), name) for name, part in step.cells.items() for row in part.positions]
        if back:
            self._mine.subtract(cells)
        else:
            self._mine.update(cells)

    def of_rows(self, rows: Positions) -> pl.DataFrame:
        """Give all changes of some rows, oldest first."""
        starts, ends = np.searchsorted(self._at, rows), np.searchsorted(self._at, rows + 1)
        picked = [self._order[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        old = self._base[np.concatenate(picked)] if picked else self._base.clear()
        since = [change for row in rows.tolist() for change in self._by_row.get(row, ())]
        return pl.concat([old, table_of(since)]) if since else old

    def why(self, position: int, field: str) -> list[Change]:
        """Give the chain of changes of one cell, oldest first."""
        chain = self.of_rows(np.array([position], dtype=np.int64)).filter(pl.col("field") == field)
        return [Change(**change) for change in chain.iter_rows(named=True)]

    def frame(self) -> pl.DataFrame:
        """Give all changes as a batch's table holds them."""
        if not self._since:
            return self._base
        return pl.concat([self._base, table_of(self._since)])

    def changed(self) -> npt.NDArray[np.bool_]:
        """Mark the rows in which a person changed something."""
        mask = np.zeros(len(self._numbers), dtype=bool)
        for marks in self._marks.values():
            mask |= marks == BY_PERSON
        mask[[row for (row, _), times in self._mine.items() if times > 0]] = True
        return mask

    def marks(self, rows: Positions, fields: Sequence[str]) -> list[dict[int, int]]:
        """Say of each of these rows which columns were changed, and by whom."""
        columns = [(at, self._marks[name][rows].tolist()) for at, name in enumerate(fields) if name in self._marks]
        found: list[dict[int, int]] = [{} for _ in rows]
        for at, marks in columns:
            for place, mark in enumerate(marks):
                if mark:
                    found[place][at] = mark
        if self._mine:
            for place, row in enumerate(rows.tolist()):
                for at, name in enumerate(fields):
                    if self._mine.get((row, name), 0) > 0:
                        found[place][at] = BY_PERSON
        return found


def table_of(changes: Sequence[Change]) -> pl.DataFrame:
    """Lay changes out as a batch's table holds them."""
    return pl.DataFrame({name: [getattr(one, name) for one in changes] for name in CHANGES}, schema=CHANGES)


def _marks(changes: pl.DataFrame, at: Positions, height: int) -> dict[str, npt.NDArray[np.uint8]]:
    """Lay out by field which rows were changed: a byte for each row."""
    found = {}
    person = changes["step"].str.starts_with(_PERSON).to_numpy() if changes.height else np.array([], dtype=bool)
    stands = (changes["outcome"] == "set").to_numpy() if changes.height else person
    for field in changes["field"].unique().to_list():
        here = (changes["field"] == field).to_numpy() & stands
        marks = np.zeros(height, dtype=np.uint8)
        marks[at[here]] = BY_OTHERS
        marks[at[here & person]] = BY_PERSON
        found[field] = marks
    return found
