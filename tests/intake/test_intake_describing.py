"""A row below the headers that says what the columns hold: types, units, forms or questions; never an answer."""

import json

import polars as pl
import pytest

from omoto_kit.intake import read

HEADER = "Response ID,Visit Date,Store,Rating,Comment,Mobile"
ANSWERS = [f"R{number},{number:02d}/04/2026,Pune,{number % 11},fine,98450123{number:02d}" for number in range(1, 13)]
ROWS = {
    "types": "text,date,text,number,text,text",
    "of a database": "varchar(20),date,varchar(255),int,text,varchar(15)",
    "of pandas": "object,datetime64,object,int64,object,object",
    "forms": ",dd/mm/yyyy,,(0-10),,(10 digits)",
    "a range": "unique,dd/mm/yyyy,dropdown,0 to 10,open text,numeric",
    "one only": ",,,0-10,,",
    "demands": "required,required,required,required,optional,optional",
    "kinds of questions": "Open-Ended,Date,Dropdown,NPS,Essay,Short Answer",
    "German": "Text,Datum,Text,Zahl,Text,Zahl",
    "Hindi": "पाठ,दिनांक,पाठ,संख्या,पाठ,संख्या",
    "questions": "Number,When did you visit?,Which store?,How likely (0-10) are you to recommend us?,Why?,Your mobile?",
}


def table(folder, row, answers=ANSWERS, header=HEADER):
    """Write a file with a row between its headers and its answers, and read it."""
    path = folder / "kiosk.csv"
    path.write_text("\n".join([header, row, *answers]) + "\n", encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_that_describes_the_columns_is_no_answer(row, tmp_path):
    """By what the answers below it hold, whatever its words are; the headers stay, and it is said."""
    rows = table(tmp_path, row)
    assert rows.numbers.to_list() == list(range(3, 15))
    assert rows.frame.columns == HEADER.split(",")
    assert "a row below it that describes the columns" in rows.source.understood


def test_a_question_below_a_header_is_another_name_of_its_column(tmp_path):
    """So that the column map knows the question where the header is a code; a type's word is no name."""
    rows = table(tmp_path, ROWS["questions"])
    assert rows.labels["Rating"] == ("How likely (0-10) are you to recommend us?",)
    assert table(tmp_path, ROWS["types"]).labels == {}


@pytest.mark.parametrize(
    "row",
    [
        "R99,01/05/2026,Number 1 Store,9,text me,9845012388",
        "R99,yesterday,Pune,N/A,none,unknown",
        "R99,yesterday,Kothrud,Extremely likely,great,no phone",
        "asha,01/05/2026,Kothrud,good,great,I would rather not tell you",
        "asha,yesterday,Kothrud,nine,we liked all of the food very much,landline",
        "R99,,text,,,",
        "test,test,test,test,test,test",
        "asha,yesterday,Kothrud,good,great,asha@example.com",
        ",,,9,,",
    ],
)
def test_an_answer_is_never_taken_for_a_description(row, tmp_path):
    """However odd it is; what is wrong with it, the checks say."""
    assert table(tmp_path, row).numbers.to_list() == list(range(2, 15))


@pytest.mark.parametrize(
    ("header", "row", "answers"),
    [
        ("Store,NPS,CSAT", "Pune,Extremely likely,Very satisfied", ["Goa,9,5", "Goa,3,2", "Goa,8,4"]),
        ("NPS,Mobile,Comment", "good,landline,we came for the first time and liked it", ["9,1,x", "8,2,y"]),
        ("Store,Age,NPS", "Pune,18-25,9", ["Goa,26-35,8", "Agra,36-45,3"]),
        ("Name,Type,Store", "Q1,text,Pune", ["Q2,number,Pune", "Q3,text,Goa"]),
        ("Comment,Kind", "text,choice", ["fine,text", "text,choice"]),
        ("Comment,Kind", "text,choice", []),
    ],
)
def test_words_that_the_answers_have_too_describe_nothing(header, row, answers, tmp_path):
    """Ends of a scale in words, ranges among ranges, and a column that itself holds types."""
    assert len(table(tmp_path, row, answers, header)) == len(answers) + 1


def test_headers_below_a_title_describe_nothing(tmp_path):
    """A title of two cells is no header, so the headers below it are none of its descriptions."""
    rows = table(tmp_path, HEADER, header="Kiosk answers,,,Dec-27,,")
    assert rows.frame.columns == HEADER.split(",")
    assert len(rows) == 12


def test_frames_and_records_have_such_rows_too(tmp_path):
    """What wrote a table with a row of types in it may have written it as Parquet or JSON."""
    cells = [line.split(",") for line in (ROWS["types"], *ANSWERS)]
    frame = pl.DataFrame(cells, schema=HEADER.split(","), orient="row")
    assert read(frame).numbers.to_list() == list(range(2, 14))
    path = tmp_path / "kiosk.json"
    path.write_text(json.dumps(frame.to_dicts()), encoding="utf-8")
    assert read(path).numbers.to_list() == list(range(2, 14))
