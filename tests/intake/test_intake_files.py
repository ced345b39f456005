"""Files that are missing, damaged, misnamed or no table at all: one paragraph each, and no traceback."""

import bz2
import gzip
import hashlib
import io
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from omoto_kit.batch import Rows
from omoto_kit.errors import IntakeError
from omoto_kit.intake import read

DATA = Path(__file__).parents[3] / "shared" / "data"
COLLECTIONS = ("exports", "torture/csv_spectrum/csvs", "torture/readxl", "torture/openrefine_encodings")
FILES = sorted(
    str(path.relative_to(DATA)) for name in COLLECTIONS for path in (DATA / name).rglob("*") if path.is_file()
)


def xlsx():
    """Give the bytes of a small workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("April")
        for row, cells in enumerate([["Store", "Rating"], *[["Pune", number] for number in range(200)]]):
            sheet.write_row(row, 0, cells)
    return buffer.getvalue()


def archive(**files):
    """Give the bytes of a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, text in files.items():
            bundle.writestr(name.replace("__", "/").replace("_", "."), text)
    return buffer.getvalue()


def locked_workbook():
    """Give what an XLSX with a password is from outside: an OLE container with an encrypted package."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + bytes(1024)


def locked_archive():
    """Give a zip archive whose entry says that it is encrypted."""
    data = bytearray(archive(answers_csv="a,b\n1,2\n"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b" \r\n\n", "The file is empty"),
        ("a.xlsx", xlsx()[:3000], "damaged or cut off"),
        ("a.xlsx", b"PK\x03\x04 rubbish", "damaged or cut off"),
        ("a.xlsx", locked_workbook(), "protected by a password"),
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "without a workbook in it, or cut off"),
        ("a.xls", b"<html><table><tr><td>Store</td></tr></table></html>", "headers .'Store'., but no rows"),
        ("a.xls", '\ufeff <TABLE border="1">'.encode("utf-16"), "no cells in it"),
        ("a.xls", b"<html><body><form>Please log in</form></body></html>", "a web page .HTML. without any table"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "of 2003"),
        ("a.csv", b"%PDF-1.7\n%...", "This is a PDF"),
        ("a.csv.zst", b"\x28\xb5\x2f\xfd" + bytes(20), "a Zstandard archive"),
        ("a.csv.bz2", bz2.compress(b"Store,Rating\n"), "a bzip2 archive"),
        ("a.tar", b"kiosk.csv".ljust(257, b"\0") + b"ustar\0" + b"00" + bytes(247), "a tar archive"),
        ("a.tar.gz", gzip.compress(b"kiosk.csv".ljust(257, b"\0") + b"ustar\0" + bytes(249)), "a tar archive"),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE" + bytes(20), "a data file of SPSS"),
        ("a.orc", b"ORC" + bytes(20), "an ORC file"),
        ("a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\n", "a pointer of Git LFS"),
        ("a.csv", b"GIF89a\0\1\2", "This is a picture .GIF."),
        ("a.xlsx", b"RIFF\x10\0\0\0WEBPVP8 ", "This is a picture or a sound"),
        ("a.slk", b'ID;PWXL;N;E\r\nC;Y1;X1;K"Store"\r\n', "This is a workbook in the form SYLK"),
        ("a.csv", b"INSERT INTO responses VALUES ('R1','Pune',9);\n", "This is a script for a database"),
        ("a.dbf", b"\x03~\x04\x01\x01\0\0\0\x41\0\x0e\0" + b"\0" * 52 + b"\r R1", "This is a table of dBASE"),
        ("a.numbers", archive(**{"Index/Document.iwa": "x", "preview.jpg": "y"}), "a Numbers document of Apple"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n")[:-9], "looks like a gzip file, but it is damaged"),
        ("a.csv.gz", gzip.compress(b""), "The file inside is empty"),
        ("a.csv.gz", gzip.compress(b"%PDF-1.7"), "This is a PDF"),
        ("a.docx", archive(word__document_xml="<w/>"), "This is a Word document"),
        (
            "a.zip",
            archive(april_csv="a,b\n1,2\n", may_csv="a,b\n1,2\n"),
            r"holds 2 files: 'april.csv', 'may.csv'\. Say",
        ),
        ("a.zip", archive(answers_pdf="%PDF-1.7"), "This is a PDF"),
        ("a.zip", archive(answers_csv=""), "The file inside is empty"),
        ("a.zip", locked_archive(), "an encrypted zip archive"),
        ("a.csv", bytes(range(1, 256)) * 20, "binary data"),
        ("a.dat", bytes(4000), "binary data|NUL byte"),
        ("a.csv", b"Store,Rating\n", "but no rows below them"),
        ("a.parquet", b"PAR1xxxx", "damaged or cut off"),
        ("~$kiosk.xlsx", b"\x05Asha", "mark that Excel leaves.*'kiosk.xlsx'"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(name, data, message, tmp_path):
    """Each names the file, what it is and what to do, in one paragraph."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(IntakeError, match=message) as caught:
        read(path)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    assert caught.value.advice


def test_a_missing_file_names_the_nearest(tmp_path):
    """A misspelt name is answered with the right one; a missing folder is named."""
    (tmp_path / "kiosk-april.csv").write_text("a,b\n1,2\n")
    with pytest.raises(IntakeError, match=r"no such file\. Did you mean 'kiosk-april.csv'"):
        read(tmp_path / "kiosk-aprl.csv")
    with pytest.raises(IntakeError, match="no such file, and no folder"):
        read(tmp_path / "nowhere" / "kiosk.csv")
    with pytest.raises(IntakeError, match=r"cannot be read|no such file"):
        read(str(tmp_path / "kiosk-april.csv" / "inside.csv"))
    with pytest.raises(IntakeError, match="cannot be read"):
        read(str(tmp_path / "nul\0.csv"))
    with pytest.raises(IntakeError, match="cannot be read"):
        read(tmp_path / ("x" * 5000))


def test_a_folder_names_a_file_inside(tmp_path):
    """A folder is no file, but one of its files may be meant."""
    with pytest.raises(IntakeError, match=r"This is a folder\. Give the path of a file"):
        read(tmp_path)
    (tmp_path / "kiosk.xlsx").write_bytes(xlsx())
    with pytest.raises(IntakeError, match=r"This is a folder\. Give one of its files, such as 'kiosk.xlsx'"):
        read(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "aside"),
    [("kiosk.csv", True), ("kiosk.xls", True), ("kiosk.parquet", True), ("kiosk.xlsx", False), ("kiosk", False)],
)
def test_a_misnamed_workbook_is_read_rightly(name, aside, tmp_path):
    """The content decides what a file is, and a wrong ending is told."""
    (tmp_path / name).write_bytes(xlsx())
    rows = read(tmp_path / name)
    assert rows.frame.row(7) == ("Pune", "7")
    assert ("not what its ending" in rows.source.understood) == aside


def test_misnamed_text_and_parquet_are_read_rightly(tmp_path):
    """A CSV called .xlsx or .json, and a Parquet file called .csv."""
    for name in ("a.xlsx", "b.xls", "c.json", "d.jsonl", "e.parquet"):
        (tmp_path / name).write_text("Store,Rating\nPune,9\n")
        rows = read(tmp_path / name)
        assert rows.frame.row(0) == ("Pune", "9")
        assert rows.source.understood.startswith("not what its ending")
    pl.DataFrame({"Store": ["Goa"]}).write_parquet(tmp_path / "f.csv")
    assert read(tmp_path / "f.csv").frame.row(0) == ("Goa",)


@pytest.mark.parametrize(
    "name", ["[x].csv", "a b*?.csv", "कियॉस्क अप्रैल.csv", "مراجعات.csv", "no\xa0break.csv", "ünï.csv"]
)
def test_any_file_name_will_do(name, tmp_path):
    """Brackets, stars, spaces and other scripts in a name are only a name."""
    (tmp_path / name).write_text("Store,Rating\nPune,9\n", encoding="utf-8")
    rows = read(tmp_path / name)
    assert (rows.source.name, rows.source.path, len(rows)) == (name, str(tmp_path / name), 1)


def test_the_source_says_what_was_read(tmp_path):
    """Fingerprint, sheet and words are there; both path types will do."""
    path = tmp_path / "kiosk.csv"
    path.write_text("Store;Rating\n" + "Pune;9\n" * 1203, encoding="cp1252")
    rows = read(str(path))
    assert rows.source.understood == "CSV, UTF-8, semicolons, 1 header row, 1,203 rows"
    assert rows.source.fingerprint == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(path).source == rows.source


@pytest.mark.skipif(not FILES, reason="the collections of real files are not beside the repository")
@pytest.mark.parametrize("name", FILES)
def test_every_real_file_gives_rows_or_an_error_of_ours(name, tmp_path):
    """Whole, cut in half and with a wrong ending: rows of text with unique headers, or one paragraph."""
    path = DATA / name
    half = tmp_path / f"half{path.suffix}"
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    renamed = tmp_path / "renamed.csv"
    shutil.copy(path, renamed)
    for source in (path, half, renamed):
        try:
            rows = read(source)
        except IntakeError as error:
            assert "\n" not in str(error)  # noqa: PT017  either outcome is right, each has its own proof
            continue
        assert isinstance(rows, Rows)
        assert len(rows) == len(rows.numbers)
        assert len(rows) > 0 or "left out" in rows.source.understood
        assert set(rows.frame.dtypes) == {pl.String()}
        assert rows.numbers.is_sorted()
        assert rows.source.understood
