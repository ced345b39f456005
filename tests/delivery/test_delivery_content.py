"""Bytes of what a table holds: the same for the same values, whatever lies behind them, and for no others."""

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.delivery.content import content_of

LONG = ["a text that is too long to lie in its row", "another text that is too long to lie in its row"]
TEXTS = st.none() | st.text("ab\0\x1f", max_size=3)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": TEXTS,
            "list": st.none() | st.lists(st.text("ab", max_size=2), max_size=2),
            "fix": st.none() | st.fixed_dictionaries({"why": TEXTS, "applied": st.none() | st.booleans()}),
            "row": st.none() | st.integers(0, 3),
        }
    ),
    max_size=4,
)
SCHEMA = {
    "text": pl.String,
    "list": pl.List(pl.String),
    "fix": pl.Struct({"why": pl.String, "applied": pl.Boolean}),
    "row": pl.Int64,
}


def content(table):
    """Join the parts."""
    return b"".join(content_of(table))


def test_how_texts_lie_in_memory_does_not_matter():
    """Two columns of the same texts that polars writes to a file differently have the same content."""
    one, other = pl.DataFrame({"a": LONG}), pl.DataFrame({"a": LONG[::-1]})[[1, 0]]
    written = [io.BytesIO(), io.BytesIO()]
    for table, file in zip((one, other), written, strict=True):
        table.rechunk().write_ipc(file)
    assert one.equals(other)
    assert written[0].getvalue() != written[1].getvalue()
    assert content(one) == content(other)


@given(ROWS, ROWS)
def test_only_the_same_values_have_the_same_content(rows, others):
    """Absent and empty, a list in a list's place, and where one text ends and the next begins: all of it tells."""
    one, other = (pl.DataFrame(table, schema=SCHEMA) for table in (rows, others))
    assert (content(one) == content(other)) == one.equals(other)


@pytest.mark.parametrize("other", [{"b": ["x"]}, {"a": [1]}, {"a": ["x"], "b": ["y"]}])
def test_names_and_kinds_are_part_of_it(other):
    """A column of another name or kind is another table, and so is one more column."""
    assert content(pl.DataFrame({"a": ["x"]})) != content(pl.DataFrame(other))
