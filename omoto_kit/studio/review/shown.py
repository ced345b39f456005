"""Which rows of a table are shown, in what order, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from omoto_kit.studio.review.sieve import Sieve
from omoto_kit.studio.review.steps import Positions

__all__ = ["Shown"]


class Shown:
    """The view of a table of so many rows. `rows` are the positions shown, in order; None stands for all as they are.

    `version` changes with each view, so that a page can tell places of an earlier one.
    """

    def __init__(self, count: int, version: int) -> None:
        self.sieve = Sieve()
        self.version = version
        self.rows: Positions | None = None
        self._count = count
        self._inverse: Positions | None = None

    @property
    def height(self) -> int:
        """Number of the rows that are shown."""
        return self._count if self.rows is None else len(self.rows)

    def put(self, sieve: Sieve, rows: Positions | None) -> None:
        """Show these rows, which a sieve let through."""
        self.sieve, self.rows = sieve, rows
        self._inverse = None
        self.version += 1

    def at(self, start: int, end: int) -> Positions:
        """Give the positions of the rows shown from one place up to another."""
        end = min(max(end, 0), self.height)
        start = min(max(start, 0), end)
        return np.arange(start, end) if self.rows is None else self.rows[start:end]

    def places(self, rows: Sequence[int]) -> list[int]:
        """Give where rows are shown, by their positions; -1 for one that is not."""
        if self.rows is None:
            return [int(row) for row in rows]
        if self._inverse is None:
            self._inverse = np.full(self._count, -1, dtype=np.int32)
            self._inverse[self.rows] = np.arange(len(self.rows))
        return [int(self._inverse[row]) for row in rows]
