"""What XLS shows otherwise than it stores: percentages, zeros in front, hidden rows and merged cells.

The file is a small file system (OLE) with a stream of records (BIFF8) in it; only the few that tell of these are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from omoto_kit.intake.formats import BUILT_IN, Look, Merged, Shown, changes_look, shown_number

__all__ = ["look"]

SECTOR_END = 0xFFFFFFFA  # from here on, numbers of sectors are marks
DIRECTORY_ENTRY = 128
STREAMS = ("Workbook", "WORKBOOK")
EOF_, BOUNDSHEET, FORMAT, XF = 0x0A, 0x85, 0x41E, 0xE0
ROW, MERGED, NUMBER, RK, MULRK, FORMULA = 0x208, 0xE5, 0x203, 0x27E, 0xBD, 0x06
HIDDEN = 0x20

Record = tuple[int, bytes]


def look(data: bytes, sheet: str) -> Look:
    """Look at a sheet of a workbook; nothing is found where the workbook's parts are unusual."""
    try:
        stream = _stream(data)
        names, codes = _globals(stream)
        return _look(_records(stream, names[sheet]), codes) if sheet in names else Look()
    except (struct.error, IndexError, ValueError, OverflowError):
        return Look()


def _stream(data: bytes) -> bytes:
    """Put the workbook's stream together from its sectors."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    start, cutoff = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 56)[0]
    table = _table(data, size)
    directory = b"".join(_chain(data, size, table, start))
    for at in range(0, len(directory), DIRECTORY_ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "ignore")
        first, bytes_ = struct.unpack_from("<II", directory, at + 116)
        if name in STREAMS and bytes_ >= cutoff:
            return b"".join(_chain(data, size, table, first))[:bytes_]
    message = "no workbook of BIFF8 in it"
    raise ValueError(message)


def _table(data: bytes, size: int) -> list[int]:
    """Read which sector follows which."""
    sectors = [number for number in struct.unpack_from("<109I", data, 76) if number < SECTOR_END]
    more = struct.unpack_from("<I", data, 68)[0]
    while more < SECTOR_END and len(sectors) * size < len(data):
        *numbers, more = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += [number for number in numbers if number < SECTOR_END]
    parts = (struct.unpack_from(f"<{size // 4}I", data, (number + 1) * size) for number in sectors)
    return [number for part in parts for number in part]


def _chain(data: bytes, size: int, table: list[int], first: int) -> Iterator[bytes]:
    """Give the sectors of one stream; a chain that runs in a circle ends."""
    for _ in range(len(table) + 1):
        if first >= SECTOR_END:
            return
        yield data[(first + 1) * size : (first + 2) * size]
        first = table[first]


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """Give the records from one place on, to the end of the sheet."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == EOF_:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(stream: bytes) -> tuple[dict[str, int], list[str]]:
    """Read where each sheet begins, and the number format of each cell style."""
    names: dict[str, int] = {}
    codes, styles = dict(BUILT_IN), []
    for kind, body in _records(stream, 0):
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
