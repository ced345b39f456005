"""The table of the batch on the desk: made anew when another batch lies there, and told of after each change."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Any

from omoto_kit.errors import UsageError
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.review.painting import summary_of, touched
from omoto_kit.studio.review.resuming import Keeper
from omoto_kit.studio.review.steps import Cell, Edits, Step
from omoto_kit.studio.review.table import ReviewTable
from omoto_kit.studio.review.typed import cell_of

__all__ = ["Answer", "Laid"]

#: So many touched rows travel with an answer; after more, the page fetches what it shows.
_ROWS = 600
#: So many cells are copied, pasted, filled or cleared at once.
_BLOCK = 200_000

Answer = dict[str, Any]


class Laid:
    """The review of what lies on one desk. `keeper` keeps its changes for a later kernel."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keeper = Keeper(desk.shelf)
        self._kept: ReviewTable | None = None
        self._sent: set[str] = set()

    @property
    def table(self) -> ReviewTable:
        """The table of the batch on the desk. Raises UsageError where nothing was read."""
        kept = self._kept
        if kept is not None and self.desk.promised == kept.batch:
            return kept
        batch = self.desk.state.batch
        if batch is None:
            raise UsageError("Nothing was read yet.", advice="Read a file first.")
        if kept is None or kept.batch() is not batch:
            prepared = self.desk.prepared
            plugins = prepared.plugins if prepared is not None else self.desk.plugins
            version = kept.view.version + 1 if kept else 1
            self._kept = kept = ReviewTable(batch, plugins, getpass.getuser(), version=version)
            self.keeper.open(kept)
        return kept

    def columns(self) -> list[Answer]:
        """Give the columns as the page draws them, and remember which it has."""
        self._sent = set(self.table.fields)
        return [column.as_json() for column in self.table.columns]

    # What a page names

    def column(self, field: str) -> str:
        """Give a field that the page names. Raises UsageError where the table has no such column."""
        if field not in self.table.fields:
            raise UsageError(f"There is no column {field!r}.")
        return field

    def cell(self, field: str, text: str) -> Cell:
        """Read what was typed into a column."""
        return cell_of(self.table.source, self.column(field), text)

    def block(self, at: int, count: int, version: int) -> list[int]:
        """Give the positions of some of the rows shown. Raises UsageError where others are shown meanwhile."""
        view = self.table.view
        if version != view.version:
            raise UsageError("The rows were sorted or filtered meanwhile.", advice="Mark the cells again.")
        rows = [int(row) for row in view.at(at, at + count)]
        if not rows:
            raise UsageError("There is no row there.", advice="Mark the cells again.")
        return rows

    def few(self, rows: int, fields: Sequence[str]) -> None:
        """Refuse a block that no person would look through."""
        if rows * len(fields) > _BLOCK:
            what = f"A block of more than {_BLOCK:,} cells is not taken at once."
            raise UsageError(what, advice="Mark fewer rows, or use the panel Mend.")

    # What is done

    def write(self, edits: Edits, name: str, why: str, at: tuple[int, str] | None = None) -> Answer:
        """Set cells, and answer with what the rules made of it."""
        return self.do(self.table.plan(edits, name=name, why=why, at=at))

    def do(self, step: Step) -> Answer:
        """Do a step, and answer with the rows that it touched."""
        table = self.table
        return self.answer(table, step, table.do(step))

    def answer(self, table: ReviewTable, step: Step, rows: list[int]) -> Answer:
        """Promise the desk the changed batch of the table, and give the page the rows that it shows anew."""
        self.desk.promise(table.batch)
        few = len(rows) <= _ROWS
        return {
            "cells": step.size,
            "rows": touched(table, rows) if few else [],
            "stale": not few,
            # Only where a step made a new one, such as a category that no row had before.
            "columns": None if step.cells.keys() <= self._sent else self.columns(),
            "summary": summary_of(table),
        }
