"""The small parts of intake: what is a panic, what is a label, what a header could mean, what a cell holds."""

import pytest

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import read
from omoto_kit.intake.guard import guarded
from omoto_kit.intake.guesses import guess_fields
from omoto_kit.intake.headers import unique_names
from omoto_kit.intake.kinds import find_kind
from omoto_kit.intake.labels import find_labels
from omoto_kit.intake.splitting import categories_of, pairs_of, parts_of
from omoto_kit.intake.text import is_utf8, wide_order

HERE = Place("kiosk")


class PanicException(BaseException):
    """Stands for the class of this name that each Rust library has of its own."""


def throw(error):
    """Raise what it is given."""
    raise error


@pytest.mark.parametrize("error", [ValueError("cells"), PanicException("cells"), MemoryError("cells")])
def test_failures_and_panics_become_our_errors(error):
    """Whatever a parser throws, a panic included, is explained in our words and without its traceback."""
    with pytest.raises(IntakeError, match="ours: cells") as caught:
        guarded(lambda: throw(error), lambda text: IntakeError(f"ours: {text}"))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_interrupts_pass_through(error):
    """A user who stops the program stops it."""
    with pytest.raises(error):
        guarded(lambda: throw(error()), IntakeError)


def test_what_succeeds_is_returned():
    """The guard adds nothing to a call that works."""
    assert guarded(lambda: 7, IntakeError) == 7


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (b"Store,Rating\nPune,9\n", ".csv", "CSV"),
        (b"Store,Rating\nPune,9\n", ".json", "CSV"),
        (b"[Store],Rating\nPune,9\n", ".csv", "CSV"),
        (b"{Store},Rating\nPune,9\n", ".txt", "CSV"),
        (b'{"npsrating": "9"}\n{"npsrating": "8"}\n', ".csv", "JSON Lines"),
        (b'{"npsrating": "9"}\n{"npsrating": "8"}\n', ".json", "JSON Lines"),
        (b'{"npsrating": "9"}', ".jsonl", "JSON Lines"),
        (b'{"npsrating": "9"}', "", "JSON"),
        (b'[{"npsrating": "9"}]', ".txt", "JSON"),
        (b'\xef\xbb\xbf\n {"npsrating":\n "9"}', ".json", "JSON"),
        (b"{broken", ".json", "JSON"),
        (b'rubbish\n{"npsrating": "8"}\n', ".jsonl", "JSON Lines"),
        (b"PAR1....", ".csv", "Parquet"),
    ],
)
def test_the_content_names_the_kind(data, suffix, kind):
    """JSON is told from a table that begins with a bracket; the ending decides only where the content does not."""
    assert find_kind(data, suffix, HERE) == kind


def test_word_documents_of_old_are_not_workbooks():
    """The same container holds Word documents; it is the streams inside that tell."""
    container = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    assert find_kind(container + "Workbook".encode("utf-16-le"), ".xls", HERE) == "XLS"
    assert find_kind(container + "Book".encode("utf-16-le"), ".xls", HERE) == "XLS"
    with pytest.raises(IntakeError, match="a Word document"):
        find_kind(container + "WordDocument Bookmarks".encode("utf-16-le"), ".doc", HERE)


@pytest.mark.parametrize(
    ("header", "below", "rows"),
    [
        (["Store", "Rating"], [["Pune", "9"]], 0),
        (["Store", "Rating"], [], 0),
        (["a", "b"], [["x", "y"], ['{"ImportId":"a"}', '{"ImportId":"b"}']], 2),
        (["a", "b"], [['{"ImportId":"a"}', '{ "ImportId": "b"}']], 1),
        (["V1", "V2", "V3", "Q1"], [["ResponseID", "ResponseSet", "Name", "How?"]], 1),
        (["V1", "V2", "V3", "Q1"], [["R_1", "Default", "Asha", "9"]], 0),
        (["ResponseID", "ResponseSet", "IPAddress", "Q1"], [["ResponseID", "ResponseSet", "IPAddress", "How?"]], 1),
        (["How likely?", "Why?"], [["Response", "Open-Ended Response"]], 1),
        (["Respondent ID", "Liked?", ""], [["", "Price", "Staff"]], 1),
        (["Respondent ID", "Liked?", ""], [["1", "Price", "Staff"]], 0),
        (["Store", "Comment", ""], [["Pune", "Response", "x"]], 0),
        (["Comment", "Rating"], [["Response", "9"]], 0),
    ],
)
def test_label_rows_are_told_from_answers(header, below, rows):
    """Both tools' label rows are found in all their forms, and no answer is taken for one."""
    assert find_labels(header, below).rows == rows


def test_options_are_joined_once():
    """A repeated question above, an option equal to it, and a blank pair each give a sensible name."""
    header = ["Respondent ID", "Liked?", "Liked?", "", "", "How?"]
    row = ["", "Price", "Staff", "Other", "", "Response"]
    names = find_labels(header, [row]).names
    assert names == ("Respondent ID", "Liked? - Price", "Liked? - Staff", "Liked? - Other", "", "How?")
    assert unique_names(names, range(1, 7))[4] == "column 5"


@pytest.mark.parametrize(
    ("text", "order"),
    [("Store,Rating\n", ""), ("", ""), ("a", ""), ("स्टोर,9\n", ""), ("\0\0\0\0", "")],
)
def test_plain_bytes_are_no_utf16(text, order):
    """UTF-8, nothing, and rubbish of NULs are not taken for UTF-16."""
    assert wide_order(text.encode()) == order


def test_utf8_is_checked_over_pieces(monkeypatch):
    """A character that lies across two pieces is whole; one that is cut off at the end is not."""
    monkeypatch.setattr("omoto_kit.intake.text.CHUNK", 3)
    assert is_utf8("aé€🙂z".encode())
    assert not is_utf8("aé€🙂".encode()[:-1])
    assert not is_utf8(b"caf\xe9 au lait")


def test_guesses_come_surest_first():
    """The list is sorted, each guess says why, and nothing is surer than a field's own name."""
    guesses = guess_fields(["Comment", "Coment", "Any other feedback?"], ["comment", "npsrating"])
    assert [guess.header for guess in guesses] == ["Comment", "Coment", "Any other feedback?"]
    assert [guess.confidence for guess in guesses] == sorted((g.confidence for g in guesses), reverse=True)
    assert guesses[0].reason == "its own name"


@pytest.mark.parametrize(
    ("cell", "split", "known", "parts"),
    [
        ("a;b", None, [], ["a;b"]),
        ("a;b", ";", [], ["a", "b"]),
        (" a ; ;b;a", ";", [], ["a", "b"]),
        ("a, b, c", ", ", ["b, c"], ["a", "b, c"]),
        ("A,B,C", ",", ["a, b, c", "b, c"], ["A,B,C"]),
        ("a,b", ",", ["a", "b"], ["a", "b"]),
        ("", ";", [], []),
        (";;", ";", [], []),
        ("one\ntwo", "\n", [], ["one", "two"]),
    ],
)
def test_cells_are_parted(cell, split, known, parts):
    """A delimiter parts a cell, but never inside a name of the contract; blanks and repetitions go."""
    assert parts_of(cell, split, known) == parts


def test_marks_that_say_no_select_no_category():
    """A cell that says "none" selects nothing, unless the contract has a category of that name."""
    assert categories_of("None", [], ";") == []
    assert categories_of("None;Price", ["None"], ";") == ["None", "Price"]


@pytest.mark.parametrize(
    ("cell", "pairs", "equals", "values", "unreadable"),
    [
        ("a=1", None, "=", {"a": "1"}, ()),
        ("a=1=2", "|", "=", {"a": "1=2"}, ()),
        ("a = 1 | b=", "|", "=", {"a": "1"}, ()),
        ("a:1\nb:2", "\n", ":", {"a": "1", "b": "2"}, ()),
        ("=1", "|", "=", {}, ("=1",)),
        ("a=1|a=1", "|", "=", {"a": "1"}, ()),
        ("a=1|a=2", "|", "=", {"a": "1"}, ("a=2",)),
        ("|| ", "|", "=", {}, ()),
    ],
)
def test_pairs_are_parted(cell, pairs, equals, values, unreadable):
    """The first sign of equality counts, empty values are absent, and a second value of a name is refused."""
    found = pairs_of(cell, pairs, equals)
    assert (found.values, found.unreadable) == (values, unreadable)


def test_headers_that_are_alike_stay_apart_in_several_files(tmp_path):
    """Two headers of one file that differ in a sign alone are two columns, whatever their order in the other file."""
    (tmp_path / "a.csv").write_text("Q42#1,Q42_1\n1,2\n3,4\n")
    (tmp_path / "b.csv").write_text("Q42_1,Q42#1\n5,6\n7,8\n")
    rows = read([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert rows.frame["Q42#1"].to_list() == ["1", "3", "6", "8"]
    assert rows.frame["Q42_1"].to_list() == ["2", "4", "5", "7"]
