"""What the contract's [columns] can say: several columns, parts, joined texts, and what a value stands for."""

import pytest

from omoto_kit.campaign import Campaign, ColumnRule
from omoto_kit.errors import CampaignError
from omoto_kit.intake import column_map, compose, read
from omoto_kit.intake.hints import dates_of_ranges


def composed(columns, *records, **contract):
    """Compose a list of dicts by a contract with these columns."""
    return compose(read(list(records)), Campaign(id="154", columns=columns, **contract))


def test_a_value_stands_for_another_and_the_change_is_kept():
    """Words of a scale become its numbers whatever their case; what is not named stays; each change says why."""
    rule = {"column": "How satisfied", "values": {"Very satisfied": "5", "satisfied": "4"}}
    records = [{"How satisfied": text} for text in ("Very Satisfied", " satisfied ", "3", "Meh")]
    batch = composed({"npsrating": rule}, *records)
    assert batch.values["npsrating"].to_list() == ["5", "4", "3", "Meh"]
    assert batch.values["source.How satisfied"][0] == "Very Satisfied"
    (change,) = batch.why(1, "npsrating")
    assert (change.before, change.after, change.step) == ("Very Satisfied", "5", "columns")
    assert batch.why(3, "npsrating") == []
    assert batch.changes["row"].to_list() == [1, 2]


def test_several_comments_are_joined():
    """Texts stand under one another, and what is absent leaves no gap."""
    records = [
        {"Liked": "food", "Disliked": "wait"},
        {"Liked": None, "Disliked": "noise"},
        {"Liked": " ", "Disliked": "", "Store": "Pune"},
    ]
    batch = composed({"comment": ["Liked", "Disliked"]}, *records)
    assert batch.values["comment"].to_list() == ["food\nwait", "noise", None]
    dashed = composed({"comment": {"columns": ["Liked", "Disliked"], "join": " - "}}, *records)
    assert dashed.values["comment"][0] == "food - wait"


def test_another_field_takes_the_first_that_has_a_value():
    """A mobile, or else a landline."""
    records = [{"Mobile": "1", "Phone": "2"}, {"Mobile": None, "Phone": "3"}]
    batch = composed({"customerinfo.mobileno": ["Mobile", "Phone"]}, *records)
    assert batch.values["customerinfo.mobileno"].to_list() == ["1", "3"]
    assert batch.columns["customerinfo.mobileno"] == "Mobile"


def test_one_column_feeds_several_fields():
    """Each takes its part."""
    columns = {
        "namevaluemap.city": {"column": "Place", "split": "/", "part": 1},
        "namevaluemap.unitname": {"column": "Place", "split": "/", "part": 2},
    }
    batch = composed(columns, {"Place": "Pune / Kothrud"}, {"Place": "Goa"})
    assert batch.values.select("namevaluemap.city", "namevaluemap.unitname").rows() == [
        ("Pune", "Kothrud"),
        ("Goa", None),
    ]


def test_several_columns_feed_one_category():
    """Options that are marked or named become its reasons; a mark alone selects it without one."""
    columns = {"catnpsmap.Price": ["Price? - Too high", "Price? - Unclear", "Price? - Other"]}
    records = [
        {"Price? - Too high": "1", "Price? - Unclear": "Unclear", "Price? - Other": None},
        {"Price? - Too high": "0", "Price? - Unclear": None, "Price? - Other": "yes"},
        {"Price? - Too high": "0", "Price? - Unclear": None, "Price? - Other": None},
    ]
    batch = composed(columns, *records, categories={"Price": ["Too high", "Unclear"]})
    assert batch.values["catnpsmap.Price"].to_list() == [["Too high", "Unclear"], [], None]


@pytest.mark.parametrize("mark", ["1", "Yes", "Price", "price", "x"])
def test_one_column_an_option_selects_the_categories(mark):
    """A question with several answers, exported as a column each, needs a list of them or not even that."""
    record = {"What was wrong? - Price": mark, "What was wrong? - Staff": None, "What was wrong? - Food": "0"}
    contract = {"categories": {"Price": [], "Staff": [], "Food": []}}
    agreed = composed({"catnpsmap": list(record)}, record, **contract)
    assert agreed.values["catnpsmap.Price"].to_list() == [[]]
    guessed = composed({}, record, **contract)
    assert guessed.values["catnpsmap.Price"].to_list() == [[]]
    for batch in (agreed, guessed):
        others = [name for name in batch.fields if name.startswith("catnpsmap.") and name != "catnpsmap.Price"]
        assert all(batch.values[name].to_list() == [None] for name in others)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{ columns = [] }", "Field required"),
        ('{ column = "A", columns = ["B"] }', "name one column, or several"),
        ('{ column = "A", part = 2 }', "part needs split"),
        ('{ column = "A", split = ";", part = 0 }', "greater than or equal to 1"),
        ("7", ""),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule, message, tmp_path):
    """The contract's error names the key."""
    (tmp_path / "c.toml").write_text(f'[campaign]\nid = "1"\n[columns]\nnpsrating = {rule}\n')
    with pytest.raises(CampaignError, match=r"columns\.npsrating") as caught:
        Campaign.load(tmp_path / "c.toml")
    assert message.lower() in str(caught.value).lower()


def test_a_rule_names_its_columns_either_way():
    """One name, a list, or a list under its own key are the same rule."""
    assert ColumnRule(column="A").columns == ("A",)
    assert Campaign(id="1", columns={"comment": ["A", "B"]}).columns["comment"].columns == ("A", "B")
    assert Campaign(id="1", columns={"comment": "A"}).columns["comment"] == ColumnRule(columns=["A"])


def test_some_of_several_columns_may_be_absent():
    """What is there is used, what is not is told."""
    rows = read([{"Liked": "food"}])
    found = column_map(rows, Campaign(id="1", columns={"comment": ["Liked", "Disliked"]}))
    assert found.applied["comment"].columns == ("Liked",)
    assert "Column 'Disliked', which the contract maps to comment, is not there." in found.notes[0]


@pytest.mark.parametrize(
    ("cell", "ranges"),
    [
        ("Oct-49", ("10-49",)),
        ("oct-49", ("10-49",)),
        ("5-Jan", ("5-1", "1-5")),
        ("1949-10-01", ("10-49",)),
        ("2026-05-02", ("2-5", "5-2")),
        ("Oct-1949", ()),
        ("Foo-12", ()),
        ("10-49", ()),
    ],
)
def test_dates_that_were_ranges(cell, ranges):
    """Each way in which a spreadsheet writes such a date leads back to what may have been typed."""
    assert dates_of_ranges(cell) == ranges


def test_a_range_that_became_a_date_is_offered_and_never_changed():
    """The value stays; the problem holds the fix where the column shows ranges or the contract lists them."""
    records = [{"Size": text} for text in ("1-9", "Oct-49", "50-99", "Oct-49")]
    batch = composed({"namevaluemap.size": "Size"}, *records)
    assert batch.values["namevaluemap.size"].to_list() == ["1-9", "Oct-49", "50-99", "Oct-49"]
    assert batch.problems["row"].to_list() == [2, 4]
    problem = batch.problems.row(0, named=True)
    assert (problem["code"], problem["severity"], problem["column"]) == ("range_as_date", "warning", "Size")
    assert problem["fix"]["options"] == ["10-49"]
    choice = {"size": {"kind": "choice", "values": ["2-5", "6-9"]}}
    listed = composed({"namevaluemap.size": "Size"}, {"Size": "2-May"}, attributes=choice)
    assert listed.problems["fix"][0]["options"] == ["2-5"]


def test_months_without_ranges_are_no_problem():
    """A column of months, and a column of dates, hold what they hold."""
    assert composed({"namevaluemap.month": "M"}, {"M": "Oct-24"}, {"M": "Nov-24"}).problems.height == 0
    dated = {"visit": {"kind": "date"}}
    batch = composed({"namevaluemap.visit": "V"}, {"V": "2026-04-01"}, {"V": "3-4"}, attributes=dated)
    assert batch.problems.height == 0
