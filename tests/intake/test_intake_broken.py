"""Records that a line end or the end of the file has broken: held, and never two answers silently."""

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.intake import compose, read
from omoto_kit.intake.blocks import open_blocks

HEADER = "Response ID,Store,Rating,Comment,Mobile\n"
WHOLE = [f"R{number},Pune,{number % 11},fine visit,98450123{number:02d}\n" for number in range(10, 22)]
BYTES = 1 << 20
COMMENT_LAST = "Store,Rating,Comment\n"


def table(folder, text):
    """Write a file and read it."""
    path = folder / "kiosk.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read(path)


def among(*lines, header=HEADER, whole=WHOLE):
    """Put lines into the middle of a file of whole records."""
    return header + "".join([*whole[:5], *lines, *whole[5:]])


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        (["R50,Pune,9,the staff was good\n", "and quick,9845012399\n"], [7, 8]),
        (["R50,Pune,9,good\n", "\n", "and quick,9845012399\n"], [7, 9]),
        (["R50,Pune,9,good\n", "quick\n", "clean,9845012399\n"], [7, 8, 9]),
        (["R50,Pune\n", "Camp,9,good,9845012399\n"], [7, 8]),
        (["R50,Pune,9,good\n", "and quick,9845012399\n", "R51,Pune,3,slow\n", "and dear,9845012398\n"], [7, 8, 9, 10]),
        (["R50,Pune,9,the staff was good\r", "and quick,9845012399\n"], [7, 8]),
        (['R50,"Pune, Camp",9,good\n', "and quick,9845012399\n"], [7, 8]),
    ],
)
def test_a_record_broken_by_a_line_end_is_held(lines, held, tmp_path):
    """Each piece has the same problem, which names the rows and how many cells each of them has."""
    rows = table(tmp_path, among(*lines))
    assert list(rows.doubts) == held
    batch = compose(rows, Campaign(id="154", columns={"npsrating": "Rating"}))
    assert batch.held_rows.to_list() == held
    assert set(batch.problems["code"]) == {"record_broken"}
    assert f"row {held[0]} has" in batch.problems["message"][0]


def test_the_last_cell_broken_off_is_held_with_its_row(tmp_path):
    """A comment in the last column leaves a whole record, and a row of one cell behind it."""
    whole = ["Pune,9,fine\n", "Goa,8,ok\n"] * 4
    rows = table(tmp_path, among("Agra,3,slow\n", "and dear\n", header=COMMENT_LAST, whole=whole))
    assert list(rows.doubts) == [7, 8]


def test_the_rest_of_a_text_is_no_title_of_a_group(tmp_path):
    """A row of one word among codes: with commas behind it, it is a title, and without it may belong to a text."""
    whole = [f"{number},Pune,{number % 11},fine\n" for number in range(10, 22)]
    header = "Response ID,Store,Rating,Comment\n"
    assert list(table(tmp_path, among("50,Pune,9,good\n", "quick\n", header=header, whole=whole)).doubts) == [7, 8]
    titled = table(tmp_path, among("West,,,\n", header=header, whole=whole))
    assert (titled.doubts, len(titled)) == ({}, 12)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "".join(WHOLE),
        HEADER + "".join(WHOLE).removesuffix("\n"),
        among("R50,Pune,9\n"),
        among("R50,Pune,9\n", "R51,Pune,8\n"),
        among("R50,Pune,9\n", "R51,Goa,8\n", "R52,Goa,8\n", "R53,Goa,8\n"),
        among('R50,Pune,9,"the staff was good\nand quick",9845012399\n'),
        among("R50,Pune,9,good\n", "R51,Goa,2,slow,9845012399\n"),
        HEADER + "".join(WHOLE) + "Total,12\n",
        COMMENT_LAST + "Pune,9,fine\nGoa,8\n" * 40,
        "Store,Comment\nPune,good\nGoa\nAgra,fine\n",
        "Store,Rating\nPune,9\nGoa,8\n",
    ],
    ids=[
        "all whole",
        "no last line end",
        "one short",
        "two short",
        "several short",
        "quoted",
        "next is whole",
        "footer",
        "what is empty is left out",
        "two columns",
        "small",
    ],
)
def test_what_is_not_broken_is_not_held(text, tmp_path):
    """Short records that do not make a whole one together leave out what is empty, as spreadsheets write them."""
    assert table(tmp_path, text).doubts == {}


@pytest.mark.parametrize("end", ["R50,Pune,9,the st", "R50", "R50,Pune,"])
def test_a_file_that_ends_in_the_middle_of_a_row_is_told(end, tmp_path):
    """A broken download: the last row is held, and the message says that more may be missing."""
    rows = table(tmp_path, HEADER + "".join(WHOLE) + end)
    assert list(rows.doubts) == [14]
    assert "ends in the middle of this row" in rows.doubts[14][1]
    batch = compose(rows, Campaign(id="154", columns={"npsrating": "Rating"}))
    assert batch.held_rows.to_list() == [14]
    assert batch.problems["code"].to_list() == ["record_cut"]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_file_that_ends_inside_a_character_is_told(lost, tmp_path):
    """The last row has all its cells, and the last of them is not whole."""
    path = tmp_path / "kiosk.csv"
    data = "".join(["Response ID,Rating,Comment\n", *(f"R{n},{n},बहुत अच्छा\n" for n in range(9))]).encode()
    path.write_bytes(data[: -1 - lost])
    rows = read(path)
    assert list(rows.doubts) == [10]
    assert "ends inside a character" in rows.doubts[10][1]
    assert "UTF-8 that ends inside a character" in rows.source.understood
    path.write_bytes("Response ID,Comment\nR1,ok\nR2,très\nR3,café".encode("cp1252"))
    assert read(path).doubts == {}


def test_a_last_row_is_no_cut_where_rows_are_short_anyway(tmp_path):
    """A file that leaves out empty cells may end with such a row."""
    assert table(tmp_path, among("R50,Pune,9\n") + "R51,Pune,8").doubts == {}


def test_rows_of_several_files_keep_their_doubts(tmp_path):
    """Numbers run on from file to file, and so do those of held rows."""
    (tmp_path / "a.csv").write_text(HEADER + "".join(WHOLE), encoding="utf-8")
    (tmp_path / "b.csv").write_text(HEADER + "".join(WHOLE[:3]) + "R50,Pune", encoding="utf-8")
    assert list(read(str(tmp_path / "*.csv")).doubts) == [13 + 5]


@pytest.mark.parametrize("whole", [WHOLE, [f"{line.rsplit(',', 1)[0]},\n" for line in WHOLE], ["R1,,,,\n"] * 9])
@pytest.mark.parametrize("block", [300, BYTES])
def test_a_large_file_with_a_broken_record_is_read_as_a_whole(block, whole, tmp_path):
    """Only the whole shows what is broken, wherever blocks end, and whether or not a column is always filled."""
    path = tmp_path / "kiosk.csv"
    good, broken = whole * 5, ["R50,Pune,9,good\n", "and quick,9845012399\n"]
    path.write_text(HEADER + "".join(good), encoding="utf-8")
    assert open_blocks(path, block=block) is not None
    for at in range(len(good) - 9, len(good) + 1, 1 if block < BYTES else 5):
        path.write_text(HEADER + "".join([*good[:at], *broken, *good[at:]]), encoding="utf-8")
        assert open_blocks(path, block=block) is None
    path.write_text(HEADER + "".join(good) + "R50,Pune", encoding="utf-8")
    assert open_blocks(path, block=block) is None


def test_a_large_file_that_leaves_out_empty_cells_streams(tmp_path):
    """Where most records are short, none of them is a piece."""
    path = tmp_path / "kiosk.csv"
    path.write_text(HEADER + "".join(WHOLE) + "R50,Pune\n" * 40, encoding="utf-8")
    assert open_blocks(path) is not None
