"""The screen Map without a page: what is shown of a map, and how a person changes, saves and reuses it."""

import json

import pytest

from omoto_kit import Campaign
from omoto_kit.errors import ColumnError, UsageError
from omoto_kit.studio import Desk
from omoto_kit.studio.screens.mapping import Mapping
from omoto_kit.studio.screens.start import Start

UNIT = "namevaluemap.unitname"


@pytest.fixture
def opened(desk):
    """Give a function that opens a table on a desk, and gives the screen over it."""

    def open_table(rows, campaign=None):
        if campaign is not None:
            desk.choose_campaign(campaign)
        desk.reading.open(rows, "rows")
        assert desk.reading.taken.fault is None, desk.reading.taken.fault
        return Mapping(desk)

    return open_table


def column(screen, header):
    """Give what the screen shows of one column."""
    return next(one for one in screen.view()["columns"] if one["header"] == header)


def body(screen):
    """Give the first row as it would be sent."""
    return json.loads(screen.view()["row"]["body"])


def test_unsure_columns_stand_first_and_unmapped_ones_last(opened):
    """A person looks first where nobody is sure; what feeds nothing is at the end."""
    rows = [{"Zzz": "blue", "NPS": "9", "Rating": "8", "Store": "Saket", "Mobile": "9663798289"}]
    screen = opened(rows, Campaign(id="154"))
    states = [one["state"] for one in screen.view()["columns"]]
    assert states == sorted(states, key=["unsure", "fed", "none"].index)
    assert column(screen, "Zzz")["state"] == "none"
    assert column(screen, "Mobile") | {"samples": 0} == column(screen, "Mobile") | {
        "samples": 0,
        "field": "customerinfo.mobileno",
    }
    assert 0 < column(screen, "Mobile")["confidence"] <= 1
    assert column(screen, "Mobile")["reason"]
    assert column(screen, "Mobile")["samples"] == ["9663798289"]


def test_a_person_maps_a_column_and_takes_it_back(opened):
    """What is said counts before all else, moves a field from one column to another, and can be undone."""
    screen = opened([{"A": "9", "B": "3", "Mobile": "9663798289"}], Campaign(id="154", rating={"required": True}))
    assert screen.view()["unfed"] == ["npsrating"]
    screen.do("feed", {"header": "A", "field": "npsrating"})
    assert (screen.view()["unfed"], body(screen)["npsrating"]) == ([], "9")
    assert (column(screen, "A")["said"], column(screen, "A")["reason"]) == (True, "as you said")
    screen.do("feed", {"header": "B", "field": "npsrating"})
    assert body(screen)["npsrating"] == "3"
    assert column(screen, "A")["field"] == ""
    screen.do("free", {"header": "B"})
    assert screen.view()["unfed"] == ["npsrating"]
    with pytest.raises(ColumnError):
        screen.do("feed", {"header": "A", "field": "nonsense"})


def test_a_column_of_the_contract_may_feed_nothing(opened, desk):
    """What the contract maps is left out where a person says so."""
    desk.reading.open(desk.workspace.root / "data" / "kiosk-april.csv", "x")
    screen = Mapping(desk)
    assert "comment" in body(screen)
    screen.do("feed", {"header": "Comment", "field": ""})
    assert "comment" not in body(screen)
    assert (column(screen, "Comment")["state"], column(screen, "Comment")["silenced"]) == ("none", True)


def test_cells_are_parted_and_stand_for_other_values(opened, desk):
    """Words become ratings, and a joined cell gives one of its parts; the code repeats it."""
    campaign = Campaign(id="154", columns={"npsrating": "How was it?", UNIT: "Place"})
    rows = [
        {"How was it?": "Great", "Place": "Delhi / Saket", "Mobile": "9663798289"},
        {"How was it?": "great ", "Place": "Delhi / Saket", "Mobile": "9663798280"},
        {"How was it?": "Poor", "Place": "Pune / Baner", "Mobile": "9663798281"},
    ]
    screen = opened(rows, campaign)
    assert screen.do("values", {"field": "npsrating"})[0] == {"cell": "Great", "rows": 2, "value": ""}
    screen.do("rule", {"field": "npsrating", "values": {"Great": "10", "Poor": "1"}})
    screen.do("rule", {"field": UNIT, "split": "/", "part": 2})
    assert (body(screen)["npsrating"], body(screen)["namevaluemap"]["unitname"]) == ("10", "Saket")
    assert column(screen, "How was it?")["how"] == "2 values stand for others"
    assert column(screen, "Place")["how"] == "parted at '/', part 2"
    assert screen.do("values", {"field": "npsrating"})[0]["value"] == "10"
    screen.do("check", {})
    assert desk.state.batch.values["npsrating"].to_list() == ["10", "10", "1"]
    space = {"rows": desk.reading.taken.rows, "campaign": campaign}
    exec("import omoto_kit as omoto\n" + screen.code(), space)  # noqa: S102  the code that the screen shows
    assert space["batch"].values["npsrating"].to_list() == ["10", "10", "1"]
    with pytest.raises(UsageError, match="part needs split"):
        screen.do("rule", {"field": UNIT, "split": "", "part": 2})
    with pytest.raises(UsageError, match="No column feeds"):
        screen.do("rule", {"field": "comment", "split": "/"})


def test_a_saved_recipe_maps_the_next_file_by_itself_and_tells_drift(opened, desk):
    """A file of the same columns takes the recipe; one that lacks or adds a column is told apart."""
    rows = [{"Q1": "9", "Q2": "Saket", "Q3": "9663798289", "Q4": "ok", "Q5": "x"}]
    campaign = Campaign(id="154")
    screen = opened(rows, campaign)
    for header, field in {"Q1": "npsrating", "Q2": UNIT, "Q3": "customerinfo.mobileno"}.items():
        screen.do("feed", {"header": header, "field": field})
    assert screen.do("save", {"name": "kiosk / April"}) == {"path": "maps/kiosk-April.toml", "replaced": False}
    assert screen.do("save", {"name": "kiosk / April"})["replaced"]
    later = Desk(campaign)
    later.reading.open([{**rows[0], "Q1": "3"}], "rows")
    screen = Mapping(later)
    assert body(screen)["npsrating"] == "3"
    assert any("kiosk-April.toml" in note for note in screen.view()["notes"])
    assert screen.view()["drift"] == []
    screen.do("check", {})
    assert later.state.batch.values["npsrating"].to_list() == ["3"]
    later.reading.open([{**rows[0], "Q6": "new"}], "rows")
    assert "'Q6'" in " ".join(Mapping(later).view()["drift"])


def test_a_row_s_own_key_is_chosen_where_the_contract_s_column_is_absent(opened, desk):
    """Without it nothing can be checked; a person names another column, or none, and what was mapped stays mapped."""
    contract = desk.campaign.model_copy(update={"identity": ("Response ID",)})
    rows = [{"Survey ID": "S1", "Overall Rating": "9", "Shop": "Koramangala 4th Block", "Mobile": "9845012345"}]
    screen = opened(rows, contract)
    screen.do("feed", {"header": "Shop", "field": UNIT})
    assert screen.view()["unkeyed"] == ["Response ID"]
    with pytest.raises(ColumnError, match="Response ID"):
        screen.do("check", {})
    with pytest.raises(ColumnError, match="no column 'X'"):
        screen.do("identify", {"headers": ["X"]})
    screen.do("identify", {"headers": ["Survey ID"]})
    assert screen.view()["unkeyed"] == []
    assert column(screen, "Shop")["field"] == UNIT
    space = {"rows": desk.reading.taken.rows, "campaign": contract}
    exec("import omoto_kit as omoto\n" + screen.code(), space)  # noqa: S102  the code that the screen shows
    screen.do("check", {})
    assert desk.state.batch.values["key"].to_list() == ["S1"] == space["batch"].values["key"].to_list()
    screen.do("identify", {"headers": []})
    screen.do("check", {})
    assert desk.state.batch.values["key"].to_list() == [None]


def test_a_guess_is_offered_where_the_contract_s_column_is_absent(opened, desk):
    """The contract asks for a column that is not there: one that looks right is offered, and waits for a person."""
    asks = "How likely are you to recommend us?"
    rows = [
        {"Response ID": "R1", asks: str(n), "Store": "Koramangala 4th Block", "Mobile": "9845012345"} for n in (9, 3)
    ]
    screen = opened(rows)
    shown = column(screen, asks)
    assert (shown["state"], shown["field"]) == ("unsure", "")
    assert "npsrating" in [one["field"] for one in shown["candidates"]]
    assert screen.view()["unfed"] == ["npsrating"]
    screen.do("feed", {"header": asks, "field": "npsrating"})
    assert screen.view()["unfed"] == []
    screen.do("check", {})
    assert desk.state.batch.values["npsrating"].to_list() == ["9", "3"]


def test_what_was_said_of_a_file_is_of_one_campaign(opened, desk):
    """Another contract takes the same file by its own words, not by the rules that were said for the one before."""
    screen = opened([{"How": "Great", "Mobile": "9663798289"}], Campaign(id="154", columns={"npsrating": "How"}))
    screen.do("rule", {"field": "npsrating", "values": {"Great": "10"}})
    assert body(screen)["npsrating"] == "10"
    desk.choose_campaign(Campaign(id="155", columns={"npsrating": "How"}))
    screen.do("free", {"header": "Mobile"})
    assert column(screen, "How")["rule"].get("values") is None
    assert "rules" not in screen.code()


def test_any_row_is_shown_as_it_would_be_sent(desk):
    """Row after row, each with its own problems, and never past the ends."""
    desk.reading.open(desk.workspace.root / "data" / "kiosk-april.csv", "x")
    screen = Mapping(desk)
    first, second = screen.do("row", {"at": 0}), screen.do("row", {"at": 1})
    assert (first["number"], second["number"], first["of"]) == (2, 3, 202)
    assert json.loads(first["body"])["npsrating"] == "7"
    assert screen.do("row", {"at": 9999})["number"] == screen.do("row", {"at": 201})["number"]
    held = next(row for row in (screen.do("row", {"at": at}) for at in range(202)) if row["problems"])
    assert held["problems"][0]["message"]


def test_responses_need_no_map(desk, tmp_path):
    """A file of jsonbody objects is shown as it is."""
    path = tmp_path / "bodies.jsonl"
    path.write_text('{"campaignid": "154", "npsrating": "9"}\n', "utf-8")
    desk.reading.open(path, "x")
    view = Mapping(desk).view()
    assert view["bodies"]
    assert json.loads(view["row"]["body"])["npsrating"] == "9"


def test_what_a_map_knows_of_other_cells_stays(opened):
    """A person sees the commonest cells only: what they say of those takes nothing from the rest of the value map."""
    values = {f"grade {number}": str(number) for number in range(11)} | {"top": "10", "Nix": "0"}
    campaign = Campaign(id="154", columns={"npsrating": {"columns": ["A", "B"], "values": values, "join": " / "}})
    rows = [{"A": f"grade {number}", "B": ""} for number in range(11)] + [{"A": "NIX", "B": ""}, {"A": "Top", "B": ""}]
    screen = opened([*rows, *rows[:-1]], campaign)
    shown = screen.do("values", {"field": "npsrating"})
    assert [one["cell"] for one in shown] == [*(f"grade {number}" for number in range(11)), "NIX"]
    screen.do("rule", {"field": "npsrating", "values": {**{one["cell"]: one["value"] for one in shown}, "NIX": ""}})
    rule = screen.desk.reading.taken.columns.applied["npsrating"]
    assert rule.values == {name: value for name, value in values.items() if name != "Nix"}
    assert (rule.columns, rule.join) == (("A", "B"), " / ")


def test_another_campaign_maps_the_same_rows_anew(opened, desk):
    """The contract that is chosen now says what a column feeds; what was said for another campaign is gone."""
    screen = opened([{"A": "9", "B": "3", "Mobile": "9663798289"}], Campaign(id="1", columns={"npsrating": "A"}))
    screen.do("feed", {"header": "Mobile", "field": "comment"})
    desk.choose_campaign(Campaign(id="2", columns={"npsrating": "B"}))
    shown = body(screen)
    assert (shown["campaignid"], shown["npsrating"]) == ("2", "3")
    assert "comment" not in shown
    screen.do("check", {})
    assert desk.state.batch.values["npsrating"].to_list() == ["3"]


def test_fields_are_named_as_people_do(opened):
    """Every field that can be chosen has a label of its own, and the notes name no option of the command line."""
    rows = [{"NPS": "9", "Rating": "8", "Overall score": "7", "Store": "Saket", "Mobile": "9663798289"}]
    contract = {"columns": {"npsrating": "NPS"}, "categories": {"Price": []}, "attributes": {"Price": {}}}
    view = opened(rows, Campaign(id="154", **contract)).view()
    named = view["labels"]
    assert set(view["fields"]) <= named.keys()
    assert len(set(named.values())) == len(named)
    assert (named["npsrating"], named["customerinfo.mobileno"]) == ("Rating", "Mobile")
    assert (named["catnpsmap.Price"], named["namevaluemap.Price"]) == ("Category: Price", "Attribute: Price")
    assert "choose it on Map" in " ".join(view["notes"])
    assert "--map" not in " ".join(view["notes"])


def test_texts_of_several_columns_are_joined_as_a_person_says(opened):
    """What stands between two columns' texts can be chosen, and stays when something else of the rule is."""
    campaign = Campaign(id="154", columns={"npsrating": "NPS", "comment": {"columns": ["Good", "Bad"]}})
    screen = opened([{"NPS": "9", "Good": "fast", "Bad": "dear", "Mobile": "9663798289"}], campaign)
    assert body(screen)["comment"] == "fast\ndear"
    assert column(screen, "Good")["with"] == ["Bad"]
    assert column(screen, "Good")["rule"]["join"] == "\n"
    screen.do("rule", {"field": "comment", "join": "; "})
    assert body(screen)["comment"] == "fast; dear"
    screen.do("rule", {"field": "comment", "values": {"fast": "quick"}})
    assert column(screen, "Good")["rule"]["join"] == "; "


def test_a_later_kernel_goes_on_with_the_file_that_lay_open(opened, desk, space):
    """Path, way of reading, map, rules and the row's own key are as before, and the rows are checked at once."""
    file = space.root / "data" / "late.csv"
    file.write_text("Survey;Score;Shop;Mobile\nS1;Great;Koramangala 4th Block;9845012345\n", "utf-8")
    desk.reading.open(file, repr(str(file)))
    screen = Mapping(desk)
    for header, field in (("Score", "npsrating"), ("Shop", UNIT), ("Mobile", "customerinfo.mobileno")):
        screen.do("feed", {"header": header, "field": field})
    screen.do("rule", {"field": "npsrating", "values": {"Great": "10"}})
    screen.do("identify", {"headers": ["Survey"]})
    screen.do("check", {})
    before = desk.state.batch
    later = Desk(workspace=space)
    start = Start(later)
    assert start.view()["left"] == {"name": "late.csv", "mine": True}
    assert start.do("go_on", {}) == {"changed": False}
    assert later.state.screen == "review"
    assert later.state.batch.values.equals(before.values)
    assert start.view()["left"] is None
    Mapping(later).do("feed", {"header": "Mobile", "field": ""})
    assert column(Mapping(later), "Score")["rule"]["values"] == {"Great": "10"}


def test_a_file_that_was_changed_meanwhile_waits_on_the_map(opened, desk, space):
    """Its rows may mean something else by now, so a person looks first; one that is gone is not offered."""
    file = space.root / "data" / "kiosk-april.csv"
    desk.reading.open(file, repr(str(file)))
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    later = Desk(workspace=space)
    assert Start(later).do("go_on", {}) == {"changed": True}
    assert later.state.screen == "map"
    assert later.state.batch is None
    file.unlink()
    last = Desk(workspace=space)
    assert Start(last).view()["left"] is None
    with pytest.raises(UsageError, match="nothing to go on"):
        Start(last).do("go_on", {})


def test_a_file_that_was_put_away_is_not_offered_again(desk, space):
    """Who puts it away has done with it; a frame cannot be read by another kernel, and changes nothing."""
    file = space.root / "data" / "kiosk-april.csv"
    desk.reading.open(file, repr(str(file)))
    assert Desk(workspace=space).reading.resuming.left_off is not None
    desk.reading.put(None)
    assert Desk(workspace=space).reading.resuming.left_off is None
