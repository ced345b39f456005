"""Sender: the loop. Claim, commit, send, read the reply; the outcome is written with the next claim."""

from __future__ import annotations

import random
import shlex
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from omoto_kit.campaign import Campaign
from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.model import Outcome, Parcel, Settlement, jsonbody_of
from omoto_kit.delivery.pace import Pace
from omoto_kit.delivery.store import SqliteStore, put_aside
from omoto_kit.delivery.transport import Transport
from omoto_kit.errors import OutboxError, RunStopped
from omoto_kit.receipt import Receipt, State
from omoto_kit.response import Response
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
        self._flight: _Flight | None = None
        self._troubles = 0
        self._reached = False
        self._sent = 0
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
        self._guards = plugins is not None and bool(plugins.hook.before_send.get_hookimpls())
        self._watchers = plugins is not None and bool(plugins.hook.after_send.get_hookimpls())
        self._limit = limit
        self._pace = Pace(window)

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
        proven = False
        while not self._control.stopping:
            if window := self._window():
                if not proven and self._store.proven(window[0].source_id):
                    self._brakes.trust()
                proven = True
                yield from self._through(window)
                continue
            if receipt := self._settle():
                yield receipt
            if not self._await_deferred():
                return
        if receipt := self._settle():
            yield receipt

    def _await_deferred(self) -> bool:
        """Wait for the first response that the server put off earlier; tell whether there is one to go on with."""
        moment = self._store.next_moment(self._endpoint)
        if moment is None or (self._limit is not None and self._sent >= self._limit):
            return False
        wait = moment - time.time()
        if wait > PATIENCE:
            self._halt_or_wait(f"the server asked to wait {wait:.0f} seconds more", Reading(Verdict.DEFERRED, ""))
        self._control.wait(max(wait, 0), f"the server asked to wait; going on in {wait:.0f} s")
        return True

    def _window(self) -> list[Parcel]:
        """Fetch the responses to reserve next: one while there is trouble or a pace, within limit and stage."""
        alone = self._troubles or self._to.min_interval
        size = 1 if alone else self._brakes.room(self._pace.window())
        if self._limit is not None:
            size = min(size, self._limit - self._sent)
        pending = self._flight.parcel.id if self._flight else 0
        while size > 0 and not self._control.stopping:
            window = self._store.window(self._endpoint, size, pending)
            going = [parcel for parcel in window if not self._holds(parcel)]
            if going or not window:
                return going
        return []

    def _holds(self, parcel: Parcel) -> bool:
        """Ask the plugins whether a response must wait; a plugin that fails holds it, since it may guard something."""
        if not self._guards:
            return False
        answers = self._plugins.call("before_send", response=Response.parse(jsonbody_of(parcel.form)))
        reasons = [answer.value or answer.failure for answer in answers]
        if reasons:
            self._store.hold(parcel.id, f"held by plugin {answers[0].plugin}: {reasons[0]}")
        return bool(reasons)

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
                yield self._receipt(before.parcel, before.settlement)
            if self._control.stopping:
                return
            if not claimed:
                continue
            reading = self._send(parcel)
            halt = self._judge(reading)
            if halt or reading.verdict in (Verdict.REFUSED, Verdict.DEFERRED) or self._troubles:
                if receipt := self._settle():
                    yield receipt
                self._halt_or_wait(halt, reading)
                return

    def _keep_pace(self) -> Iterator[Receipt]:
        """Where there is a least interval, settle what came back, then wait for the next response's turn."""
        if self._to.min_interval:
            if receipt := self._settle():  # gives the lease back, so a window with a pace is one response
                yield receipt
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
            self._pace.saw_commit(time.perf_counter() - began)
            self.on_step("forced commit")
        self._flight = None if attempt is None else _Flight(parcel, attempt)
        self.on_step("claimed")
        return attempt is not None

    def _send(self, parcel: Parcel) -> Reading:
        """POST one response and read what came back."""
        flight = self._flight
        if flight is None:
            raise AssertionError("nothing is claimed")
        self._began = began = time.perf_counter()
        self._control.on_wire = True
        outcome = self._transport.send(parcel.form)
        self._control.on_wire = False
        self._reached = self._reached or outcome.bytes_left
        self._pace.saw_reply(time.perf_counter() - began)
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
        self._sent += 1
        return self._brakes.see(reading.verdict.state)

    def _halt_or_wait(self, halt: str, reading: Reading) -> None:
        """Stop the run with its reason, or wait before the next try."""
        if halt:
            left = self._store.waiting(self._endpoint)
            raise RunStopped(
                f"{_sentence(halt)} {_left(left)}", left=left, where=str(self._to), advice=self._onward(reading)
            )
        backoff = min(FIRST_WAIT * 2 ** (self._troubles - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)
        wait = backoff if reading.retry_after is None else reading.retry_after
        self._control.wait(wait, f"{reading.reason}; trying again in {wait:.0f} s")

    def _onward(self, reading: Reading) -> str:
        """Say what to look at, and the command that goes on."""
        look = {
            Verdict.REJECTED: "See what was sent with `omoto outbox show`, and mend the mapping.",
            Verdict.UNKNOWN: "See in Omoto whether they arrived, and decide with `omoto outbox decide`.",
            Verdict.REFUSED: "Check the endpoint's address and key.",
            Verdict.DEFERRED: "Check the network and the endpoint, or wait.",
        }.get(reading.verdict, "Look at the receipts.")
        return f"{look} Then go on with: omoto push --outbox {shlex.quote(str(self._store.path))} {self._to.arguments}"

    def _settle(self) -> Receipt | None:
        """Write down the outcome in a commit of its own, and give its receipt where it is final."""
        flight, settlement = self._flight, self._flight.settlement if self._flight else None
        if flight is None or settlement is None:
            return None
        self.on_step("before settle")
        try:
            self._store.settle(settlement, self._endpoint)
        except OutboxError as error:
            raise self._unwritten(error) from None
        self._flight = None
        self.on_step("forced commit")
        return self._receipt(flight.parcel, settlement) if settlement.state in FINAL else None

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

    def _receipt(self, parcel: Parcel, settlement: Settlement) -> Receipt:
        """Make the receipt of a written outcome, and show it to the plugins that watch."""
        receipt = Receipt(
            id=parcel.id,
            source=parcel.source,
            row=parcel.row,
            key=parcel.key,
            state=settlement.state,
            sheet=parcel.sheet,
            identity=parcel.identity,
            endpoint=self._to.name,
            attempts=parcel.attempts + 1,
            at=datetime.fromtimestamp(settlement.ended, UTC),
            status=settlement.status,
            reply=settlement.reply,
            reason="; ".join(filter(None, (settlement.reason, parcel.note))),
        )
        if self._watchers:
            self._plugins.call("after_send", receipt=receipt)
        return receipt


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


def _sentence(words: str) -> str:
    return f"The push stopped: {words}."


def _left(count: int) -> str:
    return "Nothing is left in the queue." if not count else f"{count} are left in the queue."


def _no_step(name: str) -> None:
    """Do nothing; the place where a test can look in, or fail."""
