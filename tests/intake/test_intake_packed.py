"""Gzip, zip, several files and patterns: what is inside is read, and each row keeps its file and its number."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import IntakeError
from omoto_kit.intake import compose, read
from omoto_kit.intake import packed as packing

CSV = "Store,Rating\nPune,9\nGoa,8\n"


def bundle(path, **files):
    """Write a zip archive; two underscores stand for a folder, one for a dot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return path


def zipped(**files):
    """Give a zip archive's bytes."""
    buffer = io.BytesIO()
    bundle(buffer, **files)
    return buffer.getvalue()


def test_a_gzip_file_is_read_as_what_is_inside(tmp_path):
    """The words tell the packing; the fingerprint is that of the file as it lies there."""
    (tmp_path / "kiosk.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    rows = read(tmp_path / "kiosk.csv.gz")
    assert rows.frame["Store"].to_list() == ["Pune", "Goa"]
    assert rows.source.understood == "gzip, CSV, UTF-8, commas, 1 header row, 2 rows"
    assert rows.source.name == "kiosk.csv.gz"


def test_a_zip_file_of_one_table_is_read(tmp_path):
    """What computers add by themselves does not count; rows keep the numbers of the file inside."""
    path = bundle(tmp_path / "kiosk.zip", april_csv=CSV, __MACOSX___april_csv="x", sub__="")
    rows = read(path)
    assert rows.numbers.to_list() == [2, 3]
    assert rows.source.understood.startswith("zip, file 'april.csv', CSV")
    assert rows.source.sheet == ""


def test_of_several_tables_in_a_zip_file_one_is_chosen(tmp_path):
    """By name, by name without folder, by number; without a word all are listed."""
    path = bundle(tmp_path / "kiosk.zip", in__april_csv=CSV, may_csv="Store,Rating\nAgra,7\n")
    for said in ("may.csv", "MAY.csv", 2, "2"):
        rows = read(path, sheet=said)
        assert rows.frame["Store"].to_list() == ["Agra"]
        assert rows.source.sheet == "may.csv"
    assert len(read(path, sheet="april.csv")) == 2
    with pytest.raises(IntakeError, match=r"holds 2 files: 'in/april.csv', 'may.csv'.*Say which one"):
        read(path)
    with pytest.raises(IntakeError, match=r"Did you mean 'may\.csv'"):
        read(path, sheet="mai.csv")


def test_a_packed_file_in_a_packed_file_is_read_but_no_deeper(tmp_path):
    """Two layers happen; more are no export."""
    inner = gzip.compress(CSV.encode())
    assert len(read(bundle(tmp_path / "two.zip", april_csv_gz=inner))) == 2
    (tmp_path / "three.gz").write_bytes(gzip.compress(zipped(april_csv_gz=inner)))
    with pytest.raises(IntakeError, match="a gzip archive"):
        read(tmp_path / "three.gz")


def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    """A few bytes that unpack to gigabytes stop at the limit."""
    monkeypatch.setattr(packing, "LARGEST", 1 << 20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(bytes(1 << 21)))
    bundle(tmp_path / "bomb.zip", a_csv=bytes(1 << 21))
    for name in ("bomb.csv.gz", "bomb.zip"):
        with pytest.raises(IntakeError, match="It unpacks to more than"):
            read(tmp_path / name)


@pytest.fixture
def folder(tmp_path):
    """Give a folder with the exports of two months."""
    (tmp_path / "april.csv").write_text(CSV)
    (tmp_path / "may.csv").write_text("Report\n\nrating,STORE,Comment\n7,Agra,ok\n")
    (tmp_path / "notes.txt").write_text("no answers")
    return tmp_path


def test_a_pattern_reads_all_that_it_matches(folder):
    """Rows lie under the same headers, whatever their order, case and signs; each knows its file and number."""
    rows = read(folder / "*.csv")
    assert rows.frame.rows() == [("Pune", "9", None), ("Goa", "8", None), ("Agra", "7", "ok")]
    assert rows.frame.columns == ["Store", "Rating", "Comment"]
    assert rows.numbers.n_unique() == 3
    places = [(Path(rows.source.place(number).path).name, rows.source.place(number).row) for number in rows.numbers]
    assert places == [("april.csv", 2), ("april.csv", 3), ("may.csv", 4)]
    assert rows.source.understood.startswith("2 files, 3 rows, not in every file: 'Comment' (april.csv: CSV")
    assert rows.source.name == str(folder / "*.csv")


def test_a_list_of_paths_is_read_in_its_order(folder):
    """Numbers of the rows stay unique in the batch, so problems and changes find theirs."""
    rows = read([str(folder / "may.csv"), folder / "april.csv"])
    batch = compose(rows, Campaign(id="1"))
    assert batch.values["namevaluemap.unitname"].to_list() == ["Agra", "Pune", "Goa"]
    assert batch.values["row"].n_unique() == 3
    assert str(batch.source.place(batch.values["row"][2])).endswith("april.csv, row 3")


def test_the_same_content_twice_is_read_once_and_told(folder):
    """A copy of an export would send every answer a second time."""
    (folder / "copy.csv").write_text(CSV)
    rows = read([folder / "april.csv", folder / "copy.csv"])
    assert len(rows) == 2
    assert "left out as repeated: copy.csv" in rows.source.understood


def test_one_bad_file_among_several_names_itself(folder):
    """Nothing is read halfway."""
    with pytest.raises(IntakeError, match=r"notes\.txt: There are headers"):
        read(folder / "*.*")
    with pytest.raises(IntakeError, match="No file matches this pattern"):
        read(folder / "*.xlsx")


def test_bodies_and_tables_do_not_mix(folder):
    """A file of jsonbody objects needs no column map, a table does."""
    (folder / "june.jsonl").write_text('{"npsrating": "9"}\n')
    (folder / "july.jsonl").write_text('{"npsrating": "8", "comment": "ok"}\n')
    with pytest.raises(IntakeError, match="Some of the files hold jsonbody objects"):
        read([folder / "april.csv", folder / "june.jsonl"])
    rows = read(folder / "*.jsonl")
    assert rows.bodies
    assert rows.frame.sort("npsrating")["comment"].to_list() == ["ok", None]


@pytest.mark.parametrize("name", ["[april].csv", "a b (1).csv", "अप्रैल.csv", "what?.csv", "all*.csv", "[x.csv"])
def test_a_file_whose_name_looks_like_a_pattern_is_that_file(name, tmp_path):
    """Brackets, spaces, signs and other scripts in a name mean the file of that name."""
    (tmp_path / name).write_text(CSV, encoding="utf-8")
    (tmp_path / "a.csv").write_text("Store\nother\n")
    assert read(tmp_path / name).source.name == name
    assert len(read(str(tmp_path / name))) == 2


def test_a_missing_file_with_brackets_is_missing(tmp_path):
    """It is no pattern without a match."""
    with pytest.raises(IntakeError, match="There is no such file"):
        read(tmp_path / "[april].csv")
