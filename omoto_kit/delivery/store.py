"""The outbox's store: a small protocol, and SQLite behind it.

Six verbs are all that the rest knows: add, claim_next, settle, recover, counts, page. A claim and the outcome of the
response before it share one commit, made before any byte leaves; nothing is ever open while the network is in use.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from omoto_kit.batch import Source
from omoto_kit.delivery.adding import Adder, Destination
from omoto_kit.delivery.model import CODES, STATES, Filter, Incoming, Parcel, Put, Settlement
from omoto_kit.delivery.opening import open_database, plain
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.receipt import Attempt, Receipt, State

__all__ = ["SqliteStore", "Store"]

PAGE = 1000
SENDING = -1  #: the state that a page gives a claimed response
LOST = "the program or the machine stopped before the outcome was written down"


class Store(Protocol):
    """What the sender and the outbox need of a store."""

    def add(self, destination: Destination, rows: Iterable[Incoming]) -> Put:
        """Take rows in, in one forced commit."""
        ...

    def window(self, endpoint: int, size: int, pending: int) -> list[Parcel]:
        """Give the next queued responses that may go now, without the one whose outcome is still pending."""
        ...

    def claim_next(self, parcel: Parcel, settle: Settlement | None, lease: Sequence[int] | None) -> int | None:
        """Write down the last outcome and the next claim in one commit; None where it is no longer queued.

        With a lease, the commit is forced, and reserves these responses for the claims that follow unforced.
        """
        ...

    def settle(self, settlement: Settlement | None, endpoint: int) -> None:
        """Write down an outcome and give the lease back, in one forced commit."""
        ...

    def recover(self) -> int:
        """After a crash or a power cut, make unknown what may have been sent; give their number."""
        ...

    def counts(self, wanted: Filter) -> dict[str, int]:
        """Count the rows by state, all at one moment."""
        ...

    def page(self, wanted: Filter, after: int, size: int) -> list[Receipt]:
        """Give receipts in order of id, those after one id."""
        ...


class SqliteStore:
    """The store in one SQLite file, in WAL mode. Safe to use from several threads, one statement group at a time."""

    def __init__(self, path: Path, boot: str) -> None:
        """Open or make the file. Raises OutboxError where it cannot be used."""
        self.path = path
        self._boot = boot
        self._busy = threading.RLock()
        self.connection = open_database(path)
        self._forced = True
        self._attempt = 0

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with self._busy:
            self.connection.close()

    def ask(self, name: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
        """Run a named query and give its rows."""
        with self._busy, plain(self.path):
            return self.connection.execute(QUERIES[name], values).fetchall()

    @contextmanager
    def writing(self, *, forced: bool = True) -> Iterator[sqlite3.Connection]:
        """Open one transaction: committed at its end, forced to disk or not, or undone as a whole."""
        connection = self.connection
        with self._busy, plain(self.path):
            if self._forced != forced:
                connection.execute(f"PRAGMA synchronous={'FULL' if forced else 'NORMAL'}")
                self._forced = forced
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:  # an interrupt, too, must not leave the transaction open
                with suppress(sqlite3.Error):
                    if connection.in_transaction:  # SQLite may have undone it itself, when the disk was full
                        connection.execute("ROLLBACK")
                raise

    def add(self, destination: Destination, rows: Iterable[Incoming]) -> Put:
        """Take rows in, in one forced commit (see `Adder`)."""
        with self.writing() as connection:
            return Adder(connection, destination).add(rows)

    def endpoint(self, identity: str, name: str) -> int:
        """Give the number of an endpoint, and remember the name that it goes by now."""
        with self.writing() as connection:
            return int(connection.execute(QUERIES["endpoint_add"], {"identity": identity, "name": name}).fetchone()[0])

    # Sending

    def window(self, endpoint: int, size: int, pending: int) -> list[Parcel]:
        """Give the next queued responses that may go now, in order of id."""
        values = {"endpoint": endpoint, "size": size, "pending": pending, "now": time.time()}
        return [Parcel(*row) for row in self.ask("window", values)]

    def claim_next(self, parcel: Parcel, settle: Settlement | None, lease: Sequence[int] | None) -> int | None:
        """Write down the last outcome and the next claim in one commit, before bytes leave.

        Gives the attempt's number, or None where the response is no longer queued. Raises OutboxError, and then
        neither outcome nor claim is written.
        """
        with self.writing(forced=lease is not None) as connection:
            if settle is not None:
                self._write(settle)
            if lease is not None:
                self._reserve(parcel, lease)
            self._attempt += 1
            claimed = connection.execute(QUERIES["claim"], (self._attempt, time.time(), parcel.id)).rowcount
        return self._attempt if claimed else None

    def _reserve(self, parcel: Parcel, lease: Sequence[int]) -> None:
        """Write into the open transaction which responses the claims that follow are for."""
        execute = self.connection.execute
        endpoint = execute("SELECT endpoint_id FROM response WHERE id = ?", (parcel.id,)).fetchone()[0]
        execute(QUERIES["lease_take"], (endpoint, self._boot, json.dumps(list(lease))))
        self._attempt = execute(QUERIES["last_attempt"]).fetchone()[0]

    def settle(self, settlement: Settlement | None, endpoint: int) -> None:
        """Write down an outcome and give the lease back, in one forced commit."""
        with self.writing() as connection:
            if settlement is not None:
                self._write(settlement)
            connection.execute(QUERIES["lease_clear"], (endpoint,))

    def put_aside(self, settlement: Settlement) -> None:
        """Keep an outcome that the outbox cannot take in a small file beside it, where that can be written."""
        told: dict[str, object] = {
            "id": settlement.response,
            "state": settlement.state.value,
            "at": _moment(settlement.ended).isoformat(),
        }
        told |= {"http_status": settlement.status, "reply": settlement.reply, "error": settlement.error}
        with suppress(OSError):  # the same disk may be full; the error on the screen says it all the same
            file = os.open(f"{self.path}-unwritten.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(file, "a", encoding="utf-8") as lines:
                lines.write(json.dumps(told) + "\n")

    def recover(self) -> int:
        """Make unknown what may have been sent: open claims, and after a power cut what was reserved, too.

        Only for who holds the sender's lock. Gives the number of responses that became unknown.
        """
        if not self.unfinished():
            return 0
        values = {"now": time.time(), "boot": self._boot, "reason": LOST}
        with self.writing() as connection:
            leased = connection.execute(QUERIES["recover_leased"], values).rowcount
            claimed = connection.execute(QUERIES["recover_claimed"], values).rowcount
            connection.execute(QUERIES["recover_attempts"], values)
            connection.execute(QUERIES["leases_clear"])
        return leased + claimed

    def unfinished(self) -> bool:
        """Tell whether a sender is at work, or a crash left something open."""
        return bool(self.ask("unfinished")[0][0])

    def waiting(self, endpoint: int) -> int:
        """Count the queued responses of an endpoint."""
        return int(self.ask("waiting", {"endpoint": endpoint})[0][0])

    def next_moment(self, endpoint: int) -> float | None:
        """Give the moment at which the first deferred response of an endpoint may go; None where none waits."""
        found = self.ask("next_moment", {"endpoint": endpoint})[0][0]
        return None if found is None else float(found)

    def hold(self, response: int, reason: str) -> None:
        """Take a queued response out of the queue, for a person to look at."""
        with self.writing() as connection:
            connection.execute(QUERIES["hold"], {"id": response, "now": time.time(), "reason": reason})

    def proven(self, response: int) -> bool:
        """Tell whether Omoto already took a response of the same source."""
        return bool(self.ask("proven", {"id": response})[0][0])

    # Looking

    def counts(self, wanted: Filter) -> dict[str, int]:
        """Count rows by state, with duplicates and the rows that were put, all at one moment."""
        values = self._narrowed(wanted)
        with self._busy, plain(self.path):
            self.connection.execute("BEGIN")
            try:
                states = self.connection.execute(QUERIES["count_states"], values).fetchone()
                (sending,) = self.connection.execute(QUERIES["count_sending"], values).fetchone()
                (duplicates,) = self.connection.execute(QUERIES["count_duplicates"], values).fetchone()
                (rows,) = self.connection.execute(QUERIES["count_rows"], values).fetchone()
            finally:
                self.connection.execute("COMMIT")
        counts = {state.value: 0 for state in State}
        counts |= {state.value: number for state, number in zip(STATES, states, strict=True)}
        counts[State.QUEUED] -= sending
        return {**counts, State.SENDING.value: sending, "duplicate": duplicates, "rows": rows}

    def page(self, wanted: Filter, after: int = 0, size: int = PAGE) -> list[Receipt]:
        """Give receipts in order of id, those after one id."""
        states = None if wanted.states is None else [CODES.get(state, SENDING) for state in wanted.states]
        codes = None if states is None else [max(code, 0) for code in states]  # what is being sent is stored as queued
        values = self._narrowed(wanted) | {"after": after, "size": size, "ids": _json(wanted.ids)}
        values |= {"states": _json(states), "codes": _json(codes)}
        query = "page" if wanted.ids is None else "page_of"
        return [_receipt(row) for row in self.ask(query, values)]

    def attempts(self, response: int) -> list[Attempt]:
        """Give the tries of one response, oldest first."""
        return [
            Attempt(
                started=_moment(started),
                ended=None if ended is None else _moment(ended),
                outcome=None if outcome is None else STATES[outcome],
                status=status,
                reply=reply or "",
                error=error or "",
                bytes_left=None if left is None else bool(left),
            )
            for started, ended, outcome, status, reply, error, left in self.ask("attempts", {"id": response})
        ]

    def sources(self, wanted: Source | str | None) -> list[int] | None:
        """Give the numbers of the sources that are meant; None means all."""
        if wanted is None:
            return None
        if isinstance(wanted, Source):
            exact = {"fingerprint": wanted.fingerprint, "sheet": wanted.sheet}
            return [row[0] for row in self.ask("source_find_exact", exact)]
        return [row[0] for row in self.ask("source_find", {"text": wanted})]

    def purge(self, states: Sequence[int], before: float) -> int:
        """Remove bodies, originals, problems and replies of responses in these states, from the file's pages, too."""
        values = {"states": json.dumps(states), "before": before}
        with self.writing() as connection:
            removed = connection.execute(QUERIES["purge_payloads"], values).rowcount
            connection.execute(QUERIES["purge_replies"], values)
        with self._busy, plain(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return removed

    def _narrowed(self, wanted: Filter) -> dict[str, Any]:
        """Turn a filter's source and endpoint into numbers."""
        endpoints = None
        if wanted.endpoint is not None:
            endpoints = [row[0] for row in self.ask("endpoint_find", {"text": wanted.endpoint})]
        return {"sources": _json(self.sources(wanted.source)), "endpoints": _json(endpoints)}

    def _write(self, settlement: Settlement) -> None:
        """Write an outcome into the open transaction."""
        state = CODES[settlement.state]
        attempt = (settlement.ended, state, settlement.status, settlement.reply, settlement.error)
        self.connection.execute(QUERIES["settle_attempt"], (*attempt, settlement.bytes_left, settlement.attempt))
        response = (state, settlement.ended, settlement.reason or None, settlement.not_before, settlement.response)
        self.connection.execute(QUERIES["settle_response"], response)


def _json(values: Iterable[Any] | None) -> str | None:
    return None if values is None else json.dumps(list(values))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _receipt(row: Sequence[Any]) -> Receipt:
    """Make a receipt of one row of a page."""
    number, source, place, key, state, sheet, identity, endpoint, attempts, changed, status, reply, reason, note = row
    return Receipt(
        id=number,
        source=source,
        row=place,
        key=key.hex(),
        state=State.SENDING if state == SENDING else STATES[state],
        sheet=sheet,
        identity=identity,
        endpoint=endpoint,
        attempts=attempts,
        at=_moment(changed),
        status=status,
        reply=reply,
        reason="; ".join(filter(None, (reason, note))),
    )
