"""From rows and a column map to a batch."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.campaign import Campaign
from omoto_kit.errors import ColumnError
from omoto_kit.intake import column_map, compose, read
from omoto_kit.intake.splitting import categories_of, pairs_of, parts_of, reasons_of


def composed(campaign, *records, **options):
    """Compose a list of dicts."""
    return compose(read(list(records)), campaign, **options)


def test_fields_stand_beside_their_source():
    """Row, key, fields in the template's order, then every source column as it was read."""
    campaign = Campaign(id="154", type="NPS", channels=["kiosk", "web"], identity=["response id"])
    batch = composed(
        campaign,
        {"Response ID": "R1", "Score": 9, "Store": "\xa0 Pune ", "Comment": "  ", "Extra": " x "},
        {"Response ID": None, "Score": 8, "Store": "Goa", "Comment": "ok", "Extra": None},
    )
    assert batch.values.columns == [
        *("row", "key", "campaignid", "channel", "campaigntype", "npsrating", "comment", "namevaluemap.unitname"),
        *("source.Response ID", "source.Score", "source.Store", "source.Comment", "source.Extra"),
    ]
    assert batch.values.row(0) == (
        *(1, "R1", "154", "kiosk", "NPS", "9", None, "Pune"),
        *("R1", "9", "\xa0 Pune ", "  ", " x "),
    )
    assert batch.values["key"].to_list() == ["R1", None]
    assert batch.values.schema["row"] == pl.Int64
    assert batch.columns == {"npsrating": "Score", "comment": "Comment", "namevaluemap.unitname": "Store"}
    assert batch.counts()["ready"] == 2


def test_numbers_of_the_source_are_those_of_the_batch(tmp_path):
    """A row's number is the one that the spreadsheet shows."""
    (tmp_path / "a.csv").write_text("Report,,\n\nStore,Score,Comment\nPune,9,ok\n\nGoa,8,ok\n")
    assert compose(read(tmp_path / "a.csv"), Campaign(id="1")).values["row"].to_list() == [4, 6]


def test_a_key_of_several_columns_needs_them_all():
    """The parts are joined; where one is absent there is no key; an absent column is an error."""
    campaign = Campaign(id="1", identity=["Date", "No."])
    batch = composed(campaign, {"date": "1 Apr", "no": 7}, {"date": "1 Apr", "no": " "}, {"date": None, "no": 1})
    assert batch.values["key"].to_list() == ["1 Apr | 7", None, None]
    with pytest.raises(ColumnError, match=r"identity column 'No.' is not there\..*The headers are 'date'"):
        composed(campaign, {"date": "x"})


def test_a_mapped_campaign_id_and_channel_keep_their_values():
    """What the file says stays, gaps included, so that validation can hold it against the contract."""
    campaign = Campaign(id="154", channels=["kiosk"], columns={"campaignid": "Campaign", "channel": "Channel"})
    batch = composed(campaign, {"Campaign": "155", "Channel": None}, {"Campaign": None, "Channel": "web"})
    assert batch.values["campaignid"].to_list() == ["155", None]
    assert batch.values["channel"].to_list() == [None, "web"]


def test_fixed_values_fill_whole_columns():
    """A fixed text, a fixed category without and with a reason; the user's override beats a fixed value."""
    fixed = {"channel": "web", "catnpsmap.Price": "", "catnpsmap.Staff": "Rude", "namevaluemap.city": "Pune"}
    campaign = Campaign(id="1", channels=["kiosk"], fixed=fixed)
    batch = composed(campaign, {"Score": 9, "Town": "Goa"}, {"Score": 8, "Town": "Goa"})
    assert batch.values["channel"].to_list() == ["web", "web"]
    assert batch.values["catnpsmap.Price"].to_list() == [[], []]
    assert batch.values["catnpsmap.Staff"].to_list() == [["Rude"], ["Rude"]]
    assert batch.values["namevaluemap.city"].to_list() == ["Pune", "Pune"]
    batch = composed(campaign, {"Score": 9, "Town": "Goa"}, columns={"Town": "namevaluemap.city"})
    assert batch.values["namevaluemap.city"].to_list() == ["Goa"]


def test_a_required_field_without_column_is_an_error():
    """All such fields are named with the headers, unless a plugin fills them later."""
    campaign = Campaign(id="1", rating={"required": True}, units=["Pune"])
    with pytest.raises(ColumnError, match=r"fields have no column: 'npsrating', 'namevaluemap.unitname'.*'Serial'"):
        composed(campaign, {"Serial": 1})
    batch = composed(campaign, {"Serial": 1}, filled_later=["npsrating", "namevaluemap.unitname"])
    assert batch.fields == ("campaignid",)


def test_a_column_map_is_used_as_it_is():
    """A map that was made before gives the batch its columns and notes."""
    rows = read([{"Score": 9, "Store": "Pune", "Branch": "Goa"}])
    campaign = Campaign(id="1")
    columns = column_map(rows, campaign, {"Branch": "unitname"})
    batch = compose(rows, campaign, columns)
    assert batch.values["namevaluemap.unitname"].to_list() == ["Goa"]
    assert batch.notes == columns.notes


def split_campaign(**rule):
    """A contract whose Price column is taken apart by a rule."""
    columns = {"catnpsmap.Price": {"column": "Price", **rule}}
    return Campaign(id="1", categories={"Price": ["Too high", "Unclear", "Taxes; fees"], "Staff": []}, columns=columns)


@pytest.mark.parametrize(
    ("cell", "whole", "parted"),
    [
        ("Too high; Unclear", ["Too high; Unclear"], ["Too high", "Unclear"]),
        ("Too high", ["Too high"], ["Too high"]),
        ("Taxes; fees", ["Taxes; fees"], ["Taxes; fees"]),
        ("Unclear;Taxes; fees;Too high", ["Unclear;Taxes; fees;Too high"], ["Unclear", "Taxes; fees", "Too high"]),
        ("Own words", ["Own words"], ["Own words"]),
        ("Too high;;Too high; ", ["Too high;;Too high;"], ["Too high"]),
        ("yes", [], []),
        ("X", [], []),
        ("1", [], []),
        ("TRUE", [], []),
        ("Selected", [], []),
        ("price", [], []),
        ("Price; Unclear", ["Price; Unclear"], ["Unclear"]),
        ("no", None, None),
        ("0", None, None),
        ("FALSE", None, None),
        (" ", None, None),
        (None, None, None),
    ],
)
def test_reasons_of_a_category(cell, whole, parted):
    """A cell is its reasons, or a mark that the category was selected, or nothing."""
    for rule, expected in (({}, whole), ({"split": ";"}, parted)):
        batch = composed(split_campaign(**rule), {"n": 1, "Price": cell})
        assert batch.values["catnpsmap.Price"].to_list() == [expected]
        assert batch.values.schema["catnpsmap.Price"] == pl.List(pl.String)


def test_a_yes_that_is_a_reason_of_the_contract_is_one():
    """The contract's own reasons come before the marks."""
    assert reasons_of("Yes", "Refund", ["Yes", "No"], None) == ["Yes"]
    assert reasons_of("No", "Refund", ["Yes", "No"], ";") == ["No"]


def test_selected_categories_in_one_cell():
    """Each gets a column, unknown ones too; a name that holds the delimiter stays whole."""
    campaign = Campaign(
        id="1",
        categories={"Price": [], "Hot, fresh food": []},
        columns={
            "catnpsmap": {"column": "Liked", "split": ","},
            "catnpsmap.Price": {"column": "Price why", "split": ";"},
        },
    )
    batch = composed(
        campaign,
        {"Liked": "Hot, fresh food, Price", "Price why": None},
        {"Liked": "Price,Parking", "Price why": "Too high"},
        {"Liked": None, "Price why": "Too low"},
        {"Liked": "none", "Price why": None},
    )
    assert batch.values["catnpsmap.Hot, fresh food"].to_list() == [[], None, None, None]
    assert batch.values["catnpsmap.Price"].to_list() == [[], ["Too high"], ["Too low"], None]
    assert batch.values["catnpsmap.Parking"].to_list() == [None, [], None, None]
    assert batch.column_of("catnpsmap.Parking") == "Liked"


def test_pairs_in_one_cell():
    """Each name gets a column, a column of its own wins, and what is no pair is a problem of its row."""
    campaign = Campaign(
        id="1",
        columns={"namevaluemap": {"column": "Data", "pairs": "|", "equals": ":"}, "namevaluemap.city": "City"},
    )
    batch = composed(
        campaign,
        {"Data": "tier: Gold | city:Goa|url: http://x", "City": "Pune"},
        {"Data": "city:Agra|ravi@example.com|tier:", "City": None},
        {"Data": "tier:a|tier:b", "City": None},
    )
    assert batch.values["namevaluemap.tier"].to_list() == ["Gold", None, "a"]
    assert batch.values["namevaluemap.city"].to_list() == ["Pune", "Agra", None]
    assert batch.values["namevaluemap.url"].to_list() == ["http://x", None, None]
    assert batch.problems.select("row", "field", "column", "code", "value").rows() == [
        (2, "namevaluemap", "Data", "pair_unreadable", "ravi@example.com"),
        (3, "namevaluemap", "Data", "pair_unreadable", "tier:b"),
    ]
    assert "ravi" not in batch.problems["message"][0]
    assert batch.held_rows.to_list() == [2, 3]


def test_a_required_attribute_may_come_from_pairs():
    """A column of pairs may hold every attribute, so none is missed before the cells are read."""
    columns = {"namevaluemap": {"column": "Data", "pairs": "|"}}
    campaign = Campaign(id="1", attributes={"tier": {"required": True}}, columns=columns)
    assert composed(campaign, {"Data": "tier=Gold"}).values["namevaluemap.tier"].to_list() == ["Gold"]


def test_a_column_of_comments_is_no_list_of_categories():
    """Hundreds of different names mean that the wrong column was mapped."""
    campaign = Campaign(id="1", columns={"catnpsmap": {"column": "Comment", "split": ";"}})
    records = [{"Comment": f"words of customer {number}"} for number in range(400)]
    with pytest.raises(ColumnError, match=r"column 'Comment': The column holds 400 different names") as caught:
        composed(campaign, *records)
    assert "customer 7" not in str(caught.value)


def test_all_rows_stay_in_their_order():
    """Taking cells apart by distinct value neither loses, doubles nor moves a row."""
    cells = ["a", None, "b;a", "a", "", "c"] * 50
    campaign = Campaign(id="1", columns={"catnpsmap.X": {"column": "X", "split": ";"}})
    batch = composed(campaign, *[{"n": number, "X": cell} for number, cell in enumerate(cells)])
    expected = [[*filter(None, cell.split(";"))] if cell else None for cell in cells]
    assert batch.values["catnpsmap.X"].to_list() == expected
    assert batch.values["row"].to_list() == list(range(1, len(cells) + 1))


TEXTS = st.text(st.sampled_from("ab;, =|"), max_size=8)


@given(TEXTS, st.sampled_from([None, ";", ", "]), st.lists(TEXTS, max_size=3))
def test_parts_are_never_blank_and_come_from_the_cell(cell, split, known):
    """Whatever the cell, its parts are stripped pieces of it, each once."""
    parts = parts_of(cell, split, known)
    assert all(part and part == part.strip() and part in cell for part in parts)
    assert len(parts) == len(set(parts))
    assert set(categories_of(cell, known, split)) <= set(parts)


@given(TEXTS, st.sampled_from([None, "|", ";"]))
def test_pairs_account_for_every_piece(cell, pairs):
    """Each piece of a cell is a pair, unreadable or blank; nothing is dropped unseen."""
    found = pairs_of(cell, pairs, "=")
    pieces = [piece.strip() for piece in (cell.split(pairs) if pairs else [cell])]
    readable = [piece for piece in pieces if piece and piece not in found.unreadable]
    assert all(piece.partition("=")[0].strip() for piece in readable)
    assert set(found.unreadable) <= set(pieces)
