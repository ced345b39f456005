"""What a person set and has not taken back since: by cell, with what stands there, and the rows that are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from omoto_kit.campaign import Campaign
from omoto_kit.studio.review.columns import KEY
from omoto_kit.studio.review.steps import Cell, Edits
from omoto_kit.studio.review.table import ReviewTable
from omoto_kit.studio.review.typed import shown_cell

__all__ = ["Standing", "carry", "standing_in"]

#: By row number and field: the text that a change shows of what was set.
Set = Mapping[tuple[int, str], str | None]


@dataclass(frozen=True)
class Standing:
    """A person's changes of one source: cells by row number and field, and rows that were left out."""

    cells: Set = field(default_factory=dict, repr=False)
    left: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.cells) + len(self.left)

    def under(self, later: Standing) -> Standing:
        """Give what of these is not decided anew by later ones."""
        cells = {cell: after for cell, after in self.cells.items() if cell not in later.cells}
        return Standing(cells, self.left - later.left)

    def over(self, earlier: Standing) -> Standing:
        """Give these and the earlier ones, of which these win."""
        return Standing({**earlier.cells, **self.cells}, self.left | earlier.left)

    def first(self, most: int) -> Standing:
        """Give so many of them: rows that are left out, then cells in the order in which they were set."""
        left = frozenset(sorted(self.left)[:most])
        return Standing(dict(islice(self.cells.items(), max(0, most - len(left)))), left)


def standing_in(table: ReviewTable) -> Standing:
    """Give what a person set in a table's rows, also before the table was made, and has not taken back.

    The rows' own keys are no part of it: nobody sets them here.
    """
    cells = {cell: after for cell, after in table.record.standing().items() if cell[1] != KEY}
    return Standing(cells, frozenset(table.numbers[table.found.left].tolist()))


def carry(changes: Standing, table: ReviewTable, *, name: str, why: str) -> int:
    """Do a person's changes again in a table, as steps that can be taken back; answer how many changed something.

    Rows that are not there are passed over.
    """
    numbers = {number: place for place, number in enumerate(table.numbers.tolist())}
    there = {cell: after for cell, after in changes.cells.items() if cell[0] in numbers}
    step = table.plan(_edits(there, numbers, table.source.campaign), name=name, why=why)
    table.do(step)
    left = table.leave((numbers[row] for row in sorted(changes.left) if row in numbers), out=True)
    table.do(left)
    return step.size + len(left.left)


def _edits(cells: Set, numbers: Mapping[int, int], campaign: Campaign) -> Edits:
    edits: dict[str, dict[int, Cell]] = {}
    for (row, name), after in cells.items():
        edits.setdefault(name, {})[numbers[row]] = shown_cell(campaign, name, after)
    return edits
