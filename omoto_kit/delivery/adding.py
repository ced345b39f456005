"""Adding a batch's rows to the store: what is new, what is known, what corrects an earlier answer.

Runs inside one transaction, lot by lot. A lot of which nothing is known is taken at once, any other row by row; what is
decided is written in bulk, in the same order.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from omoto_kit.batch import Source
from omoto_kit.delivery.model import CODES, STATES, Put
from omoto_kit.delivery.putting import Lot
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.recognising import Recognition
from omoto_kit.delivery.releasing import Hold, hold_or_free
from omoto_kit.delivery.rowwise import Rowwise
from omoto_kit.delivery.writing import Writer
from omoto_kit.receipt import State

__all__ = ["Adder", "Destination", "source_row"]

QUEUED, HELD = CODES[State.QUEUED], CODES[State.HELD]


@dataclass(frozen=True)
class Destination:
    """Where a batch goes, and what it is: one endpoint, one campaign, one source. `digest` is of all its rows.

    `live` is None where the endpoint was only named; `hold` says what a guard holds of it.
    """

    endpoint: str
    name: str
    live: bool | None
    campaign: str
    source: Source
    digest: bytes
    hold: Hold


def source_row(connection: sqlite3.Connection, to: Destination, now: float) -> tuple[int, int, int, bytes, str | None]:
    """Find or make endpoint and source; give their numbers, the source's rows, digest and what holds it."""
    known = {"identity": to.endpoint, "name": to.name, "live": to.live}
    endpoint = connection.execute(QUERIES["endpoint_add"], known).fetchone()[0]
    source = to.source
    values = {"endpoint": endpoint, "campaign": to.campaign, "now": now, "name": source.name, "path": source.path}
    values |= {"fingerprint": source.fingerprint, "sheet": source.sheet}
    number, total, digest, held = connection.execute(QUERIES["source_add"], values).fetchone()
    connection.execute(QUERIES["source_tally"], {"source": number})
    return endpoint, number, total, digest, held


class Adder:
    """Adds the rows of one batch to one endpoint, inside an open transaction."""

    def __init__(self, connection: sqlite3.Connection, destination: Destination) -> None:
        self._connection = connection
        self._to = destination
        self._now = time.time()
        self._done: Counter[str] = Counter()
        self._endpoint, self._source, self._total, self._digest, held = source_row(connection, destination, self._now)
        self._hold = destination.hold.against(held, put_before=bool(self._total))
        self._was_held = held

    def add(self, lots: Iterable[Lot]) -> Put:
        """Add all rows and account for each."""
        if self._total and self._digest == self._to.digest:
            self._done["already"] = self._total  # the very same batch: nothing of it changes
            return self._account(self._total, self._digest)
        self._known = Recognition(self._connection, self._endpoint, self._to.campaign, self._source)
        if self._total:
            self._known.learn_source()
        self._writer = Writer(self._connection, (self._endpoint, self._source), self._now)
        source = self._source, self._to.source.name
        rowwise = Rowwise(self._known, self._writer, source, self._hold.reason, self._done)
        count = 0
        for lot in lots:
            count += len(lot.rows)
            if not self._take_all(lot):
                rowwise.take(lot)
            self._done["warned"] += self._writer.write(lot, self._known, self._to.source.name)
            del lot
        self._writer.finish()
        return self._account(count, None if rowwise.open else self._to.digest)

    def _account(self, rows: int, digest: bytes | None) -> Put:
        """Close the source's books, and give the batch's; without a digest its rows are looked at anew next time."""
        freed = hold_or_free(self._connection, self._source, self._was_held, self._hold, self._now)
        values = {"added": self._done["added"], "digest": digest, "held": self._hold.reason or None}
        self._connection.execute(QUERIES["source_settle"], values | {"id": self._source})
        done = self._done
        return Put(
            rows=rows,
            queued=done["queued"] + freed,
            held=done["held"],
            duplicate=done["duplicate"] + done["cancelled"],
            already=done["already"] - freed,
            corrected=done["corrected"],
            warned=done["warned"],
            source=self._to.source,
            guards=self._hold.codes,
            parted=done["parted"],
        )

    def _take_all(self, lot: Lot) -> bool:
        """Take a lot at once whose rows are all as they were, all new, or all another source's; tell whether it is."""
        known, rows = self._known, len(lot.rows)
        known.turn_to(lot.rows)
        if known.unchanged(lot):
            self._done["already"] += rows
            return True
        known.look_up(lot.contents, lot.identities)
        others = known.all_elsewhere(lot)
        if others is not None:
            self._done.update({"added": rows, "duplicate": rows})
            self._writer.plan.double_all(lot.rows, others)
            known.repeats.add_others(others)
            return True
        if known.knows_any(lot):
            return False
        state = HELD if self._hold.reason else QUEUED
        warned = self._writer.write_all(lot, known, (state, self._hold.reason), self._to.source.name)
        self._done.update({"added": rows, "warned": warned})
        self._done.update({STATES[HELD].value: len(lot.held)})
        self._done.update({STATES[state].value: rows - len(lot.held)})
        return True
