import pytest

from omoto_kit.batch import Change
from omoto_kit.enrichment import undo
from omoto_kit.errors import UsageError
from omoto_kit.plugins import Clear, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE, batch_of, changes, run

PRICE = "catnpsmap.Price"


@enricher(CITY)
def city(pincode):
    """Know one pincode."""
    return {"560001": "Bangalore"}.get(pincode)


@enricher(CITY)
def spelling(city):
    """Know one spelling."""
    return {"Bangalore": "Bengaluru"}.get(city)


@enricher(ZONE)
def zone(city):
    """Know one zone."""
    return {"Bangalore": "South", "Bengaluru": "South"}.get(city)


def filled(*steps, **columns):
    """Enrich two rows, the first of which has a pincode that is known."""
    return run(batch_of({PINCODE: ["560001", "1"], **columns}), *steps)


def test_a_steps_changes_are_taken_back_and_the_record_says_so():
    """The cell is as it was; the change stays, and another beside it takes it back."""
    batch = undo(filled(city), step="stores:city")
    assert batch.values[CITY].to_list() == [None, None]
    assert [(change.before, change.after, change.outcome) for change in batch.why(2, CITY)] == [
        (None, "Bangalore", "set"),
        ("Bangalore", None, "undone"),
    ]
    assert batch.why(2, CITY)[1].why == "taken back: from pincode"
    assert batch.notes == ("1 changes of stores:city were taken back.",)


def test_what_was_taken_back_is_not_set_again():
    """A person's word counts in the next run, too."""
    again = run(undo(filled(city), step="stores:city"), city)
    assert again.values[CITY].to_list() == [None, None]


def test_a_plugins_name_means_all_its_steps():
    """All that a plugin did goes, in the order that takes it back rightly."""
    before = filled(city, spelling, zone)
    batch = undo(before, step="stores")
    assert before.values.select(CITY, ZONE).row(0) == ("Bengaluru", "South")
    assert batch.values.select(CITY, ZONE).rows() == [(None, None), (None, None)]
    assert [change.outcome for change in batch.why(2, CITY)] == ["set", "set", "undone", "undone"]


def test_a_change_stays_where_the_same_cell_was_changed_later():
    """The pincode's city is the ground of its spelling, so it cannot go alone."""
    batch = undo(filled(city, spelling), step="stores:city")
    assert batch.values[CITY].to_list() == ["Bengaluru", None]
    assert batch.notes == ("0 changes of stores:city were taken back; 1 stay, since something later stands on them.",)


def test_a_change_stays_where_another_was_made_from_it():
    """The zone was found by the city: the city stays until the zone is taken back."""
    batch = filled(city, zone)
    assert undo(batch, step="stores:city").values[CITY].to_list() == ["Bangalore", None]
    assert undo(undo(batch, step="stores:zone"), step="stores:city").values[CITY].to_list() == [None, None]


def test_what_is_left_holds_what_it_stands_on():
    """An edit by hand keeps the zone, and the zone keeps the city that it was made from."""
    batch = filled(city, zone)
    values = batch.values.with_columns(batch.values[ZONE].replace("South", "South-East"))
    edited = batch.with_values(values, [Change(2, ZONE, "South", "South-East", "fix:asha")])
    after = undo(edited, step="stores")
    assert after.values.select(CITY, ZONE).row(0) == ("Bangalore", "South-East")
    assert "0 changes of stores were taken back; 2 stay" in after.notes[0]


def test_other_rows_go_all_the_same():
    """What holds one row does not hold the rest."""
    batch = run(batch_of({PINCODE: ["560001", "560001"]}), city)
    values = batch.values.with_columns(batch.values[CITY].scatter(0, "Mysuru"))
    edited = batch.with_values(values, [Change(2, CITY, "Bangalore", "Mysuru", "fix:asha")])
    assert undo(edited, step="stores").values[CITY].to_list() == ["Mysuru", None]


def test_a_run_is_taken_back_by_its_number():
    """Runs are numbered from one; what an earlier run did stays."""
    batch = run(filled(city), zone)
    assert changes(batch, "field", "run") == [(CITY, 1), (ZONE, 2)]
    after = undo(batch, run=2)
    assert after.values.select(CITY, ZONE).row(0) == ("Bangalore", None)
    assert undo(after, run=1).values[CITY].to_list() == [None, None]


def test_cleared_values_and_reasons_come_back():
    """An emptied cell gets its text again, and a category its reasons, or its empty list."""

    @enricher(CITY)
    def none(city):
        return Clear("a placeholder")

    @enricher(PRICE)
    def reasons(Price):  # noqa: N803  the name of the category
        return ["Other"]

    before = batch_of({CITY: ["?", "?", "?"], PRICE: [["Too high", "Unclear"], [], None]})
    batch = run(before, none, reasons)
    assert batch.values[PRICE].to_list() == [["Other"], ["Other"], None]
    assert undo(batch, step="stores").values.equals(before.values)


def test_a_cell_that_somebody_wrote_without_a_change_is_left_alone():
    """What is not on record cannot be judged, so it stays."""
    batch = filled(city)
    written = batch.with_values(batch.values.with_columns(batch.values[CITY].replace("Bangalore", "Mysuru")))
    assert undo(written, step="stores").values[CITY].to_list() == ["Mysuru", None]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({}, "Nothing says what to take back"),
        ({"step": "store:city"}, "No change that still stands is by 'store:city'. Did you mean 'stores:city'"),
        ({"run": 7}, "Run 7 has changed nothing that still stands. Runs: 1."),
        ({"step": "stores", "run": 2}, "Run 2 has changed nothing"),
    ],
)
def test_what_never_happened_cannot_be_taken_back(what, said):
    """A slip of the pen is answered by what there is."""
    with pytest.raises(UsageError, match=said):
        undo(filled(city), **what)


def test_taking_back_twice_is_an_error():
    """Once is enough; the second time nothing stands any more."""
    once = undo(filled(city), step="stores")
    with pytest.raises(UsageError, match="Steps that changed something: none"):
        undo(once, step="stores")
