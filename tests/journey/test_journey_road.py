"""The pure part of the road: other columns for rows that were read, one row's JSON, saved maps, and who is named."""

import json

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.cli.options import person
from omoto_kit.errors import ColumnError, SettingsError
from omoto_kit.intake import SavedMap
from omoto_kit.journey import ReadingChoices, Workspace, body_of, map_again, prepare
from omoto_kit.plugins import Plugins

OPEN = Campaign(id="154", rating={"scale": [0, 10]})


@pytest.fixture
def prepared(tmp_path):
    """Three answers, one with a rating outside of the scale."""
    (tmp_path / "a.csv").write_text("NPS,Second,Store\n9,1,Pune\n11,2,Goa\n7,3,Agra\n", encoding="utf-8")
    return prepare(tmp_path / "a.csv", OPEN, Plugins())


def test_columns_are_mapped_again_without_reading(prepared):
    """Another column feeds the rating, or none does; the rows are those that were read."""
    again = map_again(prepared, OPEN, {"Second": "npsrating", "Store": ""})
    assert again.rows is prepared.rows
    assert again.batch.values["npsrating"].to_list() == ["1", "2", "3"]
    assert "namevaluemap.unitname" not in again.batch.fields
    with pytest.raises(ColumnError, match="There is no column 'Third'"):
        map_again(prepared, OPEN, {"Third": "npsrating"})


def test_the_json_of_one_row_is_there_even_where_it_is_held(prepared):
    """The first row without a number, any row with one; no row, no JSON."""
    assert json.loads(body_of(prepared.batch))["npsrating"] == "9"
    assert prepared.batch.counts()["held"] == 1
    assert json.loads(body_of(prepared.batch, 3)) == {
        "campaignid": "154",
        "npsrating": "11",
        "namevaluemap": {"unitname": "Goa"},
    }
    assert body_of(prepared.batch, 99) == ""


def test_of_several_saved_maps_the_one_of_the_shape_and_the_campaign_is_used(prepared, tmp_path):
    """Maps of other files or other campaigns are passed over; which one is used is told, with what differs."""
    prepared.columns.save(tmp_path / "ours.toml")
    ours = SavedMap.load(tmp_path / "ours.toml")
    foreign = SavedMap(ours.headers, ours.rules, "155")
    other = SavedMap(("Rating", "X"), {}, "154")
    (tmp_path / "b.csv").write_text("Store,NPS,Second,New\nPune,9,1,x\n", encoding="utf-8")
    choices = ReadingChoices(saved=(foreign, other, SavedMap((*ours.headers, "New"), ours.rules, "154", ours.path)))
    found = prepare(tmp_path / "b.csv", OPEN, Plugins(), choices)
    assert {entry.reason for entry in found.columns.entries if entry.applied} == {"as the saved map says"}
    assert "ours.toml" in found.batch.notes[0]
    assert found.columns.drift == (
        "The columns stand in another order than when the map was saved; they are found by name.",
    )
    none = prepare(tmp_path / "b.csv", OPEN, Plugins(), ReadingChoices(saved=(foreign, other)))
    assert "as the saved map says" not in {entry.reason for entry in none.columns.entries}


def test_a_workspace_knows_the_maps_of_its_folder(prepared, tmp_path):
    """Maps lie in the folder maps; a workspace without one has none."""
    (tmp_path / "omoto.toml").write_text("", encoding="utf-8")
    assert Workspace(tmp_path).maps() == ()
    prepared.columns.save(tmp_path / "maps" / "kiosk.toml")
    assert [one.path for one in Workspace(tmp_path).maps()] == [tmp_path / "maps" / "kiosk.toml"]
    assert Workspace(None).maps() == ()


def test_who_decides_is_always_named(monkeypatch):
    """A name that was said, else the login name; a machine without one asks for it."""
    assert person(" Asha ") == "Asha"
    monkeypatch.setattr("getpass.getuser", lambda: "ravi")
    assert person(None) == "ravi"
    monkeypatch.setattr("getpass.getuser", lambda: "")
    with pytest.raises(SettingsError, match="Say who, with --by NAME"):
        person(None)
