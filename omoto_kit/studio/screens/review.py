"""The screen review: a batch's rows, to be looked through and mended."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from omoto_kit.errors import UsageError
from omoto_kit.journey.held import export_held
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.review import ReviewTable, Sieve, Step, options_of
from omoto_kit.studio.review.bulk import Wanted, alike, cluster_edits, edits_for, groups, replacing
from omoto_kit.studio.review.code import repeated
from omoto_kit.studio.review.explaining import body_of, explained, foreseen
from omoto_kit.studio.review.resuming import Keeper
from omoto_kit.studio.review.sieve import facet
from omoto_kit.studio.review.steps import shown
from omoto_kit.studio.review.table import SELECTED, Cell, Edits
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.wording import on_screen
from omoto_kit.validation import clusters

__all__ = ["Review"]

#: So many touched rows travel with an answer; after more, the page fetches what it shows.
_ROWS = 600
#: So many rows stand at the beginning of a view's answer: a page of the grid.
_PAGE = 100
#: So many cells are copied, pasted, filled or cleared at once.
_BLOCK = 200_000
_CLUSTERS, _SPELLINGS = 100, 30
#: Columns in which two alike values are two things: people, texts, ratings, keys.
_OF_PEOPLE = ("customerinfo.", "comment", "npsrating", "key", "campaignid")

Answer = dict[str, Any]

_LOOKS = ("rows", "sieve", "next", "cell", "body", "options", "values", "clusters", "copy", "fixes", "find")
_PREVIEWS = ("preview", "preview_cluster")
_CHANGES = ("edit", "paste", "fill", "clear", "undo", "redo", "leave", "move", "replace")
_FIXES = ("fix", "fix_alike", "fix_cluster")
_QUIET = frozenset((*_LOOKS, *_PREVIEWS, *_CHANGES, *_FIXES, "keep", "export"))


class Review(Screen):
    """The rows, to be mended. The batch on the desk follows each change."""

    name: ClassVar[str] = "review"
    quiet: ClassVar[frozenset[str]] = _QUIET

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._kept: ReviewTable | None = None
        self._keeper = Keeper(desk.shelf)
        self._sent: set[str] = set()

    def view(self) -> dict[str, Any]:
        """Give the columns, and the account of the rows; the rows themselves are asked for by pages."""
        if self.desk.state.batch is None:
            return {"empty": True}
        table = self._table
        source = table.batch().source
        self._sent = set(table.fields)
        return {
            "empty": False,
            "source": {"name": source.name, "understood": source.understood},
            "columns": [column.as_json() for column in table.columns],
            "summary": table.summary(),
            "guards": [guard.as_json() for guard in table.batch().guards],
            "notes": [on_screen(note) for note in table.batch().notes],
            "kept": len(self._keeper.waiting(table)),
        }

    def code(self) -> str:
        """Give the lines that make the same changes in the batch; empty where nothing was changed."""
        if self.desk.state.batch is None:
            return ""
        return repeated(self._table)

    @property
    def table(self) -> ReviewTable:
        """The table of the batch on the desk. Raises UsageError where nothing was read."""
        return self._table

    @property
    def _table(self) -> ReviewTable:
        kept = self._kept
        if kept is not None and self.desk.promised == kept.batch:
            return kept
        batch = self.desk.state.batch
        if batch is None:
            raise UsageError("Nothing was read yet.", advice="Read a file first.")
        if kept is None or kept.batch() is not batch:
            prepared = self.desk.prepared
            plugins = prepared.plugins if prepared is not None else self.desk.plugins
            self._kept = kept = ReviewTable(batch, plugins, getpass.getuser(), version=kept.version + 1 if kept else 1)
            self._keeper.open(kept)
        return kept

    # What is looked at

    def act_rows(self, start: int, end: int, version: int) -> Answer:
        """Give some of the rows shown. An answer for another version of the view has none."""
        rows = self._table.rows(start, end) if version == self._table.version else []
        return {"version": self._table.version, "start": start, "rows": rows}

    def act_sieve(self, **wanted: Any) -> Answer:
        """Show other rows, or in another order."""
        self._table.look(Sieve.of(wanted))
        return {**self._table.summary(), "first": self._table.rows(0, _PAGE)}

    def act_arrange(self, order: str) -> None:
        """Put the columns in the source's order, or the contract's."""
        self._table.arrange(order)

    def act_next(self, at: int, field: str, back: bool = False) -> Answer | None:  # noqa: FBT001, FBT002  a flag of JSON
        """Find the next cell with a problem."""
        found = self._table.next_problem(at, field, back=back)
        return None if found is None else {"at": found[0], "field": found[1]}

    def act_cell(self, row: int, field: str) -> Answer:
        """Explain a cell: what the source said, who changed it and why, what is wrong, and what could stand there."""
        return explained(self._table, row, field)

    def act_body(self, row: int) -> Answer:
        """Give the jsonbody of a row as it will be sent, also of a held one as far as it goes."""
        return body_of(self._table, row)

    def act_options(self) -> dict[str, list[dict[str, str]]]:
        """Give what may stand in each column where that is known, for its list."""
        known = [column.field for column in self._table.columns if column.known]
        return {field: options_of(self.desk.campaign, field) for field in known}

    def act_clusters(self, field: str) -> list[Answer]:
        """List values of a column that are the same, written in several ways; never of what tells people apart."""
        self._column(field)
        if field.startswith(_OF_PEOPLE):
            return []
        found = clusters(self._table.sketch(), field)[:_CLUSTERS]
        return [{**one.as_json(), "values": [list(pair) for pair in one.values[:_SPELLINGS]]} for one in found]

    def act_preview_cluster(self, field: str, keep: str) -> Answer:
        """Say what setting all values of a cluster to one of them would do, without doing it."""
        return foreseen(self._table, self._plan_cluster(field, keep))

    def act_fix_cluster(self, field: str, keep: str) -> Answer:
        """Set all values of a cluster to one of them."""
        return self._do(self._plan_cluster(field, keep))

    def act_values(self, field: str) -> Answer:
        """Count the values of a column over the rows shown."""
        self._column(field)
        counted, distinct = facet(self._table.values, field, self._table.shown)
        return {"field": field, "values": [[value, rows] for value, rows in counted], "distinct": distinct}

    def act_copy(self, at: int, count: int, fields: Sequence[str]) -> list[list[str]]:
        """Give a block of cells as texts. Raises UsageError for more than a clipboard should hold."""
        self._few(count, fields)
        part = self._table.values[self._table.at(at, at + count)].select(list(fields))
        return [[_copied(cell) for cell in row] for row in part.iter_rows()]

    # What is changed

    def act_edit(self, row: int, field: str, text: str) -> Answer:
        """Set one cell to what was typed."""
        at = self._table.position(row)
        return self._write({field: {at: self._cell(field, text)}}, "edit of a cell", "Typed by a person.", (at, field))

    def act_paste(self, at: int, fields: Sequence[str], block: Sequence[Sequence[str]], version: int) -> Answer:
        """Set a block of cells, row by row from one place on; what goes over the last row is left away."""
        self._few(len(block), fields)
        rows = self._block(at, len(block), version)
        edits: dict[str, dict[int, Cell]] = {
            field: {
                row: self._cell(field, texts_[place])
                for row, texts_ in zip(rows, block, strict=False)
                if place < len(texts_)
            }
            for place, field in enumerate(fields)
        }
        many = sum(len(cells) for cells in edits.values())
        return self._write(edits, f"paste of {many:,} cells", "Pasted by a person.", (rows[0], fields[0]))

    def act_fill(self, at: int, count: int, fields: Sequence[str], version: int) -> Answer:
        """Give all rows of a block what its first row holds."""
        self._few(count, fields)
        first, *others = self._block(at, count, version)
        edits = {field: dict.fromkeys(others, self._table.value(first, field)) for field in fields}
        return self._write(edits, "fill down", "Filled down by a person.", (first, fields[0]))

    def act_clear(self, at: int, count: int, fields: Sequence[str], version: int) -> Answer:
        """Empty a block of cells."""
        self._few(count, fields)
        rows = self._block(at, count, version)
        edits: Edits = {field: dict.fromkeys(rows) for field in fields}
        return self._write(edits, "clearing of cells", "Cleared by a person.", (rows[0], fields[0]))

    def act_undo(self) -> Answer:
        """Take the last change back."""
        table = self._table
        return self._turned(table, table.undo())

    def act_redo(self) -> Answer:
        """Do again what was taken back."""
        table = self._table
        return self._turned(table, table.redo())

    def act_leave(self, at: int, count: int, version: int, out: bool) -> Answer:  # noqa: FBT001  a flag of JSON
        """Leave rows out, so that they are never put; or take them in again."""
        return self._do(self._table.leave(self._block(at, count, version), out=out))

    def act_fixes(self, code: str = "") -> list[Answer]:
        """List what could mend many cells at once."""
        return groups(self._table, code)

    def act_preview(self, wanted: Sequence[Mapping[str, Any]]) -> Answer:
        """Say what fixes would do, without doing them."""
        return foreseen(self._table, self._plan_fixes(wanted))

    def act_fix(self, wanted: Sequence[Mapping[str, Any]]) -> Answer:
        """Mend all cells that are alike."""
        return self._do(self._plan_fixes(wanted))

    def act_move(self, row: int, field: str, code: str, before: str | None, after: str) -> Answer:
        """Move one row's value to the name that was chosen for it."""
        wanted = Wanted(field, before, after, code)
        edits = edits_for(self._table, [wanted], only=self._table.position(row))
        return self._write(edits, "move of a value", "Moved to another name by a person.", None)

    def act_fix_alike(self, field: str, before: str | None, after: str) -> Answer:
        """Give all cells of a column that hold one value another."""
        self._column(field)
        edits = alike(self._table, field, before, after)
        return self._write(edits, "change of all alike", "Set by a person, with all cells like it.", None)

    def act_find(self, find: str, put: str = "", field: str = "", whole: bool = False, exact: bool = False) -> Answer:  # noqa: FBT001, FBT002  flags of JSON
        """Count what replacing a text would change in the rows shown."""
        edits = replacing(self._table, find, put, fields=(field,) if field else (), whole=whole, exact=exact)
        return {"cells": sum(map(len, edits.values())), "rows": len({row for cells in edits.values() for row in cells})}

    def act_replace(
        self,
        find: str,
        put: str = "",
        field: str = "",
        whole: bool = False,  # noqa: FBT001, FBT002  a flag of JSON
        exact: bool = False,  # noqa: FBT001, FBT002  a flag of JSON
    ) -> Answer:
        """Replace a text in the rows shown."""
        edits = replacing(self._table, find, put, fields=(field,) if field else (), whole=whole, exact=exact)
        return self._write(edits, "replacing of a text", "Found and replaced by a person.", None)

    def act_keep(self) -> Answer:
        """Keep what was changed for a later kernel, and say what cannot be. Raises SettingsError where nothing can."""
        return self._keeper.keep(self._table)

    def act_resume(self) -> int:
        """Do again what was changed in this source before the kernel ended; answer how many cells and rows changed."""
        table = self._table
        done = self._keeper.resume(table)
        self.desk.promise(table.batch)
        return done

    def act_forget(self) -> None:
        """Forget what was changed before the kernel ended; what was changed since stays."""
        self._keeper.forget(self._table)

    def act_export(self) -> Answer:
        """Write the held rows to a workbook beside the workspace. Raises SettingsError where it cannot be written."""
        table = self._table
        batch = table.sketch()
        batch = replace(batch, values=batch.values.filter(~pl.Series(table.found.left)))
        stem = Path(batch.source.name).stem or "rows"
        path = _free((self.desk.workspace.root or Path.cwd()) / f"{stem}-held.xlsx")
        return {"rows": export_held(batch, path), "path": path.name}

    # How it is done

    def _column(self, field: str) -> None:
        if field not in self._table.fields:
            raise UsageError(f"There is no column {field!r}.")

    def _cell(self, field: str, text: str) -> Cell:
        self._column(field)
        return self._table.cell_of(field, text)

    def _block(self, at: int, count: int, version: int) -> list[int]:
        if version != self._table.version:
            raise UsageError("The rows were sorted or filtered meanwhile.", advice="Mark the cells again.")
        rows = [int(row) for row in self._table.at(at, at + count)]
        if not rows:
            raise UsageError("There is no row there.", advice="Mark the cells again.")
        return rows

    def _few(self, rows: int, fields: Sequence[str]) -> None:
        """Refuse a block that no person would look through."""
        if rows * len(fields) > _BLOCK:
            what = f"A block of more than {_BLOCK:,} cells is not taken at once."
            raise UsageError(what, advice="Mark fewer rows, or use the panel Mend.")

    def _plan_fixes(self, wanted: Sequence[Mapping[str, Any]]) -> Step:
        edits = edits_for(self._table, [Wanted(**one) for one in wanted])
        cells = sum(map(len, edits.values()))
        return self._table.plan(edits, name=f"fix of {cells:,} cells", why="Mended with all cells like it.")

    def _plan_cluster(self, field: str, keep: str) -> Step:
        self._column(field)
        edits = cluster_edits(self._table, field, keep)
        return self._table.plan(edits, name=f"one way to write {keep!r}", why="Written in one way by a person.")

    def _write(self, edits: Edits, name: str, why: str, at: tuple[int, str] | None) -> Answer:
        return self._do(self._table.plan(edits, name=name, why=why, at=at))

    def _do(self, step: Step) -> Answer:
        table = self._table
        rows = table.do(step)
        return self._answer(table, step, rows)

    def _turned(self, table: ReviewTable, step: Step | None) -> Answer:
        if step is None:
            return {"nothing": True, "summary": table.summary()}
        row, field = step.at
        answer = self._answer(table, step, step.positions)
        return {**answer, "at": {"at": table.places([row])[0], "field": field}, "name": step.name}

    def _answer(self, table: ReviewTable, step: Step, rows: list[int]) -> Answer:
        """Promise the desk the changed batch, and give the page the rows that it shows anew."""
        self.desk.promise(table.batch)
        few = len(rows) <= _ROWS
        return {
            "cells": step.size,
            "rows": table.touched(rows) if few else [],
            "stale": not few,
            "columns": self._columns_anew(step),
            "summary": table.summary(),
        }

    def _columns_anew(self, step: Step) -> list[Answer] | None:
        """Give the columns where a step made a new one, such as a category that no row had before."""
        if step.cells.keys() <= self._sent:
            return None
        self._sent = set(self._table.fields)
        return [column.as_json() for column in self._table.columns]


def _copied(cell: object) -> str:
    """Write a cell as it goes on a clipboard."""
    if isinstance(cell, list):
        return shown(cell) or SELECTED
    return "" if cell is None else str(cell)


def _free(path: Path) -> Path:
    """Name a file that is not there yet: what was exported before may have been mended since."""
    for number in range(2, 1000):
        if not path.exists():
            return path
        path = path.with_name(f"{path.stem.removesuffix(f'-{number - 1}')}-{number}{path.suffix}")
    return path
