"""Many rows into SQLite, a column at a time.

Python's `sqlite3` looks for an adapter of each None and of each bytes object that it is handed, which takes as long as
writing it. So what is absent from a whole column is not handed over at all, and bytes go as a bytearray, which it
takes as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["as_parameter", "blobs", "insert", "present"]


def insert(connection: sqlite3.Connection, table: str, columns: Mapping[str, Iterable[Any] | None]) -> None:
    """Insert rows, given as columns by name; None stands for a column that is NULL in all of them.

    The first column that ends is the end of all.

    >>> connection = sqlite3.connect(":memory:")
    >>> _ = connection.execute("CREATE TABLE t (id, note, body)")
    >>> insert(connection, "t", {"id": [1, 2], "note": None, "body": blobs([b"x", None])})
    >>> list(connection.execute("SELECT * FROM t"))
    [(1, None, b'x'), (2, None, None)]
    """
    there = {name: column for name, column in columns.items() if column is not None}
    places = ", ".join("?" * len(there))
    statement = f"INSERT INTO {table} ({', '.join(there)}) VALUES ({places})"  # noqa: S608  names of our own, no values
    connection.executemany(statement, zip(*there.values(), strict=False))


def present(column: Sequence[Any]) -> Sequence[Any] | None:
    """Give a column, or None where it holds nothing."""
    return column if any(one is not None for one in column) else None


def blobs(column: Sequence[bytes | None]) -> list[Any] | None:
    """Give a column of bytes as it is written fastest, or None where it holds nothing."""
    return None if present(column) is None else list(map(as_parameter, column))


def as_parameter(value: Any) -> Any:
    """Give a value as it is bound fastest: bytes as a bytearray."""
    return bytearray(value) if type(value) is bytes else value
