"""The outbox's store: a small protocol, and SQLite behind it.

Six verbs are all that the rest knows: add, claim_next, settle, recover, counts, page. A claim and the outcome of the
response before it share one commit, made before any byte leaves; nothing is ever open while the network is in use.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from omoto_kit.delivery import looking
from omoto_kit.delivery.adding import Adder, Destination
from omoto_kit.delivery.database import Database
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.model import CODES, Filter, Parcel, Put, Settlement
from omoto_kit.delivery.opening import CACHE, CACHE_OF_PUT
from omoto_kit.delivery.putting import Lot
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.receipt import Receipt

__all__ = ["SqliteStore", "Store"]

LOST = "the program or the machine stopped before the outcome was written down"


class Store(Protocol):
    """What the sender and the outbox need of a store."""

    def add(self, destination: Destination, lots: Iterable[Lot]) -> Put:
        """Take rows in, in one forced commit."""
        ...

    def window(self, endpoint: int, size: int, pending: int) -> list[Parcel]:
        """Give the next queued responses that may go now, without the one whose outcome is still pending."""
        ...

    def claim_next(self, parcel: Parcel, settle: Settlement | None, lease: Sequence[int] | None) -> int | None:
        """Write down the last outcome and the next claim in one commit; None where it is not queued, or mended since.

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


class SqliteStore(Database):
    """The store in one SQLite file. `boot` names the start of the system that this is."""

    def __init__(self, path: Path, boot: str) -> None:
        """Open or make the file. Raises OutboxError where it cannot be used."""
        super().__init__(path)
        self._boot = boot
        self._attempt = 0
        self._leased = True  # whether there may be a reservation

    def add(self, destination: Destination, lots: Iterable[Lot]) -> Put:
        """Take rows in, in one forced commit (see `Adder`)."""
        with self.writing() as connection:
            connection.execute(f"PRAGMA cache_size={CACHE_OF_PUT}")
            try:
                return Adder(connection, destination).add(lots)
            finally:
                connection.execute(f"PRAGMA cache_size={CACHE}")

    def counts(self, wanted: Filter) -> dict[str, int]:
        """Count rows by state, with duplicates and the rows that were put, all at one moment."""
        return looking.count(self, wanted)

    def page(self, wanted: Filter, after: int = 0, size: int = looking.PAGE) -> list[Receipt]:
        """Give receipts in order of id, those after one id."""
        return looking.page(self, wanted, after, size)

    def window(self, endpoint: int, size: int, pending: int) -> list[Parcel]:
        """Give the next queued responses that may go now, in order of id."""
        values = {"endpoint": endpoint, "size": size, "pending": pending, "now": time.time()}
        return [Parcel(*row) for row in self.ask("window", values)]

    def claim_next(self, parcel: Parcel, settle: Settlement | None, lease: Sequence[int] | None) -> int | None:
        """Write down the last outcome and the next claim in one commit, before bytes leave.

        Gives the attempt's number, or None where the response is no longer queued, or says something else by now.
        Raises OutboxError, and then neither outcome nor claim is written.
        """
        with self.writing(forced=lease is not None) as connection:
            if settle is not None:
                self._write(settle)
            if lease is not None:
                self._reserve(parcel, lease)
            self._attempt = 1 + (self._attempt or connection.execute(QUERIES["last_attempt"]).fetchone()[0])
            claim = (self._attempt, time.time(), parcel.id, parcel.content)
            claimed = connection.execute(QUERIES["claim"], claim).rowcount
        return self._attempt if claimed else None

    def _reserve(self, parcel: Parcel, lease: Sequence[int]) -> None:
        """Write into the open transaction which responses the claims that follow are for.

        A window of one needs no reservation: its claim, which is forced, says as much.
        """
        if len(lease) > 1:
            values = (parcel.endpoint_id, self._boot, json.dumps(list(lease)))
            self.connection.execute(QUERIES["lease_take"], values)
        elif self._leased:
            self.connection.execute(QUERIES["lease_clear"], (parcel.endpoint_id,))
        self._leased = len(lease) > 1

    def settle(self, settlement: Settlement | None, endpoint: int) -> None:
        """Write down an outcome and give the lease back, in one forced commit."""
        with self.writing() as connection:
            if settlement is not None:
                self._write(settlement)
            if self._leased:
                connection.execute(QUERIES["lease_clear"], (endpoint,))
        self._leased = False

    def _write(self, settlement: Settlement) -> None:
        """Write an outcome into the open transaction."""
        state, ended = CODES[settlement.state], settlement.ended
        attempt = (ended, state, settlement.status, settlement.reply, settlement.error)
        self.connection.execute(QUERIES["settle_attempt"], (*attempt, settlement.bytes_left, settlement.attempt))
        response = (state, ended, settlement.reason or None, settlement.not_before)
        self.connection.execute(QUERIES["settle_response"], (*response, settlement.attempt, settlement.response))

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
            connection.execute(QUERIES["recover_tries"])
            connection.execute(QUERIES["recover_attempts"], values)
            connection.execute(QUERIES["leases_clear"])
        return leased + claimed

    def recover_unless_sending(self) -> None:
        """Make unknown what a crash left open, unless a sender is at work."""
        lock = SenderLock(self.path)
        if self.unfinished() and lock.try_acquire():
            try:
                self.recover()
            finally:
                lock.release()

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

    def proven(self, source: int) -> bool:
        """Tell whether Omoto already took a response of a source."""
        return bool(self.ask("proven", {"source": source})[0][0])
