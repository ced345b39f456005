"""The readers of workbooks: one sheet, or all that hold answers; and what is a workbook though it says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from omoto_kit.batch import Rows
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import sheets
from omoto_kit.intake.headers import Choices, Settled, settle
from omoto_kit.intake.kinds import KINDS
from omoto_kit.intake.markup import Page, declared_encoding, read_html, read_spreadsheet_xml
from omoto_kit.intake.several import joined
from omoto_kit.intake.text import decode
from omoto_kit.intake.understood import choices_of, rows_of
from omoto_kit.intake.wrong import NoAnswersError
from omoto_kit.plugins import reader

__all__ = ["page", "workbook"]

#: Says as the sheet that all sheets are read.
EVERY = "*"


@reader(*KINDS["XLSX"], *KINDS["XLSB"], *KINDS["XLS"], *KINDS["ODS"])
def workbook(path: Path, **options: Any) -> Rows:
    """Read one sheet of a workbook, or with "*" all that hold answers."""
    data, kind, where = options["data"], options["kind"], Place(path)
    if options["sheet"] == EVERY:
        return _every_sheet(path, options)
    sheet, settled = _settled(sheets.read_sheets(data, kind, options["sheet"], where), choices_of(options), path)
    others = sheets.twins(sheet, data, kind, where) if options["sheet"] is None and " of " in sheet.words else []
    more = (
        f', not read are {", ".join(map(repr, others))} with the same headers (sheet "*" reads all)' if others else ""
    )
    return rows_of(settled, f"{kind}, {sheet.words}{more}", sheet.name)


def _every_sheet(path: Path, options: Mapping[str, Any]) -> Rows:
    """Read all visible sheets that hold answers, one below the other."""
    tables: list[Rows] = []
    for sheet in sheets.read_sheets(options["data"], options["kind"], None, Place(path)):
        try:
            settled = settle(sheet.cells, choices_of(options), Place(path, sheet=sheet.name), sheet.look)
        except NoAnswersError:
            continue
        if sheet.is_likely or not tables:
            rows = rows_of(settled, options["kind"], sheet.name)
            tables.append(replace(rows, source=replace(rows.source, name=sheet.name, path=str(path))))
    if not tables:
        advice = "Give one with headers and answers."
        raise IntakeError("None of its sheets holds answers.", where=path, advice=advice)
    return joined(tables, (), path.name, "sheet")


def _settled(found: Iterable[sheets.Sheet], choices: Choices, path: Path) -> tuple[sheets.Sheet, Settled]:
    """Take the first sheet that holds answers. Raises what is wrong with the first where none does."""
    refusal: IntakeError | None = None
    for sheet in found:
        try:
            return sheet, settle(sheet.cells, choices, Place(path, sheet=sheet.name), sheet.look)
        except NoAnswersError as error:
            refusal = refusal or error
    raise refusal or IntakeError("There are no cells in it.", where=path, advice="Give one with headers and answers.")


@reader(*KINDS["HTML"], *KINDS["XML 2003"])
def page(path: Path, **options: Any) -> Rows:
    """Read the tables of a web page as one sheet, or one sheet of a workbook in the XML of 2003."""
    where, sheet = Place(path), options["sheet"]
    if options["kind"] == "HTML":
        found, words = _of_page(options, where)
    else:
        found, words = read_spreadsheet_xml(options["data"], where), "workbook in the XML form of 2003"
    given = [sheets.Sheet(one.name, one.cells, f"sheet {one.name!r}" if one.name else "", one.look) for one in found]
    if sheet is not None:
        name = sheets.find_sheet(sheet, [one.name for one in given], where)
        given = [one for one in given if one.name == name]
    chosen, settled = _settled(given, choices_of(options), path)
    return rows_of(settled, ", ".join(filter(None, [words, chosen.words])), chosen.name)


def _of_page(options: Mapping[str, Any], where: Place) -> tuple[list[Page], str]:
    """Read the tables of a web page, and say how many they are."""
    text = decode(options["data"], where, options["encoding"] or declared_encoding(options["data"]))
    found = read_html(text.data.decode(), where)
    return [found], "a web page (HTML) with 1 table" if found.tables == 1 else f"HTML, {found.tables} tables"
