"""Which row holds the headers, and which rows below are no answers."""

from pathlib import Path

import pytest

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read
from omoto_kit.intake.headers import clean_name, find_header, unique_names

EXPORTS = Path(__file__).parents[3] / "shared" / "data" / "exports"
beside = pytest.mark.skipif(not EXPORTS.exists(), reason="the collection of exports is not beside the repository")


def table(tmp_path, text):
    """Write a small CSV."""
    path = tmp_path / "kiosk.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_title_rows_above_the_header_are_passed_over(tmp_path):
    """The rows keep the numbers that they have in the file."""
    rows = read(table(tmp_path, "NPS report\nApril 2026,,\n\nStore,Rating,Comment\nPune,9,ok\n\nGoa,8,\n"))
    assert rows.frame.columns == ["Store", "Rating", "Comment"]
    assert rows.numbers.to_list() == [5, 7]
    assert "header in row 4" in rows.source.understood


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ([["Store", "Rating"], ["Pune", "9"]], 0),
        ([["", ""], ["Store", "Rating"], ["Pune", "9"]], 1),
        ([["Store", ""], ["Pune", "9"], ["Goa", "8"]], 0),
        ([["Comment"], ["good"], ["bad"]], 0),
        ([["My report", "", "", ""], ["a", "b", "c", "d"], ["x", "y", "z", "1"]], 1),
        ([["By:", "Asha", "", "", "", ""], ["n", "b", "c", "d", "e", "f"], ["x", "y", "z", "1", "2", "3"]], 1),
        ([["", ""], ["", ""]], None),
        ([["Name", "Note", "", "", "", ""], ["Asha", "x", "", "", "", ""], ["Ravi", "y", "z", "", "", ""]], 0),
        ([["Store", "", "", "Rating"], ["Pune", "MG Road", "first floor", "9"]], 0),
    ],
)
def test_the_header_is_found(head, at):
    """The first row that is as wide as a header must be; a narrow header above data stays the header."""
    assert find_header(head) == at


def test_the_header_can_be_named(tmp_path):
    """A named row is obeyed, 0 means that there is none, and one beyond the end is refused."""
    path = table(tmp_path, "Store,Rating\nFiliale,Note\nPune,9\n")
    named = read(path, header_row=2)
    assert (named.frame.columns, named.numbers.to_list()) == (["Filiale", "Note"], [3])
    without = read(path, header_row=0)
    assert (without.frame.columns, without.numbers.to_list()) == (["column 1", "column 2"], [1, 2, 3])
    with pytest.raises(IntakeError, match="There is no row 9: the source has 3"):
        read(path, header_row=9)


def test_headers_alone_are_an_error(tmp_path):
    """The headers are named, so that the wrong export is recognised."""
    with pytest.raises(IntakeError, match=r"There are headers \('Store', 'Rating'\), but no rows below them"):
        read(table(tmp_path, "Store,Rating\n,\n"))


@pytest.mark.parametrize("first", ["ravi@example.com,9", "9663798289,9", "+91 96637 98289,9"])
def test_an_answer_is_not_taken_for_the_header(first, tmp_path):
    """A first row with somebody's email or phone is refused rather than lost, and its cells are not shown."""
    with pytest.raises(IntakeError, match="row 1: The first row looks like an answer") as caught:
        read(table(tmp_path, f"{first}\nasha@example.com,8\n"))
    assert first.split(",")[0] not in str(caught.value)


def test_headers_lose_what_cannot_be_seen(tmp_path):
    """No-break spaces, marks and blanks go; repeated and blank headers are told apart."""
    rows = read(table(tmp_path, "\ufeff\ufeffStore\u200b,Mobile\xa0No. ,,Store\nPune,1,x,2\n"))
    assert rows.frame.columns == ["Store", "Mobile No.", "column 3", "Store (2)"]
    assert clean_name(" a\xa0b ") == "a b"


def test_numbered_headers_never_meet_given_ones():
    """A header that is itself called "x (2)" keeps its name."""
    assert unique_names(["x", "x", "x (2)", "x"], [1, 2, 3, 4]) == ["x", "x (3)", "x (2)", "x (4)"]


QUALTRICS = (
    "StartDate,Status,Q1\n"
    'Start Date,Response Type,"How likely are you to recommend us?"\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""QID1""}"\n'
    "2026-04-01,IP Address,9\n"
    "2026-04-02,Survey Preview,10\n"
    "2026-04-03,IP Address,8\n"
)


def test_qualtrics_labels_and_previews_are_no_answers(tmp_path):
    """Question texts, import ids and preview rows are left out and told; numbers stay those of the file."""
    rows = read(table(tmp_path, QUALTRICS))
    assert rows.numbers.to_list() == [4, 6]
    assert rows.frame["Q1"].to_list() == ["9", "8"]
    assert "1 preview or test row left out" in rows.source.understood


def test_qualtrics_with_single_quotes_and_numeric_status(tmp_path):
    """The older form of the import ids, and previews that are marked by a 1."""
    text = QUALTRICS.replace('""', "'").replace("IP Address", "0").replace("Survey Preview", "1")
    assert read(table(tmp_path, text)).numbers.to_list() == [4, 6]


def test_only_previews_leave_no_row(tmp_path):
    """A survey that only its author has answered has no rows, and says what was left out."""
    text = QUALTRICS.replace("IP Address", "Survey Preview")
    rows = read(table(tmp_path, text))
    assert len(rows) == 0
    assert "3 preview or test rows left out" in rows.source.understood
    assert len(read(table(tmp_path, text), keep=["previews"])) == 3


def test_a_status_column_of_another_tool_loses_no_row(tmp_path):
    """Only Qualtrics marks previews: elsewhere Status 1 is an answer."""
    assert read(table(tmp_path, "Status,Rating\n1,9\n0,8\n")).numbers.to_list() == [2, 3]


SURVEYMONKEY = (
    "Respondent ID,Start Date,How likely are you to recommend us?,Why?,What did you like?,,\n"
    ",,Response,Open-Ended Response,Price,Staff,Other (please specify)\n"
    "1,2026-04-01,9,good,Price,,\n"
    "2,2026-04-02,8,,,Staff,view\n"
)


def test_surveymonkey_options_join_their_questions(tmp_path):
    """The second header row becomes part of the headers, and the first answer stays an answer."""
    rows = read(table(tmp_path, SURVEYMONKEY))
    assert rows.frame.columns == [
        "Respondent ID",
        "Start Date",
        "How likely are you to recommend us?",
        "Why?",
        "What did you like? - Price",
        "What did you like? - Staff",
        "What did you like? - Other (please specify)",
    ]
    assert rows.numbers.to_list() == [3, 4]
    assert "SurveyMonkey" in rows.source.understood


def test_a_response_in_the_first_answer_is_no_label_row(tmp_path):
    """A row is not taken for labels because somebody answered with the word "Response"."""
    rows = read(table(tmp_path, "Store,Comment,Rating\nPune,Response,9\nGoa,slow,8\n"))
    assert rows.numbers.to_list() == [2, 3]
    rows = read(table(tmp_path, "Store,Comment,,Rating\nPune,Response,extra,9\nGoa,slow,,8\n"))
    assert rows.numbers.to_list() == [2, 3]


@beside
@pytest.mark.parametrize(
    ("path", "count", "first", "header"),
    [
        ("qualtrics/qualtRics_sample.csv", 1, 4, "Duration (in seconds)"),
        ("qualtrics/qualtRics_sample_legacy.csv", 1, 3, "V1"),
        ("surveymonkey/StarWars.csv", 1186, 3, "RespondentID"),
        ("surveymonkey/ospo_2020.csv", 1026, 3, "Respondent ID"),
        ("surveymonkey/Service Mesh\xa0Microsurvey.csv", 253, 3, "What is the size of your company/organization?"),
        ("google_forms/sudzilla_nps_iso_dates.csv", 39, 2, "...why?"),
        ("other/surveygizmo_2015.csv", 779, 3, "Date Submitted"),
        ("other/dirty_data.xlsx", 12, 3, "Employee Status"),
    ],
)
def test_real_exports_give_their_answers(path, count, first, header):
    """Each real export has as many rows as it has answers, numbered from the first of them."""
    rows = read(EXPORTS / path)
    assert (len(rows), rows.numbers[0]) == (count, first)
    assert header in rows.frame.columns
    assert not any("ImportId" in cell for cell in rows.frame.row(0) if cell)


@beside
@pytest.mark.parametrize(
    ("path", "count", "first", "header"),
    [
        ("qualtrics/Better_Sample_Survey.csv", 10, 4, "ResponseID"),
        ("qualtrics/Sample_Survey.csv", 5, 3, "fruits"),
    ],
)
def test_an_export_of_nothing_but_tests_is_empty_and_can_be_read_all_the_same(path, count, first, header):
    """Qualtrics marks answers that it made up by Status 2; a person may read them to try things out."""
    empty = read(EXPORTS / path)
    assert (len(empty), f"{count} preview or test rows left out" in empty.source.understood) == (0, True)
    rows = read(EXPORTS / path, keep=["previews"])
    assert (len(rows), rows.numbers[0]) == (count, first)
    assert header in rows.frame.columns
