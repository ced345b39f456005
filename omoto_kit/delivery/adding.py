"""Adding a batch's rows to the store: what is new, what is known, what corrects an earlier answer.

Runs inside one transaction, lot by lot. Rows are decided one after the other, since each may repeat or correct one
before it; what is decided is written in bulk, in the same order.
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
from omoto_kit.delivery.recognising import REPEATS, RESTORED, Brought, Earlier, Known, Recognition
from omoto_kit.delivery.releasing import Hold, hold_or_free
from omoto_kit.delivery.writing import Place, Writer, parted
from omoto_kit.receipt import State

__all__ = ["Adder", "Destination", "source_row"]

#: Why a row waits that a check calls a repetition, while the outbox has no response that says the same.
REPEATED = "it repeats a row of its file which was sent as it was before: release it to send it all the same"
NAMES = tuple(state.value for state in STATES)
QUEUED, HELD, REJECTED = CODES[State.QUEUED], CODES[State.HELD], CODES[State.REJECTED]
UNKNOWN, CANCELLED = CODES[State.UNKNOWN], CODES[State.CANCELLED]


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
        self._unsettled = False
        self._open: set[int] = set()  # rows of this source that are to be looked at anew when it is put again
        self._endpoint, self._source, self._total, self._digest, held = source_row(connection, destination, self._now)
        self._hold = destination.hold.against(held, put_before=bool(self._total))
        self._was_held = held

    def add(self, lots: Iterable[Lot]) -> Put:
        """Add all rows and account for each."""
        if self._total and self._digest == self._to.digest:
            self._done["already"] = self._total  # the very same batch: nothing of it changes
            return self._account(self._total)
        self._known = Recognition(self._connection, self._endpoint, self._to.campaign, self._source)
        if self._total:
            self._known.learn_source()
        self._writer = Writer(self._connection, (self._endpoint, self._source), self._now)
        count = 0
        for lot in lots:
            self._lot, count = lot, count + len(lot.rows)
            if not self._take_all(lot):
                self._part(lot)
                for place, row in enumerate(lot.rows):
                    self._take(place, row)
            self._done["warned"] += self._writer.write(lot, self._known, self._to.source.name)
            del lot, self._lot
        self._writer.finish()
        return self._account(count)

    def _account(self, rows: int) -> Put:
        """Close the source's books, and give the batch's."""
        freed = hold_or_free(self._connection, self._source, self._was_held, self._hold, self._now)
        digest = None if self._open else self._to.digest
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
            self._writer.double_all(lot.rows, others)
            known.repeats.add_others(others)
            return True
        if known.knows_any(lot):
            return False
        state = HELD if self._hold.reason else QUEUED
        warned = self._writer.write_all(lot, known, (state, self._hold.reason), self._to.source.name)
        self._done.update({"added": rows, "warned": warned})
        self._done.update({NAMES[HELD]: len(lot.held)})
        self._done.update({NAMES[state]: rows - len(lot.held)})
        return True

    def _part(self, lot: Lot) -> None:
        """Part rows from the responses that they repeated, where they no longer say the same."""
        doubles = self._known.doubles
        for row, content in zip(lot.rows, lot.contents, strict=True) if doubles else ():
            if row in doubles and doubles[row][1] != content and row not in lot.repeated:
                self._known.part(row, doubles[row][0], own=doubles[row][2] == self._source)
                self._writer.part(row)
                self._done["added"] -= 1  # it is no new row, and counted as one below

    def _take(self, place: int, row: int) -> None:
        """Decide about one row."""
        self._open.discard(row)
        known = self._known.rows.get(row)
        if known is not None:
            self._again(place, row, known)
        elif row in self._known.doubles:
            self._done["already"] += 1
        else:
            self._first(place, row)

    def _first(self, place: int, row: int) -> None:
        """Add a row that its source never had before, or that repeats nothing any more."""
        self._done["added"] += 1
        content = self._lot.contents[place]
        if content is None:
            self._insert(Place(place, HELD, self._lot.held[row][0]))
            return
        occurrence, other = self._free(place, row, content)
        if other is not None:
            self._double(row, other)
        else:
            self._insert(self._placed(Place(place, QUEUED, content=content, occurrence=occurrence), exclude=0))

    def _again(self, place: int, row: int, known: Known) -> None:
        """Follow a row whose source was put before: what waits takes the new form, what is done stays.

        A rejected response whose jsonbody was mended is queued again: Omoto said that it did not take it. One that may
        have been sent before the outbox came back from a copy stays as it is until a person decides about it; one that
        was rejected or faulty in the copy takes the new form, and is held.
        """
        content = self._lot.contents[place]
        if not self._follows(row, known, content):
            self._done["already"] += 1
            return
        self._leave(row, known)
        if content is None:
            self._renew(Place(place, HELD, self._lot.held[row][0]), known)
            return
        occurrence, other = self._free(place, row, content)
        if other is None:
            new = self._placed(Place(place, QUEUED, content=content, occurrence=occurrence), exclude=known.id)
            waits = RESTORED if known.restored else known.waits
            if waits is not None and new.state == QUEUED:
                new.state, new.reason = HELD, waits
            self._renew(new, known)
        elif known.repeats:
            self._done["already"] += 1
        elif known.tries or known.decided:  # its history is kept, but it is not sent a second time
            self._renew(Place(place, CANCELLED, REPEATS), known)
        else:
            self._writer.forget(known.id)
            self._double(row, other)

    def _follows(self, row: int, known: Known, content: bytes | None) -> bool:
        """Tell whether a row that was put before takes what its source says now."""
        same = content is not None and content == known.content
        unclear = row in self._lot.repeated and known.content is not None
        if known.mended or same or unclear:
            return False
        if known.replaceable or known.repeats or (known.state == REJECTED and content is not None):
            return True
        if known.state in (QUEUED, HELD, UNKNOWN):
            self._open.add(row)  # once its fate is known, it may still follow
        return False

    def _leave(self, row: int, known: Known) -> None:
        """Free what a response said; rows that repeated it wait for their own file, which alone says it now."""
        self._known.forget(known)
        if known.content is None:
            return
        self._unsettle()
        reason = parted(row, self._to.source.name)
        for source, place in self._known.repeats.rows_of(known.id):
            number = self._writer.orphan((source, place), reason)
            if source != self._source:
                self._done["parted"] += 1
                continue
            self._known.part(place, known.id, own=True)
            self._known.rows[place] = Known(number, HELD, None)
            self._open.add(place)

    def _unsettle(self) -> None:
        """Let files be looked at anew of which a row was cancelled since another one brought its answer."""
        if not self._unsettled:
            self._connection.execute(QUERIES["sources_unsettle"], {"endpoint": self._endpoint})
            self._unsettled = True

    def _free(self, place: int, row: int, content: bytes) -> tuple[int, Brought | None]:
        alone = row in self._lot.repeated or self._lot.identities[place] is not None
        return self._known.free_occurrence(content, alone=alone)

    def _placed(self, place: Place, exclude: int) -> Place:
        """Decide whether a row with a jsonbody is queued, corrects an earlier one, or must wait for a person."""
        if self._lot.rows[place.at] in self._lot.repeated:
            place.state, place.reason = HELD, REPEATED
        if self._hold.reason:
            place.state, place.reason = HELD, self._hold.reason
        identity = self._lot.identities[place.at]
        if identity is not None:
            self._correct(place, identity, exclude)
        return place

    def _correct(self, place: Place, identity: str, exclude: int) -> None:
        """See to earlier answers with the same row key: replace what has not been taken, hold beside what may be."""
        name, row = self._to.source.name, self._lot.rows[place.at]
        for one in self._known.earlier(identity):
            if one.id == exclude:
                continue
            place.corrects = one.id
            if one.replaceable:
                self._known.keep(one)
                self._writer.replace(one.id, f"replaced by row {row} of {name}")
                one.state = CANCELLED
            elif one.state != REJECTED or one.maybe_there:
                place.state, place.reason = HELD, one.reason
        self._done["corrected"] += place.corrects is not None

    def _insert(self, place: Place) -> None:
        """Collect a new response for the bulk write."""
        self._done[NAMES[place.state]] += 1
        self._taken(place, self._writer.insert(place))

    def _renew(self, place: Place, known: Known) -> None:
        """Give a response that waits, or was rejected, its new form."""
        if known.state == HELD == place.state:
            self._done["already"] += 1
        else:
            self._done[NAMES[place.state]] += 1
        self._writer.renew(place, known)
        self._taken(place, known.id)

    def _taken(self, place: Place, number: int) -> None:
        """Remember the row for those after it."""
        if place.content is not None:
            self._known.take(place.content, place.occurrence, number)
        identity = self._lot.identities[place.at]
        if identity is not None:
            row, name = self._lot.rows[place.at], self._to.source.name
            self._known.name(identity, Earlier(number, place.state, row, name))

    def _double(self, row: int, other: Brought) -> None:
        """Record a row whose answer another row brings already."""
        self._writer.double_all([row], [other[0]])
        self._known.repeat(row, other)
        self._done["duplicate"] += 1
