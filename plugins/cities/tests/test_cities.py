from pathlib import Path

import pytest

from omoto_kit import Campaign
from omoto_kit.testing import check_examples, try_plugin

PLUGIN = Path(__file__).parent.parent / "omoto_cities.py"
UNITS = [
    {"name": "Indiranagar", "city": "Bengaluru"},
    {"name": "MG Road", "city": "Bengaluru"},
    {"name": "MG Road", "city": "Gurugram"},
    {"name": "Online", "city": None},
]


def test_the_examples_hold():
    """What the plugin says of itself is so."""
    assert check_examples(PLUGIN) == ()


@pytest.mark.parametrize(
    ("unit", "city"),
    [("Indiranagar", "Bengaluru"), ("MG Road", None), ("Online", None), ("indiranagar", None)],
)
def test_a_unit_brings_its_city(unit, city):
    """The city comes from the unit's own line; two lines that differ, or none, leave it open."""
    tried = try_plugin(PLUGIN, [{"unitname": unit}], Campaign(id="154", units=UNITS))
    assert tried.rows[0]["city"] == city


def test_the_customers_own_city_stands():
    """What the source says of the city is not overruled by where the unit lies."""
    row = {"unitname": "Indiranagar", "city": "Hosur"}
    tried = try_plugin(PLUGIN, [row], Campaign(id="154", units=UNITS))
    assert tried.rows[0]["city"] == "Hosur"
    assert tried.changes_of("city") == []


def test_a_campaign_without_units_is_no_fault():
    """Nothing is filled and nothing fails where the contract lists no units."""
    tried = try_plugin(PLUGIN, [{"unitname": "Indiranagar"}])
    assert tried.rows[0]["city"] is None
    assert tried.notes == ()


@pytest.mark.parametrize(
    ("written", "city"),
    [("Bombay", "Mumbai"), ("BANGALORE", "Bengaluru"), ("Ras  Al-Khaimah", "Ras Al Khaimah"), ("Pune", "Pune")],
)
def test_a_city_gets_one_spelling(written, city):
    """Former names and other spellings are replaced, and the change keeps what was written."""
    tried = try_plugin(PLUGIN, [{"city": written}])
    assert tried.rows[0]["city"] == city
    assert [change.before for change in tried.changes_of("city")] == ([written] if written != city else [])


def test_the_spelling_of_the_unit_list_is_mended_too():
    """A unit list with a former name fills the city, which then gets the spelling in use; the chain shows both."""
    units = [{"name": "Fort", "city": "Bombay"}]
    tried = try_plugin(PLUGIN, [{"unitname": "Fort"}], Campaign(id="154", units=units))
    assert [(change.step, change.after) for change in tried.changes_of("city")] == [
        ("omoto_cities:city_of_unit", "Bombay"),
        ("omoto_cities:one_spelling", "Mumbai"),
    ]
