"""What XLSB shows otherwise than the parser gives: error cells, percentages, zeros in front, hidden rows, merged cells.

A part of such a workbook is a run of records, each with its kind, its length and its body ([MS-XLSB]).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

from omoto_kit.intake.formats import (
    BUILT_IN,
    MOST_BLANK,
    MOST_CELLS,
    Look,
    Merged,
    Shown,
    changes_look,
    related,
    shown_number,
)
from omoto_kit.intake.guard import ARCHIVE_FAULTS

__all__ = ["is_sound", "lone_cell", "look"]

#: Kinds of records.
ROW, RK, ERROR, REAL, FORMULA_NUMBER, FORMULA_ERROR, FORMAT, XF, BUNDLE, MERGED = 0, 2, 3, 5, 9, 11, 44, 47, 156, 176
CELLS, CELLS_END, STYLES, STYLES_END = range(1, 12), 146, 617, 618
PROPERTIES = 153
#: Formats of days that Excel has built in, and what of a format is no sign of its kind.
DATES = (14, 15, 16, 17, 22)
LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
#: Earlier days are told wrongly by Excel itself, and there are no later ones.
EARLY, LATE = 60, 2_958_466
#: So many bytes name a row, or a column.
PLACE = 4
#: The bit of a row that says that it is hidden.
HIDDEN = 0x10
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
FAULTS = (*ARCHIVE_FAULTS, IndexError, struct.error)

Record = tuple[int, bytes]


def look(data: bytes, sheet: str) -> Look:
    """Look at a sheet of a workbook; nothing is found where the workbook's parts are unusual."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = _part(archive, sheet)
            return _look(_records(archive.read(part)), _formats(archive), _first_day(archive)) if part else Look()
    except FAULTS:
        return Look()


def is_sound(data: bytes) -> bool:
    """Tell whether all parts of a workbook can be unpacked; its parser takes damaged ones at their word."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.testzip() is None
    except ARCHIVE_FAULTS:
        return False


def lone_cell(data: bytes, sheet: str) -> str:
    """Name a filled cell so far from the others that the area around them all is too large to lay out; else ""."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = _part(archive, sheet)
            found = _far(_records(archive.read(part))) if part else None
    except FAULTS:
        return ""
    return f"{_letters(found[1])}{found[0] + 1}" if found else ""


def _letters(column: int) -> str:
    """Name a column as Excel does.

    >>> _letters(0), _letters(27), _letters(16383)
    ('A', 'AB', 'XFD')
    """
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def _far(records: Iterator[Record]) -> tuple[int, int] | None:
    """Give the last filled cell where the area that the filled ones span is too large."""
    count = row = bottom = right = 0
    top = left = 1 << 32
    for kind, body in records:
        if kind == CELLS_END:
            break
        if len(body) < PLACE:
            continue
        if kind == ROW:
            row = struct.unpack_from("<I", body)[0]
        elif kind in CELLS and kind != 1:
            column = struct.unpack_from("<I", body)[0]
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
            count += 1
    area = (bottom - top + 1) * (right - left + 1)
    return (bottom, right) if count and area > max(MOST_CELLS, MOST_BLANK * count) else None


def _look(records: Iterator[Record], codes: list[str], first_day: date) -> Look:
    shown: list[Shown] = []
    merged: list[Merged] = []
    hidden: set[int] = set()
    row = 0
    for kind, body in records:
        if kind == ROW:
            row = struct.unpack_from("<I", body)[0]
            if body[11] & HIDDEN:
                hidden.add(row)
        elif kind in CELLS and (text := _shown(kind, body, codes, first_day)):
            shown.append(Shown(row, struct.unpack_from("<I", body)[0], text))
        elif kind == MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            merged.append(Merged(top, left, bottom, right))
    return Look(tuple(shown), frozenset(hidden), tuple(merged))


def _shown(kind: int, body: bytes, codes: list[str], first_day: date) -> str | None:
    """Give a cell's shown text where it differs from its value."""
    if kind in (ERROR, FORMULA_ERROR):
        return ERRORS.get(body[8])
    if kind not in (RK, REAL, FORMULA_NUMBER):
        return None
    style = struct.unpack_from("<I", body, 4)[0] & 0xFFFFFF
    code = codes[style] if style < len(codes) else ""
    if kind == RK and _is_date(code):  # the parser takes whole numbers for numbers, whatever their format says
        number = _rk(struct.unpack_from("<I", body, 8)[0])
        return str(first_day + timedelta(days=number)) if number == int(number) and EARLY < number < LATE else None
    if not changes_look(code):
        return None
    number = _rk(struct.unpack_from("<I", body, 8)[0]) if kind == RK else struct.unpack_from("<d", body, 8)[0]
    return shown_number(repr(number), code)


def _is_date(code: str) -> bool:
    """Tell a number format that shows a day.

    >>> [_is_date(code) for code in ("dd/mm/yyyy", "yyyy-mm-dd;@", '0.0 "days"', "[Red]0", "h:mm")]
    [True, True, False, False, False]
    """
    return bool(re.search("[dy]", LITERAL.sub("", code), re.IGNORECASE))


def _first_day(archive: zipfile.ZipFile) -> date:
    """Give the day from which a workbook counts."""
    kinds = dict(_records(archive.read("xl/workbook.bin")))
    return date(1904, 1, 1) if kinds.get(PROPERTIES, b"\0")[0] & 1 else date(1899, 12, 30)


def _rk(number: int) -> float:
    """Read a number of four bytes: a whole number or the upper half of a float, perhaps a hundredth of it."""
    if number & 2:
        value = float((number - (1 << 32) if number >> 31 else number) >> 2)
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (number & 0xFFFFFFFC) << 32))[0])
    return value / 100 if number & 1 else value


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Find the archive's entry that holds a sheet, by way of the workbook and its relations."""
    for kind, body in _records(archive.read("xl/workbook.bin")):
        if kind == BUNDLE:
            relation, at = _wide(body, 8)
            if _wide(body, at)[0] == sheet:
                return related(archive, "xl/_rels/workbook.bin.rels", relation)
    return ""


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """Give the number format of each cell style."""
    if "xl/styles.bin" not in archive.namelist():
        return []
    codes, styles, inside = dict(BUILT_IN) | dict.fromkeys(DATES, "yyyy-mm-dd"), [], False
    for kind, body in _records(archive.read("xl/styles.bin")):
        inside = (inside or kind == STYLES) and kind != STYLES_END
        if kind == FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _wide(body, 2)[0]
        elif kind == XF and inside:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return [codes.get(style, "") for style in styles]


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """Read a text, and say where it ends."""
    end = at + 4 + struct.unpack_from("<I", body, at)[0] * 2
    return body[at + 4 : end].decode("utf-16-le"), end


def _records(data: bytes) -> Iterator[Record]:
    """Give the records of a part; one that is cut off ends it."""
    at, end = 0, len(data)
    while at < end:
        kind, at = _varint(data, at)
        length, at = _varint(data, at)
        yield kind, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read a number that takes seven bits a byte, the lowest first."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if not byte & 0x80:
            return number, at
        shift += 7
