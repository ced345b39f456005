"""JSON and JSON Lines of jsonbody objects."""

import json

import polars as pl
import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import ColumnError, IntakeError
from omoto_kit.intake import compose, read

BODY = {
    "campaignid": "154",
    "catnpsmap": {"Price": [], "Staff": ["Rude", "Slow"]},
    "npsrating": 4,
    "comment": "",
    "customerinfo": {},
    "namevaluemap": {"unitname": "Pune"},
}


def lines(tmp_path, *bodies, name="bodies.jsonl"):
    """Write one body a line; a text goes in as it is."""
    path = tmp_path / name
    path.write_text("\n".join(body if isinstance(body, str) else json.dumps(body) for body in bodies), encoding="utf-8")
    return path


def test_bodies_become_fields(tmp_path):
    """Texts stay, numbers become texts, reasons are lists, explicit empties stay, and lines are the row numbers."""
    rows = read(lines(tmp_path, BODY, "", {"campaignid": "154", "npsrating": "9"}))
    assert rows.bodies
    assert rows.numbers.to_list() == [1, 3]
    assert rows.frame.row(0, named=True) == {
        "campaignid": "154",
        "catnpsmap.Price": [],
        "catnpsmap.Staff": ["Rude", "Slow"],
        "npsrating": "4",
        "comment": "",
        "customerinfo": "",
        "namevaluemap.unitname": "Pune",
    }
    assert rows.frame.row(1, named=True)["catnpsmap.Price"] is None
    assert rows.frame.schema["catnpsmap.Price"] == pl.List(pl.String)
    assert rows.source.understood == "JSON Lines of jsonbody objects, UTF-8, 2 responses"


@pytest.mark.parametrize("name", ["bodies.json", "bodies.jsonl", "bodies.txt", "bodies"])
@pytest.mark.parametrize("indent", [None, 2])
def test_json_of_one_body_or_a_list_is_read_too(name, indent, tmp_path):
    """An object, pretty or not, and a list of objects are recognised by their content."""
    for whole, count in ((BODY, 1), ([BODY, BODY], 2)):
        path = tmp_path / name
        path.write_text(json.dumps(whole, indent=indent), encoding="utf-8")
        if name == "bodies.jsonl" and (indent or count > 1):
            continue  # one body a line is what that name says
        assert len(read(path)) == count


def test_lines_that_check_writes_are_read_back(tmp_path):
    """The form {"row": n, "jsonbody": {...}} gives the body inside."""
    rows = read(lines(tmp_path, {"row": 7, "jsonbody": BODY}, {"row": 9, "jsonbody": BODY}))
    assert rows.frame["npsrating"].to_list() == ["4", "4"]


def test_bad_lines_are_named_up_to_five(tmp_path):
    """Each bad line is named with what is wrong, the rest are counted, and no value is shown."""
    bad = ["no json", "[1]", '{"npsratings": "ravi@x.in"}', '{"npsrating": {"a": 1}}', '{"comment": NaN}', "{", "}"]
    with pytest.raises(IntakeError) as caught:
        read(lines(tmp_path, BODY, *bad))
    text = str(caught.value)
    assert "7 of its entries are no jsonbody." in text
    assert all(f"Line {number}: " in text for number in range(2, 7))
    assert "Line 7" not in text
    assert "And 2 more." in text
    assert "'npsratings' is not in the vendor's template. Did you mean 'npsrating'?" in text
    assert "ravi" not in text


def test_deep_nesting_is_an_error_of_ours(tmp_path):
    """A body nested beyond all measure neither crashes nor shows a traceback."""
    with pytest.raises(IntakeError, match="Line 2"):
        read(lines(tmp_path, BODY, '{"comment": ' + "[" * 100_000 + "]" * 100_000 + "}"))
    with pytest.raises(IntakeError, match="This is no JSON"):
        read(lines(tmp_path, "[" * 100_000, name="deep.json"))


def test_an_empty_list_is_an_error(tmp_path):
    """A JSON list without bodies has no answers."""
    with pytest.raises(IntakeError, match="There are no responses in it"):
        read(lines(tmp_path, "[]", name="bodies.json"))


def test_a_jsonbody_with_a_strange_name_says_where_a_table_belongs(tmp_path):
    """An object that is a jsonbody but for one name is no row of a table, and the advice tells the two apart."""
    with pytest.raises(IntakeError, match=r"Entry 1: 'Store' is not in the vendor's template.*CSV or XLSX"):
        read(lines(tmp_path, '[{"npsrating": "9", "Store": "Pune"}]', name="rows.json"))


def test_composed_bodies_stay_what_they_are(tmp_path):
    """No column map, no defaults: the fields go into the batch, an absent or foreign campaign id included."""
    campaign = Campaign(
        id="154", type="NPS", channels=["kiosk"], identity=["customerinfo.regid"], rating={"required": True}
    )
    other = {"campaignid": "155", "customerinfo": {"regid": "R1"}}
    rows = read(lines(tmp_path, BODY, other, {"npsrating": "1", "campaignid": None}, {"comment": "x"}))
    batch = compose(rows, campaign)
    assert batch.values["campaignid"].to_list() == ["154", "155", None, None]
    assert batch.values["key"].to_list() == [None, "R1", None, None]
    assert "channel" not in batch.fields
    assert batch.values["catnpsmap.Staff"].to_list() == [["Rude", "Slow"], None, None, None]
    assert batch.values["customerinfo"].to_list() == ["", None, None, None]


def test_bodies_have_no_columns_to_map(tmp_path):
    """A mapping for what needs none is refused rather than passed over."""
    with pytest.raises(ColumnError, match="no columns to map"):
        compose(read(lines(tmp_path, BODY)), Campaign(id="154"), {"Store": "comment"})


def test_bodies_without_a_campaign_id_have_an_empty_one(tmp_path):
    """The column is there, so that validation can say that it is empty; an absent identity is told."""
    batch = compose(read(lines(tmp_path, {"npsrating": "1"})), Campaign(id="154", identity=["Response ID"]))
    assert batch.values["campaignid"].to_list() == [None]
    assert batch.values["key"].to_list() == [None]
    assert "no key of their own" in batch.notes[0]
