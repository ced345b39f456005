"""Ratings: what is a whole number of the scale in another form, and what is not."""

import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.validation.ratings import read_rating
from tests.validation.surveys import batch, found


def rated(text, **contract):
    """Validate one rating; give its value after, and its problems."""
    row = {"npsrating": text, "customerinfo.email": "asha@gmail.com"}
    checked = validate(batch([row], **contract), plugins=Plugins())
    return checked.values["npsrating"][0], checked


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("9.0", "9"),
        ("9,0", "9"),
        ("9/10", "9"),
        ("9 / 10", "9"),
        ("10/10", "10"),
        ("09", "9"),
        ("+7", "7"),
        ("9 out of 10", "9"),
        ("9 of 10", "9"),
        ("9.0/10.0", "9"),
        ("9 - Extremely likely", "9"),
        ("10 (Extremely likely)", "10"),
        ("0 = Not at all likely", "0"),
        ("9: great", "9"),
        ("Not at all likely - 0", "0"),
        ("Extremely likely \u2013 10", "10"),
        ("Very satisfied (9)", "9"),
        ("Score: 8", "8"),
        ("٩", "9"),
        ("९", "9"),
        ("१०", "10"),
        ("９", "9"),
    ],
)
def test_another_form_of_a_whole_number_is_written_plainly(text, plain):
    """The number goes out plainly, a change keeps the original, and a warning shows the applied fix."""
    value, checked = rated(text)
    assert value == plain
    assert found(checked) == [(2, "npsrating", "rating_form")]
    assert checked.problems["severity"][0] == "warning"
    assert checked.problems["value"][0] == text
    fix = checked.problems["fix"][0]
    assert (fix["options"], fix["applied"]) == ([plain], True)
    (change,) = checked.why(2, "npsrating")
    assert (change.before, change.after, change.step) == (text, plain, "validation:npsrating")


@pytest.mark.parametrize("text", [" 9 ", "9\t", "\u00a09", "9\ufeff"])
def test_white_space_alone_is_no_problem(text):
    """A number with nothing but white space around it is set, with a change and without a warning."""
    value, checked = rated(text)
    assert value == "9"
    assert found(checked) == []
    assert checked.changes.height == 1


@pytest.mark.parametrize("text", [str(number) for number in range(11)])
def test_plain_numbers_of_the_scale_are_fine(text):
    """Each number of the scale passes untouched."""
    value, checked = rated(text)
    assert value == text
    assert found(checked) == []
    assert checked.changes.height == 0


@pytest.mark.parametrize(
    "text", ["ten", "7.5", "7,5", "N/A", "Good", "4/5", "9-10", "10-49", "★★★★", "4 (out of 5)", "9 10", "1e1", "½"]
)
def test_what_is_no_whole_number_is_held(text):
    """Nothing is rounded and nothing is guessed: the row is held and its value stays."""
    value, checked = rated(text)
    assert value == text
    assert found(checked) == [(2, "npsrating", "rating_not_integer")]
    assert checked.counts()["held"] == 1


@pytest.mark.parametrize("text", ["11", "-1", "−1", "100", "12/10", "11.0", "9" * 5000, "-" + "9" * 400])
def test_numbers_beyond_the_scale_are_held(text):
    """The message names the scale; endless digits are only one more number beyond it."""
    _, checked = rated(text)
    assert found(checked) == [(2, "npsrating", "rating_out_of_range")]
    assert "0 to 10" in checked.problems["message"][0]
    assert len(checked.problems["message"][0]) < 300


@pytest.mark.parametrize("text", ["1,000", "10,000", "1,000,000", "९,०००", "9,000/10"])
def test_a_thousand_is_not_one(text):
    """What English writes as thousands is never read as a decimal comma with zeros behind it."""
    value, checked = rated(text)
    assert value == text
    assert found(checked) == [(2, "npsrating", "rating_not_integer")]


def test_a_decimal_comma_or_point_with_zeros_is_still_a_whole_number():
    """One or two places after a comma, and any number after a point, are how programs write whole numbers."""
    assert [rated(text)[0] for text in ("9,0", "9,00", "9.000", "10.0000")] == ["9", "9", "9", "10"]


def test_a_group_is_no_number():
    """Promoter, Passive and Detractor get a sentence of their own and no fix."""
    for text in ("Promoter", "passive", "DETRACTOR"):
        _, checked = rated(text)
        assert "group of customers" in checked.problems["message"][0]
        assert checked.problems["fix"][0] is None


def test_the_middle_of_a_scale_of_words_is_no_group():
    """Neutral is an answer between satisfied and not, as well as a name of passives: it is only no number."""
    message = rated("Neutral")[1].problems["message"][0]
    assert ("group" in message, "is no number" in message) == (False, True)


def test_a_formula_without_a_result_is_named():
    """A workbook that no spreadsheet has saved holds formulas only; the advice is to save it."""
    value, checked = rated("=4+5")
    assert value == "=4+5"
    assert "is a formula without its result. Save the file in Excel" in checked.problems["message"][0]


def test_another_scale_is_named():
    """4/5 says that it ends at 5; the same cell is fine where the contract's scale ends at 5."""
    _, checked = rated("4/5")
    assert "ends at 5" in checked.problems["message"][0]
    value, checked = rated("4/5", rating={"scale": (1, 5)})
    assert value == "4"
    assert found(checked) == [(2, "npsrating", "rating_form")]


def test_a_number_word_is_offered_not_set():
    """The word ten may be 10: a person decides."""
    value, checked = rated("ten")
    assert value == "ten"
    assert checked.problems["fix"][0]["options"] == ["10"]
    assert checked.problems["fix"][0]["applied"] is False


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_absent_rating_is_a_problem_only_where_it_is_required(text):
    """A CSAT survey may lack the rating; a contract may require it."""
    assert found(rated(text)[1]) == []
    _, checked = rated(text, rating={"required": True})
    assert found(checked) == [(2, "npsrating", "rating_missing")]


def test_a_required_rating_without_a_column_is_missing_in_every_row():
    """Bodies without npsrating are held like rows with an empty cell."""
    rows = [{"customerinfo.email": "a@b.in"}, {"customerinfo.email": "c@d.in"}]
    checked = validate(batch(rows, rating={"required": True}), plugins=Plugins())
    assert found(checked) == [(2, "npsrating", "rating_missing"), (3, "npsrating", "rating_missing")]


def test_reading_is_by_the_scale_alone():
    """A share is read only when its whole is the scale's top."""
    assert read_rating("5/7", 7).number == 5
    assert read_rating("5/7", 10) == (None, 7)
