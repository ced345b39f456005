"""Mending one response by hand: in its place where Omoto does not have it, else as a second one that corrects it."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, replace

import polars as pl

from omoto_kit.batch import Batch, Source
from omoto_kit.delivery.model import CODES, STATES
from omoto_kit.delivery.planning import Place
from omoto_kit.delivery.putting import Binding, Lot, lots_of
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.recognising import RESTORED, Known, Recognition
from omoto_kit.delivery.rowkeys import Earlier
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.delivery.writing import Writer, parted
from omoto_kit.errors import OutboxError, SettingsError
from omoto_kit.receipt import State

__all__ = ["mend"]

BY_HAND = "mended by hand"  #: the source that second responses belong to
IN_PLACE = (State.QUEUED, State.HELD, State.REJECTED)
QUEUED, HELD = CODES[State.QUEUED], CODES[State.HELD]


@dataclass(frozen=True)
class _Broken:
    """The response that is to be mended, and where it belongs."""

    row: int
    known: Known
    source: int
    endpoint: int
    name: str
    campaign: str
    identity: str
    held: str | None  #: why its batch waits as a whole
    reason: str | None
    corrected: int | None  #: the state of the response that it corrects

    @property
    def waits(self) -> str | None:
        """Say why a person still has to release it: it could be sent as it is, or corrects what Omoto may have."""
        held = STATES[self.known.state] is State.HELD and self.known.content is not None
        at_omoto = self.corrected in (CODES[State.DELIVERED], CODES[State.UNKNOWN])
        if self.known.restored:
            return RESTORED
        return (self.reason or "it waits for a person to release it") if held or at_omoto else None


def mend(store: SqliteStore, number: int, batch: Batch, said: tuple[str, str]) -> int:
    """Give a response the form of a batch of one row; tell the number of the response that now has it.

    Raises SettingsError where it cannot be mended, or where another response says the same.
    """
    ((secret,),) = store.ask("secret")
    with store.writing() as connection:
        broken = _broken(connection, number, store)
        _check(broken, batch)
        binding = Binding(broken.identity, secret)
        maybe_there = broken.known.restored and broken.known.content is not None
        if STATES[broken.known.state] in IN_PLACE and not maybe_there:
            return _in_place(connection, broken, _lot(batch, broken.row, binding), said)
        return _beside(connection, broken, (batch, binding), said)


def _broken(connection: sqlite3.Connection, number: int, store: SqliteStore) -> _Broken:
    found = connection.execute(QUERIES["mendable"], {"id": number}).fetchone()
    if found is None:
        advice = "`omoto outbox list` shows the numbers."
        raise OutboxError(f"There is no response {number} in this outbox.", where=store.path, advice=advice)
    known = Known(*found[1:8])
    known.restored = bool(found[8])
    return _Broken(found[0], known, *found[9:])


def _check(broken: _Broken, batch: Batch) -> None:
    """Refuse what cannot be mended, and what is no mended response."""
    if len(batch) != 1:
        raise SettingsError(f"A mended response is one row; this batch has {len(batch)}.", advice="Mend one at a time.")
    if batch.campaign.id != broken.campaign:
        what = f"This response belongs to campaign {broken.campaign}, not to {batch.campaign.id}."
        raise SettingsError(what, advice="Mend it by the contract that it was made by.")
    if broken.known.sending:
        raise SettingsError("It is being sent right now.", advice="Wait for its outcome, or pause the push.")
    if STATES[broken.known.state] is State.CANCELLED:
        raise SettingsError("It is cancelled, and will never be sent.", advice="Put its row anew, with what is right.")


def _lot(batch: Batch, row: int, binding: Binding) -> Lot:
    """Make a lot of the one row, under its number in the outbox."""
    place = pl.lit(row, pl.Int64).alias("row")
    batch = replace(batch, values=batch.values.with_columns(place), problems=batch.problems.with_columns(place))
    return next(lots_of(batch, binding))


def _place(broken: _Broken, lot: Lot, known: Recognition) -> Place:
    """Decide where the row goes. Raises SettingsError where another response says the same."""
    (content,), (identity,) = lot.contents, lot.identities
    if content is None:
        return Place(0, HELD, lot.held[lot.rows[0]][0])
    occurrence, other = known.free_occurrence(content, alone=True)
    if other is not None:
        what = f"It would say the same as response {other[0]}."
        raise SettingsError(what, advice="Cancel the one that is too many, or mend it otherwise.")
    place = Place(0, QUEUED, content=content, occurrence=occurrence)
    wait = broken.held or broken.waits
    if wait is not None:
        place.state, place.reason = HELD, wait
    _refuse_second(known, identity, broken.known.id)
    hindrance = known.keys.hindrance(identity, broken.known.id) if identity is not None else None
    if hindrance is not None:
        place.state, place.reason, place.corrects = HELD, hindrance.reason, hindrance.id
    return place


def _refuse_second(known: Recognition, identity: str | None, number: int) -> None:
    """Raise SettingsError where another response with the same row key waits to be sent: both would go."""
    waiting = (
        [one.id for one in known.keys.earlier(identity) if one.id != number and one.state == QUEUED] if identity else []
    )
    if waiting:
        what = f"Response {waiting[-1]} has the same row key and waits to be sent, so both would go."
        raise SettingsError(what, advice="Cancel that one first, or mend it instead.")


def _in_place(connection: sqlite3.Connection, broken: _Broken, lot: Lot, said: tuple[str, str]) -> int:
    """Give the response its new form under its own number; what was sent under it is kept as a version."""
    now, number = time.time(), broken.known.id
    known = Recognition(connection, broken.endpoint, broken.campaign, broken.source)
    known.look_up(lot.contents, lot.identities)
    known.forget(broken.known)
    place = _place(broken, lot, known)
    writer = Writer(connection, (broken.endpoint, broken.source), now, said)
    if place.content != broken.known.content:
        writer.unsettle()
        values = {"source": broken.source, "id": number}
        for _, *repeating in connection.execute(QUERIES["repeated_rows"], values).fetchall():
            writer.plan.orphan(repeating, parted(broken.row, broken.name))
    writer.plan.renew(place, broken.known)
    writer.write(lot, known, broken.name)
    connection.execute(QUERIES["mended"], {"id": number})
    _record(connection, broken, said, now)
    return number


def _beside(connection: sqlite3.Connection, broken: _Broken, what: tuple[Batch, Binding], said: tuple[str, str]) -> int:
    """Make a second response, held, that corrects the one which Omoto has or may have."""
    now, (batch, binding) = time.time(), what
    source = _source_by_hand(connection, broken, now)
    lot = _lot(batch, connection.execute(QUERIES["last_row"], {"source": source}).fetchone()[0] + 1, binding)
    known = Recognition(connection, broken.endpoint, broken.campaign, source)
    known.look_up(lot.contents, lot.identities)
    place = _place(broken, lot, known)
    place.state, place.corrects = HELD, broken.known.id
    place.reason = place.reason if place.content is None else _earlier(broken).reason
    writer = Writer(connection, (broken.endpoint, source), now, said)
    number = writer.plan.insert(place)
    writer.write(lot, known, BY_HAND)
    writer.finish()
    connection.execute(QUERIES["mended"], {"id": number})
    connection.execute(QUERIES["source_grow"], {"id": source})
    _record(connection, broken, said, now)
    return number


def _earlier(broken: _Broken) -> Earlier:
    return Earlier(broken.known.id, broken.known.state, broken.row, broken.name, maybe_there=broken.known.restored)


def _source_by_hand(connection: sqlite3.Connection, broken: _Broken, now: float) -> int:
    """Find or make the source that second responses of an endpoint and a campaign belong to."""
    place = Source(BY_HAND, fingerprint=BY_HAND)
    values = {"endpoint": broken.endpoint, "campaign": broken.campaign, "now": now, "name": place.name, "path": ""}
    values |= {"fingerprint": place.fingerprint, "sheet": place.sheet}
    source = int(connection.execute(QUERIES["source_add"], values).fetchone()[0])
    connection.execute(QUERIES["source_tally"], {"source": source})
    return source


def _record(connection: sqlite3.Connection, broken: _Broken, said: tuple[str, str], now: float) -> None:
    values = {"id": broken.known.id, "source": None, "decision": "mend", "was": broken.known.state, "now": now}
    connection.execute(QUERIES["decision_add"], values | {"who": said[0], "why": said[1]})
