"""Kinds of problems, fixes of a person's own, and trying them before they are applied."""

import pytest

from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins
from omoto_kit.validation import alike, mend, offers, problem_kinds, trial, validate
from tests.validation.surveys import batch, found

NONE = Plugins.load(entry_points=False)
UNIT = "namevaluemap.unitname"


def checked(*stores, **other):
    """Validate one answer for each store name."""
    rows = [{"npsrating": "9", "customerinfo.email": "a@b.com", UNIT: name} | other for name in stores]
    return validate(batch(rows, units=["Pune Kothrud", "Goa Panjim"], columns={UNIT: "Store"}), plugins=NONE)


def test_kinds_count_rows_and_what_a_fix_would_mend():
    """One kind is one code in one column: its rows, and how many have an answer, or one that loses nothing."""
    rows = checked("Pune Kothrud", "Pune Kothrd", "Pune Kothrd", "Pune-Kothrud", "Xyz", npsrating="12")
    rating, unit = problem_kinds(rows)
    assert (rating.code, rating.rows, rating.fixable, rating.safe) == ("rating_out_of_range", 5, 0, 0)
    assert (unit.code, unit.column, unit.rows, unit.sample) == ("unit_unknown", "Store", 4, (3, 4, 5, 6))
    assert (unit.fixable, unit.safe) == (3, 1)
    assert unit.as_json()["sample"] == [3, 4, 5, 6]


def test_a_trial_counts_and_leaves_the_batch_alone():
    """The preview says what would be set, solved and freed; the batch itself stays as it was."""
    rows = checked("Pune Kothrd", "Pune Kothrd", "Goa Panjim")
    tried = trial(rows, offers(rows, field=UNIT), by="asha", plugins=NONE)
    assert (tried.solved, tried.new, tried.held_before, tried.held_after) == (2, 0, 2, 0)
    assert tried.cells.rows() == [
        (2, UNIT, "Pune Kothrd", "Pune Kothrud"),
        (3, UNIT, "Pune Kothrd", "Pune Kothrud"),
    ]
    assert str(tried) == "sets 2 cells, solves 2 problems and makes 0; held rows 2 -> 0"
    assert rows.counts()["held"] == 2
    assert tried.batch.counts()["ready"] == 3
    assert "Kothrd" not in repr(tried)
    assert tried.as_json()["cells"][0]["after"] == "Pune Kothrud"


def test_a_trial_tells_what_a_wrong_fix_would_break():
    """A value that the contract does not know makes problems, and the preview says how many."""
    rows = checked("Goa Panjim", "Goa Panjim")
    tried = trial(rows, [alike(rows, UNIT, "Goa Panjim", "Atlantis")], by="asha", plugins=NONE)
    assert (tried.solved, tried.new, tried.held_after) == (0, 2, 2)


def test_all_cells_with_a_value_take_what_a_person_typed():
    """`alike` finds every row that holds the value now, blanks included, and an empty value clears."""
    rows = checked("Xyz", "Goa Panjim", "Xyz", None)
    one = alike(rows, UNIT, "Xyz", "Goa Panjim")
    assert (one.rows, str(one)) == ((2, 4), "namevaluemap.unitname: mends 2 rows")
    filled = mend(rows, [one, alike(rows, UNIT, None, "Pune Kothrud")], by="asha", plugins=NONE)
    assert filled.values[UNIT].to_list() == ["Goa Panjim", "Goa Panjim", "Goa Panjim", "Pune Kothrud"]
    cleared = mend(rows, [alike(rows, UNIT, "Xyz", "")], by="asha", plugins=NONE)
    assert cleared.values[UNIT].to_list() == [None, "Goa Panjim", None, None]


def test_a_value_that_no_cell_holds_is_refused():
    """A fix for a value that is gone, or for no field, is an error and not a silent nothing."""
    rows = checked("Goa Panjim")
    with pytest.raises(UsageError, match=r"No cell of namevaluemap\.unitname holds this value"):
        alike(rows, UNIT, "Xyz", "Goa Panjim")
    with pytest.raises(UsageError, match=r"Did you mean 'namevaluemap\.unitname'"):
        alike(rows, "namevaluemap.unitnam", "Xyz", "Goa Panjim")


def test_each_fixing_has_a_run_of_its_own():
    """The changes of one call share a number, and the next call has the next."""
    rows = checked("Pune Kothrd", "Xyz")
    once = mend(rows, offers(rows), by="asha", plugins=NONE)
    twice = mend(once, [alike(once, UNIT, "Xyz", "Goa Panjim")], by="ravi", plugins=NONE)
    mine = twice.changes.filter(twice.changes["step"].str.starts_with("fix:"))
    assert mine.select("step", "run").rows() == [("fix:asha", 1), ("fix:ravi", 2)]
    assert found(twice) == []
