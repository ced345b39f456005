"""The record: who changed which cell, found by row, with what a person changed since the batch was laid down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.batch import CHANGES, MADE, Change
from omoto_kit.studio.review.columns import KEY
from omoto_kit.studio.review.found import position_of
from omoto_kit.studio.review.steps import Positions, Step

__all__ = ["BY_OTHERS", "BY_PERSON", "Record", "last_standing", "table_of"]

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
        self._stood = last_standing(_by_person(changes))
        self._marks = _marks(changes, at, self._stood, numbers)

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
        found = self.of_rows(np.array([position], dtype=np.int64)).filter(pl.col("field") == field)
        return [Change(**change) for change in found.iter_rows(named=True)]

    def frame(self) -> pl.DataFrame:
        """Give all changes as a batch's table holds them."""
        if not self._since:
            return self._base
        return pl.concat([self._base, table_of(self._since)])

    def standing(self) -> dict[tuple[int, str], str | None]:
        """Give what a person set and has not taken back: by row number and field, as a change shows it."""
        since = ((one.row, one.field, one.after, one.outcome) for one in self._since if one.step == self._step)
        return {**self._stood, **last_standing(one for one in since if one[1])}

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
            self._mark_mine(found, rows, fields)
        return found

    def _mark_mine(self, found: Sequence[dict[int, int]], rows: Positions, fields: Sequence[str]) -> None:
        """Mark, row by row, the cells that a person changed here."""
        for marks, row in zip(found, rows.tolist(), strict=True):
            for at, name in enumerate(fields):
                if self._mine.get((row, name), 0) > 0:
                    marks[at] = BY_PERSON


def table_of(changes: Sequence[Change]) -> pl.DataFrame:
    """Lay changes out as a batch's table holds them."""
    return pl.DataFrame({name: [getattr(one, name) for one in changes] for name in CHANGES}, schema=CHANGES)


def _by_person(changes: pl.DataFrame) -> Iterable[tuple[int, str, str | None, str]]:
    """Give a person's changes, oldest first; what a change names no field for was done to the row's own key."""
    mine = changes.filter(pl.col("step").str.starts_with(_PERSON) & pl.col("outcome").is_in(["set", "undone"]))
    named = pl.when(pl.col("field") == "").then(pl.lit(KEY)).otherwise("field")
    return mine.select("row", named, "after", "outcome").iter_rows()


def _marks(
    changes: pl.DataFrame, at: Positions, stood: Iterable[tuple[int, str]], numbers: Positions
) -> dict[str, npt.NDArray[np.uint8]]:
    """Lay out by field which rows were changed: a byte for each row."""
    found: dict[str, npt.NDArray[np.uint8]] = defaultdict(lambda: np.zeros(len(numbers), dtype=np.uint8))
    others = (changes["outcome"].is_in(MADE) & ~changes["step"].str.starts_with(_PERSON)).to_numpy()
    for field in changes["field"].unique().to_list():
        found[field][at[(changes["field"] == field).to_numpy() & others]] = BY_OTHERS
    rows: dict[str, list[int]] = defaultdict(list)
    for row, field in stood:
        rows[field].append(row)
    for field, mine in rows.items():
        found[field][position_of(np.array(mine, dtype=np.int64), numbers)] = BY_PERSON
    return dict(found)


def last_standing(changes: Iterable[tuple[int, str, str | None, str]]) -> dict[tuple[int, str], str | None]:
    """Give what stands of changes of one person, oldest first: row number, field, what was set, and the outcome.

    >>> last_standing([(2, "comment", "a", "set"), (2, "comment", "b", "set"), (2, "comment", "a", "undone")])
    {(2, 'comment'): 'a'}
    """
    made: dict[tuple[int, str], list[str | None]] = {}
    for row, name, after, outcome in changes:
        cell = made.setdefault((row, name), [])
        if outcome == "set":
            cell.append(after)
        elif cell:
            cell.pop()
    return {cell: steps[-1] for cell, steps in made.items() if steps}
