import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.enrichment.cells import LIST, as_list, as_text, from_cell, readable, to_cell

REASON = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
CELLS = st.lists(st.none() | st.lists(REASON, max_size=4), min_size=1, max_size=8)


@given(CELLS)
def test_lists_survive_being_written_as_text(cells):
    """Absent, selected without reason and any reasons come back as they were, in columns and one by one."""
    frame = pl.DataFrame({"cell": cells}, schema={"cell": LIST})
    texts = frame.with_columns(as_text("cell", LIST))
    assert texts["cell"].to_list() == [None if cell is None else to_cell(cell) for cell in cells]
    assert texts.select(cell=as_list("cell"))["cell"].to_list() == cells
    assert [from_cell(text) for text in texts["cell"]] == [None if cell is None else tuple(cell) for cell in cells]


def test_texts_stay_texts():
    """A plain field is not touched, and a number column is written out."""
    frame = pl.DataFrame({"a": ["x", None], "b": [1, 2]})
    assert frame.select(as_text("a", pl.String()), as_text("b", pl.Int64())).rows() == [("x", "1"), (None, "2")]


def test_people_see_reasons_parted_by_semicolons():
    """The text form is for the engine; a change shows what a person would write."""
    frame = pl.DataFrame({"cell": [to_cell(["Too high", "Unclear"]), to_cell([]), None]})
    assert frame.select(readable("cell", "catnpsmap.Price"))["cell"].to_list() == ["Too high; Unclear", "", None]
    plain = pl.DataFrame({"cell": ["12:30"]})
    assert plain.select(readable("cell", "namevaluemap.visit"))["cell"].to_list() == ["12:30"]
