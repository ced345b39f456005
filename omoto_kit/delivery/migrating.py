"""Bringing an outbox of an earlier version forward, in one transaction: all of it or nothing."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator

from omoto_kit.delivery.queries import MIGRATIONS, SCHEMA

__all__ = ["VERSION", "create", "migrate"]

VERSION = 3  #: of the schema
MOST = 1_000_000  #: identical answers among which a key of version 1 is looked for


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of a new outbox, inside an open transaction."""
    _run(connection, SCHEMA)
    connection.execute("INSERT INTO setting VALUES ('secret', ?)", (os.urandom(32),))


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables forward from a version to this one, inside an open transaction."""
    for step in range(version, VERSION):
        _STEPS[step](connection)


def _from_1(connection: sqlite3.Connection) -> None:
    """Take the tables over into the slimmer ones of version 2; nothing is lost, and keys are recognised as before."""
    made = connection.execute("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall()
    for kind, name in made:
        if kind in ("index", "view", "trigger"):
            connection.execute(f"DROP {kind} IF EXISTS {name}")
    tables = [name for kind, name in made if kind == "table"]
    for name in tables:
        connection.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
    _run(connection, SCHEMA)
    connection.create_function("occurrence", 2, _occurrence, deterministic=True)
    _run(connection, MIGRATIONS[1])
    for name in tables:
        connection.execute(f"DROP TABLE old_{name}")


def _from_2(connection: sqlite3.Connection) -> None:
    """Part rows from responses that no longer bring their answer; the tables stay as they are."""
    _run(connection, MIGRATIONS[2])


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _from_1, 2: _from_2}


def _occurrence(content: bytes, key: bytes) -> int:
    """Find which of several identical answers a key of version 1 stands for.

    >>> _occurrence(b"content", hashlib.sha256(b"content" + (2).to_bytes(8, "big")).digest())
    2
    """
    for number in range(MOST):
        if hashlib.sha256(content + number.to_bytes(8, "big")).digest() == key:
            return number
    raise ValueError("the key belongs to another answer")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run a script inside the open transaction (executescript would end it)."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
