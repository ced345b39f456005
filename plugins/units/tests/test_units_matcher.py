import pytest
from omoto_units import Matcher, selftest

NOIDA = ["Noida Sector 62", "Noida Sector 63", "Noida Sector 62 East", "Noida"]
STORES = ["Phoenix Marketcity", "Mall of the Emirates", "Indiranagar", "MG Road", "Lajpat Nagar II", "Swargate Pune"]


@pytest.mark.parametrize(
    ("written", "rule", "name"),
    [
        ("phoenix marketcity", "exact", "Phoenix Marketcity"),
        ("PHOENIX_MARKET-CITY", "letters", "Phoenix Marketcity"),
        ("Marketcity, Phoenix", "words", "Phoenix Marketcity"),
        ("Emirates Mall Store", "words", "Mall of the Emirates"),
        ("M.G. Rd", "words", "MG Road"),
        ("M G ROAD", "letters", "MG Road"),
        ("Lajpat Nagar 2", "words", "Lajpat Nagar II"),
        ("lajpat nagar two", "words", "Lajpat Nagar II"),
        ("Indira Nagar Branch", "spaces", "Indiranagar"),
        ("Pheonix Marketcity", "slip", "Phoenix Marketcity"),
        ("Indeeranagar", "habit", "Indiranagar"),
        ("Swargate Pune Branhc", "slip", "Swargate Pune"),
    ],
)
def test_what_has_an_explanation_is_accepted(written, rule, name):
    """Each way in which two names can be one is accepted, and named."""
    found = Matcher(STORES).match(written)
    assert (found.outcome, found.rule, found.name) == ("accept", rule, name)
    assert found.why


@pytest.mark.parametrize(
    "written",
    [
        "Noida Sector 26",
        "Noida Sector 6",
        "Noida Sector 622",
        "Noida Sector 62 West",
        "Noida Sector 62A",
        "New Noida Sector 62",
        "Noida Sector 62 Phase 2",
        "Noida Sector",
        "Noida Sektor 64",
        "Noida Section 62",
        "Greater Noida",
        "Upper Noida",
    ],
)
def test_a_telling_part_is_never_changed(written):
    """Numbers, directions, letters and words such as new must be equal, however alike the names look."""
    assert Matcher(NOIDA).match(written).outcome != "accept"


@pytest.mark.parametrize(
    ("standard", "written"),
    [
        ("CG Road", "SG Road"),
        ("R.A.S.M.E. Road", "R.A.S.M.W. Road"),
        ("Paschim Vihar", "West Vihar"),
        ("Raipur", "Rampur"),
        ("Gate 1 1", "Gate 11"),
        ("Gate 12", "Gate 21"),
        ("Sector 12 Block 3", "Sector 3 Block 12"),
        ("Block A Gate B", "Block B Gate A"),
        ("N.R. Colony", "Near Colony"),
        ("City Mall", "Opp City Mall"),
        ("Women's Wear Phoenix", "Men's Wear Phoenix"),
        ("NIT Campus", "NIIT Campus"),
        ("Terminal 1 Arrivals", "Terminal 1 Departures"),
        ("West Enclave", "East Enclave"),
        ("Phase I III", "Phase I II"),
    ],
)
def test_siblings_stay_apart(standard, written):
    """Names that another unit may have are no slips of the finger."""
    assert Matcher([standard]).match(written).outcome != "accept"


def test_numbers_move_with_what_they_count():
    """The same numbers of the same kinds are the same in any order."""
    found = Matcher(["Sector 12 Block 3", "7th Block Jayanagar"])
    assert found.match("Block 3, Sector Twelve").unit == 0
    assert found.match("Jayanagar Block VII").unit == 1


def test_three_suggestions_at_most_with_their_difference():
    """What is not accepted is offered, nearest first, each with the part that differs."""
    found = Matcher([f"Noida Sector {number}" for number in range(60, 70)]).match("Noida Sector 99")
    assert found.outcome == "suggest"
    assert len(found.options) == 3
    assert found.options[0].difference.endswith("instead of sector 99")


def test_what_is_like_nothing_is_refused():
    """A name that resembles no unit gets no suggestion."""
    found = Matcher(STORES).match("Zzyzx Quux")
    assert (found.outcome, found.rule, found.options) == ("refuse", "unlike", ())
    assert Matcher(STORES).match("  ").rule == "empty"


def test_two_units_that_fit_are_both_offered():
    """Where names cannot decide, nothing is accepted, even at full likeness."""
    found = Matcher(["MG Road", "M.G. Road Store"]).match("mg rd")
    assert (found.outcome, found.rule) == ("suggest", "ambiguous")
    assert {option.unit for option in found.options} == {0, 1}


def test_the_rows_city_chooses_between_units_of_one_name():
    """The same name in two cities is decided by the row's city, known by any of its names."""
    units = Matcher(["Fort", "Fort"], places=["Mumbai", "Kochi"])
    assert units.match("fort").outcome == "suggest"
    assert units.match("fort", city="Bombay").unit == 0
    assert units.match("fort", city="Cochin").unit == 1


def test_another_city_is_a_veto():
    """A name that is right but for the row's city is only suggested."""
    found = Matcher(["Civil Lines"], places=["Nagpur"]).match("civil lines", city="Kanpur")
    assert (found.outcome, found.rule) == ("suggest", "city")


def test_the_units_own_city_may_be_left_out_or_added():
    """City words are explained by the unit's own city, where the name or the row says it."""
    units = Matcher(["Kothrud Pune", "Al Barsha"], places=["Pune", "Dubai"])
    assert units.match("Kothrud", city="Pune").unit == 0
    assert units.match("Kothrud").outcome == "suggest"
    assert units.match("Al Barsha (Dubai)").unit == 1
    assert units.match("Al Barsha (Sharjah)").outcome != "accept"


def test_a_city_that_the_list_writes_into_names_tells_units_apart():
    """Where the list names the city in most units, a name with the city may be another unit than one without."""
    names = ["Mumbai Mahim", "Mumbai Marol", "Mumbai Andheri", "Bandra"]
    assert Matcher(names, places=["Mumbai"] * 4).match("Mumbai Bandra").outcome == "suggest"


def test_the_state_of_a_city_that_two_states_have_is_not_known():
    """A bare city is not taken for the unit that names a state, since cities share names."""
    units = Matcher(["Aurangabad Bihar"], places=[("Aurangabad", "", "Bihar")])
    assert units.match("Aurangabad", city="Aurangabad").outcome == "suggest"


def test_the_code_comes_before_the_name():
    """A store code decides, also as a spreadsheet has left it; a name that says another unit stops it."""
    units = Matcher(["Noida Sector 62", "Noida Sector 63"], codes=["0062", "0063"])
    assert units.match("Sector sixty-two", code="62.0").name == "Noida Sector 62"
    assert units.match("", code="63").rule == "code"
    assert units.match("Ambience", code="0063").rule == "code"
    conflict = units.match("Noida Sector 62", code="0063")
    assert (conflict.outcome, conflict.rule) == ("suggest", "code_differs")
    assert [option.unit for option in conflict.options] == [1, 0]
    assert units.match("Noida Sector 64", code="0063").outcome == "suggest"


def test_a_unit_can_be_left_out():
    """The self-test and measurements ask what would happen if the list lacked a unit."""
    units = Matcher(["MG Road", "FC Road"])
    assert units.match("mg road", without=0).outcome != "accept"


def test_brand_words_say_nothing():
    """A word in most names of a list, or one that is given, may be there or not."""
    names = [f"Starbucks {name}" for name in ("Juhu", "Bandra", "Powai", "Colaba", "Worli", "Dadar", "Sion")]
    assert Matcher(names * 2).match("juhu").rule == "ambiguous"
    more = [*names, *(f"Starbucks {name}" for name in ("Thane", "Vashi", "Nerul", "Airoli", "Malad", "Mulund"))]
    assert Matcher(more).match("Juhu").name == "Starbucks Juhu"
    assert Matcher(["Juhu"], brand=["Starbucks"]).match("Starbucks - Juhu outlet").name == "Juhu"


def test_a_list_of_malls_has_no_brand():
    """Kinds of places are never a brand: a mall is not a plaza."""
    names = [
        f"{name} Mall"
        for name in [
            "Ambience",
            "Forum",
            "Inorbit",
            "Nexus",
            "Pacific",
            "Select",
            "Sarath",
            "Orion",
            "Elante",
            "Lulu",
            "R",
            "C",
        ]
    ]
    assert Matcher(names).match("Forum").outcome == "suggest"


def test_other_scripts_are_words_too():
    """Names in Arabic or Devanagari match themselves, and accents do not matter."""
    units = Matcher(["دبي مول", "लाजपत नगर", "Café Indirānagar"])
    assert units.match("مول دبي").unit == 0
    assert units.match("लाजपत  नगर").unit == 1
    assert units.match("cafe indiranagar").unit == 2


def test_names_are_found_by_names_alone_in_a_fixed_way():
    """Two matchers of one list answer alike."""
    queries = ["Noida Sector 64", "Phonix", "mg", "lajpat", "x"]
    one, other = (Matcher([*STORES, *NOIDA]) for _ in range(2))
    assert [one.match(query) for query in queries] == [other.match(query) for query in queries]


def test_lists_of_other_lengths_are_refused():
    """Places and codes belong to names one by one."""
    with pytest.raises(ValueError, match="2 names"):
        Matcher(["A", "B"], places=["Pune"])


def test_the_selftest_names_units_that_cannot_be_told_apart():
    """A list is tried on itself when it comes, so that codes can be asked for before the first response."""
    found = selftest(Matcher([*NOIDA, "MG Road", "M.G. Rd"]))
    assert found.pairs == (("MG Road", "M.G. Rd"),)
    assert found.tried > 15
    assert found.accepted == ()


def test_a_towns_own_name_written_otherwise_is_asked_about_where_the_town_has_more_units():
    """Kunnur may be Kannur, and then any unit there; the name itself, and a town with one unit, are clear."""
    units = Matcher(["Kannur", "South Bazar Kannur", "Dhenkanal"], places=["Kannur", "Kannur", "Dhenkanal"])
    asked = units.match("Kannurr", city="Kannur")
    assert (asked.outcome, asked.rule, asked.options[0].name) == ("suggest", "town", "Kannur")
    assert units.match("KANNUR", city="Kannur").name == "Kannur"
    assert units.match("Dhenkanall", city="Dhenkanal").name == "Dhenkanal"


def test_a_list_that_tells_units_apart_by_their_city_is_believed():
    """Where Dadar and Mumbai Dadar are two units, a city is no ornament, not even for others of that list."""
    names = ["Mumbai Dadar", "Dadar", "Mumbai Juhu", "Pune Aundh"]
    units = Matcher(names, places=["Mumbai", "Mumbai", "Mumbai", "Pune"])
    assert units.match("Juhu", city="Mumbai").outcome == "suggest"
    assert units.match("Aundh", city="Pune").outcome == "suggest"
    assert Matcher(names[2:], places=["Mumbai", "Pune"]).match("Juhu", city="Mumbai").name == "Mumbai Juhu"


def test_the_rows_city_points_to_the_unit_that_says_it():
    """The same name stands in the list for another city; the unit whose name has the row's own is meant."""
    units = Matcher(["Civil Lines", "Kanpur Civil Lines", "Mall Road"], places=["Jaipur", "Kanpur", "Kanpur"])
    assert units.match("civil lines", city="Kanpur").name == "Kanpur Civil Lines"
    elsewhere = units.match("civil lines", city="Surat")
    assert (elsewhere.outcome, elsewhere.rule) == ("suggest", "city")
    assert [option.name for option in elsewhere.options] == ["Civil Lines", "Kanpur Civil Lines"]


def test_a_city_that_is_a_letter_off_neither_confirms_nor_stops():
    """Jagadhri may be Jagadhari; Rampur is another city than Raipur."""
    assert Matcher(["Model Town"], places=["Jagadhari"]).match("model town", city="Jagadhri").name == "Model Town"
    assert Matcher(["Model Town"], places=["Raipur"]).match("model town", city="Rampur").rule == "city"


@pytest.mark.parametrize(
    ("written", "city", "unit"),
    [
        ("Saket", "Delhi", "Saket New Delhi"),
        ("Dumdum", "Kolkata", "Dum Dum Kolkata"),
        ("22 Godown", "Jaipur", "Twentytwo Godown Jaipur"),
        ("Terminal 1 Gate B27 Store", "Doha", "Terminal 1 Gate B27"),
        ("Terminal 1 Gate B27 (Doha)", "Doha", "Terminal 1 Gate B27"),
        ("Airport Terminal 3 Hall 6", "Doha", "Doha Airport Terminal 3 Hall 6"),
        ("MG Rd", "Udaipur", "Udaipur MG Road"),
        ("termeenal 1 gate b27", "", "Terminal 1 Gate B27"),
        ("Ambala Cantt", "", "Ambala Cantonement"),
    ],
)
def test_one_name_is_known_in_many_ways(written, city, unit):
    """The row's city, spaces, glued number words, a word behind a number, and habits of spelling."""
    places = {"New Delhi": "New Delhi", "Kolkata": "Kolkata", "Jaipur": "Jaipur", "Udaipur": "Udaipur"}
    names = [
        "Saket New Delhi",
        "Dum Dum Kolkata",
        "Twentytwo Godown Jaipur",
        "Terminal 1 Gate B27",
        "Doha Airport Terminal 3 Hall 6",
        "Udaipur MG Road",
        "Ambala Cantonement",
    ]
    where = [next((place for end, place in places.items() if end in name), "Doha") for name in names]
    where[-1] = "Ambala"
    assert Matcher(names, places=where).match(written, city=city).name == unit
