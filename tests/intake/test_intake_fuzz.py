"""Whatever bytes come: rows or one of our own errors, and never a row that the file does not have."""

import csv
import gzip
import io
import json
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omoto_kit.batch import Rows
from omoto_kit.campaign import Campaign
from omoto_kit.errors import OmotoError
from omoto_kit.intake import column_map, compose, read

TORTURE = Path(__file__).parents[3] / "shared" / "data" / "torture"
EVERYTHING = ("previews", "partial", "headers", "totals", "hidden")
LOOSE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = st.text(alphabet='ab9 ,;"\t|\n\r-.é0हा#@?', max_size=8)
SIMPLE = st.text(alphabet="abcxyz 019.éहा@?#:-,;\"\n'", max_size=8)


def outcome(path, data, **options):
    """Read bytes and compose what was read; give the rows, or None for an error of ours."""
    path.write_bytes(data)
    try:
        rows = read(path, **options)
        campaign = Campaign(id="154")
        if not rows.bodies:
            column_map(rows, campaign)
        compose(rows, campaign)
    except OmotoError:
        return None
    assert isinstance(rows, Rows)
    assert len(rows) == len(rows.numbers) == rows.numbers.n_unique()
    assert rows.numbers.is_sorted()
    return rows


@cache
def workbook():
    """Give the bytes of a workbook with several sheets and kinds of cells."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name in ("April", "May"):
            sheet = book.add_worksheet(name)
            for row in range(30):
                sheet.write_row(row, 0, ["Store", "Rating"] if not row else ["Pune", row])
    return buffer.getvalue()


@LOOSE
@given(st.binary(max_size=400))
def test_random_bytes_are_rows_or_an_error_of_ours(tmp_path, data):
    """No traceback, whatever the file holds."""
    outcome(tmp_path / "any.csv", data)


@LOOSE
@given(
    st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", bytes.fromhex("d0cf11e0a1b11ae1"), b"PAR1", b"{", b"\xff\xfe"]),
    st.binary(max_size=300),
)
def test_known_beginnings_with_rubbish_behind_are_errors_of_ours(tmp_path, start, data):
    """What claims to be a workbook, an archive or JSON is taken at its word and still fails in plain words."""
    outcome(tmp_path / "any.bin", start + data)


@LOOSE
@given(st.lists(st.lists(CELLS, max_size=5), max_size=12), st.sampled_from(",;\t|"))
def test_text_like_a_table_is_rows_or_an_error_of_ours(tmp_path, records, delimiter):
    """Stray quotes, ragged rows and blank lines; no row is there that the text has not."""
    text = "\n".join(delimiter.join(record) for record in records)
    rows = outcome(tmp_path / "any.csv", text.encode(), keep=EVERYTHING, as_table=True)
    if rows is not None:
        assert len(rows) <= text.count("\n") + text.count("\r") + 1


@LOOSE
@given(st.lists(st.tuples(SIMPLE, SIMPLE, SIMPLE), min_size=1, max_size=12))
def test_a_proper_table_comes_back_cell_by_cell(tmp_path, records):
    """What the csv module wrote is what is read: each row once, in order, at its own number."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["Serial", "alpha", "beta", "gamma"])
    writer.writerows([f"id{number}", *record] for number, record in enumerate(records))
    rows = outcome(tmp_path / "kiosk.csv", buffer.getvalue().encode(), delimiter=",", header_row=1, keep=EVERYTHING)
    assert rows is not None
    expected = [(f"id{number}", *(cell or None for cell in record)) for number, record in enumerate(records)]
    assert [row[:1] + row[1:] for row in _wide(rows)] == expected
    assert rows.numbers.to_list() == list(range(2, len(records) + 2))


def _wide(rows):
    """Give the rows with all four columns."""
    names = ["Serial", "alpha", "beta", "gamma"]
    return rows.frame.select(names).rows()


@LOOSE
@given(st.data())
def test_a_workbook_that_is_cut_or_hurt_is_an_error_of_ours(tmp_path, data):
    """Half a download, and one with bytes changed, give rows or plain words, and no panic."""
    whole = workbook()
    cut = data.draw(st.integers(0, len(whole)))
    hurt = bytearray(whole[:cut] if data.draw(st.booleans()) else whole)
    for _ in range(data.draw(st.integers(0, 5)) if hurt else 0):
        hurt[data.draw(st.integers(0, len(hurt) - 1))] = data.draw(st.integers(0, 255))
    outcome(tmp_path / "kiosk.xlsx", bytes(hurt))


@LOOSE
@given(st.binary(max_size=200), st.integers(0, 200))
def test_a_gzip_file_that_is_cut_is_an_error_of_ours(tmp_path, data, cut):
    """Packing fails in words, too."""
    outcome(tmp_path / "kiosk.csv.gz", gzip.compress(data)[:cut])


@pytest.mark.skipif(not TORTURE.exists(), reason="the torture files are not beside the repository")
@pytest.mark.parametrize("options", [{}, {"as_table": True, "keep": EVERYTHING}, {"header_row": 0}, {"header_row": 1}])
def test_every_torture_file_gives_rows_or_an_error_of_ours(options):
    """All of them, read in four ways."""
    files = [path for path in sorted(TORTURE.rglob("*")) if path.is_file()]
    assert len(files) > 100
    assert [path.name for path in files if not _answers(path, options)] == []


def _answers(path, options):
    """Tell whether reading gives rows, or an error that names the file."""
    try:
        return len(read(path, **options)) > 0
    except OmotoError as error:
        return path.name in str(error)


@pytest.mark.skipif(not TORTURE.exists(), reason="the torture files are not beside the repository")
def test_naughty_strings_come_back_from_every_format(tmp_path):
    """Cells of a CSV and of a list are the strings that were put in, unless nothing of them can be seen."""
    strings = json.loads((TORTURE / "blns" / "blns.json").read_text("utf-8"))
    strings = [text for text in strings if text.strip() and "\0" not in text and "\r" not in text]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["Serial", "Comment"], *([f"id{n}", text] for n, text in enumerate(strings))])
    (tmp_path / "kiosk.csv").write_bytes(buffer.getvalue().encode())
    for rows in (
        read(tmp_path / "kiosk.csv"),
        read([{"Serial": f"id{n}", "Comment": t} for n, t in enumerate(strings)]),
    ):
        assert rows.frame["Comment"].to_list() == strings


@pytest.mark.skipif(not TORTURE.exists(), reason="the torture files are not beside the repository")
@pytest.mark.parametrize("name", sorted(path.stem for path in (TORTURE / "csv_spectrum" / "csvs").glob("*.csv")))
def test_the_spectrum_of_csv_files_is_read_cell_by_cell(name):
    """The collection's own JSON says what each file holds."""
    expected = json.loads((TORTURE / "csv_spectrum" / "json" / f"{name}.json").read_text("utf-8"))
    rows = read(TORTURE / "csv_spectrum" / "csvs" / f"{name}.csv")
    read_back = [[(cell or "").replace("\r\n", "\n") for cell in row] for row in rows.frame.rows()]
    assert rows.frame.columns == list(expected[0])
    assert read_back == [[cell.replace("\r\n", "\n") for cell in record.values()] for record in expected]
