"""Quotes that are not by the book, and cells that are formulas: read as meant, or refused with the line."""

import pytest

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read
from omoto_kit.intake.blocks import open_blocks

HEADER = "Store,Rating,Comment\n"


def written(tmp_path, text):
    """Write a small CSV."""
    path = tmp_path / "kiosk.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    ("text", "comments", "words"),
    [
        (
            '"Store", "Rating", "Comment"\n"Pune", "9", "good, fast"\n"Goa", "8", "a ""b"""\n',
            ["good, fast", 'a "b"'],
            1,
        ),
        ('Store, Rating, Comment\nPune, "9", "good, fast"\nGoa, 8, ok\n', ["good, fast", "ok"], 1),
        (f'{HEADER}Pune, "9", "good\nfast"\nGoa, "8", "ok"\n', ["good\nfast", "ok"], 1),
        (f'{HEADER}Pune,9,"said \\"good\\", twice"\nGoa,8,"ok"\n', ['said "good", twice', "ok"], 2),
        (f'{HEADER}Pune,9,"said \\"good\\",\ntwice"\nGoa,8,"a ""b"""\n', ['said "good",\ntwice', 'a "b"'], 2),
        (f'{HEADER}Pune, "9", "said \\"good\\", twice"\nGoa, "8", "ok"\n', ['said "good", twice', "ok"], 3),
    ],
)
def test_quotes_behind_spaces_and_backslashes_are_read_as_meant(text, comments, words, tmp_path):
    """Where the whole file agrees, the cells are what its writer had, and what was understood is said."""
    rows = read(written(tmp_path, text))
    assert rows.frame["Comment"].to_list() == comments
    assert rows.frame["Rating"].to_list() == ["9", "8"]
    assert ("spaces before quotes left out" in rows.source.understood) == bool(words & 1)
    assert ('quotes written \\"' in rows.source.understood) == bool(words & 2)


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        (f'{HEADER}Pune,9,"C:\\"\nGoa,8,"D:\\"\n', ["C:\\", "D:\\"]),
        (f'{HEADER}Pune,9,"x"\nGoa,8, "hello" he said\n', ["x", ' "hello" he said']),
        (f'{HEADER}Pune,9,"a, ""b"""\nGoa,8,5\\" pipe\n', ['a, "b"', '5\\" pipe']),
    ],
)
def test_backslashes_and_spaces_that_mean_nothing_stay(text, comments, tmp_path):
    """A path that ends in a backslash and a word in quotes behind a space are what they are."""
    assert read(written(tmp_path, text)).frame["Comment"].to_list() == comments


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{HEADER}Pune,9,"C:\\"\nGoa,8,"say \\"hi\\", twice"\n', "Line 2 has a quote behind a backslash"),
        (f'{HEADER}Pune, 9, "one\ntwo"\nGoa,8, "b" c\n', "Line 2 has a quote behind a space"),
    ],
)
def test_a_file_that_does_not_agree_with_itself_is_refused_with_the_line(text, message, tmp_path):
    """No row is put together by a guess."""
    with pytest.raises(IntakeError, match=message):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('="00123"', "00123"),
        ('"=""00123"""', "00123"),
        ('=HYPERLINK("http://x.example/1","R1")', "R1"),
        ('"=HYPERLINK(""http://x.example/1"", ""Say """"hi"""""")"', 'Say "hi"'),
        ('"=HYPERLINK(""http://x.example/1"")"', "http://x.example/1"),
        ("=A1+B1", "=A1+B1"),
        ('"=CONCAT(""a"",""b"")"', '=CONCAT("a","b")'),
    ],
)
def test_a_formula_for_a_text_is_the_text_that_it_shows(cell, shown, tmp_path):
    """Portals write such cells to keep zeros in front, and links; what has to be calculated stays as it is."""
    rows = read(written(tmp_path, f"Store,Response ID,Rating\nPune,{cell},9\nGoa,7,8\n"))
    assert rows.frame.rows() == [("Pune", shown, "9"), ("Goa", "7", "8")]


def test_links_parted_by_semicolons_are_read_too(tmp_path):
    """Excel in many languages parts a formula's arguments as it parts the file's cells."""
    rows = read(written(tmp_path, 'Store;ID\nPune;=HYPERLINK("http://x.example";"R1")\nGoa;R2\n'))
    assert rows.frame.rows() == [("Pune", "R1"), ("Goa", "R2")]


def test_a_large_file_with_such_cells_is_read_as_a_whole(tmp_path):
    """In blocks the formulas would come out as they were written."""
    assert open_blocks(written(tmp_path, 'ID,Rating\n"=""007""",9\n')) is None
    assert open_blocks(written(tmp_path, 'ID,Rating\n"007",9\n')) is not None


@pytest.mark.parametrize(
    "text",
    [
        "'Store','Rating','Comment'\n'Pune','9','fine, good'\n'Goa','8','it''s \"ok\"'\n",
        "'Store','Rating','Comment'\n'Pune',9,'fine, good'\n'Goa',8,'it''s \"ok\"'\n",
        "Store,Rating,Comment\nPune,9,'fine, good'\nGoa,8,'it''s \"ok\"'\n",
        "'Store';'Rating';'Comment'\r\n'Pune';'9';'fine, good'\r\n'Goa';'8';'it''s \"ok\"'\r\n",
    ],
)
def test_single_quotes_around_cells_are_quotes(text, tmp_path):
    """Where the whole file agrees they are read as quotes, and said."""
    rows = read(written(tmp_path, text))
    assert rows.frame.rows() == [("Pune", "9", "fine, good"), ("Goa", "8", 'it\'s "ok"')]
    assert "cells in single quotes" in rows.source.understood


@pytest.mark.parametrize("cell", ["'twas good", "don't know", "'9845012345", "rock 'n' roll", "'so-so'", "''"])
def test_an_apostrophe_is_no_quote(cell, tmp_path):
    """A text may begin with one, and a spreadsheet puts one before numbers that are text."""
    rows = read(written(tmp_path, "Store,Rating,Comment\n" + f"Pune,9,{cell}\n" * 5))
    assert set(rows.frame["Comment"]) == {cell}
    assert "single" not in rows.source.understood


def test_many_texts_in_single_quotes_are_quoted(tmp_path):
    """Twenty of them and no other text are a program's way, though the rows would fit without."""
    rows = read(written(tmp_path, "Store,Rating\n" + "'Pune',9\n" * 20))
    assert set(rows.frame["Store"]) == {"Pune"}


def test_single_quotes_that_do_not_fit_are_refused_by_line(tmp_path):
    """Headers in single quotes promise them for all cells; an apostrophe inside one breaks the promise."""
    with pytest.raises(IntakeError, match="Line 3 has single quotes around its cells"):
        read(written(tmp_path, "'Store','Comment'\n'Pune','fine'\n'Goa','it's dear'\n'Agra','ok'\n"))


DRAWN = [
    "| Store | Rating |\n|---|:---:|\n| Pune | 9 |\n| Goa \\| Panaji | 8 |\n",
    "Store | Rating\n--- | ---\nPune | 9\nGoa \\| Panaji | 8\n",
    "+---+---+\r\n|Store|Rating |\r\n+---+---+\r\n|Pune| 9 |\r\n| Goa \\| Panaji |8|\r\n+---+---+\r\n2 rows in set\r\n",
    " Store | Rating \n-------+--------\n Pune  |      9\n Goa \\| Panaji |      8\n(2 rows)\n\n",
    "------------------\n|Store|Rating|\n------------------\n|Pune |9     |\n|Goa \\| Panaji|8 |\n------------------\n",
]


@pytest.mark.parametrize("text", DRAWN, ids=["Markdown", "without a frame", "MySQL", "psql", "SAP"])
def test_a_table_that_is_drawn_in_text_gives_bare_cells(text, tmp_path):
    """No space, line or footer of the drawing is left, rows keep their numbers, and it is said."""
    rows = read(written(tmp_path, text))
    assert rows.frame.rows() == [("Pune", "9"), ("Goa | Panaji", "8")]
    line = next(at for at, line in enumerate(text.split("\n"), 1) if "Pune" in line)
    assert rows.numbers.to_list() == [line, line + 1]
    assert "a table drawn in text" in rows.source.understood


def test_a_drawn_table_may_stand_below_a_text(tmp_path):
    """What is written above it is no row of it."""
    rows = read(written(tmp_path, "# Kiosk answers\n\nAll of April.\n\n| Store | Rating |\n|---|---|\n| Pune | 9 |\n"))
    assert (rows.frame.rows(), rows.numbers.to_list()) == ([("Pune", "9")], [7])


def test_bars_and_dashes_alone_draw_no_table(tmp_path):
    """A file parted by bars is read as ever, with a line of dashes for a comment or rows of different widths."""
    assert read(written(tmp_path, "Store|Rating|Comment\nPune|9|---\nGoa|8| fine \n")).frame.rows() == [
        ("Pune", "9", "---"),
        ("Goa", "8", " fine "),
    ]
    assert "drawn" not in read(written(tmp_path, "Store|Rating\n---\nPune|9|\nGoa|8\n")).source.understood


def test_the_null_of_a_database_is_an_empty_cell(tmp_path):
    """MySQL writes what is absent as a sign of its own; it is no comment, and words that hold the sign stay."""
    rows = read(written(tmp_path, "ID,Rating,Comment\nR1,9,\\N\nR2,8,C:\\New\nR3,\\N,NULL\n"))
    assert rows.frame.rows() == [("R1", "9", None), ("R2", "8", r"C:\New"), ("R3", None, "NULL")]
    assert r"2 cells \N read as empty" in rows.source.understood


def test_a_large_file_with_nulls_is_read_as_a_whole(tmp_path):
    """In blocks they would come out as they were written."""
    assert open_blocks(written(tmp_path, "ID,Comment\n" + "R1,ok\n" * 9 + "R2,\\N\n"), block=20) is None
    assert open_blocks(written(tmp_path, "ID,Comment\n" + "R1,ok\n" * 9 + "R2,x\\N\n"), block=20) is not None
