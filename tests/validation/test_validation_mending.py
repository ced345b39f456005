"""Fixes of many cells at once: previewed, applied, recorded, checked again, and taken back."""

import pytest

from omoto_kit.enrichment import undo
from omoto_kit.plugins import Plugins
from omoto_kit.validation import SAFE, mend, offers, validate
from tests.validation.surveys import batch, found

NONE = Plugins.load(entry_points=False)
CONTRACT = {
    "categories": {"Price": ["Too high", "Unclear"], "Staff behaviour": ["Rude"]},
    "units": ["Koramangala 4th Block", "Hitech City Phase 1"],
    "rating": {"scale": [0, 10]},
}


def checked(*table):
    """Validate rows against the contract of these tests, without any plugin."""
    return validate(batch(list(table), **CONTRACT), plugins=NONE)


def good(**other):
    """Give an honest answer with some fields changed."""
    return {"npsrating": "9", "namevaluemap.unitname": "Hitech City Phase 1", "customerinfo.email": "a@b.com"} | other


def test_all_cells_with_one_value_are_one_offer():
    """The preview says how many rows one fix would mend, and changes nothing."""
    rows = checked(*(good(**{"catnpsmap.Price": ["too-HIGH"]}) for _ in range(14)), good())
    (one,) = offers(rows)
    assert (one.field, one.before, one.after, one.rows) == (
        "catnpsmap.Price",
        "too-HIGH",
        "Too high",
        tuple(range(2, 16)),
    )
    assert str(one) == "catnpsmap.Price: mends 14 rows (subreason_unknown)"
    assert rows.counts()["held"] == 14


def test_mending_frees_all_rows_and_says_who_did_it():
    """Each cell gets the reason as the contract writes it, with a change of its own; other rows stay as they are."""
    rows = checked(good(), *(good(**{"catnpsmap.Price": ["too-HIGH", "unclear"]}) for _ in range(3)))
    mended = mend(rows, offers(rows, safe=True), by="asha", plugins=NONE)
    assert mended.problems.height == 0
    assert mended.values["row"].to_list() == [2, 3, 4, 5]
    assert mended.values["catnpsmap.Price"].to_list() == [None, *[["Too high", "Unclear"]] * 3]
    (change,) = mended.why(4, "catnpsmap.Price")
    assert (change.before, change.after, change.step) == ("too-HIGH; unclear", "Too high; Unclear", "fix:asha")


def test_a_mend_is_taken_back():
    """Undone, each cell has its old value and validation finds the old problems."""
    rows = checked(*(good(**{"catnpsmap.Price": ["too-HIGH"]}) for _ in range(3)))
    mended = mend(rows, offers(rows), by="asha", plugins=NONE)
    back = validate(undo(mended, step="fix:asha"), plugins=NONE)
    assert found(back) == found(rows)
    assert back.values["catnpsmap.Price"].to_list() == [["too-HIGH"]] * 3


def test_what_would_only_be_likely_is_never_safe():
    """A misspelt store is offered, and stays out of what loses nothing."""
    rows = checked(good(**{"namevaluemap.unitname": "Koramangla 4th Block"}))
    assert [one.after for one in offers(rows)] == ["Koramangala 4th Block"]
    assert offers(rows, safe=True) == ()
    assert mend(rows, offers(rows, safe=True), by="asha", plugins=NONE) is rows


def test_a_number_in_words_is_safe():
    """'nine' means 9, whatever its case."""
    rows = checked(good(npsrating="Nine"))
    mended = mend(rows, offers(rows, safe=True), by="asha", plugins=NONE)
    assert (mended.values["npsrating"].to_list(), mended.counts()["ready"]) == (["9"], 1)


def test_a_category_of_the_same_letters_moves_its_reasons():
    """Reasons below a name of another case move to the right name; a row that has both keeps both and stays held."""
    moved = good(**{"catnpsmap.staff-behaviour": ["Rude"]})
    both = moved | {"catnpsmap.Staff behaviour": ["Rude"]}
    rows = checked(moved, both)
    mended = mend(rows, offers(rows, safe=True), by="asha", plugins=NONE)
    assert mended.values["catnpsmap.Staff behaviour"].to_list() == [["Rude"], ["Rude"]]
    assert mended.values["catnpsmap.staff-behaviour"].to_list() == [None, ["Rude"]]
    assert mended.held_rows.to_list() == [3]


def test_offers_are_narrowed_to_a_kind_or_a_value():
    """All of one kind, or all cells with one text, and nothing else."""
    rows = checked(
        good(npsrating="nine"),
        good(npsrating="eight"),
        good(**{"catnpsmap.Price": ["too-HIGH"]}),
    )
    assert {one.code for one in offers(rows)} == {"rating_not_integer", "subreason_unknown"}
    assert [one.rows for one in offers(rows, code="subreason_unknown")] == [(4,)]
    assert [one.after for one in offers(rows, value="eight")] == ["8"]


def test_a_choice_between_several_is_no_offer():
    """Where two options fit, a person decides cell by cell."""
    rows = validate(
        batch([good(channel="kiosk-")], channels=["kiosk-a", "kiosk-b"], rating={"scale": [0, 10]}), plugins=NONE
    )
    assert found(rows)[0][2] == "channel_unknown"
    assert offers(rows) == ()


@pytest.mark.parametrize("code", SAFE)
def test_every_safe_code_has_its_reason(code):
    """Whoever asks why a kind of fix loses nothing finds a sentence."""
    assert len(SAFE[code]) > 20
