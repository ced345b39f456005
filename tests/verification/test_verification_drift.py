"""The shape of what is sent against the shape that was verified."""

import functools
import itertools
import operator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.problem import Problem
from omoto_kit.verification import Observation, Shape, drift_of, observe, pack

CAMPAIGN = Campaign(
    id="154",
    channels=["kiosk"],
    rating={"required": True},
    categories={"Price": ["Too high"]},
    units=["Pune", "Ruwi"],
    attributes={"pincode": {"pattern": "[1-9][0-9]{5}"}, "visit": {"kind": "date"}, "remark": {}},
)
PLAIN = {"campaignid": "154", "channel": "kiosk", "npsrating": "9", "namevaluemap.unitname": "Pune"}


@pytest.fixture(scope="module")
def verified():
    """Give the shape that the contract's pack shows, as a sign-off file keeps it."""
    return Shape.from_document(pack(CAMPAIGN).shape.as_document())


def batch_of(*rows, campaign=CAMPAIGN, first=2):
    """Make a batch whose rows begin at number 2."""
    rows = [PLAIN | row for row in rows]
    columns = {"row": list(range(first, len(rows) + first)), "key": [None] * len(rows)}
    schema = {"row": pl.Int64, "key": pl.String}
    for path in dict.fromkeys(path for row in rows for path in row):
        columns[path] = [row.get(path) for row in rows]
        schema[path] = pl.List(pl.String) if path.startswith("catnpsmap.") else pl.String
    return Batch(campaign, Source("april.csv"), pl.DataFrame(columns, schema=schema))


GOOD = (
    {},
    {"catnpsmap.Price": []},
    {"catnpsmap.Price": ["Too high"], "comment": 'बढ़िया\n"ok" 😊'},
    {"customerinfo.mobileno": "9663798289", "customerinfo.registrationno": "B-1"},
    {"customerinfo.mobileno": "+971501234567", "customerinfo.name": "7"},
    {"namevaluemap.pincode": "110001", "namevaluemap.visit": "2026-01-31", "namevaluemap.remark": "42"},
)


def test_what_was_verified_is_no_drift(verified):
    """Other values of the same shape pass: any comment, any number, any date, every part there or not."""
    drifts, _ = drift_of(batch_of(*GOOD), verified)
    assert drifts == ()


@pytest.mark.parametrize(
    ("row", "field", "what", "examples"),
    [
        ({"namevaluemap.tier": "Gold"}, "namevaluemap.tier", "name that was not verified", ()),
        ({"namevaluemap.city_of_birth": "Pune"}, "namevaluemap.city_of_birth", "name that was not verified", ()),
        ({"catnpsmap.Queue": []}, "catnpsmap.Queue", "name that was not verified", ()),
        ({"catnpsmap.Price": ["Too low"]}, "catnpsmap.Price", "reasons that were not", ("Too low",)),
        ({"namevaluemap.unitname": "Seeb"}, "namevaluemap.unitname", "values that were not", ("Seeb",)),
        ({"npsrating": "11"}, "npsrating", "values that were not", ("11",)),
        ({"channel": "sms"}, "channel", "values that were not", ("sms",)),
        ({"namevaluemap.pincode": "AB12"}, "namevaluemap.pincode", "another kind of text", ()),
        ({"namevaluemap.visit": "31/01/2026"}, "namevaluemap.visit", "another kind of text", ()),
        ({"customerinfo.mobileno": "n.a."}, "customerinfo.mobileno", "another kind of text", ()),
        ({"npsrating": None}, "npsrating", "absent, but", ()),
    ],
)
def test_what_is_new_is_named_with_its_row(verified, row, field, what, examples):
    """A new name, value, kind or absence is one finding, with its row; values of people are never shown."""
    (drift,), _ = drift_of(batch_of(*GOOD, row), verified)
    assert (drift.field, drift.rows, drift.count, drift.examples) == (field, (8,), 1, examples)
    assert what in str(drift)
    assert "row 8" in str(drift)
    assert drift.as_json()["rows"] == [8]


def test_many_rows_are_counted_and_few_are_named(verified):
    """A thousand rows with one new thing are one finding."""
    (drift,), _ = drift_of(batch_of(*[{"namevaluemap.unitname": "Seeb"}] * 1000), verified)
    assert (drift.count, drift.rows) == (1000, (2, 3, 4, 5, 6))
    assert str(drift).endswith("(1000 rows: 2, 3, 4, 5, 6, ...)")


def test_what_is_gone_from_every_row_is_named(verified):
    """A field that every verified response has, and no row of the batch, is drift, too."""
    (drift,), _ = drift_of(batch_of({"npsrating": None}, {"npsrating": None}), verified)
    assert drift.field == "npsrating"
    assert "absent from every row" in str(drift)


def test_held_rows_do_not_count(verified):
    """Only what would be sent is looked at."""
    from omoto_kit.problem import Problem

    batch = batch_of({}, {"namevaluemap.tier": "Gold"}).with_problems([Problem(3, "namevaluemap.tier", "x", "no")])
    assert drift_of(batch, verified)[0] == ()


@pytest.mark.parametrize(
    "row",
    [{"namevaluemap.tier": "Gold"}, {"catnpsmap.Queue": ["Long"]}, {"npsrating": "11"}, {"namevaluemap.visit": "x"}],
)
def test_what_was_let_through_once_is_no_drift_again(verified, row):
    """A widened shape lets through what it took in, and nothing beside it."""
    _, shape = drift_of(batch_of(row), verified)
    widened = Shape.from_document(verified.widened(shape).as_document())
    assert drift_of(batch_of(*GOOD, row), widened)[0] == ()
    assert len(drift_of(batch_of({"channel": "sms"}), widened)[0]) == 1


def test_a_file_gives_the_names_that_the_contract_leaves_open():
    """Without lists in the contract, names that rows share are verified; a name of another month is drift."""
    bare = Campaign(id="154")
    rows = [{"catnpsmap.Price": ["High"], "namevaluemap.unitname": "Pune", "namevaluemap.till": "4"}] * 3
    made = pack(bare, batch_of(*rows, {"catnpsmap.Rare": []}, campaign=bare))
    assert set(made.scope.categories) == {"Price"}
    assert [gap for gap in made.gaps if "at least three rows" in gap]
    found, _ = drift_of(batch_of({"catnpsmap.Queue": []}, {"namevaluemap.unitname": "Seeb"}, campaign=bare), made.shape)
    assert [drift.field for drift in found] == ["namevaluemap.unitname", "catnpsmap.Queue"]


def test_what_the_contract_leaves_open_has_the_form_of_the_rows():
    """Where rows show digits alone, the made-up samples are digits, too, so that a word there is drift."""
    rows = [{"namevaluemap.table": str(at % 4 + 1)} for at in range(6)]
    open_ = CAMPAIGN.model_copy(update={"attributes": None})
    made = pack(open_, batch_of(*rows, campaign=open_))
    assert made.shape.fields["namevaluemap.table"].kinds == {"digits"}
    (drift,), _ = drift_of(batch_of({"namevaluemap.table": "T-4"}, *rows, campaign=open_), made.shape)
    assert (drift.field, drift.rows) == ("namevaluemap.table", (2,))
    assert "another kind of text than was verified (text; verified: digits)" in drift.what


def test_what_shows_a_form_shows_nobody():
    """The value that stands in for those of the rows has other letters and digits, and is cut."""
    rows = [{"namevaluemap.guest": "Asha Rao 98450 12345 " * 9} for _ in range(4)]
    open_ = CAMPAIGN.model_copy(update={"attributes": None})
    blob = b"".join(pack(open_, batch_of(*rows, campaign=open_)).files().values())
    assert b"Asha" not in blob
    assert b"98450" not in blob


CELLS = {
    "npsrating": st.sampled_from([None, "9", "10", "12", "nine", ""]),
    "channel": st.sampled_from(["kiosk", "sms", None]),
    "comment": st.sampled_from([None, "", "5", "all well"]),
    "catnpsmap.Price": st.sampled_from([None, [], ["Too high"], ["Too low", "Too high"]]),
    "catnpsmap.Queue": st.sampled_from([None, [], ["Long"]]),
    "customerinfo.mobileno": st.sampled_from([None, "9663798289", "+971501234567", "none"]),
    "namevaluemap.pincode": st.sampled_from([None, "110001", "A-1"]),
    "namevaluemap.tier": st.sampled_from([None, "Gold", "Silver", "Bronze", "Tin"]),
}
ROWS = st.lists(st.fixed_dictionaries({}, optional=CELLS), max_size=14)


@given(rows=ROWS, cuts=st.lists(st.integers(0, 14), max_size=3), held=st.sets(st.integers(2, 15), max_size=4))
def test_parts_add_up_to_the_whole(rows, cuts, held):
    """However rows are cut into parts, and in whichever order those are added, the drift is that of the whole."""
    verified = Shape.from_document(pack(CAMPAIGN).shape.as_document())
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    problems = [Problem(row, "npsrating", "rating_bad", "No.") for row in sorted(held) if row < len(rows) + 2]
    whole = observe(batch_of(*rows).with_problems(problems), verified)
    parts = []
    for start, end in itertools.pairwise(edges):
        part = batch_of(*rows[start:end], first=start + 2)
        mine = [one for one in problems if start + 2 <= one.row < end + 2]
        parts.append(observe(part.with_problems(mine), verified))
    left = functools.reduce(operator.add, parts, Observation())
    right = functools.reduce(lambda later, part: part + later, reversed(parts), Observation())
    for added in (left, right):
        assert added.rows == whole.rows
        assert dict(added.fields) == dict(whole.fields)
        assert added.shape == whole.shape
        assert set(added.drifts(verified)) == set(whole.drifts(verified))
