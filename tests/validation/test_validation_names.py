"""Names of the contract: units, categories and reasons, attributes, channel and campaign."""

import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.validation.names import differing, nearest
from tests.validation.surveys import batch, found

UNIT = "namevaluemap.unitname"
UNITS = [
    {"name": "EXL Bandra West Mumbai 041", "code": "MUM-041"},
    {"name": "EXL Bandra East Mumbai 042", "code": "MUM-042"},
    {"name": "EXL Deira Dubai 101", "code": "DXB-101"},
]


def check(row, **contract):
    """Validate one row of a customer whom we can tell from others."""
    return validate(batch([{"customerinfo.regid": "R1"} | row], **contract), plugins=Plugins())


def only(checked):
    """Give the single problem that was found."""
    (problem,) = checked.problems.iter_rows(named=True)
    return problem


@pytest.mark.parametrize(
    "text", ["exl deira dubai 101", "EXL  Deira Dubai 101", " EXL Deira Dubai 101", "DXB-101", "dxb-101"]
)
def test_a_unit_that_differs_in_form_gets_its_standard_name(text):
    """Case, white space and the unit's own code are form; the change says so."""
    checked = check({UNIT: text}, units=UNITS)
    assert checked.values[UNIT][0] == "EXL Deira Dubai 101"
    assert found(checked) == []
    assert checked.why(2, UNIT)[0].step == "validation:unitname"


def test_a_doubtful_unit_is_never_chosen():
    """The nearest are offered with the part that differs, and the cell stays as it is."""
    checked = check({UNIT: "EXL Bandra Wst Mumbai 041"}, units=UNITS)
    problem = only(checked)
    assert checked.values[UNIT][0] == "EXL Bandra Wst Mumbai 041"
    assert checked.changes.height == 0
    assert (problem["code"], problem["severity"]) == ("unit_unknown", "error")
    assert problem["fix"]["options"][:2] == ["EXL Bandra West Mumbai 041", "EXL Bandra East Mumbai 042"]
    assert "'West' for 'Wst'" in problem["message"]
    assert problem["fix"]["applied"] is False


def test_a_name_that_fits_two_units_is_a_choice():
    """Two standard names that differ in case only cannot be told apart by a third form."""
    checked = check({UNIT: "KIOSK"}, units=["Kiosk", "kiosk"])
    assert only(checked)["fix"]["options"] == ["Kiosk", "kiosk"]
    assert found(check({UNIT: "kiosk"}, units=["Kiosk", "kiosk"])) == []


def test_a_code_never_wins_over_a_name():
    """A code that is another unit's name means that unit."""
    units = [{"name": "North", "code": "South"}, {"name": "South", "code": "S"}]
    assert check({UNIT: "south"}, units=units).values[UNIT][0] == "South"


def test_nothing_like_it_gives_no_options():
    """A name with no resemblance is told so."""
    problem = only(check({UNIT: "qqqq"}, units=UNITS))
    assert problem["fix"] is None
    assert "no unit has a name like it" in problem["message"]


def test_a_missing_unit_is_missed_where_the_contract_lists_units():
    """A list of units makes the unit required, unless the contract says otherwise."""
    assert only(check({UNIT: None}, units=UNITS))["code"] == "unit_missing"
    assert only(check({}, units=UNITS))["code"] == "unit_missing"
    assert found(check({UNIT: None}, units=UNITS, attributes={"unitname": {"required": False}})) == []


def test_an_unknown_category_is_refused_with_the_nearest():
    """The problem's value is the name, since the name is what is wrong."""
    contract = {"categories": {"Parking": [], "Price": ["Too High"]}}
    problem = only(check({"catnpsmap.Parkng": []}, **contract))
    assert (problem["code"], problem["value"]) == ("category_unknown", "Parkng")
    assert problem["fix"]["options"] == ["Parking"]
    assert found(check({"catnpsmap.Parkng": None}, **contract)) == []
    assert found(check({"catnpsmap.Parking": []}, **contract)) == []
    assert found(check({"catnpsmap.Anything": ["x"]})) == []


def test_reasons_are_told_together_and_never_mended_silently():
    """One problem a cell names the wrong reasons; a reason in another case is offered, not set."""
    contract = {"categories": {"Price": ["Too High", "Wrong Bill", "Hidden Charges"]}}
    checked = check({"catnpsmap.Price": ["Too High", "too high"]}, **contract)
    problem = only(checked)
    assert problem["code"] == "subreason_unknown"
    assert problem["value"] == "Too High; too high"
    assert problem["fix"]["options"] == ["Too High"]
    assert checked.values["catnpsmap.Price"][0].to_list() == ["Too High", "too high"]
    problem = only(check({"catnpsmap.Price": ["wrong bil", "Hiden Charges", "Too High"]}, **contract))
    assert "'wrong bil', 'Hiden Charges' are no reasons" in problem["message"]
    assert problem["fix"]["options"] == ["Wrong Bill; Hidden Charges; Too High"]


@pytest.mark.parametrize(
    "text", ["Parking, Price", "Parking|price", "Parking\nPrice", "Parking and Price", "Parking، x"]
)
def test_several_categories_in_one_name_are_never_mended_to_one_of_them(text):
    """A cell that was parted at another sign names several categories; to offer one would lose the others."""
    problem = only(check({f"catnpsmap.{text}": []}, categories={"Parking": [], "Price": [], "Staff": []}))
    assert (problem["code"], problem["fix"]) == ("category_unknown", None)
    assert "names several" in problem["message"]


def test_several_reasons_in_one_are_offered_all_together():
    """Reasons with another sign between them are taken apart where all are known; else nothing is offered."""
    contract = {"categories": {"Price": ["Too High", "Wrong Bill"]}}
    problem = only(check({"catnpsmap.Price": ["too high, Wrong Bill"]}, **contract))
    assert problem["fix"]["options"] == ["Too High; Wrong Bill"]
    problem = only(check({"catnpsmap.Price": ["Too High", "Wrong Bill / rude"]}, **contract))
    assert (problem["fix"], "names several" in problem["message"]) == (None, True)


def test_a_name_that_holds_a_sign_itself_is_offered_as_one():
    """A comma in the contract's own name does not part it."""
    contract = {"categories": {"Food, hot": [], "Food": []}}
    assert only(check({"catnpsmap.food, HOT": []}, **contract))["fix"]["options"] == ["Food, hot"]


def test_a_category_without_reasons_takes_none():
    """The contract's empty list means that the category stands alone."""
    problem = only(check({"catnpsmap.Parking": ["Full"]}, categories={"Parking": []}))
    assert problem["code"] == "subreason_unknown"
    assert "takes no reasons" in problem["message"]


def test_an_unknown_attribute_is_refused_by_its_name():
    """Names of namevaluemap are agreed; unitname and city always are."""
    problem = only(check({"namevaluemap.Day Part": "Lunch"}, attributes={"daypart": {}}))
    assert (problem["code"], problem["value"]) == ("nvname_unknown", "Day Part")
    assert problem["fix"]["options"] == ["daypart"]
    assert found(check({"namevaluemap.city": "Pune"}, attributes={"daypart": {}})) == []
    assert found(check({"namevaluemap.anything": "x"})) == []


@pytest.mark.parametrize(
    ("attribute", "text", "after", "code"),
    [
        ({"kind": "integer"}, "12", "12", None),
        ({"kind": "integer"}, "12.0", "12", None),
        ({"kind": "integer"}, " -3 ", "-3", None),
        ({"kind": "integer"}, "१२", "12", None),
        ({"kind": "integer"}, "1,200", "1,200", "attribute_invalid"),
        ({"kind": "integer"}, "many", "many", "attribute_invalid"),
        ({"kind": "choice", "values": ["Gold", "Silver"]}, "Gold", "Gold", None),
        ({"kind": "choice", "values": ["Gold", "Silver"]}, "gold ", "Gold", None),
        ({"kind": "choice", "values": ["Gold", "Silver"]}, "Golden", "Golden", "attribute_not_allowed"),
        ({"pattern": "[A-Z]{3}"}, "ABC", "ABC", None),
        ({"pattern": "[A-Z]{3}"}, "abc", "abc", "attribute_invalid"),
        ({"pattern": "[A-Z]{3}"}, "ABCD", "ABCD", "attribute_invalid"),
        ({"max_length": 3}, "abcd", "abcd", "attribute_too_long"),
        ({"min_length": 3}, "ab", "ab", "attribute_too_short"),
        ({"required": True}, None, None, "attribute_missing"),
        ({"required": True}, " ", " ", "attribute_missing"),
        ({"kind": "integer"}, "", "", None),
    ],
)
def test_an_attribute_is_what_the_contract_says(attribute, text, after, code):
    """Kind, values, pattern and lengths each have their problem; form alone is mended."""
    checked = check({"namevaluemap.tier": text}, attributes={"tier": attribute})
    assert checked.values["namevaluemap.tier"][0] == after
    assert checked.problems["code"].to_list() == ([code] if code else [])


@pytest.mark.parametrize(
    ("name", "text", "after", "code"),
    [
        ("pincode", "560001", "560001", None),
        ("pincode", "560 001", "560001", None),
        ("pincode", "560001.0", "560001", None),
        ("zip", "560 001", "560001", None),
        ("pincode", "056001", "056001", "pincode_invalid"),
        ("pincode", "5600", "5600", "pincode_invalid"),
        ("pincode", "56000123", "56000123", "pincode_invalid"),
        ("zip", "ABC123", "ABC123", "attribute_invalid"),
    ],
)
def test_postal_codes_lose_what_spreadsheets_added(name, text, after, code):
    """Spaces and .0 go; what is no postal code is held."""
    checked = check({f"namevaluemap.{name}": text}, attributes={name: {"pattern": "[1-9][0-9]{5}"}})
    assert checked.values[f"namevaluemap.{name}"][0] == after
    assert checked.problems["code"].to_list() == ([code] if code else [])


def test_channel_and_type_are_those_of_the_contract():
    """Case alone is mended with a change; another value is held with the nearest; absent ones are fine."""
    contract = {"channels": ["kiosk", "whatsapp"], "type": "NPS"}
    checked = check({"channel": "Kiosk", "campaigntype": "nps"}, **contract)
    assert (checked.values["channel"][0], checked.values["campaigntype"][0]) == ("kiosk", "NPS")
    assert found(checked) == []
    checked = check({"channel": "kiosks", "campaigntype": "CSAT"}, **contract)
    assert [code for _, _, code in found(checked)] == ["channel_unknown", "campaigntype_unknown"]
    assert checked.problems["fix"][0]["options"] == ["kiosk"]
    assert found(check({"channel": None, "campaigntype": None}, **contract)) == []
    assert found(check({"channel": "anything", "campaigntype": "anything"})) == []


@pytest.mark.parametrize("given", ["155", None, "", "154.0"])
def test_another_campaign_is_refused(given):
    """The id must always match; an absent one does not."""
    problem = only(check({"campaignid": given}))
    assert problem["code"] == "campaign_mismatch"
    assert problem["fix"]["options"] == ["154"]


def test_a_batch_without_the_campaign_id_is_refused():
    """Even where no column carries the id at all."""
    given = batch([{"customerinfo.regid": "R1"}])
    bare = given.with_values(given.values.drop("campaignid"))
    assert only(validate(bare, plugins=Plugins()))["code"] == "campaign_mismatch"


def test_nearest_prefers_what_differs_in_case_only():
    """One such name stands alone; otherwise the best come first."""
    assert nearest("TOO HIGH", ["Too Low", "Too High"]) == ("Too High",)
    assert nearest("Rood", ["Rude", "Wood", "Slow"])[0] == "Wood"
    assert nearest("zzz", ["Rude"]) == ()


def test_differences_are_shown_by_word():
    """Added, absent and other words are named; white space alone is said so."""
    assert differing("a b", "a c") == "'c' for 'b'"
    assert differing("a", "a b") == "with 'b'"
    assert differing("a b", "a") == "without 'b'"
    assert differing("a  b", "a b") == "only in white space"
