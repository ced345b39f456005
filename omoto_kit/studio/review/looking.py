"""Looking: what a page asks about the rows without changing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from omoto_kit.studio.review.bulk import replacing
from omoto_kit.studio.review.columns import options_of
from omoto_kit.studio.review.explaining import body_of, explained
from omoto_kit.studio.review.laid import Answer, Laid
from omoto_kit.studio.review.painting import next_problem, rows_of, summary_of
from omoto_kit.studio.review.sieve import Sieve, facet
from omoto_kit.studio.review.typed import copied
from omoto_kit.validation import clusters

__all__ = ["Looking"]

#: So many rows stand at the beginning of a view's answer: a page of the grid.
_PAGE = 100
_CLUSTERS, _SPELLINGS = 100, 30
#: Columns in which two alike values are two things: people, texts, ratings, keys.
_OF_PEOPLE = ("customerinfo.", "comment", "npsrating", "key", "campaignid")


class Looking:
    """Rows, sieve, columns, cells, values and lists, as plain data."""

    def __init__(self, laid: Laid) -> None:
        self._laid = laid

    def act_rows(self, start: int, end: int, version: int) -> Answer:
        """Give some of the rows shown. An answer for another version of the view has none."""
        rows = rows_of(self._laid.table, start, end) if version == self._laid.table.view.version else []
        return {"version": self._laid.table.view.version, "start": start, "rows": rows}

    def act_sieve(self, **wanted: Any) -> Answer:
        """Show other rows, or in another order."""
        self._laid.table.look(Sieve.of(wanted))
        return {**summary_of(self._laid.table), "first": rows_of(self._laid.table, 0, _PAGE)}

    def act_arrange(self, order: str) -> None:
        """Put the columns in the source's order, or the contract's."""
        self._laid.table.arrange(order)

    def act_next(self, at: int, field: str, back: bool = False) -> Answer | None:  # noqa: FBT001, FBT002  a flag of JSON
        """Find the next cell with a problem."""
        found = next_problem(self._laid.table, at, field, back=back)
        return None if found is None else {"at": found[0], "field": found[1]}

    def act_cell(self, row: int, field: str) -> Answer:
        """Explain a cell: what the source said, who changed it and why, what is wrong, and what could stand there."""
        return explained(self._laid.table, row, field)

    def act_body(self, row: int) -> Answer:
        """Give the jsonbody of a row as it will be sent, also of a held one as far as it goes."""
        return body_of(self._laid.table, row)

    def act_options(self) -> dict[str, list[dict[str, str]]]:
        """Give what may stand in each column where that is known, for its list."""
        known = [column.field for column in self._laid.table.columns if column.known]
        return {field: options_of(self._laid.desk.campaign, field) for field in known}

    def act_values(self, field: str) -> Answer:
        """Count the values of a column over the rows shown."""
        self._laid.column(field)
        counted, distinct = facet(self._laid.table.values, field, self._laid.table.view.rows)
        return {"field": field, "values": [[value, rows] for value, rows in counted], "distinct": distinct}

    def act_clusters(self, field: str) -> list[Answer]:
        """List values of a column that are the same, written in several ways; never of what tells people apart."""
        self._laid.column(field)
        if field.startswith(_OF_PEOPLE):
            return []
        found = clusters(self._laid.table.sketch(), field)[:_CLUSTERS]
        return [{**one.as_json(), "values": [list(pair) for pair in one.values[:_SPELLINGS]]} for one in found]

    def act_copy(self, at: int, count: int, fields: Sequence[str]) -> list[list[str]]:
        """Give a block of cells as texts. Raises UsageError for more than a clipboard should hold."""
        self._laid.few(count, fields)
        part = self._laid.table.values[self._laid.table.view.at(at, at + count)].select(list(fields))
        return [[copied(cell) for cell in row] for row in part.iter_rows()]

    def act_find(self, find: str, put: str = "", field: str = "", whole: bool = False, exact: bool = False) -> Answer:  # noqa: FBT001, FBT002  flags of JSON
        """Count what replacing a text would change in the rows shown."""
        edits = replacing(self._laid.table, find, put, fields=(field,) if field else (), whole=whole, exact=exact)
        return {"cells": sum(map(len, edits.values())), "rows": len({row for cells in edits.values() for row in cells})}
