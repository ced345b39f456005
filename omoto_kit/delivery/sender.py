"""Sender: the loop. Claim, commit, send, read the reply; the outcome is written with the next claim.

Between a reply and the next request stands only what must: reading the reply, and the commit. The next responses are
fetched while the wire waits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from omoto_kit.campaign import Campaign
from omoto_kit.delivery.aside import put_aside
from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.model import Outcome, Parcel, Settlement
from omoto_kit.delivery.pace import Pace
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.delivery.supply import Supply
from omoto_kit.delivery.telling import receipt_of, stopped
from omoto_kit.delivery.transport import Transport
from omoto_kit.errors import OutboxError
from omoto_kit.receipt import Receipt, State
from omoto_kit.wire import Reading, Verdict, decipher

__all__ = ["Sender"]

MOST_TRIES = 8  #: tries in a row without a connection, or put off, before the run stops
FIRST_TRIES = 3  #: the same before anything was reached at all: a wrong address must not take minutes to tell
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  #: seconds of backoff
PATIENCE = 120.0  #: seconds of Retry-After that a run waits out by itself
REPLY_KEPT = 4096  #: characters of a reply that are kept

FINAL = (State.DELIVERED, State.REJECTED, State.UNKNOWN)


@dataclass(slots=True)
class _Flight:
    """A claimed response: its attempt, and once it came back, what is to be written down."""

    parcel: Parcel
    attempt: int
    settlement: Settlement | None = None


class Sender:
    """One run's loop over a store, a transport, brakes and the control that the outside holds."""

    def __init__(
        self, store: SqliteStore, endpoint: int, transport: Transport, brakes: Brakes, control: Control
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._transport = transport
        self._brakes = brakes
        self._control = control
        self._supply = Supply(store, endpoint, brakes, control)
        self._flight: _Flight | None = None
        self._troubles = 0
        self._reached = False
        self._began = -1e9
        self._broken = False
        self.unknown = ""
        self.on_step: Callable[[str], None] = _no_step

    def prepare(
        self, endpoint: HttpEndpoint, campaign: Campaign | None, plugins: Any, *, limit: int | None, window: int | None
    ) -> None:
        """Say where it sends to, how replies are read, and how far the run goes."""
        self._to = endpoint
        self._campaign = campaign
        self._plugins = plugins
        supply = self._supply
        supply.plugins, supply.limit, supply.pace = plugins, limit, Pace(window)

    def run(self) -> Generator[Receipt, None, None]:
        """Send what is queued, and give a receipt for each outcome once it is written down.

        Whatever ends the run, what is known about the response on the wire is written down. Raises RunStopped,
        OutboxError and KeyboardInterrupt.
        """
        try:
            yield from self._rows()
        finally:
            self._land()
        if self._control.interrupted:
            raise KeyboardInterrupt

    def _rows(self) -> Iterator[Receipt]:
        """Send window after window; where none is left, wait for what the server put off."""
        while not self._control.stopping:
            self._supply.alone = bool(self._troubles or self._to.min_interval)
            if window := self._supply.window(self._flight.parcel.id if self._flight else 0):
                yield from self._through(window)
                continue
            yield from self._settled()
            wait = self._supply.next_moment()
            if wait is None:
                return
            if wait > PATIENCE:
                self._halt(f"the server asked to wait {wait:.0f} seconds more", Verdict.DEFERRED)
            self._control.wait(max(wait, 0), f"the server asked to wait; going on in {wait:.0f} s")
        yield from self._settled()

    def _through(self, window: list[Parcel]) -> Iterator[Receipt]:
        """Send the responses of one window."""
        lease: list[int] | None = [parcel.id for parcel in window]
        for parcel in window:
            yield from self._keep_pace()
            if self._control.stopping:
                return
            before = self._flight
            claimed = self._claim(parcel, lease)
            lease = None
            if before and before.settlement:
                yield receipt_of(before.parcel, before.settlement, self._to, self._plugins)
            if self._control.stopping:
                return
            if not claimed:
                continue
            reading = self._send(parcel, last=parcel is window[-1])
            halt = self._judge(reading)
            if halt or reading.verdict in (Verdict.REFUSED, Verdict.DEFERRED) or self._troubles:
                yield from self._settled()
                self._halt_or_wait(halt, reading)
                return

    def _keep_pace(self) -> Iterator[Receipt]:
        """Where there is a least interval, settle what came back, then wait for the next response's turn."""
        if self._to.min_interval:
            yield from self._settled()  # gives the lease back, so a window with a pace is one response
            self._control.wait(self._began + self._to.min_interval - time.perf_counter())

    def _claim(self, parcel: Parcel, lease: list[int] | None) -> bool:
        """Write down the last outcome and this claim, in one commit, before any byte leaves."""
        self.on_step("before claim")
        settlement = self._flight.settlement if self._flight else None
        began = time.perf_counter()
        try:
            attempt = self._store.claim_next(parcel, settlement, lease)
        except OutboxError as error:
            raise self._unwritten(error) from None
        if lease is not None:
            self._supply.pace.saw_commit(time.perf_counter() - began)
            self.on_step("forced commit")
        self._flight = None if attempt is None else _Flight(parcel, attempt)
        self.on_step("claimed")
        return attempt is not None

    def _send(self, parcel: Parcel, *, last: bool) -> Reading:
        """POST one response and read what came back; the next window is fetched meanwhile."""
        flight = self._flight
        if flight is None:
            raise AssertionError("nothing is claimed")

        def meanwhile() -> None:
            if last:
                self._supply.fetch_ahead(parcel.id)

        self._began = began = time.perf_counter()
        self._control.on_wire = True
        outcome = self._transport.send(parcel.form, meanwhile)
        self._control.on_wire = False
        self._reached = self._reached or outcome.bytes_left
        self._supply.pace.saw_reply(time.perf_counter() - began)
        reading = self._read(outcome)
        flight.settlement = _settlement(flight, outcome, reading, self.unknown)
        self.on_step("reply read")
        return reading

    def _read(self, outcome: Outcome) -> Reading:
        """Turn an outcome into a verdict; an error before any byte left is like being told to come back."""
        if outcome.status is not None:
            headers = {"Retry-After": outcome.retry_after} if outcome.retry_after else {}
            return decipher(outcome.status, outcome.body, headers, self._campaign)
        if outcome.bytes_left:
            return Reading(Verdict.UNKNOWN, f"{outcome.error}, after the request had left")
        return Reading(Verdict.DEFERRED, f"not sent: {outcome.error}")

    def _judge(self, reading: Reading) -> str:
        """Count what happened; give the reason to stop, or an empty text."""
        if reading.verdict is Verdict.DEFERRED:
            self._troubles += 1
            if self._troubles >= (MOST_TRIES if self._reached else FIRST_TRIES):
                return f"{self._troubles} tries in a row came to nothing ({reading.reason})"
            if (reading.retry_after or 0) > PATIENCE:
                return f"the server asks to wait {reading.retry_after:.0f} seconds"
            return ""
        self._troubles = 0
        if reading.verdict is Verdict.REFUSED:
            return reading.reason
        self._supply.sent += 1
        return self._brakes.see(reading.verdict.state)

    def _halt_or_wait(self, halt: str, reading: Reading) -> None:
        """Stop the run with its reason, or wait before the next try."""
        self._supply.forget_ahead()
        if halt:
            self._halt(halt, reading.verdict)
        backoff = min(FIRST_WAIT * 2 ** (self._troubles - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)
        wait = backoff if reading.retry_after is None else reading.retry_after
        self._control.wait(wait, f"{reading.reason}; trying again in {wait:.0f} s")

    def _halt(self, why: str, verdict: Verdict) -> None:
        raise stopped(why, verdict, self._store.waiting(self._endpoint), (self._store.path, self._to))

    def _settled(self) -> Iterator[Receipt]:
        """Write down the outcome in a commit of its own, and give its receipt where it is final."""
        flight, settlement = self._flight, self._flight.settlement if self._flight else None
        if flight is None or settlement is None:
            return
        self.on_step("before settle")
        try:
            self._store.settle(settlement, self._endpoint)
        except OutboxError as error:
            raise self._unwritten(error) from None
        self._flight = None
        self.on_step("forced commit")
        if settlement.state in FINAL:
            yield receipt_of(flight.parcel, settlement, self._to, self._plugins)

    def _land(self) -> None:
        """At the end, however it came: settle what is open. A claim that was never used goes back to the queue."""
        if self._broken:
            return
        flight, self._flight = self._flight, None
        settlement = flight.settlement if flight else None
        if flight is not None and settlement is None:
            left = self._control.on_wire and self._transport.bytes_left
            state = State.UNKNOWN if left else State.QUEUED
            reason = "interrupted while waiting for the reply" if left else ""
            settlement = Settlement(flight.parcel.id, flight.attempt, state, time.time(), reason, bytes_left=left)
        self._control.on_wire = False
        self._store.settle(settlement, self._endpoint)
        self.on_step("forced commit")

    def _unwritten(self, error: OutboxError) -> OutboxError:
        """Say what is known of a response whose outcome cannot be written down; it will read as unknown."""
        flight, self._flight, self._broken = self._flight, None, True
        if flight is None or flight.settlement is None:
            return error
        parcel, settlement = flight.parcel, flight.settlement
        put_aside(self._store.path, settlement)
        what = (
            f"{error.what} The outcome of row {parcel.row} of {parcel.source} could not be written down: it was "
            f"{settlement.state.value}" + (f" (HTTP {settlement.status})." if settlement.status else ".")
        )
        advice = f"{error.advice} That response (id {parcel.id}) will read as unknown: decide it."
        return type(error)(what, where=error.where, advice=advice)


def _settlement(flight: _Flight, outcome: Outcome, reading: Reading, unknown: str) -> Settlement:
    """Write an outcome out for the store; `unknown` says what becomes of one that cannot be known."""
    reasons = {Verdict.DELIVERED: "", Verdict.UNKNOWN: "; ".join(filter(None, (reading.reason, unknown)))}
    now = time.time()
    wait = reading.retry_after if reading.verdict is Verdict.DEFERRED else None
    return Settlement(
        response=flight.parcel.id,
        attempt=flight.attempt,
        state=reading.verdict.state,
        ended=now,
        reason=reasons.get(reading.verdict, reading.reason),
        status=outcome.status,
        reply=outcome.body[: 4 * REPLY_KEPT].decode("utf-8", "replace")[:REPLY_KEPT],
        error=outcome.error,
        bytes_left=outcome.bytes_left,
        not_before=now + wait if wait else None,
    )


def _no_step(name: str) -> None:
    """Do nothing; the place where a test can look in, or fail."""
