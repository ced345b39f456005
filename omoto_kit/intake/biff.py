"""What XLS shows otherwise than it stores: percentages, zeros in front, hidden rows and merged cells.

The file is a small file system with a stream of records (BIFF8) in it; only the few that tell of these are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import takewhile

from omoto_kit.intake.formats import BUILT_IN, Look, Merged, Shown, changes_look, shown_number
from omoto_kit.intake.ole import FAULTS, MAGIC, Ole

__all__ = ["is_sound", "look"]

STREAMS = ("Workbook", "WORKBOOK", "Book", "BOOK")
EOF_, BOUNDSHEET, FORMAT, XF = 0x0A, 0x85, 0x41E, 0xE0
DIMENSIONS, TEXTS, LOCKED = 0x200, 0xFC, 0x2F
#: Records of cells: empty, numbers, texts, truths, formulas, and several at once.
CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x206, 0x27E, 0x406})
#: What a sheet of XLS holds at most, and how many texts a workbook can.
MOST_ROWS, MOST_COLUMNS, MOST_TEXTS = 1 << 16, 1 << 8, 1 << 24
#: How long these records are at least.
DIMENSIONS_LENGTHS, TEXTS_LENGTH, CELL_LENGTH = (10, 14), 8, 4
#: How long a record of one number among several is, and what each more adds to it.
SEVERAL_LENGTH, EACH_LENGTH = 12, 6
ROW, MERGED, NUMBER, RK, MULRK, FORMULA = 0x208, 0xE5, 0x203, 0x27E, 0xBD, 0x06
HIDDEN = 0x20

Record = tuple[int, bytes]


def look(data: bytes, sheet: str) -> Look:
    """Look at a sheet of a workbook; nothing is found where the workbook's parts are unusual."""
    try:
        stream = _book(Ole(data))
        names, codes = _globals(stream)
        return _look(_sheet(stream, names[sheet]), codes) if sheet in names else Look()
    except FAULTS:
        return Look()


def is_sound(data: bytes) -> bool:
    """Tell whether a workbook asks its parser for no more memory than its own size and XLS allow.

    Anything but an XLS file is sound here.
    """
    if not data.startswith(MAGIC):
        return True
    try:
        ole = Ole(data)
        return ole.is_sound() and all(
            _is_within(record)
            for entry in ole.entries
            if entry.name in STREAMS
            for record in takewhile(_is_open, _records(ole.stream(entry)))
        )
    except FAULTS:
        return False


def _is_open(record: Record) -> bool:
    """Tell a record from the one behind which all others are encrypted, where the parser stops, too."""
    return record[0] != LOCKED


def _is_within(record: Record) -> bool:
    """Tell whether a record is possible: how far a sheet goes, where a cell stands, how many texts there are."""
    kind, body = record
    if kind in CELLS and len(body) >= CELL_LENGTH:
        more = max(len(body) - SEVERAL_LENGTH, 0) // EACH_LENGTH if kind == MULRK else 0
        return bool(struct.unpack_from("<H", body, 2)[0] + more < MOST_COLUMNS)
    if kind == DIMENSIONS and len(body) >= min(DIMENSIONS_LENGTHS):
        wide = len(body) >= max(DIMENSIONS_LENGTHS)
        top, bottom, left, right = struct.unpack_from("<IIHH" if wide else "<4H", body)
        return bool(top <= bottom <= MOST_ROWS and left <= right <= MOST_COLUMNS)
    if kind == TEXTS and len(body) >= TEXTS_LENGTH:
        return bool(struct.unpack_from("<I", body, 4)[0] <= MOST_TEXTS)
    return True


def _book(ole: Ole) -> bytes:
    """Put the workbook's stream together from its sectors; nothing where there is none of BIFF8."""
    books = {entry.name: entry for entry in ole.entries}
    return next((ole.stream(books[name]) for name in STREAMS if name in books), b"")


def _records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """Give the records from one place on: those of the workbook, and of all its sheets."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet(stream: bytes, at: int) -> Iterator[Record]:
    """Give the records from one place on, to the end of the sheet, or of what belongs to the workbook as a whole."""
    return takewhile(lambda record: record[0] != EOF_, _records(stream, at))


def _globals(stream: bytes) -> tuple[dict[str, int], list[str]]:
    """Read where each sheet begins, and the number format of each cell style."""
    names: dict[str, int] = {}
    codes, styles = dict(BUILT_IN), []
    for kind, body in _sheet(stream, 0):
        if kind == BOUNDSHEET:
            names[_text(body[6], body[7:])] = struct.unpack_from("<I", body)[0]
        elif kind == FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(struct.unpack_from("<H", body, 2)[0], body[4:])
        elif kind == XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return names, [codes.get(style, "") for style in styles]


def _text(length: int, body: bytes) -> str:
    """Read a text: a byte says whether each letter takes one byte or two."""
    wide = body[0] & 1
    return body[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _look(records: Iterator[Record], codes: list[str]) -> Look:
    shown: list[Shown] = []
    merged: list[Merged] = []
    hidden: set[int] = set()
    for kind, body in records:
        if kind == ROW and struct.unpack_from("<I", body, 12)[0] & HIDDEN:
            hidden.add(struct.unpack_from("<H", body)[0])
        elif kind == MERGED:
            places = struct.iter_unpack("<4H", body[2 : 2 + struct.unpack_from("<H", body)[0] * 8])
            merged += [Merged(top, left, bottom, right) for top, bottom, left, right in places]
        elif kind in (NUMBER, RK, MULRK, FORMULA):
            shown += _shown(kind, body, codes)
    return Look(tuple(shown), frozenset(hidden), tuple(merged))


def _shown(kind: int, body: bytes, codes: list[str]) -> Iterator[Shown]:
    """Give the numbers of a record whose format changes what a person sees."""
    row, column, style = struct.unpack_from("<3H", body)
    if kind == MULRK:
        cells = [(at, *struct.unpack_from("<HI", body, 4 + 6 * at)) for at in range((len(body) - 6) // 6)]
        numbers = [(column + at, style_, _rk(number)) for at, style_, number in cells]
    elif kind == RK:
        numbers = [(column, style, _rk(struct.unpack_from("<I", body, 6)[0]))]
    else:
        numbers = [(column, style, struct.unpack_from("<d", body, 6)[0])]
    for place, style_, number in numbers:
        code = codes[style_] if style_ < len(codes) else ""
        text = shown_number(repr(number), code) if changes_look(code) else None
        if text:
            yield Shown(row, place, text)


def _rk(number: int) -> float:
    """Read a number that takes four bytes: the upper half of a float or a whole number, perhaps a hundredth of it.

    >>> _rk(0x0000_0026), _rk(0x3FF0_0000), _rk(0x0000_0027)
    (9.0, 1.0, 0.09)
    """
    if number & 2:
        value = float((number - (1 << 32) if number >> 31 else number) >> 2)
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (number & 0xFFFFFFFC) << 32))[0])
    return value / 100 if number & 1 else value
