"""A table as the page draws it: rows as plain data, the account of them, and where the next problem is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from omoto_kit.studio.review.found import applied, said_of_cell, tone_of
from omoto_kit.studio.review.steps import Positions, shown
from omoto_kit.studio.review.table import ReviewTable
from omoto_kit.validation import CODES

__all__ = ["next_problem", "place_of", "rows_of", "summary_of", "touched"]

_ROW = -1  # the place of a problem that belongs to no column


def rows_of(table: ReviewTable, start: int, end: int) -> list[list[Any]]:
    """Give the rows shown from one place up to another.

    Each is its number, its state, its cells as texts, its problems by column as tone and message, and marks of who
    changed which.
    """
    return _painted(table, table.view.at(start, end))


def touched(table: ReviewTable, rows: Sequence[int]) -> list[list[Any]]:
    """Give rows anew, by their positions, each with the place where it is shown before it."""
    painted = _painted(table, np.array(rows, dtype=np.int64))
    return [[place, *row] for place, row in zip(table.view.places(rows), painted, strict=True) if place >= 0]


def place_of(table: ReviewTable, field: str) -> int:
    """Give the column at which a problem of a field is shown; -1 stands for the row as a whole."""
    wanted = field or "key"
    near = f"{wanted}."
    for at, name in enumerate(table.fields):
        if name == wanted or name.startswith(near):
            return at
    return _ROW


def summary_of(table: ReviewTable) -> dict[str, Any]:
    """Account for every row, and say what can be taken back."""
    found, view = table.found, table.view
    kinds = [
        {"code": kind.code, "tone": kind.tone, "rows": kind.rows, "means": CODES.get(kind.code, kind.code)}
        for kind in found.kinds()
    ]
    return {
        **found.states(),
        "problems": found.total,
        "warned": int(np.count_nonzero((found.warnings > 0) & ~found.left)),
        "waiting": int(np.count_nonzero(found.waiting())),
        "kinds": kinds,
        "shown": view.height,
        "version": view.version,
        "sieve": view.sieve.as_json(),
        **table.past.as_json(),
    }


def next_problem(table: ReviewTable, place: int, field: str, *, back: bool = False) -> tuple[int, str] | None:
    """Find the next cell, row by row, with a problem that waits; after the last one it goes on with the first."""
    waiting = table.found.waiting()
    view = waiting if table.view.rows is None else waiting[table.view.rows]
    here = _wrong_columns(table, place) if 0 <= place < len(view) and view[place] else []
    rest = _beyond(here, table.fields.index(field) if field in table.fields else _ROW, back=back)
    if rest:
        return place, _field_at(table, rest[-1] if back else rest[0])
    hits = np.flatnonzero(view)
    if not len(hits):
        return None
    after = np.searchsorted(hits, place, "left" if back else "right") - (1 if back else 0)
    target = int(hits[after % len(hits)])
    columns = _wrong_columns(table, target)
    return target, _field_at(table, columns[-1] if back else columns[0])


def _beyond(columns: list[int], column: int, *, back: bool) -> list[int]:
    """Leave those columns that lie behind one, or before it on the way back."""
    return [at for at in columns if (at < column if back else at > column)]


def _painted(table: ReviewTable, rows: Positions) -> list[list[Any]]:
    part = table.values[rows].select(table.fields)
    found = table.found
    wrong = found.many(rows) if bool(np.any(found.errors[rows] | found.warnings[rows])) else {}
    marks = table.record.marks(rows, table.fields)
    lines = []
    for place, (row, cells) in enumerate(zip(rows.tolist(), part.iter_rows(), strict=True)):
        told: dict[int, list[list[str]]] = {}
        for one in wrong.get(row, ()):
            told.setdefault(place_of(table, one["field"]), []).append([tone_of(one), said_of_cell(one)])
        texts = [shown(cell) for cell in cells]
        lines.append([int(table.numbers[row]), found.state_of(row), texts, told, marks[place]])
    return lines


def _wrong_columns(table: ReviewTable, place: int) -> list[int]:
    """Give the columns of one shown row that have an open problem, in order."""
    row = int(table.view.at(place, place + 1)[0])
    return sorted({place_of(table, one["field"]) for one in table.found.of(row) if not applied(one)}) or [_ROW]


def _field_at(table: ReviewTable, column: int) -> str:
    return table.fields[max(column, 0)]
