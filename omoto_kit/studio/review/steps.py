"""Steps: what one act changed, in a form that can be taken back and done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.batch import Change
from omoto_kit.studio.review.found import Wrong

__all__ = ["Cell", "Cells", "Edits", "Positions", "Step", "differing", "placed", "shown"]

Positions = npt.NDArray[np.int64]
Cell = str | list[str] | None
#: By field, by the row's position: what shall stand there.
Edits = Mapping[str, Mapping[int, Cell]]
LISTS = pl.List(pl.String)
#: Between the reasons of one category where they are shown as one text.
JOINT = "; "


@dataclass(frozen=True)
class Cells:
    """Some cells of one field: the positions of their rows, what they held, and what they hold now."""

    positions: Positions
    before: pl.Series = field(repr=False)
    after: pl.Series = field(repr=False)

    def first(self, count: int) -> tuple[list[Any], list[Any]]:
        """Give what the first of them held, and what they hold now."""
        return self.before.head(count).to_list(), self.after.head(count).to_list()


@dataclass(frozen=True)
class Step:
    """What one act did.

    `problems` gives, by position, what was wrong with a row before and what is now; `left` whether it is left out now,
    for rows where that changed; `at` is the row and the field where the act began.
    """

    name: str
    cells: Mapping[str, Cells] = field(default_factory=dict, repr=False)
    problems: Mapping[int, tuple[tuple[Wrong, ...], tuple[Wrong, ...]]] = field(default_factory=dict, repr=False)
    left: Mapping[int, bool] = field(default_factory=dict)
    changes: tuple[Change, ...] = field(default=(), repr=False)
    at: tuple[int, str] = (0, "")

    @property
    def positions(self) -> list[int]:
        """Positions of all rows that the step touched, in order."""
        rows = {*self.problems, *self.left}
        for cells in self.cells.values():
            rows.update(cells.positions.tolist())
        return sorted(rows)

    @property
    def size(self) -> int:
        """Number of cells that it changed."""
        return sum(len(cells.positions) for cells in self.cells.values())

    def turned(self) -> Step:
        """Give the step that takes this one back; its changes say so."""
        return replace(
            self,
            cells={name: Cells(one.positions, one.after, one.before) for name, one in self.cells.items()},
            problems={row: (after, before) for row, (before, after) in self.problems.items()},
            left={row: not out for row, out in self.left.items()},
            changes=tuple(_undone(change) for change in reversed(self.changes)),
        )


def _undone(change: Change) -> Change:
    return replace(change, before=change.after, after=change.before, outcome="undone", why=f"taken back: {change.why}")


#: Up to so many cells are compared faster one by one.
FEW = 64


def placed(column: pl.Series, positions: Positions, new: pl.Series) -> pl.Series:
    """Put values in some places of a column."""
    if column.dtype == pl.String:
        return column.clone().scatter(positions, new)
    index = np.arange(len(column))
    index[positions] = len(column) + np.arange(len(positions))
    return pl.concat([column, new.cast(column.dtype)]).gather(index).alias(column.name)


def differing(before: pl.DataFrame, after: pl.DataFrame, positions: Positions) -> dict[str, Cells]:
    """Give the cells in which two versions of some rows differ, by field; an absent column held nothing."""
    found = {}
    for new in after.iter_columns():
        old = before[new.name] if new.name in before.columns else pl.Series(new.name, [None] * len(new), new.dtype)
        few = len(new) <= FEW or old.dtype == LISTS
        unlike = _unlike(old, new) if few else old.ne_missing(new).arg_true()
        if len(unlike):
            found[new.name] = Cells(positions[unlike.to_numpy()], old.gather(unlike), new.gather(unlike))
    return found


def _unlike(old: pl.Series, new: pl.Series) -> pl.Series:
    return pl.Series(
        [place for place, (one, two) in enumerate(zip(old.to_list(), new.to_list(), strict=True)) if one != two],
        dtype=pl.UInt32,
    )


def shown(cell: Any) -> str | None:
    """Give a cell as one text; None where nothing stands, and "" for a category that was selected without a reason."""
    return JOINT.join(cell) if isinstance(cell, list) else cell
