"""What ODS shows otherwise than it stores: percentages, hidden rows and merged cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.parsers import expat

from omoto_kit.intake.formats import Look, Merged, Shown
from omoto_kit.intake.guard import ARCHIVE_FAULTS

__all__ = ["is_sound", "look"]

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ROW, CELLS = f"{TABLE}table-row", (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
HIDDEN = ("collapse", "filter")
#: The last row and column of a sheet; programs write that the rest of it repeats an empty one.
ROWS, COLUMNS = 1_048_576, 16_384


def is_sound(data: bytes) -> bool:
    """Tell whether the content is XML, or locked; on other bytes its parser may never end."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                return True
            expat.ParserCreate().Parse(archive.read("content.xml"), True)  # noqa: FBT003  that this is all of it
    except (*ARCHIVE_FAULTS, expat.ExpatError):
        return False
    return True


def look(data: bytes, sheet: str) -> Look:
    """Look at a sheet of a workbook; nothing is found where the workbook's parts are unusual."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ET.fromstring(archive.read("content.xml"))  # noqa: S314  expat limits what entities may grow to
    except (*ARCHIVE_FAULTS, ET.ParseError):
        return Look()
    tables = (table for table in root.iter(f"{TABLE}table") if table.get(f"{TABLE}name") == sheet)
    table = next(tables, None)
    return Look() if table is None else _look(table)


def _look(table: ET.Element) -> Look:
    shown: list[Shown] = []
    merged: list[Merged] = []
    hidden: set[int] = set()
    for row, element in _repeated(table.iter(ROW), "rows", ROWS):
        if element.get(f"{TABLE}visibility") in HIDDEN:
            hidden.update(range(row, row + min(_count(element, "rows"), ROWS - row)))
        cells = (cell for cell in element if cell.tag in CELLS)
        for column, cell in _repeated(cells, "columns", COLUMNS):
            if cell.get(f"{OFFICE}value-type") == "percentage":
                text = "".join(part for line in cell.iter(f"{TEXT}p") for part in line.itertext())
                shown.append(Shown(row, column, text))
            down, across = (int(cell.get(f"{TABLE}number-{kind}-spanned", "1")) for kind in ("rows", "columns"))
            if down > 1 or across > 1:
                merged.append(Merged(row, column, row + down - 1, column + across - 1))
    return Look(tuple(shown), frozenset(hidden), tuple(merged))


def _repeated(elements: Iterator[ET.Element], kind: str, most: int) -> Iterator[tuple[int, ET.Element]]:
    """Give each element with its place, counting those that stand for several."""
    at = 0
    for element in elements:
        if at >= most:
            return
        yield at, element
        at += _count(element, kind)


def _count(element: ET.Element, kind: str) -> int:
    text = element.get(f"{TABLE}number-{kind}-repeated", "1")
    return max(int(text), 1) if text.isdecimal() else 1
