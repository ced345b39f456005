"""The review's table: rows as the page shows them, and edits that are checked at once and can be taken back.

The table holds the batch's columns as they now are. What an edit costs follows the rows that it touches: a whole batch
is only made of the table when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from omoto_kit.batch import DUPLICATE, PROBLEMS, Batch, Change, Source
from omoto_kit.campaign import Campaign, split_field
from omoto_kit.enrichment.settling import CONFLICT, SUGGESTION
from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins
from omoto_kit.studio.review.columns import Column, columns_of
from omoto_kit.studio.review.found import LEFT_OUT, Found, Wrong, applied, position_of, said_of_cell, tone_of
from omoto_kit.studio.review.rechecking import Checker
from omoto_kit.studio.review.record import Record, table_of
from omoto_kit.studio.review.repeating import Repeating
from omoto_kit.studio.review.sieve import Sieve, positions
from omoto_kit.studio.review.steps import JOINT, LISTS, Cells, Positions, Step, differing, placed, shown
from omoto_kit.validation import CODES
from omoto_kit.validation.fixes import reasons_of
from omoto_kit.validation.texts import sendable
from omoto_kit.validation.validating import guard

__all__ = ["SELECTED", "Edits", "ReviewTable"]

Cell = str | list[str] | None
#: By field, by the row's position: what shall stand there.
Edits = Mapping[str, Mapping[int, Cell]]
#: What a person reads and writes for a category that was selected without a reason.
SELECTED = "selected"
_SHARED = (DUPLICATE, "id_duplicate", "id_missing")
_ROW = -1  # the place of a problem that belongs to no column


class ReviewTable:
    """The rows of one batch, to be looked through and mended.

    Rows are named by their number, as a spreadsheet shows it, or by their place among the rows that are shown. Every
    change is recorded as one by the person `by`. `batch` gives what has become of the batch.
    """

    def __init__(self, batch: Batch, plugins: Plugins, by: str, *, version: int = 1) -> None:
        self.values = batch.values.rechunk()
        self.numbers: Positions = batch.values["row"].to_numpy()
        self.columns: tuple[Column, ...] = columns_of(batch)
        self.found = Found(batch.problems, self.numbers)
        self.record = Record(batch.changes, self.numbers, by)
        self.sieve = Sieve()
        self.version = version
        self._source = batch
        self._made: Batch | None = batch
        self._checker = Checker(batch, plugins)
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._view: Positions | None = None
        self._inverse: Positions | None = None
        self._repeating = Repeating.of(batch)

    # What is looked at

    @property
    def height(self) -> int:
        """Number of the rows that are shown."""
        return len(self.numbers) if self._view is None else len(self._view)

    @property
    def shown(self) -> Positions | None:
        """Positions of the rows that are shown, in order; None for all."""
        return self._view

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields of the columns, in order."""
        return tuple(column.field for column in self.columns)

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps that stand, oldest first."""
        return tuple(self._done)

    @property
    def source(self) -> Source:
        """Where the rows come from."""
        return self._source.source

    @property
    def campaign(self) -> Campaign:
        """The contract of the rows."""
        return self._source.campaign

    @property
    def response_fields(self) -> tuple[str, ...]:
        """Fields of the response that the rows have, in the batch's order."""
        return replace(self._source, values=self.values).fields

    def rows(self, start: int, end: int) -> list[list[Any]]:
        """Give the rows shown from one place up to another, each as `row_at` gives it."""
        return self._payload(self.at(start, end))

    def at(self, start: int, end: int) -> Positions:
        """Give the positions of the rows shown from one place up to another."""
        end = min(max(end, 0), self.height)
        start = min(max(start, 0), end)
        return np.arange(start, end) if self._view is None else self._view[start:end]

    def position(self, row: int) -> int:
        """Find a row by its number. Raises UsageError where there is none."""
        place = int(position_of(np.array([row]), self.numbers)[0]) if len(self.numbers) else 0
        if place >= len(self.numbers) or self.numbers[place] != row:
            raise UsageError(f"There is no row {row}.", advice="It may stand in another file by now: look again.")
        return place

    def places(self, rows: Sequence[int]) -> list[int]:
        """Give where rows are shown, by their positions; -1 for one that is not."""
        if self._view is None:
            return [int(row) for row in rows]
        if self._inverse is None:
            self._inverse = np.full(len(self.numbers), -1, dtype=np.int32)
            self._inverse[self._view] = np.arange(len(self._view))
        return [int(self._inverse[row]) for row in rows]

    def touched(self, rows: Sequence[int]) -> list[list[Any]]:
        """Give rows anew, by their positions, each with the place where it is shown before it."""
        payload = self._payload(np.array(rows, dtype=np.int64))
        return [[place, *row] for place, row in zip(self.places(rows), payload, strict=True) if place >= 0]

    def value(self, position: int, field: str) -> Cell:
        """Give what one cell holds."""
        found = self.values[field][position] if field in self.values.columns else None
        return found.to_list() if isinstance(found, pl.Series) else found

    def place_of(self, field: str) -> int:
        """Give the column at which a problem of a field is shown; -1 stands for the row as a whole."""
        wanted = field or "key"
        near = f"{wanted}."
        for at, name in enumerate(self.fields):
            if name == wanted or name.startswith(near):
                return at
        return _ROW

    def summary(self) -> dict[str, Any]:
        """Account for every row, and say what can be taken back."""
        kinds = [
            {"code": kind.code, "tone": kind.tone, "rows": kind.rows, "means": CODES.get(kind.code, kind.code)}
            for kind in self.found.kinds()
        ]
        return {
            **self.found.states(),
            "problems": self.found.total,
            "warned": int(np.count_nonzero((self.found.warnings > 0) & ~self.found.left)),
            "waiting": int(np.count_nonzero(self.found.waiting())),
            "kinds": kinds,
            "shown": self.height,
            "version": self.version,
            "sieve": self.sieve.as_json(),
            "undo": self._done[-1].name if self._done else "",
            "redo": self._undone[-1].name if self._undone else "",
            "steps": len(self._done),
        }

    def look(self, sieve: Sieve) -> None:
        """Show other rows, or in another order. Raises UsageError for a column that is not there."""
        for name in [*sieve.facets, *([sieve.sort] if sieve.sort else [])]:
            if name not in self.values.columns:
                raise UsageError(f"There is no column {name!r}.")
        self.sieve = sieve
        self._view = positions(sieve, self.values, self.found, self.record.changed(), self.fields)
        self._inverse = None
        self.version += 1

    def arrange(self, order: str) -> None:
        """Put the columns in the order of the source, or of the contract."""
        self.columns = columns_of(replace(self._source, values=self.values), order)

    def next_problem(self, place: int, field: str, *, back: bool = False) -> tuple[int, str] | None:
        """Find the next cell, row by row, with a problem that waits; after the last one it goes on with the first."""
        waiting = self.found.waiting()
        view = waiting if self._view is None else waiting[self._view]
        here = self._cells_of(place) if 0 <= place < len(view) and view[place] else []
        column = self.fields.index(field) if field in self.fields else _ROW
        rest = [at for at in here if (at < column if back else at > column)]
        if rest:
            return place, self._field_at(rest[-1] if back else rest[0])
        hits = np.flatnonzero(view)
        if not len(hits):
            return None
        after = np.searchsorted(hits, place, "left" if back else "right") - (1 if back else 0)
        target = int(hits[after % len(hits)])
        cells = self._cells_of(target)
        return target, self._field_at(cells[-1] if back else cells[0])

    # What is changed

    def cell_of(self, field: str, text: str | None) -> Cell:
        """Read what a person typed into a field."""
        if field.startswith("catnpsmap."):
            return self._reasons(field, text or "")
        return sendable(text) if text else None

    def _reasons(self, field: str, text: str) -> list[str] | None:
        """Read the reasons of a category as a cell shows them, or as the source writes them."""
        if text.strip().casefold() == SELECTED:
            return []
        known = (self.campaign.categories or {}).get(split_field(field)[1], ())
        parts = [text] if text in known else text.split(JOINT.strip())
        found = [reason for part in parts for reason in reasons_of(self._source, field, part.strip()) or ()]
        return found or None

    def plan(self, edits: Edits, *, name: str, why: str, at: tuple[int, str] | None = None) -> Step:
        """Work out what an edit would do: the cells that change, by rules too, and what is wrong afterwards.

        Cells of a column that nobody may write are left as they are.
        """
        fixed = {column.field for column in self.columns if column.readonly}
        edits = {field: cells for field, cells in edits.items() if cells and field not in fixed}
        rows = np.unique(np.array([row for cells in edits.values() for row in cells], dtype=np.int64))
        if not len(rows):
            return Step(name)
        before = self.values[rows]
        edited, changes = self._edited(before, rows, edits, why)
        was = self.found.many(rows)
        part = replace(
            self._source,
            values=edited,
            problems=pl.DataFrame(_unsettled(was, edits), schema=PROBLEMS),
            changes=pl.concat([self.record.of_rows(rows), table_of(changes)]),
        )
        others = self._repeating.along(rows)
        checked = self._checker.check(part, self.values[others])
        told = [Change(**one) for one in checked.changes[part.changes.height :].iter_rows(named=True)]
        cells = differing(before, checked.values, rows)
        real = _real(edits, cells)
        if real != edits:
            return self.plan(real, name=name, why=why, at=at)
        return Step(
            name,
            cells,
            self._problems_after(was, self.found.many(others), checked.problems),
            changes=(*changes, *told),
            at=at or (int(rows[0]), next(iter(edits))),
        )

    def do(self, step: Step) -> list[int]:
        """Do a step; answer the positions of the rows that it touched. One that changes nothing is not remembered."""
        retold = any(before != after for before, after in step.problems.values())
        if not (step.size or step.left or retold):
            return step.positions
        self._done.append(step)
        self._undone.clear()
        return self._apply(step)

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

    def undo(self) -> Step | None:
        """Take the last step back; None where there is none."""
        return self._turn(self._done, self._undone, back=True)

    def redo(self) -> Step | None:
        """Do again what was taken back last; None where there is nothing."""
        return self._turn(self._undone, self._done, back=False)

    def batch(self) -> Batch:
        """Give the batch as it now is, with every change on record; a row that was left out is held."""
        if self._made is None:
            problems = pl.concat([self.found.frame(), self._left_out()])
            changed = replace(self._source, values=self.values, changes=self.record.frame(), problems=problems)
            self._made = guard(changed)
        return self._made

    def sketch(self) -> Batch:
        """Give the batch as `batch` does, but without the checks that look at it as a whole."""
        return replace(self._source, values=self.values, changes=self.record.frame(), problems=self.found.frame())

    # How it is done

    def _turn(self, taken: list[Step], given: list[Step], *, back: bool) -> Step | None:
        if not taken:
            return None
        step = taken.pop()
        given.append(step)
        self._apply(step.turned() if back else step, back=back)
        return step

    def _apply(self, step: Step, *, back: bool = False) -> list[int]:
        new = []
        for name, cells in step.cells.items():
            if name not in self.values.columns:
                kind = LISTS if name.startswith("catnpsmap.") else pl.String
                self.values = self.values.with_columns(pl.lit(None, kind).alias(name))
                self.columns = columns_of(replace(self._source, values=self.values))
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

    def _payload(self, rows: Positions) -> list[list[Any]]:
        """Lay rows out for the page: number, state, cells as texts, problems by column, and who changed which."""
        part = self.values[rows].select(self.fields)
        found = self.found.many(rows) if bool(np.any(self.found.errors[rows] | self.found.warnings[rows])) else {}
        marks = self.record.marks(rows, self.fields)
        lines = []
        for place, (row, cells) in enumerate(zip(rows.tolist(), part.iter_rows(), strict=True)):
            told: dict[int, list[list[str]]] = {}
            for one in found.get(row, ()):
                told.setdefault(self.place_of(one["field"]), []).append([tone_of(one), said_of_cell(one)])
            texts = [shown(cell) for cell in cells]
            lines.append([int(self.numbers[row]), self.found.state_of(row), texts, told, marks[place]])
        return lines

    def _cells_of(self, place: int) -> list[int]:
        """Give the columns of one shown row that have an open problem, in order."""
        row = int(self.at(place, place + 1)[0])
        return sorted({self.place_of(one["field"]) for one in self.found.of(row) if not applied(one)}) or [_ROW]

    def _field_at(self, column: int) -> str:
        return self.fields[max(column, 0)]

    def _left_out(self) -> pl.DataFrame:
        rows = self.numbers[self.found.left].tolist()
        message = "A person left this row out. It is not sent until it is taken in again."
        one = {"field": "", "column": "", "code": LEFT_OUT, "severity": "error", "message": message}
        return pl.DataFrame([{"row": row, **one} for row in rows], schema=PROBLEMS)


def _real(edits: Edits, cells: Mapping[str, Cells]) -> Edits:
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
