"""Frames written to JSON in whatever way pandas has for it: read alike, or named."""

import json

import pandas as pd
import pytest

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read

FRAME = pd.DataFrame({"Store": ["Pune", "Goa"], "Rating": [9, 8], "Comment": ["fine, good", None]})
ROWS = [("Pune", "9", "fine, good"), ("Goa", "8", None)]


def read_json(folder, document):
    """Write a document, or a text that is JSON already, and read it."""
    path = folder / "kiosk.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("orient", ["split", "columns", "index", "records"])
def test_each_way_gives_the_same_rows(orient, tmp_path):
    """Rows are numbered by their place in the frame."""
    rows = read_json(tmp_path, FRAME.to_json(orient=orient))
    assert rows.frame.columns == list(FRAME)
    assert rows.frame.rows() == ROWS
    assert rows.numbers.to_list() == [1, 2]


def test_lists_of_cells_by_their_headers(tmp_path):
    """Columns as lists, and rows as lists below the list of headers."""
    lists = {name: [row[at] for row in ROWS] for at, name in enumerate(FRAME)}
    assert read_json(tmp_path, lists).frame.rows() == ROWS
    assert read_json(tmp_path, [list(FRAME), *map(list, ROWS)]).frame.rows() == ROWS


@pytest.mark.parametrize("orient", ["split", "columns", "index"])
def test_labels_of_rows_are_a_column(orient, tmp_path):
    """They may be what makes a row itself."""
    labelled = FRAME.set_index(pd.Index(["R1", "R2"]))
    rows = read_json(tmp_path, labelled.to_json(orient=orient))
    assert rows.frame["index"].to_list() == ["R1", "R2"]
    assert rows.frame.drop("index").rows() == ROWS


def test_rows_by_their_labels_need_not_have_the_same_names(tmp_path):
    """As databases of apps export them: what a row lacks is absent."""
    rows = read_json(tmp_path, {"-Na1": {"Store": "Pune", "Rating": 9}, "-Nb2": {"Rating": 8, "Comment": "ok"}})
    assert rows.frame.columns == ["index", "Store", "Rating", "Comment"]
    assert rows.frame.rows() == [("-Na1", "Pune", "9", None), ("-Nb2", None, "8", "ok")]
    with pytest.raises(IntakeError, match="no jsonbody"):
        read_json(tmp_path, {"meta": {"Zz": 1}, "links": {"Yy": 2}})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (json.loads(FRAME.to_json(orient="values")), "lists of cells without their headers"),
        ({"Zz": {"a": 1, "b": 2}, "Yy": {"a": 1, "b": 2}}, "nothing shows whether its columns or its rows"),
        ({"columns": ["Store"], "index": [0], "data": [["Pune", 9]]}, "The row has 2 cells, but there are 1 headers"),
        ([["Store", "Rating"], ["Pune", 9, 3]], "The row has 3 cells"),
    ],
)
def test_what_does_not_show_its_headers_is_named(document, message, tmp_path):
    """Nothing is guessed, and the advice is the way that is read."""
    with pytest.raises(IntakeError, match=message):
        read_json(tmp_path, document)


def test_jsonbody_objects_are_no_frame(tmp_path):
    """Objects of the vendor's template stay what they are, also below names of their own."""
    body = {"npsrating": "9", "customerinfo": {"mobileno": "9845012345"}}
    assert read_json(tmp_path, [body]).bodies
    assert read_json(tmp_path, body).bodies
    with pytest.raises(IntakeError, match="no jsonbody"):
        read_json(tmp_path, {"R1": body, "R2": body})
