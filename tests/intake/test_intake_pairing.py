"""Pairs of a whole column give what each of its cells gives alone."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omoto_kit.intake.pairing import PIECES, laid_out
from omoto_kit.intake.splitting import pairs_of

PIECE = st.sampled_from(
    ["a=1", "b=2", "a=3", "c=", "=x", "b", "a = 1", "b=\u00a02", "c=x=y", "d=\x1f1", "long name=v", "", " ", "a=1 "]
)
CELL = st.none() | st.lists(PIECE, max_size=5).map("|".join) | st.text("ab=|: \x1f", max_size=8)


def alone(cells, pairs, equals):
    """Read each cell by itself."""
    read = [None if cell is None else pairs_of(cell, pairs, equals) for cell in cells]
    names = dict.fromkeys(name for one in read if one for name in one.values)
    values = {name: [one.values.get(name) if one else None for one in read] for name in names}
    return values, {cell: one for cell, one in zip(cells, read, strict=True) if one and one.unreadable}


@settings(deadline=None, max_examples=300)
@given(cells=st.lists(CELL, max_size=12), signs=st.sampled_from([("|", "="), (None, "="), ("|", ":"), (" | ", "=")]))
def test_columns_and_cells_come_to_the_same(cells, signs):
    """Names in the order in which they first occur, values, and what is no pair."""
    found = laid_out(pl.Series(cells, dtype=pl.String), *signs)
    values, unreadable = alone(cells, *signs)
    assert {name: column.to_list() for name, column in found.values.items()} == values
    assert list(found.values) == list(values)
    assert found.unreadable == unreadable


@pytest.mark.parametrize("signs", [("|", "="), (";", ":"), (",", "=")])
def test_plain_cells_are_taken_by_column(signs, monkeypatch):
    """Only a cell that is not plain is read by itself."""
    asked = []
    monkeypatch.setattr(
        "omoto_kit.intake.pairing.pairs_of", lambda cell, *how: asked.append(cell) or pairs_of(cell, *how)
    )
    pairs, equals = signs
    cells = [f"a{equals}{at}{pairs}b{equals}x" for at in range(50)] + [f"b{equals}y", f"a {equals}1"]
    found = laid_out(pl.Series(cells), pairs, equals)
    assert asked == [cells[-1]]
    assert found.values["b"].to_list() == ["x"] * 50 + ["y", None]
    assert found.values["a"][-1] == "1"


def test_cells_of_many_pieces_and_many_names_are_read_too():
    """What is beyond the columns' patience is read cell by cell."""
    many = "|".join(f"n{at}={at}" for at in range(PIECES + 3))
    cells = [many, *(f"name{at}=x" for at in range(40))]
    values, _ = alone(cells, "|", "=")
    found = laid_out(pl.Series(cells), "|", "=")
    assert {name: column.to_list() for name, column in found.values.items()} == values
