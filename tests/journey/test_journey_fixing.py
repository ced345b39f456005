"""Taking fixes back one at a time, with the record of both."""

import pytest

from omoto_kit.errors import UsageError
from omoto_kit.journey.fixing import fixes_done, take_back
from omoto_kit.plugins import Plugins
from omoto_kit.validation import apply_fix, mend, offers, validate
from tests.validation.surveys import batch, found

NONE = Plugins.load(entry_points=False)
UNIT = "namevaluemap.unitname"


@pytest.fixture
def rows():
    """Three answers, two of them from stores that nobody knows."""
    table = [
        {"npsrating": "9", "customerinfo.email": "a@b.com", UNIT: name} for name in ("Pune Kothrd", "Xyz", "Goa Panjim")
    ]
    return validate(batch(table, units=["Pune Kothrud", "Goa Panjim"]), plugins=NONE)


def test_each_fix_is_listed_and_taken_back_by_its_number(rows):
    """The older of two fixes is undone alone: its problem is back, the newer one stands, the record keeps both."""
    once = mend(rows, offers(rows), by="asha", plugins=NONE)
    twice = apply_fix(once, 3, UNIT, "Goa Panjim", by="ravi", plugins=NONE)
    assert [(one.run, one.step, one.fields, one.cells, one.undone) for one in fixes_done(twice)] == [
        (2, "fix:ravi", (UNIT,), 1, False),
        (1, "fix:asha", (UNIT,), 1, False),
    ]
    back = take_back(twice, 1, plugins=NONE)
    assert found(back) == [(2, UNIT, "unit_unknown")]
    assert back.values[UNIT].to_list() == ["Pune Kothrd", "Goa Panjim", "Goa Panjim"]
    assert [one.undone for one in fixes_done(back)] == [False, True]
    assert [change.outcome for change in back.why(2, UNIT)] == ["set", "undone"]


def test_a_fix_is_taken_back_once_only(rows):
    """A second undo of the same fix, or of a number that is none, says so."""
    back = take_back(mend(rows, offers(rows), by="asha", plugins=NONE), 1, plugins=NONE)
    with pytest.raises(UsageError, match="nothing that still stands"):
        take_back(back, 1, plugins=NONE)
    with pytest.raises(UsageError, match="Run 7 is no fix"):
        take_back(back, 7, plugins=NONE)


def test_a_cell_that_was_fixed_again_keeps_the_later_value(rows):
    """An older fix below a newer one of the same cell stays, and the batch's notes say so."""
    once = apply_fix(rows, 3, UNIT, "Pune Kothrud", by="asha", plugins=NONE)
    twice = apply_fix(once, 3, UNIT, "Goa Panjim", by="asha", plugins=NONE)
    kept = take_back(twice, 1, plugins=NONE)
    assert kept.values[UNIT].to_list()[1] == "Goa Panjim"
    assert "1 stay" in kept.notes[-1]
    assert found(kept) == found(twice)
