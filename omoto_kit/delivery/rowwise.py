"""Deciding about the rows of a lot one after the other, since each may repeat or correct one before it."""

from __future__ import annotations

from collections import Counter

from omoto_kit.delivery.model import CODES, STATES
from omoto_kit.delivery.planning import Place
from omoto_kit.delivery.putting import Lot
from omoto_kit.delivery.recognising import REPEATS, RESTORED, Brought, Known, Recognition
from omoto_kit.delivery.rowkeys import Earlier
from omoto_kit.delivery.writing import Writer, parted
from omoto_kit.receipt import State

__all__ = ["Rowwise"]

#: Why a row waits that a check calls a repetition, while the outbox has no response that says the same.
REPEATED = "it repeats a row of its file which was sent as it was before: release it to send it all the same"
NAMES = tuple(state.value for state in STATES)
QUEUED, HELD, REJECTED = CODES[State.QUEUED], CODES[State.HELD], CODES[State.REJECTED]
UNKNOWN, CANCELLED = CODES[State.UNKNOWN], CODES[State.CANCELLED]


class Rowwise:
    """Takes the rows of one source each by itself.

    `source` is its number and name, `waits` why its batch waits as a whole; what becomes of rows is counted in `done`.
    `open` are the rows that are to be looked at anew when the source is put again.
    """

    def __init__(
        self, known: Recognition, writer: Writer, source: tuple[int, str], waits: str, done: Counter[str]
    ) -> None:
        self._known = known
        self._writer = writer
        self._plan = writer.plan
        self._source, self._name = source
        self._waits = waits
        self._done = done
        self.open: set[int] = set()

    def take(self, lot: Lot) -> None:
        """Decide about each row of a lot."""
        self._lot = lot
        self._part(lot)
        for place, row in enumerate(lot.rows):
            self._take(place, row)
        del self._lot

    def _part(self, lot: Lot) -> None:
        """Part rows from the responses that they repeated, where they no longer say the same."""
        doubles = self._known.doubles
        for row, content in zip(lot.rows, lot.contents, strict=True) if doubles else ():
            if row in doubles and doubles[row][1] != content and row not in lot.repeated:
                self._known.part(row, doubles[row][0], own=doubles[row][2] == self._source)
                self._plan.part(row)
                self._done["added"] -= 1  # it is no new row, and counted as one below

    def _take(self, place: int, row: int) -> None:
        """Decide about one row."""
        self.open.discard(row)
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
            self._plan.forget(known.id)
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
            self.open.add(row)  # once its fate is known, it may still follow
        return False

    def _leave(self, row: int, known: Known) -> None:
        """Free what a response said; rows that repeated it wait for their own file, which alone says it now."""
        self._known.forget(known)
        if known.content is None:
            return
        self._writer.unsettle()
        reason = parted(row, self._name)
        for source, place in self._known.repeats.rows_of(known.id):
            number = self._plan.orphan((source, place), reason)
            if source != self._source:
                self._done["parted"] += 1
                continue
            self._known.part(place, known.id, own=True)
            self._known.rows[place] = Known(number, HELD, None)
            self.open.add(place)

    def _free(self, place: int, row: int, content: bytes) -> tuple[int, Brought | None]:
        alone = row in self._lot.repeated or self._lot.identities[place] is not None
        return self._known.free_occurrence(content, alone=alone)

    def _placed(self, place: Place, exclude: int) -> Place:
        """Decide whether a row with a jsonbody is queued, corrects an earlier one, or must wait for a person."""
        if self._lot.rows[place.at] in self._lot.repeated:
            place.state, place.reason = HELD, REPEATED
        if self._waits:
            place.state, place.reason = HELD, self._waits
        identity = self._lot.identities[place.at]
        if identity is not None:
            self._correct(place, identity, exclude)
        return place

    def _correct(self, place: Place, identity: str, exclude: int) -> None:
        """See to earlier answers with the same row key: replace what has not been taken, hold beside what may be."""
        name, row = self._name, self._lot.rows[place.at]
        for one in self._known.keys.earlier(identity):
            if one.id == exclude:
                continue
            place.corrects = one.id
            if one.replaceable:
                self._known.keep(one)
                self._plan.replace(one.id, f"replaced by row {row} of {name}")
                one.state = CANCELLED
            elif one.state != REJECTED or one.maybe_there:
                place.state, place.reason = HELD, one.reason
        self._done["corrected"] += place.corrects is not None

    def _insert(self, place: Place) -> None:
        """Collect a new response for the bulk write."""
        self._done[NAMES[place.state]] += 1
        self._taken(place, self._plan.insert(place))

    def _renew(self, place: Place, known: Known) -> None:
        """Give a response that waits, or was rejected, its new form."""
        if known.state == HELD == place.state:
            self._done["already"] += 1
        else:
            self._done[NAMES[place.state]] += 1
        self._plan.renew(place, known)
        self._taken(place, known.id)

    def _taken(self, place: Place, number: int) -> None:
        """Remember the row for those after it."""
        if place.content is not None:
            self._known.take(place.content, place.occurrence, number)
        identity = self._lot.identities[place.at]
        if identity is not None:
            row, name = self._lot.rows[place.at], self._name
            self._known.keys.add(identity, Earlier(number, place.state, row, name))

    def _double(self, row: int, other: Brought) -> None:
        """Record a row whose answer another row brings already."""
        self._plan.double_all([row], [other[0]])
        self._known.repeat(row, other)
        self._done["duplicate"] += 1
