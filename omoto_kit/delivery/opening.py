"""Opening the SQLite file, and SQLite's errors in plain words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.migrating import VERSION, create, migrate
from omoto_kit.errors import OutboxBusy, OutboxError

__all__ = ["CACHE", "CACHE_OF_PUT", "PATIENCE", "open_database", "plain", "transaction"]

APPLICATION = 0x4F4D4F54  #: "OMOT", by which SQLite and `file` know an outbox
CACHE, CACHE_OF_PUT = -32_768, -131_072  #: KiB of pages in memory; keys of a large file lie all over their indexes
PATIENCE = 120  #: seconds to wait for another program's transaction, such as the put of a large file

#: What SQLite says, and what that means for a person; the first that fits.
MEANINGS = (
    ("full", "The disk is full.", "Make room, then run the same command again."),
    ("readonly", "It cannot be written.", "Choose a place that you may write to."),
    ("read-only", "It cannot be written.", "Choose a place that you may write to."),
    ("unable to open", "It cannot be opened.", "Check that its folder exists and that you may write there."),
    ("not a database", "This is no outbox.", "Choose another name; an outbox is a file that omoto made."),
    ("malformed", "It is damaged.", "Restore it from a copy, and look in Omoto for what was sent since."),
    ("disk I/O", "The disk fails.", "Check the disk and its free space; nothing was sent meanwhile."),
    ("locked", "Another program keeps it locked.", "Close that program, then run the same command again."),
    ("closed database", "It is closed.", "Open the outbox again, best in a `with` block."),
)


def open_database(path: Path) -> sqlite3.Connection:
    """Open or make an outbox file, ready to use.

    Raises OutboxError where it is a folder, another program's file, of a newer version, or cannot be written.
    """
    _refuse_places(path)
    with plain(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE, check_same_thread=False)
    try:
        with plain(path):
            _prepare(connection, path)
    except OutboxError:
        connection.close()
        raise
    return connection


@contextmanager
def plain(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ones that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error)
        found = next((meaning for meaning in MEANINGS if meaning[0] in said), None)
        _, what, advice = found or ("", f"SQLite says: {said}.", "Check the disk, then run the same command again.")
        kind = OutboxBusy if "locked" in said else OutboxError
        raise kind(what, where=path, advice=advice) from None


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Open one transaction: committed at its end, or undone as a whole."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:  # an interrupt, too, must not leave it open; SQLite may have undone it itself, when the disk was full
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _refuse_places(path: Path) -> None:
    """Refuse what can be no outbox, and make a new file that only its owner can read."""
    if path.is_dir():
        raise OutboxError("This is a folder.", where=path, advice="Name a file, such as outbox.db.")
    if not path.parent.is_dir():
        raise OutboxError("Its folder does not exist.", where=path, advice="Make the folder, or name another place.")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        advice = "Choose a place that you may write to."
        raise OutboxError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check whose file it is, set it up, and make the tables where it is new."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION and tables:
        advice = "Choose another name; an outbox is a file that omoto made."
        raise OutboxError("This is another program's database.", where=path, advice=advice)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        what = f"A newer omoto_kit made this outbox (its version is {version}, this one reads up to {VERSION})."
        raise OutboxError(what, where=path, advice="Update omoto_kit.")
    if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
        advice = "Choose a place on a local drive."
        raise OutboxError("This drive cannot keep an outbox safe (no write-ahead log).", where=path, advice=advice)
    for pragma in ("synchronous=FULL", "fullfsync=1", "checkpoint_fullfsync=1",
                   f"cache_size={CACHE}", "secure_delete=1", "temp_store=MEMORY"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    if not tables or version < VERSION:
        _bring_forward(connection, path)


def _bring_forward(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file, or bring those of an earlier version forward, while nobody sends from it.

    Raises OutboxBusy where another program, perhaps of that version, is sending.
    """
    lock = SenderLock(path)
    try:
        with transaction(connection):
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                create(connection)
            elif version < VERSION:
                lock.acquire()
                migrate(connection, version)
            connection.execute(f"PRAGMA application_id={APPLICATION}")
            connection.execute(f"PRAGMA user_version={VERSION}")
    finally:
        lock.release()
