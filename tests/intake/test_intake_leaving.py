"""Rows that are no answers are left out, counted in words, and can be kept."""

import openpyxl
import pandas as pd
import polars as pl
import pytest

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read
from omoto_kit.intake.blocks import open_blocks


def table(tmp_path, text):
    """Write a small CSV."""
    path = tmp_path / "kiosk.csv"
    path.write_text(text, encoding="utf-8")
    return path


def sheet(tmp_path, rows, merged=(), hidden=()):
    """Write a workbook whose cells may be merged and rows hidden."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    for row in hidden:
        book.active.row_dimensions[row].hidden = True
    book.save(tmp_path / "kiosk.xlsx")
    return tmp_path / "kiosk.xlsx"


@pytest.mark.parametrize(
    ("header", "values", "left"),
    [
        ("Status", ["Complete", "Partial", "Complete"], [2, 4]),
        ("Response Status", ["completed", "Disqualified", None], [2, 4]),
        ("ResponseId,Finished", ["r,1", "r,0", "r,1"], [2, 4]),
        ("ResponseId,Finished", ["r,True", "r,FALSE", "r,True"], [2, 4]),
        ("Start Date,Completed", ["d,Yes", "d,no", "d,Yes"], [2, 4]),
        ("submitdate,lastpage", ["2026-04-01,3", ",2", "1980-01-01 00:00:00,3"], [2, 4]),
        ("submitdate. Date submitted,lastpage. Last page", ["2026-04-01,3", ",2", "2026-04-02,3"], [2, 4]),
        ("Response Type", ["completed", "partial", "completed"], [2, 4]),
        ("Response Type", ["completed", "started", "completed"], [2, 4]),
        ("Survey Status", ["Submitted", "Quota Full", "Submitted"], [2, 4]),
        ("Response uuid,Completed", ["u,Yes", "u,No", "u,Yes"], [2, 4]),
        ("SubmissionId,State", ["1,Completed", "2,Partial", "3,Completed"], [2, 4]),
        ("DistributionChannel", ["anonymous", "preview", "email"], [2, 4]),
        ("Status", ["IP Address", "Survey Preview", "Survey Test"], [2]),
    ],
)
def test_partial_and_preview_answers_never_become_responses(header, values, left, tmp_path):
    """Each tool's way to mark them is known; the other rows keep their numbers."""
    path = table(tmp_path, f"Rating,{header}\n" + "".join(f"9,{value or ''}\n" for value in values))
    rows = read(path)
    assert rows.numbers.to_list() == left
    assert "left out" in rows.source.understood
    assert len(read(path, keep=["partial", "previews"])) == 3


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Status", ["Open", "In progress", "Closed"]),
        ("Status", ["1", "0", "1"]),
        ("Status", ["Started", "Delivered", "Submitted"]),
        ("Finished", ["0", "1", "1"]),
        ("ResponseId,Finished", ["r,0", "r,1", "r,maybe"]),
        ("Date submitted,Store", ["2026-04-01,Pune", ",Goa", "2026-04-02,Pune"]),
        ("State", ["Goa", "Partial", "Kerala"]),
    ],
)
def test_columns_that_only_sound_so_lose_no_row(header, values, tmp_path):
    """A ticket's status, a number, and a column of other words say nothing about the survey."""
    rows = read(table(tmp_path, f"Rating,{header}\n" + "".join(f"9,{value}\n" for value in values)))
    assert len(rows) == 3


def test_nothing_but_partial_answers_is_empty_and_says_so(tmp_path):
    """Everything left out leaves no row, in words; who keeps them gets them."""
    path = table(tmp_path, "Rating,Status\n9,Partial\n")
    rows = read(path)
    assert (len(rows), "1 partial row left out" in rows.source.understood) == (0, True)
    assert len(read(path, keep=["partial"])) == 1


def test_an_unknown_ground_is_named_with_the_nearest(tmp_path):
    """A slip in `keep` is no silent nothing."""
    with pytest.raises(IntakeError, match=r"'partials' is no ground.*Did you mean 'partial'"):
        read(table(tmp_path, "Rating\n9\n"), keep=["partials"])


def test_headers_between_the_answers_are_left_out(tmp_path):
    """Files that were joined by hand repeat their header; its row is no answer."""
    path = table(tmp_path, "Store,Rating\nPune,9\nStore,Rating\nGoa,8\n Store ,Rating\nAgra,7\n")
    rows = read(path)
    assert rows.numbers.to_list() == [2, 4, 6]
    assert "2 repeated header rows left out" in rows.source.understood
    assert read(path, keep="headers").numbers.to_list() == [2, 3, 4, 5, 6]


def test_label_rows_between_the_answers_are_left_out(tmp_path):
    """Two Qualtrics exports in one file: the second one's three header rows are no answers."""
    head = 'StartDate,Status,Q1\nStart Date,Type,Recommend?\n"{""ImportId"":""s""}","{""ImportId"":""t""}",'
    head += '"{""ImportId"":""q""}"\n'
    rows = read(table(tmp_path, f"{head}1 Apr,IP Address,9\n{head}2 Apr,IP Address,8\n"))
    assert rows.numbers.to_list() == [4, 8]
    assert rows.frame["Q1"].to_list() == ["9", "8"]


@pytest.mark.parametrize(
    "foot",
    [
        "Total,17,\n",
        "Grand Total,17,2\n",
        "Average,8.5,\n",
        "\nTotal:,17,\nAverage,8.5,\n",
        "Generated on 1 April 2026,,\n",
        "\nAll rights ours,,\n",
        "Total responses: 2,,\n\n© 2026 Kiosk,,\n",
    ],
)
def test_totals_and_footers_are_left_out(foot, tmp_path):
    """Rows at the end that sum up or sign off are no answers, and they are counted."""
    path = table(tmp_path, f"Store,Rating,Comment\nPune,9,ok\nGoa,8,\n{foot}")
    rows = read(path)
    assert rows.frame["Store"].to_list() == ["Pune", "Goa"]
    assert "total or footer" in rows.source.understood
    assert len(read(path, keep=["totals"])) > 2


@pytest.mark.parametrize(
    "end",
    [
        "Total,9,very clean\n",
        "Pune,,\n",
        "Total,8,\nTotal,9,\n",
        "Total,9,\nGoa,8,\n",
        "Average guy,9,\n",
    ],
)
def test_an_answer_is_no_footer(end, tmp_path):
    """A store called Total, a row with a comment, a row of one cell right below others: all stay."""
    text = f"Store,Rating,Comment\nPune,9,ok\n{end}"
    assert len(read(table(tmp_path, text))) == text.count("\n") - 1


def test_hidden_rows_are_left_out_and_told(tmp_path):
    """What a filter hides the person does not see, so it is not sent; a word brings it back."""
    path = sheet(tmp_path, [["Store", "Rating"], ["Pune", 9], ["Test", 1], ["Goa", 8]], hidden=[3])
    rows = read(path)
    assert rows.numbers.to_list() == [2, 4]
    assert "1 hidden row left out" in rows.source.understood
    assert read(path, keep=["hidden"]).numbers.to_list() == [2, 3, 4]


def test_merged_header_cells_tell_repeated_headers_apart(tmp_path):
    """A group above, merged over its columns, becomes part of the headers that repeat."""
    rows = [
        [None, "Food", None, "Service", None],
        ["Store", "Rating", "Comment", "Rating", "Note"],
        ["Pune", 9, "a", 8, "b"],
    ]
    found = read(sheet(tmp_path, rows, merged=["B1:C1", "D1:E1"]))
    assert found.frame.columns == ["Store", "Food - Rating", "Comment", "Service - Rating", "Note"]
    assert found.labels["Comment"] == ("Food - Comment",)
    assert found.numbers.to_list() == [3]


@pytest.mark.parametrize("merged", [(), ("A1:A2", "B1:C1", "D1:E1")])
def test_a_header_of_two_rows_is_joined(merged, tmp_path):
    """Single headers above nothing, groups above their parts: the second row is no answer."""
    rows = [
        ["Store", "Food", None, "Service", None],
        [None, "Rating", "Comment", "Rating", "Comment"],
        ["Pune", 9, "good", 8, "slow"],
        ["Goa", 7, None, 6, None],
    ]
    found = read(sheet(tmp_path, rows, merged=merged))
    assert found.frame.columns == ["Store", "Food - Rating", "Food - Comment", "Service - Rating", "Service - Comment"]
    assert found.numbers.to_list() == [3, 4]
    assert "second header row" in found.source.understood


def test_a_title_that_is_merged_over_the_table_is_no_group(tmp_path):
    """It stands over every column and tells none of them apart."""
    rows = [["NPS April", None, None], ["Store", "Rating", "Comment"], ["Pune", 9, "ok"]]
    assert read(sheet(tmp_path, rows, merged=["A1:C1"])).frame.columns == ["Store", "Rating", "Comment"]


def test_headers_that_excel_broke_are_told(tmp_path):
    """An error cell and a range that became a date stay as they are, and the words name them."""
    understood = read(table(tmp_path, "Store,#NAME?,Oct-49\nPune,1,2\n")).source.understood
    assert "headers that are Excel errors ('#NAME?' in column 2)" in understood
    assert "headers that Excel may have made dates ('Oct-49')" in understood


QUALTRICS = [
    {"StartDate": "Start Date", "Status": "Response Type", "Q1": "How likely are you to recommend us?"},
    {"StartDate": '{"ImportId":"startDate"}', "Status": '{"ImportId":"status"}', "Q1": '{"ImportId":"QID1"}'},
    {"StartDate": "2026-04-01", "Status": "IP Address", "Q1": "9"},
    {"StartDate": "2026-04-02", "Status": "Survey Preview", "Q1": "10"},
]


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame, list])
def test_label_rows_that_a_frame_brought_along_are_left_out(make):
    """Both pandas and polars read an export's label rows as answers; a frame made so loses them here, too."""
    rows = read(make(QUALTRICS))
    assert rows.numbers.to_list() == [3]
    assert rows.frame["Q1"].to_list() == ["9"]
    assert rows.labels["Q1"] == ("How likely are you to recommend us?", "QID1")


def test_options_that_pandas_left_below_unnamed_columns_are_joined():
    """SurveyMonkey's second header row in a frame of pandas."""
    frame = pd.DataFrame(
        [[None, "Response", "Price", "Staff"], ["1", "9", "Price", None]],
        columns=["Respondent ID", "Recommend?", "What was wrong?", "Unnamed: 3"],
    )
    assert read(frame).frame.columns[2:] == ["What was wrong? - Price", "What was wrong? - Staff"]


ASHA = "".join(f"R{n},Pune,{n % 11},ok\n" for n in range(20))


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("المجموع,,91,\n", "1 total or footer row"),
        ("الإجمالي,,91,\nالمتوسط,,4.55,\n", "2 total or footer rows"),
        ("कुल योग,,91,\nऔसत,,4.55,\n", "2 total or footer rows"),
        ("மொத்தம்,,91,\n", "1 total or footer row"),
        ("Total général,,91,\nMoyenne,,4.55,\n", "2 total or footer rows"),
        ("Gesamt,,91,\n", "1 total or footer row"),
        ("End of report,,,\n20 records,,,\n", "2 total or footer rows"),
        (
            "\nNote: rows below 3 were called\nSource: CRM, exported by Asha, 12 April\n* no staff\n",
            "3 total or footer",
        ),
    ],
)
def test_sums_and_footers_of_other_languages_are_left_out(end, words, tmp_path):
    """A row of sums is none of the answers, in Arabic, Hindi, Tamil, French and German, too."""
    path = tmp_path / "kiosk.csv"
    path.write_text(f"Response ID,Store,Rating,Comment\n{ASHA}{end}", encoding="utf-8")
    rows = read(path)
    assert rows.frame["Response ID"].to_list() == [f"R{n}" for n in range(20)]
    assert words in rows.source.understood


@pytest.mark.parametrize("last", ["कुल,Pune,9,ok\n", "Gesamt,Goa,8,good\n", "R20,औसत,7,ok\n", "---,Pune,9,ok\n"])
def test_answers_that_use_such_words_stay(last, tmp_path):
    """A row with a store, a rating and a comment is an answer, whatever its key is."""
    path = tmp_path / "kiosk.csv"
    path.write_text(f"Response ID,Store,Rating,Comment\n{ASHA}{last}", encoding="utf-8")
    assert len(read(path)) == 21


def test_lines_and_titles_of_printed_pages_are_left_out(tmp_path):
    """Each page of a report repeats its title with another number, its headers, and a line of dashes."""
    header = "Response ID,Store,Rating,Comment\n"
    pages = [
        f"Report ZCX,,,Page {page}\n{header}-----,-----,-----,-----\n"
        + "".join(f"R{page}.{n},Pune,{n},ok\n" for n in range(8))
        for page in range(1, 4)
    ]
    path = tmp_path / "kiosk.csv"
    path.write_text("".join(pages), encoding="utf-8")
    rows = read(path)
    assert rows.frame["Response ID"].to_list() == [f"R{page}.{n}" for page in (1, 2, 3) for n in range(8)]
    assert "4 repeated header rows left out, 3 total or footer rows left out" in rows.source.understood
    assert rows.numbers.to_list()[7:9] == [11, 15]
    assert open_blocks(path) is None


def test_a_table_drawn_in_text_gives_its_cells(tmp_path):
    """The line below the headers of a Markdown table, and those around a table of SAP, are no answers."""
    path = tmp_path / "kiosk.csv"
    path.write_text("| Response ID | Rating |\n|---|---|\n| R1 | 9 |\n| R2 | 8 |\n", encoding="utf-8")
    assert [cell.strip() for cell in read(path).frame["Rating"]] == ["9", "8"]
    line = "-" * 30 + "\n"
    path.write_text(f"{line}|Response ID|Rating|\n{line}|R1 |9 |\n|R2 |8 |\n{line}", encoding="utf-8")
    assert [cell.strip() for cell in read(path).frame["Rating"]] == ["9", "8"]


def test_sums_of_groups_between_the_answers_are_left_out(tmp_path):
    """Excel's own subtotals stand below each group, and the grand total below them all."""
    groups = "".join(
        "".join(f"{store},{store}{n},{n},ok\n" for n in range(5)) + f"{store} Total,,10,\n" for store in ("Pune", "Goa")
    )
    path = table(tmp_path, f"Store,Response ID,Rating,Comment\n{groups}Grand Total,,20,\n")
    rows = read(path)
    assert rows.frame["Response ID"].to_list() == [f"{store}{n}" for store in ("Pune", "Goa") for n in range(5)]
    assert "3 total or footer rows left out" in rows.source.understood
    assert len(read(path, keep=["totals"])) == 13


def test_a_store_that_is_called_total_stays(tmp_path):
    """A row with a comment, or below another store, is an answer."""
    text = "Store,Rating,Comment\nPune,9,ok\nPune Total,8,nice\nGoa,7,ok\nShell Total,6,\nGoa,5,x\n"
    assert len(read(table(tmp_path, text))) == 5


GROUPED = ["Response ID", "Store", "Rating", "Comment", "Mobile"]


def grouped(*rows):
    """Write rows of cells as CSV, each as wide as the headers."""
    wide = ([*row, *[""] * (len(GROUPED) - len(row))] for row in (GROUPED, *rows))
    return "".join(",".join(map(str, row)) + "\n" for row in wide)


ANSWERS = [[f"R{n}", "Pune" if n < 4 else "Goa", n, "ok", f"984501234{n}"] for n in range(8)]


@pytest.mark.parametrize(
    ("titles", "sums"),
    [
        (["Pune", "Goa"], []),
        (["Store: Pune", "Store: Goa"], []),
        (["West", "South"], []),
        (["Pune", "Goa"], ["Subtotal", "", "6"]),
        (["Pune", "Goa"], ["Average", "", "7.7"]),
    ],
    ids=["the rows below say it", "a header says it", "words among codes", "sums", "sums that do not add up"],
)
def test_rows_that_name_a_group_or_sum_it_up_are_left_out(titles, sums, tmp_path):
    """A report by store writes the store above its answers, and often its numbers below them."""
    foot = [sums] if sums else []
    path = table(tmp_path, grouped([titles[0]], *ANSWERS[:4], *foot, [titles[1]], *ANSWERS[4:], *foot))
    rows = read(path)
    assert rows.frame["Response ID"].to_list() == [row[0] for row in ANSWERS]
    assert "2 group title rows left out" in rows.source.understood
    assert ("2 total or footer rows left out" in rows.source.understood) == bool(sums)
    assert len(read(path, keep=["titles", "totals"])) == 8 + 2 + (2 if sums else 0)


@pytest.mark.parametrize(
    "cells",
    [
        ["R9"],
        ["R9", "", "", "slow"],
        ["", "", "4"],
        ["", "Goa"],
        *(["", "", "", text] for text in ("ok", "Store: far")),
    ],
)
def test_an_answer_of_few_cells_is_no_title(cells, tmp_path):
    """Only a code, a rating or a comment, and be it that of the next row: what is missing, the checks say."""
    assert len(read(table(tmp_path, grouped(*ANSWERS[:4], cells, *ANSWERS[4:])))) == 9


def test_ratings_alone_are_no_titles(tmp_path):
    """Some customers only tap a number, and the next one the same."""
    text = "Rating,Comment,Store,Mobile\n9,,,\n9,ok,Pune,\n8,,Goa,\n7,slow,Goa,9845012345\n9,,,\n9,good,9,\n"
    assert len(read(table(tmp_path, text))) == 6


def test_a_comment_alone_is_no_title(tmp_path):
    """Texts with digits in them are no codes, so a text without one is nothing special."""
    rows = "".join(f"waited {n} minutes,{n},Pune,984501234{n}\n" for n in range(8))
    assert len(read(table(tmp_path, f"Comment,Rating,Store,Mobile\n{rows}loved it,,,\n{rows}"))) == 17


def test_a_brand_called_total_is_no_sum(tmp_path):
    """Petrol is sold by one: its ratings add nothing up, and its rows are as full as others."""
    rows = [[f"Total {n}" if n % 2 else "Total", "Pune", n, "", ""] for n in (3, 9, 4, 8)]
    assert len(read(table(tmp_path, grouped(*rows, ["Shell", "Goa", 9, "ok", ""])))) == 5
