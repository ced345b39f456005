"""What XLS and ODS show otherwise than they store: percentages, zeros in front, hidden rows, merged cells."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.errors import IntakeError
from omoto_kit.intake import biff, opendocument, read
from omoto_kit.intake.formats import Look, Merged, Shown

SECTOR, END, FREE, FAR = 512, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 31


def record(kind, body):
    """Make one record of BIFF."""
    return struct.pack("<HH", kind, len(body)) + body


def sheet_name(text):
    """Write the name of a sheet, a byte for each letter."""
    return bytes([len(text), 0]) + text.encode("latin-1")


def workbook(*cells, hidden=(), merged=(), name="Data", more=b""):
    """Make the stream of a workbook of one sheet; a cell is (row, column, style, number)."""
    code = "000000"
    head = record(0x809, bytes(16))
    formats = record(0x41E, struct.pack("<HHB", 164, len(code), 0) + code.encode())
    styles = b"".join(record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 9, 164))
    before = len(head + formats + styles) + 4 + 6 + len(sheet_name(name)) + 4
    bound = record(0x85, struct.pack("<IH", before, 0) + sheet_name(name))
    sheet = head
    for row in range(4):
        sheet += record(0x208, struct.pack("<HHHHHHI", row, 0, 1, 0, 0, 0, 0x20 if row in hidden else 0))
    for row, column, style, number in cells:
        sheet += record(0x203, struct.pack("<HHHd", row, column, style, number))
    sheet += record(0xE5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *area) for area in merged))
    sheet += more + record(0x0A, b"")
    return head + formats + styles + bound + record(0x0A, b"") + sheet


def container(stream):
    """Put a stream into the file system of an old workbook."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    table = [0xFFFFFFFD, END, *range(3, count + 2), END]
    entry = "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 18, 2, 1)
    entry = entry.ljust(116, b"\0") + struct.pack("<IQ", 2, len(stream))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    return head + fat + entry.ljust(SECTOR, b"\0") + stream


def test_xls_tells_formats_hidden_rows_and_merged_cells():
    """Percentages and zeros in front are shown as Excel shows them; a plain number is not."""
    several = record(0xBD, struct.pack("<HHHIHIH", 3, 0, 1, (95 << 2) | 3, 0, (7 << 2) | 2, 1))
    stream = workbook(
        (1, 0, 1, 0.95), (1, 1, 2, 560.0), (2, 0, 0, 9.0), hidden=[2], merged=[(0, 0, 0, 1)], more=several
    )
    assert biff.look(container(stream), "Data") == Look(
        (Shown(1, 0, "95%"), Shown(1, 1, "000560"), Shown(3, 0, "95%")), frozenset({2}), (Merged(0, 0, 0, 1),)
    )
    assert biff.look(container(stream), "Other") == Look()


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_xls_shows_nothing_and_raises_nothing(at, rubbish):
    """Whatever bytes stand in the file, looking at it ends, and without an error."""
    data = container(workbook((1, 0, 1, 0.95)))
    assert isinstance(biff.look(data[:at] + rubbish + data[at + len(rubbish) :], "Data"), Look)
    assert isinstance(biff.look(data[:at], "Data"), Look)


DIMENSIONS = "<IIHHH"


@pytest.mark.parametrize(
    "more",
    [
        record(0x200, struct.pack(DIMENSIONS, 0, 2**32 - 1, 0, 60_000, 0)),
        record(0x200, struct.pack(DIMENSIONS, 9, 3, 0, 2, 0)),
        record(0x200, struct.pack("<5H", 0, 9, 0, 60_000, 0)),
        record(0x203, struct.pack("<HHHd", 1, 65_000, 0, 9.0)),
        record(0xBD, struct.pack("<HH", 1, 250) + bytes(6 * 9) + struct.pack("<H", 258)),
        record(0xFC, struct.pack("<II", 1, 2**31 - 1)),
    ],
    ids=["four thousand million rows", "less than no rows", "60,000 columns", "column 65,000", "column 258", "texts"],
)
def test_a_book_that_names_impossible_sizes_is_damaged(tmp_path, more):
    """Its parser would ask for as much memory, and end the whole process where there is none."""
    path = tmp_path / "a.xls"
    path.write_bytes(container(workbook((1, 0, 1, 0.95), more=more)))
    with pytest.raises(IntakeError, match="damaged or cut off"):
        read(path)
    last = record(0xBD, struct.pack("<HH", 1, 250) + bytes(6 * 6) + struct.pack("<H", 255))
    assert biff.is_sound(container(workbook((1, 0, 1, 0.95), more=last)))


@pytest.mark.parametrize(
    ("at", "number"),
    [
        (48, 2**31),
        (76, 2**31),
        (68, 9_999),
        (SECTOR + 12, 2**30),
        (2 * SECTOR + 116, 99_999),
        (2 * SECTOR + 120, 2**31),
        (64, 2**31),
    ],
    ids=["directory", "table", "more of the table", "next sector", "first sector", "length", "count"],
)
def test_a_sector_beyond_the_end_of_the_file_is_damage(at, number):
    """Wherever it is named: in the header, in the table, or in the directory."""
    data = bytearray(container(workbook((1, 0, 1, 0.95))))
    data[at : at + 4] = struct.pack("<I", number)
    assert not biff.is_sound(bytes(data))


def test_a_table_that_goes_on_in_itself_ends():
    """A sector that says that more of the table is in the sector itself is no way to keep a reader busy."""
    data = bytearray(container(workbook((1, 0, 1, 0.95))))
    number = len(data) // SECTOR - 1
    data[68:72] = struct.pack("<I", number)
    data += struct.pack("<128I", *[FREE] * 127, number)
    assert biff.look(bytes(data), "Data") == Look((Shown(1, 0, "95%"),))


def test_a_locked_xls_is_named_as_locked(tmp_path):
    """All behind the record that says so is encrypted: sizes that stand there mean nothing."""
    locked = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + record(0x2F, struct.pack("<HHH", 1, 1, 1))
    path = tmp_path / "a.xls"
    path.write_bytes(container(locked + record(0x203, b"\xff" * 14) + record(0x200, b"\xff" * 14)))
    with pytest.raises(IntakeError, match="password"):
        read(path)


def test_what_is_no_xls_asks_for_nothing():
    """Other workbooks have other guards."""
    assert biff.is_sound(b"PK\x03\x04")


def ods(rows):
    """Make an ODS file of one sheet of these rows, which are XML already."""
    names = {"office": "office:1.0", "table": "table:1.0", "text": "text:1.0"}
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}"' for name, space in names.items())
    table = f'<table:table table:name="Data">{rows}</table:table>'
    content = f"<office:document-content {spaces} office:version='1.2'><office:body><office:spreadsheet>{table}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def cell(text, kind="string", value="", more=""):
    """Make one cell."""
    given_ = f' office:value="{value}"' if value else ""
    return f'<table:table-cell office:value-type="{kind}"{given_}{more}><text:p>{text}</text:p></table:table-cell>'


def test_an_ods_that_is_no_xml_is_damaged(tmp_path):
    """Its parser would look for the end of a tag for ever."""
    whole = ods("<table:table-row>" + cell("Store") + "</table:table-row>")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(tmp_path / "a.ods", "w") as hurt:
        for name in archive.namelist():
            hurt.writestr(name, archive.read(name).replace(b"</table:table-cell", b"</table:t\xd3ble-cell"))
    with pytest.raises(IntakeError, match=r"\(ODS\), but it is damaged"):
        read(tmp_path / "a.ods")


def test_ods_tells_percentages_and_hidden_rows(tmp_path):
    """A percentage is the text that a person sees, a filtered row is left out, and repeated blank rows count."""
    rows = (
        f"<table:table-row>{cell('Store')}{cell('Share')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="2"/>'
        f"<table:table-row>{cell('Pune')}{cell('95%', 'percentage', '0.95')}</table:table-row>"
        f'<table:table-row table:visibility="filter">{cell("Goa")}{cell("5%", "percentage", "0.05")}</table:table-row>'
        f"<table:table-row>{cell('Agra')}{cell('7', 'float', '7')}</table:table-row>"
    )
    path = tmp_path / "a.ods"
    path.write_bytes(ods(rows))
    found = read(path)
    assert found.frame.rows() == [("Pune", "95%"), ("Agra", "7")]
    assert found.numbers.to_list() == [4, 6]
    assert "1 hidden row left out" in found.source.understood


def test_an_ods_of_unusual_parts_shows_nothing():
    """What is no archive, or has no such sheet, is looked at in vain."""
    assert opendocument.look(b"PK", "Data") == Look()
    assert opendocument.look(ods(""), "Other") == Look()
