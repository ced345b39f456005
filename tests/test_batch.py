"""Batch: every row accounted for, every change kept, every problem with its column."""

import dataclasses

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.batch import CHANGES, DUPLICATE, PROBLEMS, Batch, Change, Rows, Source
from omoto_kit.campaign import Campaign
from omoto_kit.problem import Fix, Problem, Severity

COLUMNS = {
    "npsrating": "Overall Rating",
    "customerinfo.mobileno": "Mobile",
    "catnpsmap.Price": "Price",
    "catnpsmap": "Other reasons",
}


def batch_of(rows=4):
    """Make a batch of this many rows, numbered from 2 as below a header."""
    values = pl.DataFrame(
        {
            "row": range(2, rows + 2),
            "key": [None] * rows,
            "npsrating": [str(n % 11) for n in range(rows)],
            "customerinfo.mobileno": ["9663798289"] * rows,
            "source.Mobile": ["9663798289"] * rows,
        },
        schema_overrides={"row": pl.Int64, "key": pl.String, "npsrating": pl.String},
    )
    return Batch(Campaign(id="154"), Source("kiosk.csv"), values, COLUMNS)


def error(row, field="npsrating", **parts):
    """Make an error of one row."""
    return Problem(row, field, "scale", "Not on the scale.", **parts)


def repeated(row):
    """Make the warning that a row repeats an earlier one."""
    return Problem(row, "", DUPLICATE, "This row repeats row 2.", Severity.WARNING)


def test_a_fresh_batch_is_ready():
    """Without problems each row may be sent, and both long tables are empty with their columns."""
    batch = batch_of()
    assert batch.counts() == {"rows": 4, "ready": 4, "held": 0, "problems": 0, "duplicate": 0}
    assert (batch.changes.schema, batch.problems.schema) == (CHANGES, PROBLEMS)
    assert len(batch) == batch.ready.height == 4


def test_a_batch_without_rows_is_a_batch():
    """A file of headers only is counted, not refused."""
    batch = batch_of(0)
    assert batch.counts() == {"rows": 0, "ready": 0, "held": 0, "problems": 0, "duplicate": 0}
    assert str(batch) == "kiosk.csv: 0 rows = 0 ready + 0 held + 0 duplicate; 0 problems"


@given(
    rows=st.integers(0, 12),
    errors=st.lists(st.integers(2, 13)),
    warnings=st.lists(st.integers(2, 13)),
    copies=st.lists(st.integers(2, 13)),
)
def test_the_counts_always_add_up(rows, errors, warnings, copies):
    """Rows = ready + held + duplicate, however problems fall, and each row is in just one of the three."""
    inside = [[row for row in group if row < rows + 2] for group in (errors, warnings, copies)]
    found = [error(row) for row in inside[0]]
    found += [error(row, severity=Severity.WARNING) for row in inside[1]] + [repeated(row) for row in inside[2]]
    batch = batch_of(rows).with_problems(found)
    counts = batch.counts()
    held, duplicate, ready = set(batch.held_rows), set(batch.duplicate_rows), set(batch.ready["row"])
    assert counts["rows"] == rows == counts["ready"] + counts["held"] + counts["duplicate"]
    assert counts["problems"] == len(found)
    assert (len(ready), len(held), len(duplicate)) == (counts["ready"], counts["held"], counts["duplicate"])
    assert held | duplicate | ready == set(range(2, rows + 2))
    assert held == set(inside[0])
    assert duplicate == set(inside[2]) - held


def test_warnings_let_a_row_go():
    """Only an error holds; a repeated row is set aside unless an error holds it anyway."""
    batch = batch_of().with_problems([error(2, severity=Severity.WARNING), repeated(3), repeated(4), error(4)])
    assert batch.counts() == {"rows": 4, "ready": 2, "held": 1, "problems": 4, "duplicate": 1}
    assert batch.ready["row"].to_list() == [2, 5]
    assert str(batch) == "kiosk.csv: 4 rows = 2 ready + 1 held + 1 duplicate; 4 problems"


def test_problems_get_the_header_that_feeds_their_field():
    """An analyst looks for the column of the file: by the field, else by its group, else none."""
    fields = ["npsrating", "catnpsmap.Price", "catnpsmap.Staff", "namevaluemap.city", "comment"]
    batch = batch_of().with_problems([error(2, field) for field in fields])
    batch = batch.with_problems([error(2, "npsrating", column="Rating 2")])
    assert batch.problems["column"].to_list() == ["Overall Rating", "Price", "Other reasons", "", "", "Rating 2"]
    assert batch.column_of("customerinfo.mobileno") == "Mobile"


def test_problems_are_kept_whole():
    """A problem's parts, its fix included, can be read from the long table."""
    fix = Fix(("9", "8"), why="the nearest on the scale", applied=True)
    row = batch_of().with_problems([error(2, value="11", fix=fix)]).problems.row(0, named=True)
    assert row == {
        "row": 2,
        "field": "npsrating",
        "column": "Overall Rating",
        "code": "scale",
        "severity": "error",
        "value": "11",
        "message": "Not on the scale.",
        "fix": {"options": ["9", "8"], "why": "the nearest on the scale", "applied": True},
    }
    assert batch_of().with_problems([error(2)]).problems["fix"].to_list() == [None]


def test_problems_may_come_as_a_frame():
    """A columnar check adds its findings as they are; adding none changes nothing."""
    batch = batch_of().with_problems([error(2)])
    assert batch.with_problems(batch.problems).problems.height == 2
    assert batch.with_problems([]) is batch


def change(row, before, after, **parts):
    """Make a change of a phone number."""
    return Change(row, "customerinfo.mobileno", before, after, **{"step": "contacts", **parts})


def test_why_tells_the_chain_of_one_cell():
    """The changes of one field of one row come oldest first, complete, and without those of other cells."""
    first = change(2, "96637 98289", "9663798289", why="blanks taken out", version="1.0", source="")
    second = change(2, "9663798289", None, step="analyst", outcome="cleared")
    batch = batch_of()
    batch = batch.with_values(batch.values, [first, change(3, None, "1")])
    batch = batch.with_values(batch.values, [second])
    assert batch.why(2, "customerinfo.mobileno") == [first, second]
    assert batch.why(2, "npsrating") == batch.why(99, "customerinfo.mobileno") == []
    assert batch.changes.height == 3


def test_a_batch_never_changes():
    """Each step returns a new batch; the one before still says what it said."""
    batch = batch_of()
    other = batch.with_problems([error(2)]).with_values(batch.values.head(1), [change(2, None, "1")])
    assert (len(batch), batch.problems.height, batch.changes.height) == (4, 0, 0)
    assert (len(other), other.problems.height, other.changes.height) == (1, 1, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        batch.values = other.values


def test_fields_are_the_columns_of_the_response():
    """Row number, key and the source's own columns ride along, but are no fields."""
    assert batch_of().fields == ("npsrating", "customerinfo.mobileno")


def test_nothing_of_a_batch_shows_personal_data():
    """A batch, its rows as read and its changes can be printed in a notebook that is shared."""
    batch = batch_of().with_problems([error(2, value="9663798289")])
    batch = batch.with_values(batch.values, [change(2, "9663798289", "9663798280")])
    rows = Rows(Source("kiosk.csv"), batch.values, batch.values["row"])
    shown = repr(batch) + str(batch) + repr(rows) + repr(batch.why(2, "customerinfo.mobileno"))
    assert "kiosk.csv" in shown
    assert "96637" not in shown
    assert len(rows) == 4
