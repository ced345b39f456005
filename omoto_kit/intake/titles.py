"""Rows between the answers that only name the group below them, and sums of a group that no name tells apart."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from omoto_kit.intake.guesses import fold

__all__ = ["WIDE", "adds_up", "are_numbers", "filled_cells", "group_sums", "group_titles", "is_numbered", "names_group"]

#: A table must be this wide for a row of one cell to be a title.
WIDE = 4
#: At most this share of the rows are titles, and this share of the rows are at least half full.
TITLES, FULL = 0.34, 0.5
#: So many rows tell what a column holds, and this share of its cells must have digits.
LOOKED_AT, MOSTLY = 500, 0.9
NAMED = re.compile(r"\s*([^:=]+?)\s*[:=]\s*(.+?)\s*")
#: One word with a digit in it, or digits and signs alone.
CODE = r"^\s*(?:\S*\d\S*|[\d\s:/.,+()-]+)\s*$"
NUMBER = re.compile(r"[-+]?\d*\.?\d+")
#: A sum or a mean may be rounded so far.
ROUNDED = 0.06


def group_titles(frame: pl.DataFrame, *, is_ragged: bool = False) -> pl.Series:
    """Find the rows whose only cell, the first, names a group: by the row below, by a header, by words among codes.

    Words alone say nothing in a file some of whose records are short (`is_ragged`): they may be the rest of a text.

    >>> frame = pl.DataFrame([("Pune", None, None, None), ("R1", "Pune", "9", "ok")], list("abcd"), orient="row")
    >>> group_titles(pl.concat([frame, frame[1:]])).to_list()
    [True, False, False]
    """
    none = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    if frame.width < WIDE:
        return none
    filled, first = filled_cells(frame), frame.to_series(0)
    lone = ((filled == 1) & first.is_not_null()).arg_true().to_list()
    if not lone or len(lone) > TITLES * frame.height or (filled * 2 >= frame.width).sum() < FULL * frame.height:
        return none
    has_codes = not is_ragged and is_numbered(first.filter(filled > 1))
    headers = {fold(name) for name in frame.columns}
    below = {row: {cell.strip() for cell in frame.row(row + 1)[1:] if cell} for row in lone if row + 1 < frame.height}
    titles = [row for row in lone if names_group(first[row], below.get(row, set()), headers, has_codes=has_codes)]
    return none.scatter(titles, values=True) if titles else none


def names_group(text: str, below: Collection[str], headers: Collection[str], *, has_codes: bool) -> bool:
    """Tell words that stand for a group: the next row's other cells have them, or no word stands in their column.

    `headers` are folded, and `has_codes` says that the first column holds numbers, dates or codes.
    """
    if not re.search(r"[^\W\d_]", text):
        return False
    named = NAMED.fullmatch(text)
    if text.strip() in below or (named and named[2] in below):
        return True
    return has_codes and (not re.search(r"\d", text) or bool(named and fold(named[1]) in headers))


def group_sums(frame: pl.DataFrame, words: pl.Series) -> pl.Series:
    """Find, among the rows whose first cell is a word of sums (`words`), those that sum up the rows above them.

    All other cells are numbers, and one of them is the sum or the mean of the rows since the last word; or the first
    column holds numbers or codes, and the row is less than half full.
    """
    gone, begin = [], 0
    has_codes = is_numbered(frame.to_series(0).filter(~words & (filled_cells(frame) > 1)))
    for row in words.arg_true():
        group, cells = frame[begin:row], dict(zip(frame.columns[1:], frame.row(row)[1:], strict=True))
        sums = {name: cell for name, cell in cells.items() if cell and cell.strip()}
        is_odd = has_codes and (len(sums) + 1) * 2 < frame.width
        is_sum = is_odd or any(adds_up(group[name], cell, least=2) for name, cell in sums.items())
        if are_numbers(sums.values()) and is_sum:
            gone.append(row)
        begin = row + 1
    none = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    return none.scatter(gone, values=True) if gone else none


def filled_cells(frame: pl.DataFrame) -> pl.Series:
    """Count the filled cells of each row."""
    return frame.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()


def is_numbered(column: pl.Series) -> bool:
    """Tell a column of numbers, dates or codes from one of texts, which may have digits, too."""
    cells = column.head(LOOKED_AT).drop_nulls()
    return len(cells) > 0 and cells.str.contains(CODE).sum() >= MOSTLY * len(cells)


def are_numbers(cells: Collection[str]) -> bool:
    """Tell cells that are all numbers, perhaps with a percent sign; no cells are none."""
    return bool(cells) and all(NUMBER.fullmatch(_plain(cell)) for cell in cells)


def _plain(cell: str) -> str:
    return cell.strip().rstrip("%").replace(",", "").replace(" ", "")


def adds_up(column: pl.Series, cell: str, least: int = 1) -> bool:
    """Tell whether a number is the sum or the mean of a column of so many numbers, at least.

    >>> adds_up(pl.Series(["9", "8"]), "17"), adds_up(pl.Series(["9", "8"]), "8.5%"), adds_up(pl.Series(["9"]), "7")
    (True, True, False)
    """
    numbers = column.str.strip_chars().cast(pl.Float64, strict=False).drop_nulls()
    if len(numbers) < least or not are_numbers([cell]):
        return False
    total, value = float(numbers.sum()), float(_plain(cell))
    return abs(value - total / len(numbers)) < ROUNDED or abs(value - total) < ROUNDED
