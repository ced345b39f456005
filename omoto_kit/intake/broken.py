"""Records that a line end or the end of a file has broken: each piece alone would pass for an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from omoto_kit.intake.delimited import Parsed

__all__ = ["broken_rows", "is_odd"]

NUMBER = r"^\s*[-+]?[\d.,:/ %()-]*\d[\d.,:/ %()-]*\s*$"
#: A column holds numbers, dates or phones where this share of its first cells do.
MOSTLY, LOOKED_AT = 0.9, 500
#: A file in which more of the records are short leaves out what is empty at their ends.
SHORT, FEW = 0.2, 20
#: A text of more lines is not put together again.
LONGEST = 50

AGAIN = "Download or export it again; rows may be missing after this one."

#: Codes of problems: pieces of one record, and the last of a file that is not whole.
BROKEN, CUT = "record_broken", "record_cut"

Doubts = dict[int, tuple[str, str]]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Records:
    """The records of a file: their cells, and how many cells each has as written.

    `numeric` says of columns by their place that they hold numbers alone, or none at all.
    """

    frame: pl.DataFrame
    widths: Places
    numeric: Mapping[int, bool]

    def cells(self, number: int) -> list[str]:
        """Give the cells of a record, by its number from 1, as far as they are written."""
        return [cell or "" for cell in self.frame.row(number - 1)[: self.widths[number - 1]]]

    def joined(self, group: Sequence[int]) -> list[str]:
        """Give the cells of one record that a line end has broken into these."""
        whole = self.cells(group[0])
        for number in group[1:]:
            first, *others = self.cells(number)
            whole = [*whole[:-1], f"{whole[-1]}\n{first}", *others]
        return whole

    def contradict(self, group: Sequence[int]) -> bool:
        """Tell whether a number or a word stands where none belongs, as long as each of these is a record by itself."""
        return not all(self.fits(self.cells(number)) for number in group)

    def fits(self, cells: Sequence[str]) -> bool:
        """Tell whether numbers stand where the other records have numbers, and only there."""
        told = ((cell, self.numeric[at]) for at, cell in enumerate(cells) if at in self.numeric and cell.strip())
        return all(bool(re.match(NUMBER, cell)) == is_number for cell, is_number in told)


def is_odd(short: int, records: int) -> bool:
    """Tell whether some records are short, and not so many that leaving out empty cells is the file's way."""
    return 0 < short <= max(FEW, SHORT * records)


def broken_rows(parsed: Parsed, numbers: pl.Series, *, is_cut: bool, is_inside: bool = False) -> Doubts:
    """Give the rows that are pieces of broken records, each with a problem's code and message.

    `numbers` are those of the rows that pass for answers, `is_cut` says that the file ends without a line end, and
    `is_inside` that it ends inside a character.
    """
    found, last = _pieces(parsed, numbers, is_cut=is_cut), parsed.frame.height
    if is_inside and len(numbers) and numbers[-1] == last:
        found[last] = CUT, f"The file ends inside a character of this row. {AGAIN}"
    return found


def _pieces(parsed: Parsed, numbers: pl.Series, *, is_cut: bool) -> Doubts:
    """Find the rows of fewer cells than the others that are none by themselves."""
    widths, width = parsed.widths, parsed.frame.width
    if widths is None or width < 2 or not len(numbers):  # noqa: PLR2004  a record of one cell cannot be short
        return {}
    rows = numbers.to_numpy()
    own = widths[rows - 1]
    full = rows[own == width]
    if not len(full) or not is_odd(int((own < width).sum()), len(own)):
        return {}
    records = Records(parsed.frame, widths, _numeric(parsed.frame[(full[:LOOKED_AT] - 1).tolist()]))
    groups = _groups(records, rows, own)
    short = set(rows[own < width].tolist())
    alone = short - {row for group in groups for row in group}
    found = {
        row: (BROKEN, _said(group, records))
        for group in groups
        if records.contradict(group) or (not alone and _is_between_whole(records, group))
        for row in group
    }
    last = int(rows[-1])
    if is_cut and last == len(widths) and short - found.keys() == {last}:
        cells = f"it has {widths[last - 1]} of {width} cells and no line end"
        found[last] = CUT, f"The file ends in the middle of this row: {cells}. {AGAIN}"
    return found


def _numeric(frame: pl.DataFrame) -> dict[int, bool]:
    """Find the columns that hold numbers, dates or phones alone, and those that hold none."""
    filled = frame.select((pl.all().str.strip_chars() != "").sum()).row(0)
    numbers = frame.select(pl.all().str.contains(NUMBER).sum()).row(0)
    counts = list(zip(filled, numbers, strict=True))
    return {
        at: bool(found) for at, (all_, found) in enumerate(counts) if all_ and (not found or found >= MOSTLY * all_)
    }


def _groups(records: Records, rows: Places, own: Places) -> list[list[int]]:
    """Find the rows that follow one another and may be one record together: a short one, or one before a single cell.

    `own` are the widths of these rows.
    """
    width = records.frame.width
    before_single = np.append(own[1:] == 1, False)
    groups: list[list[int]] = []
    for at in np.flatnonzero((own < width) | before_single).tolist():
        if groups and rows[at] <= groups[-1][-1]:
            continue
        group = _completed(records, rows[at : at + LONGEST].tolist())
        if len(group) > 1 and records.fits(records.joined(group)):
            groups.append(group)
    return groups


def _completed(records: Records, rows: Sequence[int]) -> list[int]:
    """Take the first rows whose cells make one of full width; an empty list where they never do."""
    group, cells = list(rows[:1]), int(records.widths[rows[0] - 1])
    for row in rows[1:]:
        more = int(records.widths[row - 1]) - 1
        if records.widths[group[-1] : row - 1].any() or cells + more > records.frame.width:
            break
        group.append(row)
        cells += more
    return group if cells == records.frame.width else []


def _is_between_whole(records: Records, group: Sequence[int]) -> bool:
    """Tell whether the records around are whole, so that the group is no part of a longer run of short ones."""
    width = records.frame.width
    around = (group[0] - 2, group[-1])
    whole = all(not 0 <= at < len(records.widths) or records.widths[at] in (0, width) for at in around)
    return whole and width > 2  # noqa: PLR2004  of two cells the second may just be left out


def _said(group: Sequence[int], records: Records) -> str:
    """Say which rows are one."""
    each = ", ".join(f"row {row} has {records.widths[row - 1]}" for row in group)
    return (
        f"Rows {group[0]} to {group[-1]} seem to be one, broken by a line end inside a cell: of {records.frame.width} "
        f"cells {each}. Put that cell between quotes in the file, or export it as XLSX."
    )
