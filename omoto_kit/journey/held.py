"""Held rows as a workbook: the source's own columns, the wrong cells coloured, what is wrong in words beside them.

Mended in Excel, the file is pushed like any other: rows are found again by their own key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.errors import SettingsError
from omoto_kit.problem import Severity

__all__ = ["PROBLEMS_HEADER", "ROW_HEADER", "export_held"]

ROW_HEADER = "omoto: row"
PROBLEMS_HEADER = "omoto: what is wrong"
_CELL = 32_767  # characters that an Excel cell holds
_CUT = "Excel cannot hold this whole text, so its end is missing here. Mend this row in its own file."
_NOTE = 1_000
_SHEET_ROWS = 1_048_575
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FILLS = {Severity.ERROR.value: "#F8CBAD", Severity.WARNING.value: "#FFF2CC"}

Wrong = Mapping[str, Any]


def export_held(batch: Batch, path: Path) -> int:
    """Write the held rows to an .xlsx file and tell how many.

    All cells are texts, so that Excel turns no number or date into something else; they are those of the source, but
    for dates, which stand as they were read, and for what a person has set. Raises SettingsError for another
    kind of file, for rows that no columns were read for, and where it cannot be written.
    """
    headers = [name.removeprefix("source.") for name in batch.values.columns if name.startswith("source.")]
    if path.suffix.lower() != ".xlsx":
        raise SettingsError("Held rows are written as a workbook.", where=path, advice="Name it .xlsx.")
    if not headers:
        what = "These rows came without columns of their own, as jsonbody objects."
        raise SettingsError(what, where=path, advice="Mend them in the file that they came from.")
    held = batch.as_it_stands().filter(pl.col("row").is_in(batch.held_rows.implode()))
    if held.height > _SHEET_ROWS:
        what = f"An Excel sheet holds {_SHEET_ROWS} rows, and {held.height} are held."
        raise SettingsError(what, where=path, advice="Mend what holds most of them first; `omoto check` names it.")
    part = path.with_name(path.name + ".part")
    try:
        _write(part, headers, held, _by_row(batch))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        advice = "Close the file where it is open, or choose another place."
        raise SettingsError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None
    return held.height


def _by_row(batch: Batch) -> Mapping[int, list[Wrong]]:
    """Gather what is wrong with each held row, errors first."""
    found: dict[int, list[Wrong]] = {}
    here = batch.problems.filter(pl.col("row").is_in(batch.held_rows.implode()))
    for problem in here.sort("row", "severity", maintain_order=True).iter_rows(named=True):
        found.setdefault(problem["row"], []).append(problem)
    return found


def _write(path: Path, headers: Sequence[str], held: pl.DataFrame, wrong: Mapping[int, list[Wrong]]) -> None:
    """Write the sheet; nothing in it is turned into a formula or a link."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("held rows")
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        words = book.add_format({"text_wrap": True, "valign": "top"})
        fills = {kind: book.add_format({"num_format": "@", "bg_color": colour}) for kind, colour in _FILLS.items()}
        for place, name in enumerate((*headers, ROW_HEADER, PROBLEMS_HEADER)):
            sheet.write_string(0, place, _clean(name), head)
        sheet.set_column(0, len(headers), 16, text)
        sheet.set_column(len(headers) + 1, len(headers) + 1, 90, words)
        columns = ["row", *(f"source.{name}" for name in headers)]
        for line, (row, *cells) in enumerate(held.select(columns).iter_rows(), 1):
            _line(sheet, line, (headers, cells), (row, wrong.get(row, [])), (text, fills, words))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(held.height, 1), len(headers) + 1)


def _line(
    sheet: Any,
    line: int,
    source: tuple[Sequence[str], Sequence[str | None]],
    found: tuple[int, list[Wrong]],
    styles: tuple[Any, Mapping[str, Any], Any],
) -> None:
    """Write one held row: its cells as they were read, then its number and what is wrong."""
    (headers, cells), (row, problems), (text, fills, words) = source, found, styles
    cut = [name for name, cell in zip(headers, cells, strict=True) if cell and len(cell) > _CELL]
    for place, (name, cell) in enumerate(zip(headers, cells, strict=True)):
        mine = [problem for problem in problems if problem["column"] == name]
        style = fills[mine[0]["severity"]] if mine else text
        if cell:
            sheet.write_string(line, place, _clean(cell), style)
        elif mine:
            sheet.write_blank(line, place, None, style)
        if mine:
            sheet.write_comment(line, place, _said(mine)[:_NOTE], {"x_scale": 3})
    sheet.write_number(line, len(headers), row)
    said = [*(f"{name}: {_CUT}" for name in cut), _said(problems)]
    sheet.write_string(line, len(headers) + 1, _clean("\n".join(said)), words)


def _said(problems: Iterable[Wrong]) -> str:
    """Put problems in words, each with its column and what could stand there."""
    lines = []
    for problem in problems:
        options = (problem["fix"] or {}).get("options") or []
        offer = f" Could be: {', '.join(options[:3])}." if options else ""
        lines.append(f"{problem['column'] or problem['field']}: {problem['message']}{offer}")
    return "\n".join(lines)


def _clean(text: str) -> str:
    """Take out what an Excel cell cannot hold."""
    return _UNWRITABLE.sub("", text)[:_CELL]
