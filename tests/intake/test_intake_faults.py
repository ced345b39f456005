"""Files with the faults of daily work: two encodings, faulty quotes, pipes, account languages, totals, wrong kinds."""

import os

import pytest
import xlsxwriter

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read

HEADER = ["StartDate", "EndDate", "Status", "Progress", "Finished", "RecordedDate", "ResponseId", "Q1"]
IDS = ["startDate", "endDate", "status", "progress", "finished", "recordedDate", "_recordId", "QID1"]


def table(folder, text, name="a.csv"):
    """Write a file and give its path."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def sheets(folder, **tables):
    """Write a workbook of sheets by their names; None leaves a cell blank."""
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in tables.items():
            written = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                written.write_row(at, 0, cells)
    return path


def qualtrics(texts, *answers, ids=True):
    """Make a Qualtrics export; each answer gives status, finished and the rating."""
    rows = [HEADER, texts]
    if ids:
        rows.append(['"{""ImportId"":""' + name + '""}"' for name in IDS])
    for number, (status, finished, rating) in enumerate(answers):
        rows.append(["2026-04-01", "2026-04-01", status, "100", finished, "2026-04-01", f"R_{number}", rating])
    return "\n".join(map(",".join, rows)) + "\n"


GERMAN = [
    "Startdatum",
    "Enddatum",
    "Antworttyp",
    "Fortschritt",
    "Beendet",
    "Aufgezeichnet",
    "Antwort-ID",
    "Empfehlung?",
]
FRENCH = ["Date de début", "Date de fin", "Type", "Avancement", "Terminé", "Enregistré", "ID", "Recommandation ?"]


@pytest.mark.parametrize(
    ("texts", "good", "preview", "true", "false"),
    [
        (GERMAN, "IP-Adresse", "Umfragevorschau", "Wahr", "Falsch"),
        (FRENCH, "Adresse IP", "Aperçu de l'enquête", "Vrai", "Faux"),
        (GERMAN, "Dirección IP", "Vista previa de la encuesta", "Verdadero", "Falso"),
        (GERMAN, "IP アドレス", "アンケートのプレビュー", "真", "偽"),
        (GERMAN, "0", "1", "1", "0"),
    ],
)
def test_previews_and_partial_answers_in_the_language_of_the_account(texts, good, preview, true, false, tmp_path):
    """Labels, previews and answers that were not sent off are none, whatever language the account has."""
    text = qualtrics(texts, (good, true, "9"), (preview, true, "1"), (good, false, "2"), (good, true, "8"))
    rows = read(table(tmp_path, text))
    assert rows.frame["Q1"].to_list() == ["9", "8"]
    assert rows.numbers.to_list() == [4, 7]


def test_question_texts_without_import_ids_below_them(tmp_path):
    """A second row of texts is told from an answer by the dates that it lacks."""
    text = qualtrics(FRENCH, ("IP Address", "True", "9"), ids=False)
    rows = read(table(tmp_path, text))
    assert (rows.frame["Q1"].to_list(), rows.numbers.to_list()) == (["9"], [3])
    assert rows.labels["Q1"] == ("Recommandation ?",)


def test_the_options_of_another_survey_language(tmp_path):
    """SurveyMonkey's second row is blank below the ids and dates that every answer has."""
    text = (
        "Teilnehmer-ID,Kollektor-ID,Startdatum,Wie wahrscheinlich?,Was war schlecht?,,Noch etwas?\n"
        ",,,Antwort,Preis,Personal,Antwort auf offene Frage\n"
        "1001,55,01.04.2026,9,Preis,,gut\n1002,55,01.04.2026,8,,Personal,\n"
    )
    rows = read(table(tmp_path, text))
    names = ["Wie wahrscheinlich?", "Was war schlecht? - Preis", "Was war schlecht? - Personal", "Noch etwas?"]
    assert rows.frame.columns[3:] == names
    assert rows.numbers.to_list() == [3, 4]


def test_lines_in_two_encodings(tmp_path):
    """Two files put together: each line is read in its own encoding, and told."""
    lines = [f"R{number},très bien\n" for number in range(6)]
    data = b"ID,Comment\n" + b"".join(line.encode("cp1252" if at % 2 else "utf-8") for at, line in enumerate(lines))
    rows = read(table(tmp_path, data))
    assert set(rows.frame["Comment"]) == {"très bien"}
    assert "UTF-8 with 3 lines in Windows-1252" in rows.source.understood


@pytest.mark.parametrize("end", [b"\0" * 600, b"\x1a"])
def test_what_fills_a_file_up_is_no_row(end, tmp_path):
    """NUL bytes at the very end, and the sign with which DOS ended files."""
    assert len(read(table(tmp_path, b"Store,Rating\nPune,9\n" + end))) == 1


def test_stray_quotes_are_told_by_line(tmp_path):
    """They are read as well as can be, and nobody has to find them by eye."""
    rows = read(table(tmp_path, 'Store,Comment\nPune,"good" indeed\nGoa,5" pipe\nAgra,"he said "no""\n'))
    assert len(rows) == 3
    assert "stray quotes in lines 2, 4" in rows.source.understood


def test_a_quote_that_swallows_rows_is_refused(tmp_path):
    """It opens in one line and is closed in the middle of a cell of a later one: rows are missing between."""
    with pytest.raises(IntakeError, match="opens in line 2 is closed in line 4, in the middle of a cell"):
        read(table(tmp_path, 'Store,Rating,Comment\nPune,9,"open\nGoa,8,ok\nAgra,7,"fine, ok"\nDelhi,6,x\n'))


def test_lines_in_quotes_as_a_whole(tmp_path):
    """A file of one column that was saved once more has quotes around each line."""
    rows = read(table(tmp_path, '"Store,Rating"\n"Pune,9"\n"""Goa, Panjim"",8"\n'))
    assert rows.frame.rows() == [("Pune", "9"), ("Goa, Panjim", "8")]
    assert "each line in quotes" in rows.source.understood


def test_pipes_and_devices_are_refused_at_once(tmp_path):
    """A pipe without a writer would wait for ever, and a device may never end."""
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(IntakeError) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.what == "This is a pipe, no file."
    with pytest.raises(IntakeError, match="This is a device, no file"):
        read("/dev/zero")


@pytest.mark.parametrize("again", ["STORE,RATING,COMMENT\n", "\ufeffStore,Rating,Comment\n", "store,Rating,comment\n"])
def test_a_header_between_the_answers_in_another_case(again, tmp_path):
    """Files that were joined by hand repeat the header, in another case or with a mark before it."""
    rows = read(table(tmp_path, f"Store,Rating,Comment\nPune,9,a\n{again}Goa,8,b\n"))
    assert rows.numbers.to_list() == [2, 4]


@pytest.mark.parametrize("foot", [",Average: 8.5,,\n", ",17,,Total\n", "Average,8.5,,\n", ",8.50,,mean\n"])
def test_totals_wherever_their_word_stands(foot, tmp_path):
    """The word may stand in the last column, or with its number in one cell."""
    assert len(read(table(tmp_path, f"Store,Rating,Comment,Staff\nPune,9,a,Asha\nGoa,8,b,Ravi\n{foot}"))) == 2


@pytest.mark.parametrize("answer", ["Average,5\n", "Total,9\n"])
def test_a_comment_that_is_a_word_of_sums_stays(answer, tmp_path):
    """An answer that says "Average" is none of the table's sums unless its number is."""
    text = f"Comment,Rating\nvery good,9\nbad,2\n{answer}"
    assert len(read(table(tmp_path, text))) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Store,Promoters,Passives,Detractors,NPS\nPune,10,5,5,25\nGoa,8,1,1,70\n", "a summary by group"),
        ("Overall Rating,Count,Percent\n9,40,40%\n10,60,60%\n", "a summary by question"),
        ("Response ID,R1,R2\nOverall Rating,9,8\nComment,good,bad\nStore,Pune,Goa\n", "a table on its side"),
        ("Variable,Label,Values\nQ1,How likely?,0-10\nQ2,Why?,Text\n", "a list of the survey's variables"),
        ("respondent_id,question_id,response\nR1,q1,9\nR1,q2,ok\nR2,q1,8\nR2,q2,no\n", "in long form"),
        ("9,good,Pune\n8,bad,Goa\n7,ok,Delhi\n", "looks like an answer"),
    ],
)
def test_tables_of_the_wrong_kind(text, message, tmp_path):
    """Each is refused with what it is, and read all the same by who insists."""
    with pytest.raises(IntakeError, match=message):
        read(table(tmp_path, text))
    assert len(read(table(tmp_path, text), header_row=1)) > 1


def test_a_shorter_table_beside_another_is_refused(tmp_path):
    """The rows of two tables would become one."""
    rows = [["Store", "Rating", None, "Month", "Sum"], *[["Pune", number, None, None, None] for number in range(9)]]
    rows[1][3:] = rows[2][3:] = rows[3][3:] = ["May", 5]
    with pytest.raises(IntakeError, match="several tables side by side"):
        read(sheets(tmp_path, Data=rows))


def test_a_cover_sheet_is_passed_over(tmp_path):
    """The answers stand in the second sheet; the cover's lines are none."""
    cover = [["Prepared by", "Asha"], ["Month", "April"]]
    answers = [["Store", "Rating", "Comment"], ["Pune", 9, "ok"]]
    rows = read(sheets(tmp_path, Cover=cover, Data=answers))
    assert (rows.source.sheet, len(rows)) == ("Data", 1)


def test_all_sheets_of_the_same_headers_at_once(tmp_path):
    """A month a sheet: the others are named, and "*" reads all, each row with its sheet."""
    path = sheets(tmp_path, Jan=[["Store", "Rating"], ["Pune", 9]], Feb=[["Store", "Rating"], ["Goa", 8]])
    assert "not read are 'Feb'" in read(path).source.understood
    rows = read(path, sheet="*")
    assert rows.frame["Store"].to_list() == ["Pune", "Goa"]
    assert [(place.sheet, place.row) for place in map(rows.source.place, rows.numbers)] == [("Jan", 2), ("Feb", 2)]


def test_lines_below_a_gap_are_no_answers(tmp_path):
    """Filters and remarks below the table are left out, however many lines they have; a page number anywhere is."""
    text = "Store,Rating,Comment\nPune,9,a\nPage 1 of 2,,\nGoa,8,b\n"
    text += "\nApplied filters:,,\nStore is Pune,,\nDate is April,,\n"
    rows = read(table(tmp_path, text))
    assert rows.numbers.to_list() == [2, 4]
    assert "4 total or footer rows left out" in rows.source.understood


def test_an_answer_of_one_cell_right_below_others_stays(tmp_path):
    """Without a gap above it, it is an answer with little in it."""
    assert len(read(table(tmp_path, "Store,Rating,Comment\nPune,9,a\nGoa,,\n"))) == 2
