"""What was found wrong, by row: looked up, counted and replaced for a few rows without a look at all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.batch import DUPLICATE, PROBLEMS
from omoto_kit.problem import Severity

__all__ = ["LEFT_OUT", "TONES", "Found", "Kind", "Wrong", "applied", "open_ones", "said_of_cell", "tone_of"]

#: Code of the problem that holds a row which a person left out.
LEFT_OUT = "left_out"
#: One problem as a batch's table holds it.
Wrong = Mapping[str, Any]
#: How bad a problem can be, the worst first.
TONES = ("error", "warning", "note")
Positions = npt.NDArray[np.int64]
#: Up to so many rows are looked up one by one.
_FEW = 24


@dataclass(frozen=True)
class Kind:
    """All problems of one code: in how many rows, and how bad: "error", "warning", or "note" where it is mended."""

    code: str
    tone: str
    rows: int


def applied(problem: Wrong) -> bool:
    """Tell whether the problem only says that its value was set."""
    return bool(problem["fix"] and problem["fix"]["applied"])


def tone_of(problem: Wrong) -> str:
    """Say how bad a problem is: "error", "warning", or "note" where it is mended already."""
    return "note" if applied(problem) else str(problem["severity"])


def said_of_cell(problem: Wrong) -> str:
    """Give a problem's message as it stands at its cell: which field it is about, the cell shows already.

    >>> said_of_cell({"field": "namevaluemap.city", "message": "a:b suggests 'Pune' for namevaluemap.city: a PIN."})
    "a:b suggests 'Pune': a PIN."
    """
    return str(problem["message"]).replace(f" for {problem['field']}:", ":", 1)


def open_ones(problems: Iterable[Wrong]) -> list[Wrong]:
    """Keep the problems that wait for a person."""
    return [problem for problem in problems if not applied(problem)]


class Found:
    """Problems of the rows of one batch, by the row's position.

    `errors` and `warnings` count the open ones of each row; `repeats` and `left` mark rows that repeat an earlier one,
    and rows that a person left out. `replace` puts others in the place of a row's problems.
    """

    def __init__(self, problems: pl.DataFrame, numbers: Positions) -> None:
        """Index a batch's table of problems; `numbers` are the rows' numbers by position."""
        left = problems.filter(pl.col("code") == LEFT_OUT)["row"].to_numpy()
        self._numbers = numbers
        self._frame = problems.filter(pl.col("code") != LEFT_OUT).sort("row", maintain_order=True)
        self._at = position_of(self._frame["row"].to_numpy(), numbers)
        self._anew: dict[int, tuple[Wrong, ...]] = {}
        self.left = np.zeros(len(numbers), dtype=bool)
        self.left[position_of(left, numbers)] = True
        open_ = ~self._frame["fix"].struct.field("applied").fill_null(value=False).to_numpy()
        wrong = (self._frame["severity"] == Severity.ERROR.value).to_numpy()
        self.errors = self._tally(open_ & wrong)
        self.warnings = self._tally(open_ & ~wrong)
        self.repeats = self._tally((self._frame["code"] == DUPLICATE).to_numpy()) > 0
        self.total = self._frame.height
        self._kinds = self._counted()

    def of(self, position: int) -> tuple[Wrong, ...]:
        """Give one row's problems."""
        if position in self._anew:
            return self._anew[position]
        start, end = np.searchsorted(self._at, (position, position + 1))
        return tuple(self._frame[int(start) : int(end)].iter_rows(named=True)) if start < end else ()

    def many(self, positions: Positions) -> dict[int, list[Wrong]]:
        """Give the problems of several rows, in one look."""
        if len(positions) <= _FEW:
            return {int(one): list(self.of(int(one))) for one in positions}
        found: dict[int, list[Wrong]] = {int(one): list(self._anew.get(int(one), ())) for one in positions}
        mask = np.isin(self._at, positions)
        for position, problem in zip(
            self._at[mask].tolist(), self._frame.filter(mask).iter_rows(named=True), strict=True
        ):
            if position not in self._anew:
                found[position].append(problem)
        return found

    def replace(self, position: int, before: Sequence[Wrong], after: Sequence[Wrong]) -> None:
        """Put other problems in the place of one row's; `before` are those that it has."""
        self.total += len(after) - len(before)
        self._kinds.subtract(_kinds(before))
        self._kinds.update(_kinds(after))
        self._anew[position] = tuple(after)
        open_ = open_ones(after)
        errors = sum(one["severity"] == Severity.ERROR.value for one in open_)
        self.errors[position] = errors
        self.warnings[position] = len(open_) - errors
        self.repeats[position] = any(one["code"] == DUPLICATE for one in after)

    def kinds(self) -> list[Kind]:
        """Count the rows of each code, the worst and most frequent first."""
        found = [Kind(code, tone, rows) for (code, tone), rows in self._kinds.items() if rows > 0]
        return sorted(found, key=lambda kind: (TONES.index(kind.tone), -kind.rows, kind.code))

    def with_code(self, code: str) -> npt.NDArray[np.bool_]:
        """Mark the rows that have a problem of this code."""
        marks = np.zeros(len(self._numbers), dtype=bool)
        marks[self._at[(self._frame["code"] == code).to_numpy()]] = True
        for position, problems in self._anew.items():
            marks[position] = any(one["code"] == code for one in problems)
        return marks

    def waiting(self) -> npt.NDArray[np.bool_]:
        """Mark the rows with a problem that waits for a person."""
        return ((self.errors > 0) | (self.warnings > 0)) & ~self.left

    def states(self) -> dict[str, int]:
        """Account for every row: ready, held, duplicate, left out."""
        held = (self.errors > 0) & ~self.left
        duplicate = self.repeats & (self.errors == 0) & ~self.left
        counts = {"held": held, "duplicate": duplicate, "left": self.left}
        counted = {name: int(np.count_nonzero(marks)) for name, marks in counts.items()}
        return {"rows": len(self.left), "ready": len(self.left) - sum(counted.values()), **counted}

    def state_of(self, position: int) -> str:
        """Say what will become of one row."""
        if self.left[position]:
            return "left"
        if self.errors[position]:
            return "held"
        return "duplicate" if self.repeats[position] else "ready"

    def frame(self) -> pl.DataFrame:
        """Give all problems as a batch's table holds them, by row."""
        if not self._anew:
            return self._frame
        touched = np.isin(self._at, np.fromiter(self._anew, dtype=np.int64))
        anew = [dict(one) for position in sorted(self._anew) for one in self._anew[position]]
        kept = self._frame.filter(~touched)
        return pl.concat([kept, pl.DataFrame(anew, schema=PROBLEMS)]).sort("row", maintain_order=True)

    def _tally(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint16]:
        return np.bincount(self._at[mask], minlength=len(self._numbers)).astype(np.uint16)

    def _counted(self) -> Counter[tuple[str, str]]:
        mended = pl.col("fix").struct.field("applied").fill_null(value=False)
        tone = pl.when(mended).then(pl.lit("note")).otherwise("severity")
        rows = self._frame.group_by("code", tone=tone).agg(pl.col("row").n_unique())
        return Counter({(code, kind): count for code, kind, count in rows.iter_rows()})


def position_of(rows: Positions, numbers: Positions) -> Positions:
    """Find the positions of row numbers that are there."""
    if len(numbers) and bool(np.all(numbers[1:] > numbers[:-1])):
        return np.searchsorted(numbers, rows)
    order = np.argsort(numbers, kind="stable")
    return order[np.searchsorted(numbers, rows, sorter=order)]


def _kinds(problems: Iterable[Wrong]) -> set[tuple[str, str]]:
    return {(one["code"], tone_of(one)) for one in problems}
