"""Files of the wrong kind are refused by name, with what to ask for; a person can override it."""

from pathlib import Path

import polars as pl
import pytest

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import read
from omoto_kit.intake.headers import Choices, settle

EXPORTS = Path(__file__).parents[3] / "shared" / "data" / "exports"
LONG = "Respondent,Question,Answer\n" + "".join(f"{n},Recommend?,{n}\n{n},Why?,ok\n" for n in range(1, 5))
BESIDE = "Store,Rating,,Store,Rating\nPune,9,,Goa,8\nAgra,7,,Delhi,6\n"
BELOW = "Store,Rating\nPune,9\nGoa,8\nAgra,7\n\nRegion,Score\nWest,8.5\nNorth,7\n"
BY_STORE = "Store,Rating,Comment\nPune,9,ok\nGoa,8,\nAgra,7,ok\nAgra,6,\n\nStore,Average,\nPune,9,\nGoa,8,\n"
WRONG = {
    "summary by question": "Q1. How likely?,\nAnswer Choices,Responses\nPromoter,50%\nDetractor,20%\n",
    "summary by question ": "Question,Average,Responses\nRecommend?,8.2,120\nFood?,4.1,118\n",
    "summary by question  ": "Recommend?,,\nAnswer Options,Response Percent,Response Count\nYes,80%,8\n"
    "answered question,,10\nskipped question,,2\n",
    "pivot table": "Row Labels,Average of Rating\nPune,9\nGoa,8\nGrand Total,8.5\n",
    "pivot table ": "Store,Count of Rating\nPune,9\nGoa,8\nGrand Total,17\n",
    "several tables side by side": BESIDE,
    "several tables: another begins in row 6": BELOW,
    "several tables: another begins in row 7": BY_STORE,
    "long form: one row a question, 2 questions in 'Question', their answers in 'Answer'": LONG,
    "list of the survey's questions": "Number,Question\n1,How likely are you to recommend us?\n2,Why?\n3,Name?\n",
}


def table(tmp_path, text):
    """Write a small CSV."""
    path = tmp_path / "kiosk.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", WRONG)
def test_the_wrong_kind_is_named_with_what_to_ask_for(kind, tmp_path):
    """Nothing of it is read; the export that is wanted and the way around are both named."""
    path = table(tmp_path, WRONG[kind])
    with pytest.raises(IntakeError) as caught:
        read(path)
    text = str(caught.value)
    assert kind.strip() in text
    assert "one row a response" in text
    assert "as_table=True" in text


@pytest.mark.parametrize("kind", WRONG)
def test_the_wrong_kind_can_be_read_all_the_same(kind, tmp_path):
    """A person who has looked says so, by the choice of its own or by naming the header's row."""
    path = table(tmp_path, WRONG[kind])
    assert len(read(path, as_table=True)) >= 2
    assert len(read(path, header_row=2, keep=["totals"])) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "Store,Rating,Comment\nPune,9,Grand total was wrong\nGoa,8,\n",
        "Question,Rating\nWhy so slow?,9\nok,8\nfine,7\n",
        "Question,Answer\nq1,a\nq2,b\nq3,c\n",
        "Store,Rating,Comment\nPune,9,ok\n\nGoa,N/A,fine\nAgra,7,ok\nDelhi,6,ok\n",
        "Store,Rating,Comment\nPune,9,ok\nGoa,8,ok\nAgra,7,ok\n\nStore,Rating,Comment\nDelhi,6,x\nBhopal,5,y\n",
        "Region,South\nManager,Asha\n\nStore,Rating,Comment\nPune,9,ok\nGoa,8,ok\nAgra,7,ok\n",
        "Store,,Rating\nPune,,9\nGoa,,8\n",
        "Store,Rating,,Store,Rating\nPune,9,x,Goa,8\nAgra,7,,Delhi,6\n",
        "Count of visits,Rating,Min,Max\n1,9,2,3\n2,8,4,5\n",
        "Answer,Comment,Count\n9,ok,1\n8,no,2\n",
    ],
)
def test_tables_of_answers_are_not_refused(text, tmp_path):
    """Words of pivots and summaries may stand in answers; blank rows and columns part no table by themselves."""
    assert len(read(table(tmp_path, text))) >= 2


@pytest.mark.skipif(not EXPORTS.exists(), reason="the collection of exports is not beside the repository")
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nps_long/store_nps_01.csv", "in long form: one row a question, 5 questions in 'Question Number'"),
        ("nps_long/store_nps_02.csv", "a list of the survey's questions, without any answer"),
        ("other/survey_data_spreadsheet_messy.xls", "several tables side by side, whose headers stand in row 7"),
    ],
)
def test_real_files_of_the_wrong_kind(path, message):
    """The public collection has three of them."""
    with pytest.raises(IntakeError, match=message):
        read(EXPORTS / path)
    assert len(read(EXPORTS / path, as_table=True)) >= 5


@pytest.mark.skipif(not EXPORTS.exists(), reason="the collection of exports is not beside the repository")
def test_another_sheet_of_a_refused_workbook_is_read():
    """Only the sheet that is asked for counts."""
    rows = read(EXPORTS / "other/survey_data_spreadsheet_messy.xls", sheet="dates")
    assert rows.frame.columns == ["Date collected", "Species", "Sex", "Weight"]


ANSWERS = "".join(f"Pune,{at % 11},ok\n" for at in range(1500))
SECOND = "Region,Average,Count\nWest,8.5,12\nNorth,7,9\nSouth,6,3\n"


@pytest.mark.parametrize("title", ["\n", "\nBy region,,\n", "\n\n,,\nBy region,,\n\n"])
def test_a_second_table_far_below_is_refused(title, tmp_path):
    """Thousands of answers may stand above the summary that somebody put below them."""
    with pytest.raises(IntakeError, match=r"several tables: another begins in row 15\d\d"):
        read(table(tmp_path, f"Store,Rating,Comment\n{ANSWERS}{title}{SECOND}"))


@pytest.mark.parametrize("more", ["\nGoa,9,fine\nGoa,8,ok\nGoa,7,no\n", "\nStore,Rating,Comment\nGoa,9,x\nGoa,8,y\n"])
def test_answers_below_a_blank_row_far_below_are_answers(more, tmp_path):
    """A blank row and a repeated header part no tables, wherever they stand."""
    rows = read(table(tmp_path, f"Store,Rating,Comment\n{ANSWERS}{more}"))
    assert len(rows) == 1500 + more.count("Goa")


def test_a_table_that_begins_far_below_is_not_tripped_over(tmp_path):
    """Hundreds of blank rows at the top hold no header to compare with; the table below them is the one table."""
    blank = [{"0": None, "1": None}] * 450
    cells = [*blank, {"0": "Store", "1": "Rating"}, {"0": "Pune", "1": "9"}, {"0": "Goa", "1": "8"}]
    frame = pl.DataFrame(cells, schema={"0": pl.String, "1": pl.String})
    settled = settle(frame, Choices(), Place("kiosk.xlsx"))
    assert settled.frame.rows() == [("Pune", "9"), ("Goa", "8")]
    assert settled.numbers.to_list() == [452, 453]


PAIRS = "Survey title,Kiosk NPS\nTotal responses,12\nFrom,01/04/2026\nTo,30/04/2026\n\n"
WIDE = "Response ID,Store,Rating,Comment,Mobile\n"


@pytest.mark.parametrize("padded", [False, True])
def test_what_a_report_says_of_itself_is_no_table(padded, tmp_path):
    """Names and values stand in two columns above the wide table of answers, with or without commas behind them."""
    above = PAIRS.replace("\n", ",,,\n") if padded else PAIRS
    answers = "".join(f"R{number},Pune,{number % 11},ok,98450123{number}\n" for number in range(10, 40))
    rows = read(table(tmp_path, above + WIDE + answers))
    assert rows.frame.columns == WIDE.strip().split(",")
    assert (len(rows), rows.numbers[0]) == (30, 7)
    few = "".join(answers.splitlines(keepends=True)[:3])
    with pytest.raises(IntakeError, match="several tables: another begins in row 6"):
        read(table(tmp_path, above + WIDE + few))
