"""Writing: what a person does to cells and rows of the grid, and takes back."""

from __future__ import annotations

from collections.abc import Sequence

from omoto_kit.studio.review.bulk import replacing
from omoto_kit.studio.review.laid import Answer, Laid
from omoto_kit.studio.review.painting import summary_of
from omoto_kit.studio.review.steps import Cell, Edits, Step
from omoto_kit.studio.review.table import ReviewTable

__all__ = ["Writing"]


class Writing:
    """Single cells, blocks, rows, texts, and undo and redo; each answers with the rows that it touched."""

    def __init__(self, laid: Laid) -> None:
        self._laid = laid

    def act_edit(self, row: int, field: str, text: str) -> Answer:
        """Set one cell to what was typed."""
        at = self._laid.table.position(row)
        edits = {field: {at: self._laid.cell(field, text)}}
        return self._laid.write(edits, "edit of a cell", "Typed by a person.", (at, field))

    def act_paste(self, at: int, fields: Sequence[str], block: Sequence[Sequence[str]], version: int) -> Answer:
        """Set a block of cells, row by row from one place on; what goes over the last row is left away."""
        self._laid.few(len(block), fields)
        rows = self._laid.block(at, len(block), version)
        edits: dict[str, dict[int, Cell]] = {
            field: {
                row: self._laid.cell(field, texts_[place])
                for row, texts_ in zip(rows, block, strict=False)
                if place < len(texts_)
            }
            for place, field in enumerate(fields)
        }
        many = sum(len(cells) for cells in edits.values())
        return self._laid.write(edits, f"paste of {many:,} cells", "Pasted by a person.", (rows[0], fields[0]))

    def act_fill(self, at: int, count: int, fields: Sequence[str], version: int) -> Answer:
        """Give all rows of a block what its first row holds."""
        self._laid.few(count, fields)
        first, *others = self._laid.block(at, count, version)
        edits = {field: dict.fromkeys(others, self._laid.table.value(first, field)) for field in fields}
        return self._laid.write(edits, "fill down", "Filled down by a person.", (first, fields[0]))

    def act_clear(self, at: int, count: int, fields: Sequence[str], version: int) -> Answer:
        """Empty a block of cells."""
        self._laid.few(count, fields)
        rows = self._laid.block(at, count, version)
        edits: Edits = {field: dict.fromkeys(rows) for field in fields}
        return self._laid.write(edits, "clearing of cells", "Cleared by a person.", (rows[0], fields[0]))

    def act_undo(self) -> Answer:
        """Take the last change back."""
        table = self._laid.table
        return self._turned(table, table.undo())

    def act_redo(self) -> Answer:
        """Do again what was taken back."""
        table = self._laid.table
        return self._turned(table, table.redo())

    def act_leave(self, at: int, count: int, version: int, out: bool) -> Answer:  # noqa: FBT001  a flag of JSON
        """Leave rows out, so that they are never put; or take them in again."""
        return self._laid.do(self._laid.table.leave(self._laid.block(at, count, version), out=out))

    def act_replace(
        self,
        find: str,
        put: str = "",
        field: str = "",
        whole: bool = False,  # noqa: FBT001, FBT002  a flag of JSON
        exact: bool = False,  # noqa: FBT001, FBT002  a flag of JSON
    ) -> Answer:
        """Replace a text in the rows shown."""
        edits = replacing(self._laid.table, find, put, fields=(field,) if field else (), whole=whole, exact=exact)
        return self._laid.write(edits, "replacing of a text", "Found and replaced by a person.")

    def _turned(self, table: ReviewTable, step: Step | None) -> Answer:
        if step is None:
            return {"nothing": True, "summary": summary_of(table)}
        row, field = step.at
        answer = self._laid.answer(table, step, step.positions)
        return {**answer, "at": {"at": table.view.places([row])[0], "field": field}, "name": step.name}
