"""Database: one SQLite file, its named statements, and transactions that are forced to disk or not."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omoto_kit.delivery.opening import PATIENCE, open_database, plain, transaction
from omoto_kit.delivery.queries import QUERIES

__all__ = ["Database"]


class Database:
    """One open outbox file, in WAL mode. Safe to use from several threads, one statement group at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises OutboxError where it cannot be used."""
        self.path = path
        self._busy = threading.RLock()
        self.connection = open_database(path)
        self._forced = True

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._busy:
            self.connection.close()

    def ask(self, name: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
        """Run a named query and give its rows."""
        with self._busy, plain(self.path):
            return self.connection.execute(QUERIES[name], values).fetchall()

    def fold(self, patience: int) -> bool:
        """Write the log's pages into the file and empty it; False where somebody still reads them.

        `patience` are the milliseconds to wait for readers.
        """
        with self._busy, plain(self.path):
            self.connection.execute(f"PRAGMA busy_timeout={patience}")
            try:
                return not self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                self.connection.execute(f"PRAGMA busy_timeout={1000 * PATIENCE}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Look at one moment of the file through several queries."""
        with self._busy, plain(self.path):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self.connection.execute("COMMIT")

    @contextmanager
    def writing(self, *, forced: bool = True) -> Iterator[sqlite3.Connection]:
        """Open one transaction: committed at its end, forced to disk or not, or undone as a whole."""
        connection = self.connection
        with self._busy, plain(self.path):
            if self._forced != forced:
                connection.execute(f"PRAGMA synchronous={'FULL' if forced else 'NORMAL'}")
                self._forced = forced
            with transaction(connection):
                yield connection
