"""The samples cover the contract, whatever it is."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import CUSTOMER_FIELDS, Campaign
from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.verification import pack
from tests.verification.contracts import campaigns

NO_PLUGINS = Plugins()


def bodies(made):
    """Give each sample by its fields."""
    return [sample.response.fields() for sample in made.samples]


def batch_of(made):
    """Lay the samples out as a batch, as if they came from a file."""
    rows = bodies(made)
    columns = {"row": range(1, len(rows) + 1), "key": [None] * len(rows)}
    schema = {"row": pl.Int64, "key": pl.String}
    for path in dict.fromkeys(path for row in rows for path in row):
        lists = path.startswith("catnpsmap.")
        columns[path] = [list(row[path]) if lists and path in row else row.get(path) for row in rows]
        schema[path] = pl.List(pl.String) if lists else pl.String
    return Batch(made.campaign, Source("samples"), pl.DataFrame(columns, schema=schema))


def has(rows, path):
    """Tell whether one row has a field, and whether one lacks it."""
    return any(path in row for row in rows), any(path not in row for row in rows)


def optional(campaign):
    """List, by a reading of its own, the fields that a contract lets through both ways."""
    free = [] if campaign.rating.required else ["npsrating"]
    free += [] if campaign.comment.required else ["comment"]
    rules = campaign.customer
    must = {*rules.required, *(rules.any_of if len(rules.any_of) == 1 else ())}
    free += [f"customerinfo.{name}" for name in CUSTOMER_FIELDS if name not in must]
    free += [f"catnpsmap.{name}" for name in campaign.categories or ()]
    attributes = campaign.attributes or {}
    free += [f"namevaluemap.{name}" for name, rule in attributes.items() if not rule.required]
    both = campaign.units is not None and "unitname" not in attributes
    return [path for path in free if not (both and path == "namevaluemap.unitname")]


@settings(max_examples=60)
@given(campaigns())
def test_every_optional_part_is_there_and_absent(campaign):
    """For any contract, each optional field is in one sample and absent from another, or the pack says so."""
    made = pack(campaign)
    rows = bodies(made)
    for path in optional(campaign):
        there, absent = has(rows, path)
        assert absent, path
        assert there or any(path.removeprefix("namevaluemap.") in gap for gap in made.gaps), path


@settings(max_examples=60)
@given(campaigns())
def test_every_sample_keeps_the_contract(campaign):
    """Each sample has what is required, one of the contacts of which one must be there, and passes validation."""
    made = pack(campaign)
    missing = [path for path in campaign.required_fields() if any(path not in row for row in bodies(made))]
    assert all(any(path.partition(".")[2] in gap for gap in made.gaps) for path in missing)
    any_of = [f"customerinfo.{name}" for name in campaign.customer.any_of]
    assert not any_of or all(any(path in row for path in any_of) for row in bodies(made))
    errors = validate(batch_of(made), plugins=NO_PLUGINS).problems.filter(pl.col("severity") == "error")
    assert errors.filter(~pl.col("field").is_in(missing)).select("field", "code", "message").rows() == []


@settings(max_examples=40)
@given(campaigns())
def test_what_no_sample_shows_is_said(campaign):
    """A part of the contract that no sample shows stands in the gaps, and only such parts do."""
    made = pack(campaign)
    shown = {part for sample in made.samples for part in sample.shows}
    assert set(made.uncovered) == set(made.parts) - shown
    said = [gap for gap in made.gaps if gap.startswith("No sample shows")]
    assert bool(said) == bool(made.uncovered)
    assert all(str(part) in said[0] for part in made.uncovered)


@settings(max_examples=25)
@given(campaigns(), st.randoms(use_true_random=False))
def test_the_samples_of_a_pack_make_the_same_cover_again(campaign, chance):
    """Rows that show everything give samples that show everything, in whatever order the rows come."""
    first = pack(campaign)
    batch = batch_of(first)
    order = list(range(len(batch)))
    chance.shuffle(order)
    again = pack(campaign, Batch(campaign, batch.source, batch.values[order]))
    assert {str(part) for part in first.uncovered} >= {str(part) for part in again.uncovered}


@pytest.mark.parametrize(
    ("contract", "gap"),
    [
        ({}, "no categories"),
        ({}, "no units"),
        ({}, "no attributes"),
        ({}, "no channels"),
        ({"attributes": {"code": {"pattern": "(?=a)b"}}}, "'code'"),
        ({"attributes": {"tier": {"kind": "choice", "values": [f"T{n}" for n in range(30)]}}}, "has 30 values"),
    ],
)
def test_a_bare_contract_still_makes_a_pack(contract, gap):
    """What the contract leaves open makes no error; the pack says what it could not cover."""
    made = pack(Campaign(id="154", **contract))
    assert any(gap in one for one in made.gaps), made.gaps
    assert len(made.samples) >= 5


def test_every_naming_habit_of_units_is_shown():
    """Each way in which units are named is in a sample: digits, commas, brackets, other scripts, capitals."""
    names = ["Pune", "BANDRA WEST", "Hitech City 1", "T. Nagar, Usman Road", "M&S (Ruwi)", "कनॉट प्लेस", "O'Hara's"]
    made = pack(Campaign(id="1", units=names))
    used = {row["namevaluemap.unitname"] for row in bodies(made)}
    assert used >= set(names) - {"Pune"}
    assert not made.uncovered


def test_a_city_agrees_with_its_unit():
    """No sample puts a store into another store's city."""
    units = [{"name": "Pune 1", "city": "Pune"}, {"name": "Ruwi", "city": "Muscat"}]
    made = pack(Campaign(id="1", units=units, attributes={"city": {}}))
    pairs = {(row["namevaluemap.unitname"], row.get("namevaluemap.city")) for row in bodies(made)}
    assert pairs <= {("Pune 1", "Pune"), ("Pune 1", None), ("Ruwi", "Muscat"), ("Ruwi", None)}
    assert len(pairs) >= 3


def test_what_the_contract_fixes_is_in_every_sample():
    """A fixed field is in each sample with its value; a mapped column takes its place."""
    fixed = {"channel": "kiosk", "namevaluemap.city": "Pune", "catnpsmap.Price": "", "comment": "n"}
    campaign = Campaign(id="1", fixed=fixed, columns={"comment": "Comment"}, categories={"Price": [], "Parking": []})
    rows = bodies(pack(campaign))
    assert {row["channel"] for row in rows} == {"kiosk"}
    assert {row["namevaluemap.city"] for row in rows} == {"Pune"}
    assert all(row["catnpsmap.Price"] == () for row in rows)
    assert len({row.get("comment") for row in rows}) > 3
