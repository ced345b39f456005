"""What a table holds, as bytes that do not depend on how it lies in memory: for hashes that must be the same again."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

__all__ = ["content_of"]

#: Stands for the length of a text or a list that is absent; none is so long.
_ABSENT = 2**32 - 1


def content_of(table: pl.DataFrame) -> Iterator[bytes]:
    """Give bytes that two tables share exactly if they hold the same columns and values, in the same order.

    >>> one, other = pl.DataFrame({"a": ["x", None]}), pl.DataFrame({"a": ["x", ""]})
    >>> b"".join(content_of(one)) == b"".join(content_of(other))
    False
    """
    for column in table:
        yield f"{column.name}\0{column.dtype}\0{len(column)}\0".encode()
        yield from _parts(column)


def _parts(column: pl.Series) -> Iterator[bytes]:
    """Give lengths and texts of texts, lengths and items of lists, which are there and fields of structs."""
    if column.dtype == pl.String:
        yield column.str.len_bytes().fill_null(_ABSENT).to_numpy().tobytes()
        yield bytes(column.str.join("").cast(pl.Binary)[0])
    elif isinstance(column.dtype, pl.List):
        lengths = column.list.len()
        yield lengths.fill_null(_ABSENT).to_numpy().tobytes()
        yield from _parts(column.filter(lengths > 0).explode())
    elif isinstance(column.dtype, pl.Struct):
        there = column.is_not_null()
        yield there.to_numpy().tobytes()
        for field in column.filter(there).struct.unnest():
            yield from _parts(field)
    else:
        yield column.is_null().to_numpy().tobytes()
        yield column.drop_nulls().to_numpy().tobytes()
