"""Which rows of a source repeat which responses, in a few bytes a row, since a file may repeat millions."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from omoto_kit.delivery.queries import QUERIES

__all__ = ["Repeats"]

PLACE = np.dtype([("response", np.int64), ("source", np.int64), ("row", np.int64)])


class Repeats:
    """What the rows of one source repeat, and which rows repeat its own responses, while it is put.

    `last` is the greatest number of a response so far, so that those of other sources are known to lie below it.
    """

    def __init__(self, connection: sqlite3.Connection, source: int, last: int) -> None:
        self._execute = connection.execute
        self._source = source
        # By response of another source; what is never touched of it takes no memory.
        self._counts = np.zeros(last + 1, np.uint32)
        self._followed = False
        self._places: npt.NDArray[np.void] | None = None  # of rows that repeat responses of this source, by response
        self._now: dict[int, int | None] = {}  # what rows repeat since they were put anew: a response of this source
        self._rows_now: dict[int, list[int]] = defaultdict(list)  # the same, the other way round

    def learn(self) -> None:
        """Learn what the source's rows repeat since they were put before; from now on `rows_of` may be asked."""
        found = self._execute(QUERIES["repeated_by_source"], {"source": self._source})
        while some := found.fetchmany(10_000):
            np.add.at(self._counts, [number for (number,) in some], 1)
        self._followed = True

    def has(self, number: int) -> bool:
        """Tell whether a row of this source repeats a response of another one."""
        return bool(self._counts[number])

    def has_any(self, numbers: Sequence[int]) -> bool:
        """Tell whether rows of this source repeat any of these responses of others."""
        return bool(self._counts[np.array(numbers, np.int64)].any())

    def add(self, row: int, number: int, *, own: bool) -> None:
        """Note that a row repeats a response from now on, one of this source or of another."""
        if not own:
            self._counts[number] += 1
        elif self._followed:
            self._now[row] = number
            self._rows_now[number].append(row)

    def add_others(self, numbers: Sequence[int]) -> None:
        """Note that rows repeat responses of other sources, one each."""
        np.add.at(self._counts, np.array(numbers, np.int64), 1)

    def part(self, row: int, number: int, *, own: bool) -> None:
        """Note that a row repeats a response no more."""
        if own:
            self._now[row] = None
        else:
            self._counts[number] -= 1

    def rows_of(self, number: int) -> list[tuple[int, int]]:
        """Give the rows, each after its source, that repeat a response of this source; once for each."""
        if self._places is None:
            self._places = self._found()
        first, last = np.searchsorted(self._places["response"], [number, number + 1])
        before = self._places[first:last][["source", "row"]].tolist()
        now = [(self._source, row) for row in self._rows_now.pop(number, ())]
        places = dict.fromkeys([*before, *now])
        return [(source, row) for source, row in places if source != self._source or self._repeats(row, number)]

    def _repeats(self, row: int, number: int) -> bool:
        """Tell whether a row of this source still repeats what it was found to repeat."""
        return self._now.get(row, number) == number

    def _found(self) -> npt.NDArray[np.void]:
        """Look all rows up that repeat responses of this source."""
        rows = self._execute(QUERIES["repeated_rows"], {"source": self._source, "id": None})
        places = np.fromiter(rows, PLACE)
        return places[np.argsort(places["response"], kind="stable")]
