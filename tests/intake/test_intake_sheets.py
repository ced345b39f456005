"""Workbooks: sheets, row numbers and cells as a person saw them."""

import datetime as dt

import openpyxl
import pytest
import xlsxwriter

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read

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
    path = workbook(tmp_path / "kiosk.xlsx", {"Cover": [], "Lists": table, "April": table}, hidden=["Lists"])
    rows = read(path)
    assert rows.source.sheet == "April"
    assert "those before it hold no table" in rows.source.understood


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
