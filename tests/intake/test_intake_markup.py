"""Web pages that portals name .xls, workbooks in the XML of 2003, and tables in JSON."""

import json

import pytest

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read

PAGE = """<html><head><meta charset="utf-8"><style>td {{}}</style><title>Export</title></head><body>
<h2>Feedback of April</h2>{tables}</body></html>"""
TABLE = """<table border=1><tr><th>Response ID<th>Overall Rating</th><th>Comment</th></tr>
<tr><td>R1</td><td>9</td><td>good &amp; fast<br>and&nbsp;clean</td></tr>
<tr><td>R2</td><td>8</td><td><table><tr><td>inner</td></tr></table></td></tr></table>"""
NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"


def written(folder, name, data):
    """Write a file and give its path."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def book(*rows, name="Data"):
    """Make a workbook in the XML of 2003 of rows that are XML already."""
    sheet = f'<Worksheet ss:Name="{name}"><Table>{"".join(rows)}</Table></Worksheet>'
    return f'<?xml version="1.0"?><Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}">{sheet}</Workbook>'


def row(*cells, kind="String", **other):
    """Make a row of cells of one kind."""
    attributes = "".join(f' ss:{key}="{value}"' for key, value in other.items())
    return (
        f"<Row{attributes}>"
        + "".join(f'<Cell><Data ss:Type="{kind}">{cell}</Data></Cell>' for cell in cells)
        + "</Row>"
    )


def test_a_web_page_named_xls_is_read(tmp_path):
    """Its table is read with the row numbers that Excel shows, what lies above it included."""
    rows = read(written(tmp_path, "portal.xls", PAGE.format(tables=TABLE)))
    assert rows.frame.columns == ["Response ID", "Overall Rating", "Comment"]
    assert rows.numbers.to_list() == [3, 4]
    assert rows.frame["Comment"].to_list() == ["good & fast\nand clean", "inner"]
    assert rows.source.understood.startswith("not what its ending .xls says, but a web page (HTML) with 1 table")


def test_a_title_in_a_table_of_its_own_stands_above(tmp_path):
    """Portals lay titles out as tables, too; they are rows above the header."""
    title = "<table><tr><td colspan=3>Feedback</td></tr><tr><td>From</td><td>April</td></tr></table>"
    rows = read(written(tmp_path, "portal.xls", PAGE.format(tables=title + TABLE)))
    assert rows.numbers.to_list() == [5, 6]
    assert "header in row 4" in rows.source.understood


def test_cells_over_several_rows_fill_the_rows_they_cover(tmp_path):
    """A store that stands once for three answers belongs to all three, as a person sees it."""
    table = (
        "<table><tr><td>Store</td><td>Response ID</td><td>Overall Rating</td></tr>"
        "<tr><td rowspan='2'>Pune</td><td>R1</td><td>9</td></tr><tr><td>R2</td><td>8</td></tr>"
        "<tr><td rowspan='x'>Goa</td><td>R3</td><td>7</td></tr></table>"
    )
    rows = read(written(tmp_path, "a.html", table))
    assert rows.frame.rows() == [("Pune", "R1", "9"), ("Pune", "R2", "8"), ("Goa", "R3", "7")]
    assert "1 cell filled from the merged cell above" in rows.source.understood


def test_a_page_in_the_encoding_that_it_names(tmp_path):
    """The page's own word about its encoding counts."""
    page = f'<html><meta charset="cp1256"><body>{TABLE.replace("R1", "دبي")}</body></html>'
    assert read(written(tmp_path, "a.xls", page.encode("cp1256"))).frame["Response ID"][0] == "دبي"


def test_the_xml_of_2003_is_read(tmp_path):
    """Skipped rows and cells, whole numbers, days, truth values and hidden rows are as Excel shows them."""
    day = '<Cell><Data ss:Type="DateTime">2026-04-01T00:00:00.000</Data></Cell>'
    flag = '<Cell ss:Index="6"><Data ss:Type="Boolean">1</Data></Cell>'
    number = '<Cell><Data ss:Type="Number">9.845012345E9</Data></Cell>'
    data = book(
        row("Response ID", "Mobile", "Day", "x", "y", "Flag"),
        f'<Row ss:Index="3"><Cell><Data ss:Type="String">R1</Data></Cell>{number}{day}{flag}</Row>',
        row("R2", Hidden="1"),
        row("R3", "1", "2", "3", "4", "5"),
    )
    rows = read(written(tmp_path, "a.xls", data))
    assert rows.numbers.to_list() == [3, 5]
    assert rows.frame.row(0) == ("R1", "9845012345", "2026-04-01", None, None, "TRUE")
    assert (rows.source.sheet, "1 hidden row left out" in rows.source.understood) == ("Data", True)


@pytest.mark.parametrize("run", ["<table", "<!--", "<td ", "<"])
def test_tags_and_comments_that_never_end_are_left_out(tmp_path, run):
    """However many there are: a file of them does not keep the reader busy, and what stands before is read."""
    rows = read(written(tmp_path, "a.xls", PAGE.format(tables=TABLE) + run * 200_000))
    assert rows.frame.height == 2
    with pytest.raises(IntakeError):
        read(written(tmp_path, "b.xls", "<html><table>" + run * 200_000))


def test_an_xml_that_is_cut_off_is_named(tmp_path):
    """A download that broke off is no shorter table."""
    data = book(row("Store", "Rating"), row("Pune", "9"))
    with pytest.raises(IntakeError, match="2003, but it is damaged or cut off"):
        read(written(tmp_path, "a.xls", data[:-30]))


@pytest.mark.parametrize(
    ("name", "text", "numbers"),
    [
        ("a.jsonl", '{"Store": "Pune", "Rating": 9}\n\n{"Store": "Goa", "Rating": 8.0}\n', [1, 3]),
        ("a.json", '[{"Store": "Pune", "Rating": 9}, {"Store": "Goa", "Rating": 8}]', [1, 2]),
        (
            "a.json",
            '{"n": 2, "responses": [{"Store": "Pune", "Rating": 9}, {"Store": "Goa", "Rating": 8}]}',
            [1, 2],
        ),
    ],
)
def test_flat_objects_are_rows_of_a_table(name, text, numbers, tmp_path):
    """JSON that is no jsonbody is read like any table, each row with its line or place."""
    rows = read(written(tmp_path, name, text))
    assert not rows.bodies
    assert rows.frame.rows() == [("Pune", "9"), ("Goa", "8")]
    assert rows.numbers.to_list() == numbers


def test_objects_inside_of_records_become_columns(tmp_path):
    """What survey tools nest below a response gets its whole name; a list of objects stays as it is."""
    record = {"id": "R1", "values": {"Q1": 9, "Q2": ["a", "b"]}, "files": [{"n": 1}]}
    rows = read(written(tmp_path, "a.json", json.dumps([record])))
    assert rows.frame.to_dicts() == [{"id": "R1", "values.Q1": "9", "values.Q2": "a; b", "files": '[{"n": 1}]'}]


def test_a_broken_line_between_records_is_named(tmp_path):
    """It is not skipped."""
    with pytest.raises(IntakeError, match="row 2: The line is no JSON object"):
        read(written(tmp_path, "a.jsonl", '{"Store": "Pune"}\n{"Store":\n{"Store": "Goa"}\n'))


def test_json_of_another_encoding(tmp_path):
    """UTF-16 is JSON Lines all the same."""
    rows = read(written(tmp_path, "a.jsonl", '{"npsrating": "9"}\n{"npsrating": "8"}\n'.encode("utf-16")))
    assert (rows.bodies, len(rows)) == (True, 2)


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv"])
def test_json_that_is_nested_too_deeply_is_refused(text, name, tmp_path):
    """The parser's limit is an error in our words."""
    with pytest.raises(IntakeError):
        read(written(tmp_path, name, text))
