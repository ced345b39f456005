"""Push: one run of the sender, as an iterator of receipts or in a thread of its own."""

from __future__ import annotations

import atexit
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Self

from omoto_kit.campaign import Campaign
from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.deciding import Decision, UnknownPolicy, decide, follow
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.model import Filter
from omoto_kit.delivery.running import begin_run, end_run
from omoto_kit.delivery.sender import Sender
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import OmotoError, OutboxError, SettingsError
from omoto_kit.receipt import Receipt, State

__all__ = ["Progress", "Push", "Rules", "Site"]


@dataclass(frozen=True)
class Rules:
    """How far a run goes, and when it must stop."""

    limit: int | None
    canary: Sequence[int]
    max_rejects: int
    max_unknown: int
    window: int | None
    unknown: UnknownPolicy = UnknownPolicy.ASK


@dataclass(frozen=True)
class Site:
    """The outbox file of a run, and the start of the system that this is."""

    path: Path
    boot: str


def _run(
    site: Site, endpoint: HttpEndpoint, rules: Rules, control: Control, reading: tuple[Campaign | None, Any]
) -> Iterator[Receipt]:
    """Hold lock, store, address and connection for one run, and send."""
    from omoto_kit.delivery.transport import HttpTransport, scrubbed_logs  # requests loads when something is sent

    campaign, plugins = reading
    with ExitStack() as held:
        lock = SenderLock(site.path)
        lock.acquire()
        held.callback(lock.release)
        store = SqliteStore(site.path, site.boot)
        held.callback(store.close)
        store.recover()
        number, run = begin_run(store, endpoint)
        held.push(partial(_end, store, run, control))
        follow(store, number, rules.unknown)
        address = held.enter_context(endpoint.opener() if endpoint.opener else nullcontext(endpoint.address))
        held.enter_context(scrubbed_logs(endpoint.key))
        transport = HttpTransport(endpoint, address)
        held.callback(transport.close)
        brakes = Brakes(rules.canary, rules.max_rejects, rules.max_unknown)
        sender = Sender(store, number, transport, brakes, control)
        sender.prepare(endpoint, campaign, plugins, limit=rules.limit, window=rules.window)
        sender.unknown = rules.unknown.words
        if rules.unknown is UnknownPolicy.NEVER:
            held.callback(_mark, store, number)
        for receipt in held.enter_context(closing(sender.run())):
            control.sent[receipt.state] += 1
            yield receipt


def _end(store: SqliteStore, run: int, control: Control, kind: object, error: object, trace: object) -> None:
    """Write down how a run ended; where that cannot be written, what stopped it is told all the same."""
    del kind, trace
    left = control.stopping or isinstance(error, GeneratorExit)
    stopped = "interrupted" if control.interrupted else "paused" if left else ""
    if isinstance(error, OmotoError):
        stopped = error.what
    with suppress(OutboxError):
        end_run(store, run, stopped)


def _mark(store: SqliteStore, endpoint: int) -> None:
    """Note at the end of a run, however it came, that its unknown responses are not sent again."""
    with suppress(OutboxError):  # what stopped the run is told; what is not marked now, the next run marks
        follow(store, endpoint, UnknownPolicy.NEVER)


class Progress:
    """What a run shows while it goes, to whoever holds it; from any thread."""

    def __init__(self, site: Site, endpoint: HttpEndpoint) -> None:
        self._site = site
        self._endpoint = endpoint
        self._control = Control()
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    @property
    def running(self) -> bool:
        """Whether a started run still sends."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def error(self) -> BaseException | None:
        """What stopped a started run before its end; None while it runs, and where it came to its end."""
        return self._error

    @property
    def note(self) -> str:
        """What the run waits for right now, in words; empty while it sends."""
        return self._control.note

    @property
    def on_note(self) -> Callable[[str], None] | None:
        """Called with each note as the wait begins, in the thread that sends; None for nobody."""
        return self._control.on_note

    @on_note.setter
    def on_note(self, listener: Callable[[str], None] | None) -> None:
        self._control.on_note = listener

    @property
    def sent(self) -> dict[State, int]:
        """How many responses this run brought to an outcome so far, by outcome."""
        return dict(self._control.sent)

    @property
    def counts(self) -> dict[str, int]:
        """The endpoint's rows by state, read from the outbox."""
        store = SqliteStore(self._site.path, self._site.boot)
        try:
            return store.counts(Filter(endpoint=self._endpoint.identity))
        finally:
            store.close()


class Push(Progress):
    """One run. Iterate it, and each receipt comes once its outcome is written down; or `start` it in a thread.

    `pause` lets the response on the wire finish and settles it; so do the first Ctrl-C, `close` and the end of a
    `with`. A second Ctrl-C gives up waiting, and that response becomes unknown. Resume by pushing again.
    """

    def __init__(
        self, site: Site, endpoint: HttpEndpoint, rules: Rules, campaign: Campaign | None, plugins: Any
    ) -> None:
        super().__init__(site, endpoint)
        # The generator must not know this object: dropping the last name of a push then settles it at once.
        self._receipts = _run(site, endpoint, rules, self._control, (campaign, plugins))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Receipt:
        if self._thread is not None:
            advice = "Watch it by counts and receipts, or let start() call you with each receipt."
            raise SettingsError("This push sends in a thread of its own.", advice=advice)
        with _interrupts(self._control):
            return next(self._receipts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pause(self) -> None:
        """Let the response on the wire finish, settle it, and stop; from any thread."""
        self._control.stop()

    def close(self) -> None:
        """Pause, and wait until all is settled."""
        self.pause()
        if self._thread is not None:
            self._thread.join()
        else:
            self._receipts.close()  # type: ignore[attr-defined]

    def cancel(self, *, who: str, why: str) -> int:
        """Pause, then never send what this endpoint still has in the queue; tell how many that is."""
        self.close()
        store = SqliteStore(self._site.path, self._site.boot)
        wanted = Filter(states=[State.QUEUED], endpoint=self._endpoint.identity)
        done, after = 0, 0
        try:
            while page := store.page(wanted, after):
                ids, after = [receipt.id for receipt in page], page[-1].id
                done += decide(store, ids, Decision("cancel", who, why), (State.QUEUED,))
        finally:
            store.close()
        return done

    def start(self, on_receipt: Callable[[Receipt], None] | None = None) -> Self:
        """Send in a thread of its own; `on_receipt` is called there with each receipt."""

        def run() -> None:
            try:
                for receipt in self._receipts:
                    if on_receipt is not None:
                        on_receipt(receipt)
            except (OmotoError, KeyboardInterrupt) as error:
                self._error = error
            finally:
                self._receipts.close()  # type: ignore[attr-defined]
                atexit.unregister(self.close)

        self._thread = threading.Thread(target=run, name="omoto push", daemon=True)
        atexit.register(self.close)  # before the interpreter ends, the row on the wire is settled
        self._thread.start()
        return self

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a started run, at most so many seconds; tell whether it ended. Raises what stopped it."""
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                return False
        if self._error is not None:
            raise self._error
        return True


class _interrupts:  # noqa: N801  reads as a statement: with _interrupts(control)
    """While the sender works in the main thread: the first Ctrl-C pauses, the second gives up waiting."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._before: Any = None

    def __enter__(self) -> None:
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._handle)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._control.interrupt()
