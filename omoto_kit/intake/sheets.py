"""Workbooks: which sheet, and its cells as the text that a person saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from omoto_kit.errors import IntakeError, Place, did_you_mean
from omoto_kit.intake import biff, biff12, formats, opendocument
from omoto_kit.intake.formats import Look, Shown
from omoto_kit.intake.guard import damaged, guarded
from omoto_kit.intake.guesses import is_usual
from omoto_kit.intake.kinds import locked

if TYPE_CHECKING:
    import fastexcel

__all__ = ["Sheet", "find_sheet", "names_of", "read_sheets", "twins"]

STAMP = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
#: Where calamine puts a time of day that has no date, in either of Excel's calendars.
NO_DATE = ("1899-12-31", "1899-12-30", "1904-01-01")
#: A sheet needs a header and a row to be chosen by itself.
LEAST_ROWS = 2
#: A sheet of no more columns and rows may be a cover or a legend.
COVER_COLUMNS, COVER_ROWS = 2, 15
#: Of a workbook of more sheets, the others are not looked at.
MOST_SHEETS = 40


@dataclass(frozen=True)
class Sheet:
    """One sheet's cells: row i of the frame is row i + 1 of the sheet, a column's name its position.

    `is_likely` tells a visible sheet with a table from a cover, a list of one row and a hidden one.
    """

    name: str
    cells: pl.DataFrame
    words: str
    look: Look = field(default_factory=Look)
    is_likely: bool = True


def read_sheets(data: bytes, kind: str, sheet: str | int | None, where: Place) -> Iterator[Sheet]:
    """Read the named or numbered sheet (1 is the first), or one after the other all that could hold answers.

    The likeliest come first: visible ones of several columns, then small lists of two, then hidden ones. Raises
    IntakeError where the workbook is locked or damaged, where there is no such sheet, or no cell in any.
    """
    book = _open(data, kind, where)
    names = book.sheet_names
    if kind in LONE:
        _refuse_lone(data, kind, names if sheet is None else [find_sheet(sheet, names, where)], where)
    if sheet is not None:
        name = find_sheet(sheet, names, where)
        yield _whole(data, kind, name, _texts(book, name, where), f"sheet {name!r}")
        return
    yield from _by_likelihood(book, data, kind, where)


def _by_likelihood(book: fastexcel.ExcelReader, data: bytes, kind: str, where: Place) -> Iterator[Sheet]:
    """Read the sheets that could hold answers, the likeliest first. Raises IntakeError where none has a cell."""
    names = book.sheet_names
    passed: list[tuple[str, pl.DataFrame, bool]] = []
    is_empty = True
    for number, name in enumerate(names):
        loaded = _load(book, name, "string", where)
        rows = _count_rows(_cells(loaded, where))
        if not rows:
            continue
        is_empty = False
        cells, is_visible = _texts(book, name, where, loaded), loaded.visible == "visible"
        if is_visible and rows >= LEAST_ROWS and not _is_cover(cells):
            others = f" of {len(names)}" if len(names) > 1 else ""
            before = " (those before it hold no table)" if number else ""
            yield _whole(data, kind, name, cells, f"sheet {name!r}{others}{before}")
        else:
            passed.append((name, cells, is_visible))
    if is_empty:
        what = f"None of its {len(names)} sheets holds any cells." if len(names) > 1 else "Its only sheet is empty."
        raise IntakeError(what, where=where, advice="Give a workbook with headers and answers.")
    for name, cells, _ in sorted(passed, key=lambda one: (_count_rows(one[1]) < LEAST_ROWS, not one[2])):
        yield replace(_whole(data, kind, name, cells, f"sheet {name!r} of {len(names)}"), is_likely=False)


def _refuse_lone(data: bytes, kind: str, names: Sequence[str], where: Place) -> None:
    """Refuse a sheet that takes all memory for its blank cells: the parser then ends the whole process."""
    for name in names:
        if cell := LONE[kind](data, name):
            what = f"Cell {cell} stands so far from the others that the sheet cannot be laid out."
            advice = "Clear that cell, or delete the empty rows and columns before it, and save the workbook."
            raise IntakeError(what, where=Place(where.path, sheet=name), advice=advice)


def twins(sheet: Sheet, data: bytes, kind: str, where: Place) -> list[str]:
    """Name the other visible sheets whose first row is that of a sheet: a month each, and only one was read."""
    book = _open(data, kind, where)
    if len(book.sheet_names) > MOST_SHEETS:
        return []
    own = _first_row(sheet.cells)
    found = []
    for name in book.sheet_names:
        if name != sheet.name:
            loaded = _load(book, name, "string", where)
            if loaded.visible == "visible" and _count_rows(_cells(loaded, where)) >= LEAST_ROWS:
                found += [name] if own and _first_row(_cells(loaded, where)) == own else []
    return found


def _first_row(cells: pl.DataFrame) -> tuple[str, ...]:
    return next((tuple(cell for cell in row if cell) for row in cells.iter_rows() if any(row)), ())


#: How to look at the parts of a workbook that the parser leaves out.
LOOKS = {"XLSX": formats.look, "ODS": opendocument.look, "XLS": biff.look, "XLSB": biff12.look}
#: How to tell a workbook on which the parser would never end, or end the whole process.
SOUND = {"ODS": opendocument.is_sound, "XLS": biff.is_sound, "XLSB": biff12.is_sound}
#: How to find a cell for whose sake the parser would lay out more than the memory holds.
LONE = {"XLSX": formats.lone_cell, "XLSB": biff12.lone_cell}


def _is_cover(cells: pl.DataFrame) -> bool:
    """Tell a cover or a legend: a few lines of two columns, and no usual header in the first of them."""
    if cells.width > COVER_COLUMNS or cells.height > COVER_ROWS:
        return False
    first = next((row for row in cells.rows() if any(row)), ())
    return not any(is_usual(cell) for cell in first if cell)


def _whole(data: bytes, kind: str, name: str, cells: pl.DataFrame, words: str) -> Sheet:
    """Add what only the parts of the workbook tell of a sheet."""
    found = LOOKS[kind](data, name) if kind in LOOKS else Look()
    return Sheet(name, _with_shown(cells, found.shown), words, found)


def names_of(data: bytes, kind: str, where: Place) -> list[str]:
    """List a workbook's sheets. Raises IntakeError where it is locked or damaged."""
    return list(_open(data, kind, where).sheet_names)


def _open(data: bytes, kind: str, where: Place) -> fastexcel.ExcelReader:
    """Open a workbook from its bytes, so that neither its name nor its ending matters."""
    import fastexcel

    if kind in SOUND and not SOUND[kind](data):
        raise damaged(where, f"a workbook ({kind})")
    return guarded(lambda: fastexcel.read_excel(data), lambda _: _unopened(kind, where))


def _unopened(kind: str, where: Place) -> IntakeError:
    """Ask the parser by path: only then does it tell a missing password from damage."""
    import fastexcel

    try:
        guarded(lambda: fastexcel.read_excel(str(where.path)), IntakeError)
    except IntakeError as error:
        if "password" in error.what.lower():
            return locked(where)
    return damaged(where, f"a workbook ({kind})")


def find_sheet(sheet: str | int, names: list[str], where: Place) -> str:
    """Find a sheet by its name, whatever its case, or by its number."""
    folded = {name.strip().casefold(): name for name in reversed(names)}
    found = folded.get(str(sheet).strip().casefold())
    if found is not None and isinstance(sheet, str):
        return found
    if str(sheet).isdecimal() and 1 <= int(sheet) <= len(names):
        return names[int(sheet) - 1]
    near = did_you_mean(str(sheet), names)
    listed = ", ".join(f"{number} {name!r}" for number, name in enumerate(names, 1))
    raise IntakeError(f"There is no sheet {sheet!r}.", where=where, advice=f"{near} The sheets are {listed}.".strip())


def _count_rows(cells: pl.DataFrame) -> int:
    if not cells.width:
        return 0
    return int(cells.select(pl.any_horizontal(pl.all().is_not_null()).sum()).item())


def _load(book: fastexcel.ExcelReader, name: str, dtype: fastexcel.DType, where: Place) -> fastexcel.ExcelSheet:
    """Load a whole sheet with every cell taken as one type; a cell that is none of it is null."""
    return guarded(
        lambda: book.load_sheet(name, header_row=None, skip_rows=0, dtypes=dtype),
        lambda _: damaged(Place(where.path, sheet=name), "a sheet"),
    )


def _cells(sheet: fastexcel.ExcelSheet, where: Place) -> pl.DataFrame:
    """Give a sheet's cells, the columns named by their position in the sheet. Raises IntakeError for a damaged one."""
    if not sheet.width:
        return pl.DataFrame()
    frame = guarded(lambda: pl.DataFrame(sheet), lambda _: damaged(Place(where.path, sheet=sheet.name), "a sheet"))
    positions = [str(column.absolute_index) for column in sheet.selected_columns]
    return frame.rename(dict(zip(frame.columns, positions, strict=True)))


def _texts(
    book: fastexcel.ExcelReader, name: str, where: Place, loaded: fastexcel.ExcelSheet | None = None
) -> pl.DataFrame:
    """Read a sheet as text: numbers without artefacts, dates in ISO form, TRUE and FALSE."""
    cells = _cells(loaded or _load(book, name, "string", where), where)
    if not cells.width:
        return cells
    filled = pl.col([column.name for column in cells if column.null_count() < cells.height])
    cells = cells.with_columns(filled.str.replace_all("\0", "", literal=True))  # old XLS has them between letters
    cells = cells.with_columns(pl.when(filled != "").then(filled))
    stamped = _columns_with(cells, pl.all().str.contains(STAMP))
    if stamped:
        dates = _cells(_load(book, name, "datetime", where), where)
        cells = cells.with_columns(_iso(cells[column], dates[column]) for column in stamped)
    logical = _columns_with(cells, pl.all().is_in(["true", "false"]))
    if logical:
        truths = _cells(_load(book, name, "boolean", where), where)
        cells = cells.with_columns(_upper(cells[column], truths[column]) for column in logical)
    return cells


def _columns_with(cells: pl.DataFrame, test: pl.Expr) -> list[str]:
    found = cells.select(test.any()).row(0, named=True)
    return [column for column, any_found in found.items() if any_found]


def _iso(texts: pl.Series, dates: pl.Series) -> pl.Series:
    """Write the cells that are dates, not texts that look like dates, in ISO form; times only where there are any."""
    is_date = dates.is_not_null() & texts.str.contains(STAMP)
    day, time = texts.str.head(10), texts.str.slice(11)
    whole_days = (time.filter(is_date & ~day.is_in(NO_DATE)) == "00:00:00").all()
    stamp = day if whole_days else day + "T" + time
    frame = pl.DataFrame({"text": texts, "is_date": is_date, "day": day, "time": time, "stamp": stamp})
    written = pl.when(pl.col("day").is_in(NO_DATE)).then("time").otherwise("stamp")
    return frame.select(pl.when("is_date").then(written).otherwise("text").alias(texts.name)).to_series()


def _upper(texts: pl.Series, truths: pl.Series) -> pl.Series:
    """Write the cells that are truth values, not the words, as Excel shows them."""
    is_truth = truths.is_not_null() & texts.is_in(["true", "false"])
    return texts.to_frame().select(pl.when(is_truth).then(texts.str.to_uppercase()).otherwise(texts)).to_series()


def _with_shown(cells: pl.DataFrame, shown: Sequence[Shown]) -> pl.DataFrame:
    """Put in the texts of cells whose number format changes what a person sees."""
    by_column: dict[str, list[Shown]] = {}
    for cell in shown:
        by_column.setdefault(str(cell.column), []).append(cell)
    columns = []
    for column in by_column.keys() & set(cells.columns):
        within = [cell for cell in by_column[column] if cell.row < cells.height]
        rows = pl.Series([cell.row for cell in within], dtype=pl.UInt32)
        columns.append(cells[column].scatter(rows, [cell.text for cell in within]))
    return cells.with_columns(columns)
