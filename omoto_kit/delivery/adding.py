"""Adding a batch's rows to the store: what is new, what is known, what corrects an earlier answer.

Runs inside one transaction. Rows are decided one after the other, since each may repeat or correct one before it; what
is new is collected and written in bulk.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from omoto_kit.batch import Source
from omoto_kit.delivery.keys import content_key, held_key
from omoto_kit.delivery.model import CODES, STATES, Incoming, Put
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.receipt import State

__all__ = ["Adder", "Destination"]

CHUNK = 5000
NAMES = tuple(state.value for state in STATES)
QUEUED, HELD, REJECTED = CODES[State.QUEUED], CODES[State.HELD], CODES[State.REJECTED]


@dataclass(frozen=True)
class Destination:
    """Where a batch goes, and what it is: one endpoint, one campaign, one source. `digest` is of all its rows."""

    endpoint: str
    name: str
    campaign: str
    source: Source
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """A response that the store has for a row of this source."""

    id: int
    state: int
    content: bytes | None
    tried: bool
    sending: bool


@dataclass(slots=True)
class _Place:
    """Where an incoming row goes: its key, its state, and the earlier answer that it corrects."""

    key: bytes
    state: int
    reason: str = ""
    note: str = ""
    corrects: int | None = None


@dataclass(slots=True)
class _Pending:
    """Rows to be written in bulk."""

    responses: list[tuple[Any, ...]] = field(default_factory=list)
    details: list[tuple[Any, ...]] = field(default_factory=list)
    payloads: list[tuple[Any, ...]] = field(default_factory=list)


class Adder:
    """Adds the rows of one batch to one endpoint, inside an open transaction."""

    def __init__(self, connection: sqlite3.Connection, destination: Destination) -> None:
        self._execute = connection.execute
        self._many = connection.executemany
        self._to = destination
        self._now = time.time()
        self._pending = _Pending()
        self._done: Counter[str] = Counter()
        self._open_source()

    def _open_source(self) -> None:
        """Find or make endpoint and source, and what the store knows of this source's rows."""
        source, to = self._to.source, self._to
        values: dict[str, Any] = {"identity": to.endpoint, "name": to.name}
        self._endpoint = self._execute(QUERIES["endpoint_add"], values).fetchone()[0]
        values = {"endpoint": self._endpoint, "campaign": to.campaign, "now": self._now}
        values |= {"fingerprint": source.fingerprint, "sheet": source.sheet, "name": source.name, "path": source.path}
        self._source, self._total, self._digest = self._execute(QUERIES["source_add"], values).fetchone()
        self._id = self._execute(QUERIES["last_id"]).fetchone()[0]
        self._fresh = self._id == 0  # an empty outbox knows no key: nothing to look up
        self._known: dict[int, _Known] = {}
        self._doubles: dict[int, int] = {}
        self._consumed: set[int] = set()  # responses of other sources that rows of this one repeat
        self._taken: dict[bytes, int] = {}  # keys that rows of this source have used up in this put
        self._identities: set[str] = set()  # row keys, and customers, of this put
        self._subjects: dict[bytes, tuple[int, str]] = {}

    def add(self, rows: Iterable[Incoming]) -> Put:
        """Add all rows and account for each."""
        if self._total and self._digest == self._to.digest:
            return self._same_again()
        values = {"source": self._source}
        self._known = {row[0]: _Known(*row[1:]) for row in self._execute(QUERIES["rows_of_source"], values)}
        self._doubles = dict(self._execute(QUERIES["duplicates_of_source"], values).fetchall())
        self._consumed = set(self._doubles.values())
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007  the last count is what is wanted
            self._take(row)
            if len(self._pending.responses) >= CHUNK:
                self._flush()
        self._flush()
        values = {"added": self._done["added"], "digest": self._to.digest, "id": self._source}
        self._execute(QUERIES["source_settle"], values)
        return self._account(count)

    def _same_again(self) -> Put:
        """Recognise the very same batch: nothing of it changes."""
        self._done["already"] = self._total
        return self._account(self._total)

    def _account(self, rows: int) -> Put:
        done = self._done
        return Put(
            rows=rows,
            queued=done["queued"],
            held=done["held"],
            duplicate=done["duplicate"] + done["cancelled"],
            already=done["already"],
            corrected=done["corrected"],
            warned=done["warned"],
            source=self._to.source,
        )

    def _take(self, row: Incoming) -> None:
        """Decide about one row."""
        known = self._known.get(row.row)
        if known is not None:
            self._again(row, known)
        elif row.row in self._doubles:
            self._done["already"] += 1
        else:
            self._done["added"] += 1
            self._new(row)

    def _new(self, row: Incoming) -> None:
        """Add a row that its source never had before."""
        if row.form is None and not row.repeated:
            self._insert(row, self._held(row))
            return
        key, other = self._free_key(row)
        if other is not None:
            self._double(row.row, other)
        else:
            self._insert(row, self._place(row, key, exclude=0))

    def _again(self, row: Incoming, known: _Known) -> None:
        """Follow a row whose source was put before: what waits takes the new form, what is done stays.

        A rejected response whose jsonbody was mended is queued again: Omoto said that it did not take it.
        """
        waits = known.state in (QUEUED, HELD)
        same = row.content is not None and row.content == known.content
        mended = known.state == REJECTED and row.form is not None
        if known.sending or same or row.repeated or not (waits or mended):
            self._done["already"] += 1
        elif row.form is None:
            self._renew(row, known, self._held(row))
        else:
            key, other = self._free_key(row)
            if other is None or known.tried:
                self._renew(row, known, self._place(row, key, exclude=known.id) if other is None else self._gone(row))
            else:
                for name in ("payload_forget", "detail_forget", "decisions_forget", "response_forget"):
                    self._execute(QUERIES[name], {"id": known.id})
                self._double(row.row, other)

    def _gone(self, row: Incoming) -> _Place:
        """Place a row that was tried before and now is what another file's row is: it is not sent a second time."""
        key = held_key(self._to.endpoint, self._to.source.fingerprint, self._to.source.sheet, row.row)
        return _Place(key, CODES[State.CANCELLED], "the same answer stands in another row")

    def _held(self, row: Incoming) -> _Place:
        key = held_key(self._to.endpoint, self._to.source.fingerprint, self._to.source.sheet, row.row)
        return _Place(key, HELD, row.reason)

    def _free_key(self, row: Incoming) -> tuple[bytes, int | None]:
        """Find the row's content key, and the response of another row that has it already, if any.

        Equal answers of one source are several answers: each takes the next occurrence. With a row key of its own,
        or where a check called the row a repetition, the second is a duplicate.
        """
        occurrence = 0
        while True:
            key = content_key(row.content or b"", occurrence)
            found, mine = self._by_key(key)
            if found is None:
                return key, None
            if not mine or row.repeated or row.identity is not None:
                return key, found
            occurrence += 1

    def _by_key(self, key: bytes) -> tuple[int | None, bool]:
        """Look a content key up: the response that has it, and whether a row of this source has used it up."""
        if key in self._taken:
            return self._taken[key], True
        if self._fresh:
            return None, False
        found = self._execute(QUERIES["by_key"], {"key": key}).fetchone()
        if found is None:
            return None, False
        return found[0], found[1] == self._source or found[0] in self._consumed

    def _place(self, row: Incoming, key: bytes, exclude: int) -> _Place:
        """Decide whether a row with a jsonbody is queued, corrects an earlier one, or must wait for a person."""
        place = _Place(key, QUEUED)
        if row.identity is not None:
            self._correct(row, place, exclude)
        if row.subject is not None and place.corrects is None:
            self._warn(row, place, exclude)
        return place

    def _correct(self, row: Incoming, place: _Place, exclude: int) -> None:
        """See to earlier answers with the same row key: replace what has not been taken, hold beside what may be."""
        if row.identity in self._identities:
            self._flush()
        elif self._fresh:
            return
        values = {"identity": row.identity, "endpoint": self._endpoint, "campaign": self._to.campaign}
        for number, code, place_, name, sending in self._execute(QUERIES["by_identity"], values).fetchall():
            if number == exclude:
                continue
            place.corrects = number
            if code in (QUEUED, HELD) and not sending:
                reason = f"replaced by row {row.row} of {self._to.source.name}"
                self._execute(QUERIES["replace"], {"id": number, "now": self._now, "reason": reason})
            elif code != REJECTED:
                state = "being sent" if sending else STATES[code].value
                place.state = HELD
                place.reason = (
                    f"corrects row {place_} of {name}, which is {state}; Omoto has no update, so this would be "
                    "a second response there: release it to send it all the same"
                )
        self._done["corrected"] += place.corrects is not None

    def _warn(self, row: Incoming, place: _Place, exclude: int) -> None:
        """Note that the same customer already answered in this campaign."""
        found = None
        if row.subject in self._subjects:
            found = self._subjects[row.subject]
        elif not self._fresh:
            asked = self._execute(QUERIES["by_subject"], {"subject": row.subject}).fetchone()
            found = asked and asked[0] != exclude and (asked[2], asked[3])
        if found:
            place.note = f"this customer already answered in row {found[0]} of {found[1]}"
            self._done["warned"] += 1

    def _insert(self, row: Incoming, place: _Place) -> None:
        """Collect a new response for the bulk write."""
        self._id += 1
        self._use(row, place, self._id)
        pending = self._pending
        response = (self._id, self._endpoint, self._source, row.row, place.state, self._now, place.reason or None)
        pending.responses.append(response)
        pending.details.append(
            (self._id, place.key, row.content, row.identity, row.subject, place.note or None, place.corrects)
        )
        pending.payloads.append((self._id, row.form, row.original, row.problems))

    def _renew(self, row: Incoming, known: _Known, place: _Place) -> None:
        """Give a response that waits, or was rejected, its new form."""
        self._flush()
        self._use(row, place, known.id)
        if known.state == HELD == place.state:
            self._done["held"] -= 1
            self._done["already"] += 1
        values: dict[str, Any] = {"id": known.id, "state": place.state, "now": self._now}
        self._execute(QUERIES["response_renew"], values | {"reason": place.reason or None})
        values = {"id": known.id, "key": place.key, "content": row.content, "identity": row.identity}
        values |= {"subject": row.subject, "note": place.note or None, "corrects": place.corrects}
        self._execute(QUERIES["detail_renew"], values)
        values = {"id": known.id, "form": row.form, "original": row.original, "problems": row.problems}
        self._execute(QUERIES["payload_renew"], values)

    def _use(self, row: Incoming, place: _Place, number: int) -> None:
        """Count a row, and remember its keys for the rows after it."""
        self._done[NAMES[place.state]] += 1
        self._taken[place.key] = number
        if row.identity is not None:
            self._identities.add(row.identity)
        if row.subject is not None and place.state == QUEUED:
            self._subjects[row.subject] = (row.row, self._to.source.name)

    def _double(self, row: int, other: int) -> None:
        """Record a row whose answer another row brings already."""
        self._execute(QUERIES["duplicate_add"], (self._source, row, other, self._now))
        self._done["duplicate"] += 1
        self._consumed.add(other)

    def _flush(self) -> None:
        """Write what was collected."""
        pending = self._pending
        if pending.responses:
            self._many(QUERIES["response_add"], pending.responses)
            self._many(QUERIES["detail_add"], pending.details)
            self._many(QUERIES["payload_add"], pending.payloads)
            self._pending = _Pending()
