"""Mobile numbers: as people and spreadsheets write them in India and the Gulf."""

import random

import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.validation.phones import PLANS, read_phone
from tests.validation.surveys import GENERATOR, batch, found

WHOLE = "9663798289"


def phoned(text, **customer):
    """Validate one number; give its value after, and the batch."""
    checked = validate(batch([{"customerinfo.mobileno": text}], customer=customer), plugins=Plugins())
    return checked.values["customerinfo.mobileno"][0], checked


def codes(checked):
    """Give the codes that were found."""
    return checked.problems["code"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "+91 96637 98289",
        "+919663798289",
        "919663798289",
        "91-96637-98289",
        "00919663798289",
        "0091 96637 98289",
        "0 96637 98289",
        "09663798289",
        "(+91) 9663798289",
        "+91 (0) 9663798289",
        "+91-9663-798-289",
        "9663798289.0",
        "9663798289.00",
        "919663798289.0",
        "9.663798289E9",
        "9.663798289e+09",
        "9,663,798,289",
        "'9663798289",
        "\u200e+91 96637 98289\u202c",
        "٩٦٦٣٧٩٨٢٨٩",
        "९६६३७९८२८९",
        "+٩١ ٩٦٦٣٧٩٨٢٨٩",
        "Mobile: 9663798289",
        "tel:+919663798289",
        "whatsapp:+919663798289",
        "9663798289\u00a0",
        "＋９１ ９６６３７９８２８９",
    ],
)
def test_an_indian_number_comes_out_as_ten_digits(text):
    """Whatever stands around the number is form; the change keeps the original."""
    value, checked = phoned(text)
    assert value == WHOLE
    assert codes(checked) == []
    assert [change.before for change in checked.why(2, "customerinfo.mobileno")] == ([] if text == WHOLE else [text])


@pytest.mark.parametrize(
    ("region", "text", "national", "international"),
    [
        ("AE", "050 123 4567", "501234567", "+971501234567"),
        ("AE", "+971 (0)50-123-4567", "501234567", "+971501234567"),
        ("SA", "0551234567", "551234567", "+966551234567"),
        ("SA", "966551234567", "551234567", "+966551234567"),
        ("QA", "5512 3456", "55123456", "+97455123456"),
        ("KW", "00965 9912 3456", "99123456", "+96599123456"),
        ("BH", "+973 3612 3456", "36123456", "+97336123456"),
        ("OM", "92123456", "92123456", "+96892123456"),
        ("IN", "096637 98289", "9663798289", "+919663798289"),
    ],
)
def test_each_region_reads_its_own_numbers(region, text, national, international):
    """A number without country code is the region's; the contract says in which form it goes out."""
    assert phoned(text, region=region)[0] == national
    assert phoned(text, region=region, phone="e164")[0] == international


def test_numbers_of_other_countries_keep_their_country():
    """A number that names its country goes out with it, in both forms."""
    for form in ("national", "e164"):
        assert read_phone("+971 50 123 4567", "IN", form).number == "+971501234567"
        assert read_phone("00966512345678", "IN", form).number == "+966512345678"
        assert read_phone("+44 7700 900123", "IN", form).number == "+447700900123"
    assert read_phone("+91 96637 98289", "AE").number == "+919663798289"


def test_a_region_without_a_plan_takes_plausible_numbers():
    """Elsewhere + and 8 to 15 digits are enough; bare digits only where they go out as they are."""
    assert read_phone("(415) 555-0100", "US").number == "4155550100"
    assert read_phone("(415) 555-0100", "US", "e164").code == "mobile_invalid"
    assert read_phone("+1 415 555 0100", "US", "e164").number == "+14155550100"
    assert read_phone("+1234567", "US").code == "mobile_invalid"


@pytest.mark.parametrize("text", ["9.66E+09", "9.19664E+11", "9.6638E9", "9,66E+09", "9E+09"])
def test_digits_that_a_spreadsheet_ate_are_lost(text):
    """Nothing is made up for lost digits; the advice is to export again as text."""
    value, checked = phoned(text)
    assert value == text
    assert codes(checked) == ["mobile_precision_lost"]
    assert "text" in checked.problems["fix"][0]["why"]


@pytest.mark.parametrize(
    "text", ["966379828", "96637ABCDE", "3663798289", "9663798289966", "12", "+", "+91", "none", "NA", "9663798289x12"]
)
def test_what_is_no_mobile_number_is_held(text):
    """The value stays as it is, and the message says what a number looks like here."""
    value, checked = phoned(text)
    assert value == text
    held = checked.problems.filter(checked.problems["severity"] == "error")
    assert held["code"].to_list() == ["mobile_invalid"]
    assert "begins with 6 to 9" in held["message"][0]


@pytest.mark.parametrize(
    "text",
    ["9663798289/9876512340", "9663798289, +91 98765 12340", "9663798289 or 9876512340", "9663798289\n9876512340"],
)
def test_two_numbers_in_a_cell_are_a_choice(text):
    """Both are offered in the contract's form; none is chosen."""
    value, checked = phoned(text)
    assert value == text
    assert codes(checked) == ["mobile_invalid"]
    assert checked.problems["fix"][0]["options"] == [WHOLE, "9876512340"]


def test_a_number_that_lacks_its_plus_is_offered():
    """971501234567 in India may be an Emirati number: an option, not a change."""
    value, checked = phoned("971501234567")
    assert value == "971501234567"
    assert checked.problems["fix"][0]["options"] == ["+971501234567"]


@pytest.mark.parametrize("text", ["+9663798289", "009663798289", "+96637 98289"])
def test_a_plus_before_an_own_number_names_no_country(text):
    """A + before ten Indian digits would make a number of nowhere; the Indian one is offered, not set."""
    value, checked = phoned(text)
    assert value == text
    assert codes(checked) == ["mobile_invalid"]
    assert checked.problems["fix"][0]["options"] == [WHOLE]
    assert phoned(text, phone="e164")[1].problems["fix"][0]["options"] == [f"+91{WHOLE}"]


def test_a_short_number_of_another_country_stays_one():
    """Singapore's numbers are as long as an Indian one, with their country code."""
    assert read_phone("+65 9123 4567", "IN").number == "+6591234567"


def test_a_number_of_the_right_length_is_told_by_its_first_digit():
    """Ten digits are not said to be the wrong number of digits."""
    message = phoned("3663798289")[1].problems["message"][0]
    assert "It begins with 3; an Indian mobile number" in message


@pytest.mark.parametrize("text", ["9999999999", "9876543210", "+91 9999999999", "9000000000"])
def test_made_up_numbers_are_doubted(text):
    """A placeholder is a warning: the row may still go."""
    _, checked = phoned(text)
    assert codes(checked) == ["mobile_suspect"]
    assert checked.counts()["ready"] == 1


def test_1234567890_is_made_up_and_no_indian_number():
    """Ten digits in a row are doubted, and held too, since no Indian mobile begins with 1."""
    assert codes(phoned("1234567890")[1]) == ["mobile_invalid", "mobile_suspect"]


def test_an_absent_number_is_missing_only_where_it_is_required():
    """The code says which field it is."""
    assert codes(phoned(None, required=["mobileno"])[1]) == ["mobile_missing"]
    assert codes(phoned(" ", required=["mobileno"])[1]) == ["mobile_missing"]
    assert "mobile_missing" not in codes(phoned(None)[1])


def test_the_shapes_of_the_generated_survey():
    """Thousands of good numbers in eight forms pass, and bad ones of five kinds do not."""
    if not GENERATOR.is_file():
        pytest.skip(f"the survey generator is not there: {GENERATOR}")
    survey = {"__name__": "survey"}
    exec(compile(GENERATOR.read_text(encoding="utf-8"), GENERATOR.name, "exec"), survey)  # noqa: S102  our own generator
    chance = random.Random(3)
    for _ in range(3000):
        good, bad = survey["mobile_ok"](chance), survey["mobile_bad"](chance)
        assert read_phone(good).number, good
        assert read_phone(bad).code == "mobile_invalid", bad


def test_two_rows_with_one_number_are_a_family():
    """Up to five rows may share a phone without a word; six are noted once, by their rows and not by the number."""
    rows = [{"customerinfo.mobileno": form} for form in (WHOLE, "0" + WHOLE, "+91" + WHOLE, WHOLE, WHOLE)]
    assert validate(batch(rows), plugins=Plugins()).notes == ()
    checked = validate(batch([*rows, {"customerinfo.mobileno": WHOLE}]), plugins=Plugins())
    (note,) = checked.notes
    assert "2, 3, 4, 5, 6, 7" in note
    assert WHOLE not in note
    assert found(checked) == []
    assert validate(checked, plugins=Plugins()).notes == checked.notes


def test_plans_agree_with_themselves():
    """No plan takes its own trunk prefix or country code for a number's beginning without saying so."""
    for region, plan in PLANS.items():
        assert plan.national("") is None
        assert read_phone(f"+{plan.code}", region).code == "mobile_invalid"


def test_a_zero_behind_a_bare_country_code_is_no_trunk_prefix():
    """Thirteen digits may be three too many; with a sign before them they name their country themselves."""
    found = read_phone("9109505449910")
    assert (found.number, found.code, found.options) == (None, "mobile_invalid", ("+919505449910",))
    assert read_phone("+91 0 95054 49910").number == read_phone("919505449910").number == "9505449910"
