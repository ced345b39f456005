"""Workbooks: sheets, row numbers and cells as a person saw them."""

import datetime as dt
import re
import struct
import zipfile
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter

from omoto_kit.errors import IntakeError
from omoto_kit.intake import biff12, read
from omoto_kit.intake.formats import _position, shown_number
from tests.intake.binary_books import DATE, PADDED, PERCENT, binary_book

stamp = dt.datetime.fromisoformat


def workbook(path, sheets, hidden=()):
    """Write a workbook: sheet name to rows; a cell may be (value, number format)."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    write(book, sheet, row, column, cell)
    return path


def write(book, sheet, row, column, cell):
    """Write one cell by its type; None leaves it blank."""
    value, code = cell if isinstance(cell, tuple) else (cell, None)
    style = book.add_format({"num_format": code}) if code else None
    if isinstance(value, str) and value.startswith("#"):
        sheet.write_formula(row, column, "=1/0", style, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif isinstance(value, dt.datetime | dt.date | dt.time):
        sheet.write_datetime(row, column, value, style)
    elif value is not None:
        sheet.write(row, column, value, style)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (9663798289, "9663798289"),
        (9663798289.0, "9663798289"),
        ((9663798289, "0.00E+00"), "9663798289"),
        (919663798289, "919663798289"),
        (4.0, "4"),
        (4.5, "4.5"),
        (0.1 + 0.2, "0.3"),
        (-1, "-1"),
        ("007", "007"),
        ("9663798289.0", "9663798289.0"),
        ("  spaced ", "  spaced "),
        ("NA", "NA"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("true", "true"),
        ((stamp("2026-04-01"), "dd-mm-yyyy"), "2026-04-01"),
        ((stamp("2026-04-01T10:30"), "dd-mm-yyyy hh:mm"), "2026-04-01T10:30:00"),
        ((dt.time(10, 30), "hh:mm"), "10:30:00"),
        ("2026-04-01 00:00:00", "2026-04-01 00:00:00"),
        ((0.95, "0%"), "95%"),
        ((0.954, "0.0%"), "95.4%"),
        ((0.95, "0.00"), "0.95"),
        ((42, "000000"), "000042"),
        ((560001, "0"), "560001"),
        ("#REF!", "#REF!"),
        ("#DIV/0!", "#DIV/0!"),
        ("नमस्ते, दुबई دبي 🙂", "नमस्ते, दुबई دبي 🙂"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_a_cell_is_the_text_that_a_person_saw(cell, text, tmp_path):
    """Numbers lose their float artefacts, texts keep everything, dates become ISO, formats are honoured."""
    rows = read(workbook(tmp_path / "kiosk.xlsx", {"April": [["Store", "Cell"], ["Pune", cell]]}))
    assert rows.frame.row(0) == ("Pune", text)


def test_a_column_may_hold_every_type(tmp_path):
    """Mixed cells in one column neither fail nor change one another; times show for all where one has a time."""
    cells = [
        "x",
        9,
        4.5,
        True,
        (stamp("2026-04-01"), "dd/mm/yy"),
        (stamp("2026-04-01T09:00"), "dd/mm hh:mm"),
        "#N/A",
    ]
    rows = read(workbook(tmp_path / "kiosk.xlsx", {"April": [["No", "Cell"], *[[n, c] for n, c in enumerate(cells)]]}))
    expected = ["x", "9", "4.5", "TRUE", "2026-04-01T00:00:00", "2026-04-01T09:00:00", "#N/A"]
    assert rows.frame["Cell"].to_list() == expected


def test_rows_are_numbered_as_excel_numbers_them(tmp_path):
    """Title rows, blank rows and a first column left empty shift nothing."""
    cells = [
        ["Report for April"],
        [],
        [None, "Store", "Rating", "Comment"],
        [None, "Pune", 9, "ok"],
        [],
        [None, "Goa", 8],
        [None, " "],
        [None, "Agra", 7],
    ]
    rows = read(workbook(tmp_path / "kiosk.xlsx", {"April": cells}))
    assert rows.frame.columns == ["Store", "Rating", "Comment"]
    assert rows.numbers.to_list() == [4, 6, 8]
    assert "header in row 3" in rows.source.understood


def test_blank_headers_are_named_by_their_place(tmp_path):
    """A column with cells but no header has its position as its name; one with neither is left out."""
    cells = [["Store", None, "Rating", None, "Store"], ["Pune", None, 9, "x", "again"]]
    rows = read(workbook(tmp_path / "kiosk.xlsx", {"April": cells}))
    assert rows.frame.columns == ["Store", "Rating", "column 4", "Store (2)"]


def test_a_sheet_is_chosen_by_name_or_number(tmp_path):
    """A name in any case and a number counted from 1 both choose; the choice is told."""
    table = [["Store"], ["Pune"]]
    path = workbook(tmp_path / "kiosk.xlsx", {"April": table, "May": [["Store"], ["Goa"]], "7": [["Store"], ["Agra"]]})
    chosen = [read(path, sheet=sheet).frame["Store"][0] for sheet in ("may", 2, "2", "7", 3, None)]
    assert chosen == ["Goa", "Goa", "Goa", "Agra", "Agra", "Pune"]
    assert read(path, sheet="may").source.sheet == "May"


def test_a_sheet_that_is_not_there_names_the_others(tmp_path):
    """The nearest name and all sheets with their numbers are listed."""
    path = workbook(tmp_path / "kiosk.xlsx", {"April": [["Store"], ["Pune"]], "May": []})
    with pytest.raises(
        IntakeError, match=r"There is no sheet 'Aprl'\. Did you mean 'April'\? The sheets are 1 'April', 2"
    ):
        read(path, sheet="Aprl")
    for number in (0, 3):
        with pytest.raises(IntakeError, match=f"There is no sheet {number}"):
            read(path, sheet=number)


def test_an_empty_first_sheet_is_passed_over(tmp_path):
    """The first sheet that holds a table is read, hidden ones are not, and it is said."""
    table = [["Store"], ["Pune"]]
    sheets = {"Cover": [["NPS report"]], "Lists": table, "April": table, "May": table}
    rows = read(workbook(tmp_path / "kiosk.xlsx", sheets, hidden=["Lists"]))
    assert rows.source.sheet == "April"
    assert "sheet 'April' of 4 (those before it hold no table)" in rows.source.understood
    rows = read(workbook(tmp_path / "hidden.xlsx", {"Cover": [["NPS report"]], "Data": table}, hidden=["Data"]))
    assert rows.source.sheet == "Data"


def test_empty_workbooks_say_so(tmp_path):
    """No cells at all, and headers without rows, are two different errors."""
    with pytest.raises(IntakeError, match="Its only sheet is empty"):
        read(workbook(tmp_path / "a.xlsx", {"April": []}))
    with pytest.raises(IntakeError, match="None of its 2 sheets holds any cells"):
        read(workbook(tmp_path / "b.xlsx", {"April": [], "May": []}))
    with pytest.raises(IntakeError, match=r"sheet 'April': There are headers \('Store', 'Rating'\), but no rows below"):
        read(workbook(tmp_path / "c.xlsx", {"April": [["Store", "Rating"]]}))


def test_a_workbook_of_openpyxl_is_read(tmp_path):
    """Shared and inline strings, and formulas without stored results, are no obstacle."""
    book = openpyxl.Workbook()
    book.active.append(["Store", "Rating", "Sum"])
    book.active.append(["Pune", 9, "=1+1"])
    book.save(tmp_path / "kiosk.xlsx")
    assert read(tmp_path / "kiosk.xlsx").frame.row(0)[:2] == ("Pune", "9")


def test_six_hundred_columns_and_many_rows_of_formats(tmp_path):
    """Formats are found in the last column of a wide sheet, too."""
    header = [f"question {column}" for column in range(600)]
    cells = [[(1, "0%")] * 599 + [(7, "0000")]] * 3
    rows = read(workbook(tmp_path / "wide.xlsx", {"April": [header, *cells]}))
    assert rows.frame.row(2)[-2:] == ("100%", "0007")


ODS_ROWS = """
<table:table-row><table:table-cell office:value-type="string"><text:p>Store</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Cell</text:p></table:table-cell></table:table-row>
{}
"""
ODS_ROW = """
<table:table-row><table:table-cell office:value-type="string"><text:p>Pune</text:p></table:table-cell>
<table:table-cell {}><text:p>shown</text:p></table:table-cell></table:table-row>
"""
ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>
<table:table table:name="April">{}</table:table></office:spreadsheet></office:body></office:document-content>
"""


ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>
"""


def ods(path, *attributes):
    """Write a small sheet of LibreOffice by hand, one row for each cell's attributes."""
    rows = "".join(ODS_ROW.format(cell) for cell in attributes)
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        bundle.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        bundle.writestr("content.xml", ODS.format(ODS_ROWS.format(rows)).replace("\n<", "<"))
    return path


def test_an_ods_workbook_is_read(tmp_path):
    """Numbers, truth values, dates and texts of LibreOffice come out as those of Excel."""
    rows = read(
        ods(
            tmp_path / "kiosk.ods",
            'office:value-type="float" office:value="9663798289"',
            'office:value-type="float" office:value="4.5"',
            'office:value-type="boolean" office:boolean-value="true"',
            'office:value-type="date" office:date-value="2026-04-01"',
            'office:value-type="string"',
        )
    )
    assert rows.frame["Cell"].to_list() == ["9663798289", "4.5", "TRUE", "2026-04-01", "shown"]
    assert rows.source.understood == "ODS, sheet 'April', 1 header row, 5 rows"


def test_a_locked_ods_workbook_is_named_as_such(tmp_path):
    """A password is told from damage, though the file has the right ending or another."""
    path = ods(tmp_path / "kiosk.ods", 'office:value-type="string"')
    locked = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    patched(path, "META-INF/manifest.xml", lambda text: text.replace("</manifest:m", f"{locked}</manifest:m"))
    with pytest.raises(IntakeError, match=r"protected by a password\. Open it in Excel, take the password off"):
        read(path)


def patched(path, part, change):
    """Rewrite one part of a workbook, or leave it out where the change gives None."""
    with zipfile.ZipFile(path) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    parts[part] = change(parts[part].decode())
    with zipfile.ZipFile(path, "w") as bundle:
        for name, text in parts.items():
            if text is not None:
                bundle.writestr(name, text)
    return path


FORMATTED = {"April": [["Store", "Share", "Code"], ["Pune", (0.955, "0%"), (7, "0000")], ["Goa", "#REF!", "0.5"]]}


def test_formats_are_found_in_parts_of_unusual_shape(tmp_path):
    """An absolute path to the sheet's part is followed; a workbook without styles has values only."""
    path = workbook(tmp_path / "kiosk.xlsx", FORMATTED)
    relations = "xl/_rels/workbook.xml.rels"
    patched(path, relations, lambda text: text.replace('"worksheets/', '"/xl/worksheets/'))
    assert read(path).frame.rows() == [("Pune", "96%", "0007"), ("Goa", "#REF!", "0.5")]
    patched(path, "xl/styles.xml", lambda _: None)
    assert read(path).frame.rows() == [("Pune", "0.955", "7"), ("Goa", "#REF!", "0.5")]


def test_the_named_sheets_own_formats_are_used(tmp_path):
    """With several sheets, the formats of the chosen one count, whatever its name needs to be escaped."""
    sheets = {"A & B": [["n"], [(0.5, "0%")]], "C": [["n"], [(0.5, "0.0")]], 'D "x"': [["n"], [(5, "000")]]}
    path = workbook(tmp_path / "kiosk.xlsx", sheets)
    assert [read(path, sheet=number).frame["n"][0] for number in (1, 2, 3)] == ["50%", "0.5", "005"]


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("0.954", "0%", "95%"),
        ("0.955", "0%", "96%"),
        ("1", "0.00%", "100.00%"),
        ("-0.05", "0%", "-5%"),
        ("560", "000000", "000560"),
        ("560001", "000", "560001"),
        ("5.5", "000", None),
        ("9663798289", "0", None),
        ("4", "General", None),
        ("4", "", None),
        ("no number", "0%", None),
        ("1e300", "0%", None),
        ("-Infinity", "00", None),
    ],
)
def test_a_number_is_written_as_its_format_shows_it(stored, code, text):
    """Percentages and padded zeros are written; every other format leaves the value alone."""
    assert shown_number(stored, code) == text


@pytest.mark.parametrize(
    ("reference", "place"), [("A1", (0, 0)), ("Z10", (9, 25)), ("AA1", (0, 26)), ("XFD1048576", (1048575, 16383))]
)
def test_references_are_taken_apart(reference, place):
    """Letters count columns, digits rows, both from zero."""
    assert _position(reference) == place


@pytest.mark.parametrize("cut", [10, 200, 1000, 3000, -30])
def test_a_workbook_cut_anywhere_says_so(cut, tmp_path):
    """However much of a download is missing, the error is the same and names the file."""
    path = workbook(tmp_path / "kiosk.xlsx", {"April": [["Store", "Rating"], *[["Pune", n] for n in range(300)]]})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(IntakeError, match=r"kiosk.xlsx: This looks like .* damaged or cut off"):
        read(path)


def test_a_sheet_with_broken_xml_says_so(tmp_path):
    """The archive is whole but a sheet inside is not: the sheet is named, and no parser's text is shown."""
    path = workbook(tmp_path / "kiosk.xlsx", FORMATTED)
    patched(path, "xl/worksheets/sheet1.xml", lambda text: text[: len(text) // 2])
    with pytest.raises(IntakeError, match=r"kiosk.xlsx, sheet 'April': This looks like a sheet, but it is damaged"):
        read(path)


def test_old_workbooks_lose_the_nuls_between_their_letters():
    """An old XLS whose texts come with NULs between the letters reads as it looks."""
    path = Path(__file__).parents[3] / "shared" / "data" / "torture" / "readxl" / "mtcars.xls"
    if not path.exists():
        pytest.skip("the collection of workbooks is not beside the repository")
    assert read(path).frame.columns[:3] == ["mpg", "cyl", "disp"]


def test_an_excel_2003_workbook_has_the_same_cells_as_its_twin():
    """The same survey saved as XLS and as XLSX gives the same texts."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "torture" / "readxl"
    if not folder.exists():
        pytest.skip("the collection of workbooks is not beside the repository")
    for name in ("datasets", "deaths", "geometry", "iris-excel", "missing-values", "clippy"):
        old, new = (next(folder.glob(f"{name}*{ending}")) for ending in (".xls", ".xlsx"))
        assert read(old).frame.equals(read(new).frame), name
        assert read(old).numbers.equals(read(new).numbers), name


def test_a_blank_cell_with_a_format_takes_nothing_from_its_neighbour(tmp_path):
    """A cell that is formatted and blank stays blank, whatever stands to its right."""
    rows = [["Discount", "Rating", "Store"], [(0.2, "0%"), 9, "Pune"]]
    path = workbook(tmp_path / "blank.xlsx", {"April": rows})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb'(<c r="A2"[^>]*)><v>0.2</v></c>', rb"\1/>", parts[sheet])
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)
    assert b'<c r="A2" s="1"/>' in parts[sheet]
    assert read(path).frame.rows() == [(None, "9", "Pune")]


def test_a_cell_at_the_far_end_is_named(tmp_path):
    """A stray cell in the last row and column is refused with its name; a format alone at that place does no harm."""
    path = tmp_path / "far.xlsx"
    for value in (" ", None):
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("April")
            sheet.write_row(0, 0, ["Store", "Rating"])
            sheet.write_row(1, 0, ["Pune", 9])
            sheet.write(1_048_575, 16_383, value, book.add_format({"bold": True}))
        if value:
            with pytest.raises(IntakeError, match="Cell XFD1048576 stands so far from the others"):
                read(path)
    assert read(path).frame.rows() == [("Pune", "9")]


def edited(path, old, new):
    """Write a small workbook whose sheet's XML is then edited."""
    workbook(path, {"April": [["Store", "Rating"], ["Pune", 9], ["Goa", 8]]})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return path


END = b"</sheetData>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'ref="A1:B3"', b'ref="A1:XFD1048576"'),
        (b'ref="A1:B3"', b'ref="A1"'),
        (END, b'<row r="1048576"/>' + END),
        (END, b'<row r="1048576"><c r="XFD1048576" s="0"/></row>' + END),
        (END, END + b'<mergeCells count="1"><mergeCell ref="C4:XFD1048576"/></mergeCells>'),
    ],
)
def test_a_sheet_that_lies_about_its_size_gives_its_rows(old, new, tmp_path):
    """What a sheet says of its size, blank rows and merged blank cells at the far end change nothing."""
    assert read(edited(tmp_path / "a.xlsx", old, new)).frame.rows() == [("Pune", "9"), ("Goa", "8")]


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZZZZZ4", "A4294967296"])
def test_a_far_cell_is_named_though_the_sheet_says_that_it_is_small(cell, tmp_path):
    """The parser would lay out the whole area and end the process; the cell is named instead."""
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>'.encode()
    path = edited(tmp_path / "a.xlsx", END, far + END)
    with zipfile.ZipFile(path) as book:
        assert b'ref="A1:B3"' in book.read("xl/worksheets/sheet1.xml")
    with pytest.raises(IntakeError, match=f"Cell {cell} stands so far from the others"):
        read(path)


@pytest.mark.parametrize("size", [10, 4_000_000_000])
def test_an_archive_that_lies_about_its_size_gives_its_rows(size, tmp_path):
    """A part of a workbook that says to be of another size is read as it is, or named as damaged."""
    path = edited(tmp_path / "a.xlsx", END, END)
    data, name = bytearray(path.read_bytes()), b"xl/worksheets/sheet1.xml"
    for sign, offset, length in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        at = data.find(sign)
        while data[at + length : at + length + len(name)] != name:
            at = data.find(sign, at + 4)
        data[at + offset : at + offset + 4] = size.to_bytes(4, "little")
    path.write_bytes(data)
    assert read(path).frame.rows() == [("Pune", "9"), ("Goa", "8")]


def test_a_binary_workbook_shows_what_a_person_saw(tmp_path):
    """XLSB: texts of any script, numbers, percentages, days, zeros in front, truth values and error cells."""
    header = ["Store", "Rating", "Mobile", "Share", "When", "Code", "OK", "Note"]
    first = ["Pune — कोथरुड", 9, 9663798289, (0.25, PERCENT), (46000, DATE), (560, PADDED), True, "#REF!"]
    second = ["Goa", 8.0, 9663798280, (0.5, PERCENT), (46001, DATE), (12, PADDED), False, None]
    path = binary_book(tmp_path / "kiosk.xlsb", {"April": [header, first, second]}, hidden=(2,))
    rows = read(path, keep=["hidden"])
    assert rows.source.understood.startswith("XLSB, sheet 'April', 1 header row")
    assert rows.frame.rows() == [
        ("Pune — कोथरुड", "9", "9663798289", "25%", "2025-12-09", "000560", "TRUE", "#REF!"),
        ("Goa", "8", "9663798280", "50%", "2025-12-10", "000012", "FALSE", None),
    ]
    assert read(path).numbers.to_list() == [2]


def test_merged_and_far_cells_of_a_binary_workbook(tmp_path):
    """A merged store is that of each row below it, and a stray cell that would take all memory is named."""
    rows = [["Store", "Rating"], ["Pune", 9], [None, 8], ["Goa", 7]]
    path = binary_book(tmp_path / "merged.xlsb", {"April": rows}, merged=[(1, 2, 0, 0)])
    assert read(path).frame.rows() == [("Pune", "9"), ("Pune", "8"), ("Goa", "7")]
    far = binary_book(tmp_path / "far.xlsb", {"April": {0: {0: "Store", 1: "Rating"}, 1_048_575: {16_383: "x"}}})
    with pytest.raises(IntakeError, match="Cell XFD1048576 stands so far from the others"):
        read(far)


def test_a_group_that_is_merged_beyond_the_table_names_the_columns_that_are_there(tmp_path):
    """Somebody merged a title over more columns than there are answers."""
    path = tmp_path / "kiosk.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 1, "Food")
        sheet.merge_range(0, 2, 0, 9, "Service")
        for row, cells in enumerate(
            (["Store", "Rating", "Rating", "Comment"], ["Pune", 9, 8, "ok"], ["Goa", 7, 6, ""]), 1
        ):
            sheet.write_row(row, 0, cells)
    rows = read(path)
    assert rows.frame.columns == ["Store", "Food - Rating", "Service - Rating", "Comment"]
    assert len(rows) == 2


def test_a_binary_book_with_damaged_parts_is_damaged(tmp_path):
    """A part that cannot be unpacked is not taken at its word, and a cut off record hides no cell behind it."""
    path = binary_book(tmp_path / "kiosk.xlsb", {"April": [["Store", "Rating"], ["Pune", 9]]})
    data = path.read_bytes()
    path.write_bytes(data.replace(b"xl/worksheets/sheet1.bin", b"xl/worksheets/sh\0et1.bin", 1))
    with pytest.raises(IntakeError, match=r"\(XLSB\), but it is damaged"):
        read(path)
    near = [(0x00, struct.pack("<I", 3)), (0x02, b""), (0x02, bytes(4))]
    far = [(0x00, struct.pack("<I", 2_000_000)), (0x02, struct.pack("<I", 1_000_000))]
    assert biff12._far(iter([*near, *far])) == (2_000_000, 1_000_000)


@pytest.mark.parametrize("name", ["kiosk.xlsx", "kiosk.xls", "kiosk.csv"])
def test_an_encrypted_workbook_is_named_as_such(name, tmp_path):
    """A workbook that Excel's own encryption protects is no damaged file, whatever its ending says."""
    plain = workbook(tmp_path / "plain.xlsx", {"April": [["Store", "Rating"], ["Pune", 9]]})
    with plain.open("rb") as source, (tmp_path / name).open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("omoto", target)
    with pytest.raises(IntakeError, match="protected by a password"):
        read(tmp_path / name)
