"""What XLSX shows otherwise than it stores: error cells, percentages, zeros in front, hidden rows, merged cells.

The parser gives a cell's value only. Where a sheet has such cells, they are looked up in its XML; all other sheets
pay a search for a few bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html import unescape

import polars as pl

from omoto_kit.intake.guard import ARCHIVE_FAULTS

__all__ = [
    "BUILT_IN",
    "MOST_BLANK",
    "MOST_CELLS",
    "Look",
    "Merged",
    "Shown",
    "changes_look",
    "filled_down",
    "lone_cell",
    "look",
    "related",
    "shown_number",
]

TAG = rb"<(?:\w+:)?"
#: A cell with something in it; one that is closed at once ("<c .../>") only has a look.
CELL = re.compile(TAG + rb"c\s((?:[^>/]|/(?!>))*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
VALUE = re.compile(TAG + rb"v(?:\s[^>]*)?>([^<]*)<")
FORMULA = re.compile(TAG + rb"f(?:\s[^>]*)?>([^<]+)<")
#: A formula without a value: the program that wrote it does not calculate.
UNCALCULATED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>\s*)?</(?:\w+:)?c>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
PERCENT = re.compile(r"0(?:\.(0+))?\s?%")
#: Numbers of more digits are damage, not a value that a person typed.
LARGEST = 15
PADDED = re.compile(r"0{2,}")
ROW = re.compile(TAG + rb"row\s([^>]*?)/?>")
ROW_NUMBER = re.compile(TAG + rb'row\s(?:[^>]*?\s)?r="(\d+)"')
DIMENSION = re.compile(TAG + rb'dimension\s[^>]*?ref="([A-Z]+\d+):([A-Z]+\d+)"')
MERGED = re.compile(TAG + rb'mergeCell\s[^>]*?ref="([A-Z]+\d+):([A-Z]+\d+)"')
FAR_COLUMN = re.compile(rb'r="[A-Z]{3}')
#: The last row stands within so many bytes of a sheet's end, or the sheet is looked through.
LAST = 1 << 18
FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
#: The parser lays out the whole area around the filled cells: so many at most, and not so many for each filled one.
MOST_CELLS, MOST_BLANK = 50_000_000, 20
TRUE = ("1", "true")
#: Percent formats that Excel has built in.
BUILT_IN = {9: "0%", 10: "0.00%"}


@dataclass(frozen=True)
class Shown:
    """The text that a person sees in one cell; row and column count from 0."""

    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Merged:
    """Cells that are merged into one; rows and columns count from 0, both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Look:
    """How a sheet looks: cells whose text is not their value, rows that are hidden (from 0), and merged cells."""

    shown: tuple[Shown, ...] = ()
    hidden: frozenset[int] = frozenset()
    merged: tuple[Merged, ...] = ()


def look(data: bytes, sheet: str) -> Look:
    """Look at a sheet of a workbook; nothing is found where the workbook's parts are unusual."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = _sheet_part(archive, sheet)
            xml = archive.read(part) if part else b""
            formats = _formats(archive)
        return Look(_shown_cells(xml, formats), _hidden_rows(xml), _merged_cells(xml))
    except ARCHIVE_FAULTS:
        return Look()


def lone_cell(data: bytes, sheet: str) -> str:
    """Name a filled cell so far from the others that the area around them all is too large to lay out; else ""."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = _sheet_part(archive, sheet)
            xml = archive.read(part) if part else b""
    except ARCHIVE_FAULTS:
        return ""
    if _is_small(xml):
        return ""
    rows = [int(number) for number in ROW_NUMBER.findall(xml)]
    if not rows or (max(rows) <= len(rows) * 2 + 1000 and not FAR_COLUMN.search(xml)):
        return ""
    names = (_attributes(match[1]).get("r") for match in CELL.finditer(xml) if FILLED.search(match[2]))
    filled = {_position(name): name for name in names if name}
    if not filled:
        return ""
    tall, wide = (max(ends) - min(ends) + 1 for ends in zip(*filled, strict=True))
    if tall * wide <= max(MOST_CELLS, MOST_BLANK * len(filled)):
        return ""
    return filled[max(filled, key=lambda place: (place[0] + 1) * (place[1] + 1))]


def _is_small(xml: bytes) -> bool:
    """Tell whether a sheet says at its beginning that it is small, and neither its last row nor any column belies it.

    A sheet that says nothing is looked through.
    """
    told = DIMENSION.search(xml[:4096])
    if not told or FAR_COLUMN.search(xml):
        return False
    (top, left), (bottom, right) = (_position(end.decode()) for end in told.groups())
    last = ROW_NUMBER.findall(xml, max(0, len(xml) - LAST))
    honest = bool(last) and int(last[-1]) <= bottom + 1
    return honest and (bottom - top + 1) * (right - left + 1) <= MOST_CELLS


def _shown_cells(xml: bytes, formats: dict[int, str]) -> tuple[Shown, ...]:
    """List the cells of a sheet whose text is not their value."""
    wanted = {style for style in formats if b's="%d"' % style in xml}
    if not wanted and b't="e"' not in xml and not UNCALCULATED.search(xml):
        return ()
    return tuple(shown for match in CELL.finditer(xml) if (shown := _shown(match, formats)))


def _hidden_rows(xml: bytes) -> frozenset[int]:
    """List the rows that a filter or a hand has hidden."""
    if b"hidden=" not in xml:
        return frozenset()
    tags = (_attributes(match[1]) for match in ROW.finditer(xml))
    return frozenset(int(tag["r"]) - 1 for tag in tags if tag.get("hidden") in TRUE and "r" in tag)


def _merged_cells(xml: bytes) -> tuple[Merged, ...]:
    at = xml.find(b"mergeCells")
    found = MERGED.findall(xml, at) if at >= 0 else []
    return tuple(Merged(*_position(first.decode()), *_position(last.decode())) for first, last in found)


def filled_down(cells: pl.DataFrame, merged: Iterable[Merged], first: int) -> tuple[pl.DataFrame, int]:
    """Give each row below `first` the value of the cell that is merged over it, and say how many cells that were.

    Row i of the cells is row i of the sheet, counted from 0; the columns are named by their position.
    """
    new: dict[str, dict[int, str]] = {}
    for area in merged:
        name = str(area.left)
        if area.top < first or area.bottom == area.top or name not in cells.columns or area.top >= cells.height:
            continue
        value = cells[name][area.top]
        if value:
            below = range(area.top + 1, min(area.bottom + 1, cells.height))
            new.setdefault(name, {}).update(dict.fromkeys(below, value))
    columns = [cells[name].scatter(list(rows), list(rows.values())) for name, rows in new.items() if rows]
    return cells.with_columns(columns), sum(map(len, new.values()))


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in ATTRIBUTE.findall(tag)}


def _tags(xml: bytes, name: bytes) -> list[dict[str, str]]:
    return [_attributes(tag) for tag in re.findall(TAG + name + rb"\s([^>]*)>", xml)]


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Find the archive's entry that holds a sheet, by way of the workbook and its relations."""
    workbook = archive.read("xl/workbook.xml")
    ids = [tag for tag in _tags(workbook, b"sheet") if tag.get("name") == sheet]
    relation = next((value for tag in ids for key, value in tag.items() if key.endswith(":id")), "")
    return related(archive, "xl/_rels/workbook.xml.rels", relation)


def related(archive: zipfile.ZipFile, relations: str, relation: str) -> str:
    """Give the entry of a workbook that a relation names; empty where there is none."""
    targets = {tag.get("Id"): tag.get("Target", "") for tag in _tags(archive.read(relations), b"Relationship")}
    target = targets.get(relation, "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}" if target else ""


def _formats(archive: zipfile.ZipFile) -> dict[int, str]:
    """Give the number format of each cell style that shows percentages or leading zeros."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    xml = archive.read("xl/styles.xml")
    codes = BUILT_IN | {int(tag["numFmtId"]): tag.get("formatCode", "") for tag in _tags(xml, b"numFmt")}
    styles = re.search(TAG + rb"cellXfs.*?cellXfs>", xml, re.DOTALL)
    formats = [int(tag.get("numFmtId", 0)) for tag in _tags(styles[0], b"xf")] if styles else []
    shown = {style: codes.get(number, "") for style, number in enumerate(formats)}
    return {style: code for style, code in shown.items() if changes_look(code)}


def _shown(match: re.Match[bytes], formats: dict[int, str]) -> Shown | None:
    """Give one cell's shown text where it differs from its value."""
    tag = _attributes(match[1])
    value = VALUE.search(match[2])
    if "r" not in tag:
        return None
    if value is None:
        formula = FORMULA.search(match[2])
        text = formula and f"={unescape(formula[1].decode('utf-8', 'replace'))}"
        return Shown(*_position(tag["r"]), text) if text else None
    stored = unescape(value[1].decode("utf-8", "replace")).strip()
    if tag.get("t") == "e":
        text = stored
    elif tag.get("t", "n") == "n":
        text = shown_number(stored, formats.get(int(tag.get("s", 0)), ""))
    else:
        text = None
    return Shown(*_position(tag["r"]), text) if text else None


def changes_look(code: str) -> bool:
    """Tell whether a number format shows percentages or zeros in front."""
    return bool(PERCENT.fullmatch(code) or PADDED.fullmatch(code))


def shown_number(stored: str, code: str) -> str | None:
    """Write a number as its format shows it; None where it shows nothing else than the number.

    >>> shown_number("0.954", "0%"), shown_number("560", "000000"), shown_number("4", "")
    ('95%', '000560', None)
    """
    try:
        number = Decimal(stored)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > LARGEST:
        return None
    if percent := PERCENT.fullmatch(code):
        step = Decimal(1).scaleb(-len(percent[1] or ""))
        return f"{(number * 100).quantize(step, ROUND_HALF_UP):f}%"
    if PADDED.fullmatch(code) and number == number.to_integral_value():
        return f"{int(number):0{len(code)}d}"
    return None


def _position(reference: str) -> tuple[int, int]:
    """Take a cell's reference apart.

    >>> _position("AB12")
    (11, 27)
    """
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1
