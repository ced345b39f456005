"""Workbooks in Excel's binary form (XLSB), put together record by record, since no library writes them."""

import struct
import zipfile

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
ERRORS = {"#REF!": 0x17, "#NAME?": 0x1D, "#N/A": 0x2A}
#: Number formats that Excel has built in.
GENERAL, PERCENT, DATE = 0, 9, 14
#: And one of our own: six digits, zeros in front.
PADDED = 164
FORMATS = (GENERAL, PERCENT, DATE, PADDED)


def record(kind, body=b""):
    """Write one record: its kind and its length take seven bits a byte."""
    return varint(kind) + varint(len(body)) + body


def varint(number):
    """Write a number seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def wide(text):
    """Write a text: its length, and two bytes a letter."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column, value):
    """Write one cell by its type; a number may come with its format, as (0.25, PERCENT)."""
    value, code = value if isinstance(value, tuple) else (value, GENERAL)
    head = struct.pack("<II", column, FORMATS.index(code))
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if value in ERRORS:
        return record(3, head + bytes([ERRORS[value]]))
    if isinstance(value, str):
        return record(6, head + wide(value))
    if isinstance(value, int) and abs(value) < 1 << 28:
        return record(2, head + struct.pack("<i", value << 2 | 2))
    return record(5, head + struct.pack("<d", value))


def sheet(rows, hidden=(), merged=()):
    """Write a sheet; `rows` gives for each row's number, from 0, its cells by column."""
    columns = [column for cells in rows.values() for column in cells]
    size = struct.pack("<4I", min(rows), max(rows), min(columns), max(columns))
    body = record(129) + record(148, size) + record(145)
    for number, cells in rows.items():
        look = 0x10 if number in hidden else 0
        body += record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, look, 0, 0))
        body += b"".join(cell(column, value) for column, value in cells.items() if value is not None)
    areas = b"".join(record(176, struct.pack("<4I", *area)) for area in merged)
    return body + record(146) + record(177, struct.pack("<I", len(merged))) + areas + record(178) + record(130)


def styles():
    """Write one cell style for each of the formats."""
    looks = b"".join(record(47, struct.pack("<HHHHHIH", 0, code, 0, 0, 0, 0, 0)) for code in FORMATS)
    named = record(615, struct.pack("<I", 1)) + record(44, struct.pack("<H", PADDED) + wide("000000")) + record(616)
    return record(278) + named + record(617, struct.pack("<I", len(FORMATS))) + looks + record(618) + record(279)


def binary_book(path, sheets, **look):
    """Write a workbook: sheet name to rows, as lists of cells or as `sheet` takes them with `look`."""
    bundle, relations = b"", RELATION.format("rIdS", "styles", "styles.bin")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for at, (name, rows) in enumerate(sheets.items(), 1):
            listed = rows if isinstance(rows, dict) else {row: dict(enumerate(cells)) for row, cells in enumerate(rows)}
            book.writestr(f"xl/worksheets/sheet{at}.bin", sheet(listed, **look))
            bundle += record(156, struct.pack("<II", 0, at) + wide(f"rId{at}") + wide(name))
            relations += RELATION.format(f"rId{at}", "worksheet", f"worksheets/sheet{at}.bin")
        book.writestr("xl/workbook.bin", record(131) + record(143) + bundle + record(144) + record(132))
        book.writestr("xl/styles.bin", styles())
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("_rels/.rels", RELATIONS.format(RELATION.format("rId1", "officeDocument", "xl/workbook.bin")))
        book.writestr("xl/_rels/workbook.bin.rels", RELATIONS.format(relations))
    return path
