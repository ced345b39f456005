"""Which row holds the headers, what the columns are called, and which rows below are answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.labels import drop_previews, find_labels

__all__ = ["LOOK", "Settled", "clean_name", "find_header", "settle", "unique_names"]

#: So many rows are looked at to find the header.
LOOK = 40
LISTED = 10
INVISIBLE = re.compile("[\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f]")
NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")
PERSONAL = re.compile(r"[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}|\+?(?:\d[ -]?){9,15}")
#: A row with less than this share of the widest row's cells stands above a table, not in it.
NARROW = 0.3
#: A row with less than the first share may be no header yet, if one with the second share follows.
FULL, WHOLE = 0.6, 0.9
#: So many rows below a header are looked at.
BELOW = 10


@dataclass(frozen=True)
class Settled:
    """A table whose headers are known: its cells by header, its rows' numbers, and words about the header."""

    frame: pl.DataFrame
    numbers: pl.Series
    words: str


def settle(cells: pl.DataFrame, header_row: int | None, where: Place) -> Settled:
    """Make a table of raw cells, whose row i is row i + 1 of the source.

    `header_row` is the header's number in the source; 0 says that there is none; None lets it be found. Wholly
    blank rows are left out, and so are columns with neither header nor cells. Raises IntakeError where no row
    holds headers or none follows.
    """
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if cells.width else pl.Series([False])
    look = max(LOOK + (filled.arg_max() or 0), (header_row or 0) + 4)
    head = [[cell or "" for cell in row] for row in cells.head(look).rows()]
    at = find_header(head) if header_row is None else header_row - 1
    if at is None or at >= cells.height:
        raise _no_header(cells.height, header_row, where)
    if at < 0:
        return _without_header(cells)
    if header_row is None:
        _refuse_data(head[at], at + 1, where)
    labels = find_labels([clean_name(name) for name in head[at]], head[at + 1 :])
    first = at + 1 + labels.rows
    names = unique_names(labels.names, [int(number) + 1 for number in cells.columns])
    frame, numbers = _without_blank_rows(cells.slice(first), first + 1)
    frame = _named(frame, names, labels.names)
    status = names[labels.names.index(labels.status)] if labels.status else ""
    frame, numbers, previews = drop_previews(frame, numbers, status)
    if not frame.height:
        raise _no_rows(names, previews, where)
    return Settled(frame, numbers, _words(at, labels.words, previews))


def find_header(head: Sequence[Sequence[str]]) -> int | None:
    """Find the first row that is as wide as a header must be; None where all rows are blank.

    >>> find_header([["Report for April", "", ""], ["", "", ""], ["Store", "Rating", "Comment"], ["Pune", "9", "ok"]])
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in head]
    rows = [at for at, count in enumerate(filled) if count]
    if not rows:
        return None
    widest = max(filled)
    first = rows[0]
    wide = next(at for at in rows if filled[at] >= max(min(2, widest), NARROW * widest))
    if find_labels(head[first], head[first + 1 :]).rows:
        return first
    if filled[wide] < FULL * widest:
        wide = next((at for at in rows if at > wide and _crowns(head, at, widest)), wide)
    return wide if _looks_like_header(head[wide]) else first


def _crowns(head: Sequence[Sequence[str]], at: int, widest: int) -> bool:
    """Tell whether a full row of words stands above a column of numbers or dates, as headers do."""
    row = head[at]
    if sum(bool(cell.strip()) for cell in row) < WHOLE * widest or any(NUMBER.fullmatch(cell.strip()) for cell in row):
        return False
    columns = zip(*head[at + 1 : at + 1 + BELOW], strict=False)
    below = [[cell for cell in column if cell.strip()] for column in columns]
    return any(cells and sum(bool(NUMBER.fullmatch(cell)) for cell in cells) * 2 > len(cells) for cells in below)


def _looks_like_header(row: Sequence[str]) -> bool:
    """Headers are mostly words and mostly different from one another."""
    filled = [cell.strip() for cell in row if cell.strip()]
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in filled)
    return numbers * 4 <= len(filled) and len(set(filled)) * 2 > len(filled)


def clean_name(name: str) -> str:
    r"""Take what cannot be seen out of a header.

    >>> clean_name("\ufeffMobile\xa0No. ")
    'Mobile No.'
    """
    return INVISIBLE.sub("", name).replace("\xa0", " ").strip()


def unique_names(names: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Name blank headers by their position, and number repeated ones.

    >>> unique_names(["Store", "", "Store"], [1, 2, 3])
    ['Store', 'column 2', 'Store (2)']
    """
    filled = [name or f"column {position}" for name, position in zip(names, positions, strict=True)]
    taken = set(filled)
    unique: list[str] = []
    seen: dict[str, int] = {}
    for name in filled:
        count = seen[name] = seen.get(name, 0) + 1
        fresh = name
        while count > 1 and fresh in taken:
            fresh = f"{name} ({count})"
            count += 1
        taken.add(fresh)
        unique.append(fresh)
    return unique


def _named(frame: pl.DataFrame, names: Sequence[str], given: Sequence[str]) -> pl.DataFrame:
    """Give the columns their names; a column with neither header nor cells goes."""
    kept = [
        (column, name)
        for column, name, header in zip(frame.columns, names, given, strict=True)
        if header or frame[column].null_count() < frame.height
    ]
    return frame.select(column for column, _ in kept).rename(dict(kept))


def _without_blank_rows(cells: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.Series]:
    """Leave out rows that hold nothing but white space, and number the others as the source does."""
    numbers = pl.Series("row", range(first, first + cells.height), dtype=pl.Int64)
    if not cells.width:
        return cells.clear(), numbers.clear()
    shown = cells.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)).to_series()
    return (cells, numbers) if shown.all() else (cells.filter(shown), numbers.filter(shown))


def _without_header(cells: pl.DataFrame) -> Settled:
    """Name all columns by their position, as the user asked with header_row=0."""
    frame, numbers = _without_blank_rows(cells, 1)
    names = {column: f"column {int(column) + 1}" for column in cells.columns}
    return Settled(frame.rename(names), numbers, "no header row")


def _refuse_data(header: Sequence[str], row: int, where: Place) -> None:
    """Refuse a first row that holds somebody's email or phone: it is an answer, and would be lost as a header."""
    if any(PERSONAL.fullmatch(cell.strip()) for cell in header):
        raise IntakeError(
            "The first row looks like an answer, not like headers: it holds an email address or a long number.",
            where=Place(where.path, sheet=where.sheet, row=row),
            advice="Add a row of headers at the top, or name the header's row (header_row; 0 if there is none).",
        )


def _no_header(height: int, header_row: int | None, where: Place) -> IntakeError:
    if header_row is not None and height:
        return IntakeError(f"There is no row {header_row}: the source has {height:,}.", where=where)
    return IntakeError("There are no cells in it.", where=where, advice="Give a file with headers and answers.")


def _no_rows(names: Sequence[str], previews: int, where: Place) -> IntakeError:
    shown = ", ".join(repr(name) for name in names[:LISTED]) + (", ..." if len(names) > LISTED else "")
    what = f"There are headers ({shown}), but no rows below them."
    if previews:
        what = f"All {previews} rows are previews of the survey, and none is an answer."
    return IntakeError(what, where=where, advice="Export the survey again, with its responses.")


def _words(at: int, labels: str, previews: int) -> str:
    """Say in words where the header stood and what was left out."""
    words = ["1 header row" if at == 0 else f"header in row {at + 1}"]
    words += [labels] if labels else []
    words += [f"{previews:,} preview rows left out"] if previews else []
    return ", ".join(words)
