"""Sandbox: the server that stands in for Omoto, from its start to its clean end."""

from __future__ import annotations

import errno
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from omoto_kit.campaign import Campaign
from omoto_kit.errors import SandboxError
from omoto_kit.sandbox.checks import Rules
from omoto_kit.sandbox.faults import Faults
from omoto_kit.sandbox.handler import Desk, Handler
from omoto_kit.sandbox.ledger import Ledger
from omoto_kit.sandbox.page import Page

__all__ = ["Sandbox"]

PATH = "/omoto/response.htm"
ANY_KEY = "sandbox-key"
HIGHEST_PORT = 65535
PATIENCE = 2.0  # seconds that open connections get to finish their reply


class _Server(socketserver.ThreadingTCPServer):
    """Listens, and knows its open connections, so that a stop ends all of them."""

    allow_reuse_address = sys.platform != "win32"  # there, it would let two programs share a port
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], desk: Desk) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(address, partial(Handler, desk))

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, in its own thread."""
        self._open[threading.current_thread()] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            del self._open[threading.current_thread()]

    def shutdown_request(self, request: Any) -> None:
        """Close a connection without a farewell of its own, so that a reset can be one."""
        self.close_request(request)

    def stop(self) -> None:
        """Stop listening, let each reply under way go out, then close every connection."""
        self.shutdown()
        self.server_close()
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            end = time.monotonic() + PATIENCE
            connections = list(self._open.items())
            for _, connection in connections:
                _shut(connection, how)
            for thread, _ in connections:
                thread.join(max(0.0, end - time.monotonic()))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Sandbox:
    """A stand-in for Omoto on this machine: a real HTTP server in a thread of its own.

    `port` 0 takes a free one. `key` None lets any key pass, an explicit one is checked. `campaigns` are the
    campaigns, or their ids, whose responses are taken; none lets any pass. `faults` is a spec (see
    `omoto_kit.sandbox.faults`). `log` gets each accepted jsonbody, a line each; an existing one is continued.
    `host` is this machine alone, unless another address is named.

    Raises SandboxError for a wrong fault spec at once, and from `start` where it cannot listen or log.

    >>> with Sandbox() as sandbox:
    ...     sandbox.counts
    {'posts': 0, 'accepted': 0, 'refused': 0}
    """

    def __init__(
        self,
        port: int = 0,
        *,
        key: str | None = None,
        campaigns: Iterable[str | Campaign] = (),
        faults: str | Faults = "",
        log: str | Path | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        """Settle everything but the port, which `start` takes."""
        ids = (campaigns,) if isinstance(campaigns, str) else campaigns
        known = frozenset(one.id if isinstance(one, Campaign) else str(one) for one in ids)
        asked = faults if isinstance(faults, Faults) else Faults.parse(faults)
        self._rules = Rules(key, known)
        self._ledger = Ledger(Path(log) if log is not None else None)
        self._stopping = threading.Event()
        page = Page(self._ledger, asked, self._rules)
        self._desk = Desk(self._rules, asked, self._ledger, page.reply, self._stopping)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._changing = threading.Lock()
        self._host, self._port = host, port

    def start(self) -> Self:
        """Listen. Raises SandboxError where the port is taken or the log cannot be opened; twice is once.

        Started again after a stop, it takes the same port and goes on counting.
        """
        with self._changing:
            if self._server is None:
                self._stopping.clear()
                self._ledger.open()
                try:
                    self._server = _listen(self._host, self._port, self._desk)
                except SandboxError:
                    self._ledger.close()
                    raise
                self._port = int(self._server.server_address[1])
                serve = partial(self._server.serve_forever, poll_interval=0.05)
                self._thread = threading.Thread(target=serve, name="omoto-sandbox", daemon=True)
                self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the replies under way, close all connections and the log. Twice is once."""
        with self._changing:
            if self._server is None or self._thread is None:
                return
            self._stopping.set()
            self._server.stop()
            self._thread.join()
            self._ledger.close()
            self._server = self._thread = None

    def serve_forever(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until an interrupt or a request to terminate, then stop cleanly. For the command line.

        `ready` is called once it listens, when the port is known.
        """
        try:
            with suppress(KeyboardInterrupt), _signals_as_interrupt():  # the wish to stop is granted below
                self.start()
                thread = self._thread
                if ready is not None:
                    ready()
                while thread is not None and thread.is_alive():
                    thread.join(1.0)  # a wait without end could not be interrupted on every system
        finally:
            self.stop()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def __repr__(self) -> str:
        """Show where it is and what it got; never the key."""
        counts = self.counts
        return f"<Sandbox {self.page} {counts['accepted']} accepted, {counts['refused']} refused>"

    @property
    def page(self) -> str:
        """The address of the page that shows what came in."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    @property
    def address(self) -> str:
        """The address that takes responses, without a key."""
        return self.page.rstrip("/") + PATH

    @property
    def url(self) -> str:
        """The address that takes responses, with its key in the query."""
        key = ANY_KEY if self._rules.key is None else self._rules.key
        return f"{self.address}?key={quote(key, safe='')}"

    @property
    def received(self) -> list[dict[str, Any]]:
        """The accepted jsonbodies, oldest first; the newest 10,000 of them."""
        return [entry.body for entry in self._ledger.entries()]

    @property
    def counts(self) -> dict[str, int]:
        """How many POSTs came, and how many were accepted and refused."""
        return self._ledger.counts


def _listen(host: str, port: int, desk: Desk) -> _Server:
    """Take the port, or say why not."""
    if not 0 <= port <= HIGHEST_PORT:
        raise SandboxError(
            f"There is no port {port}.", advice=f"Ports run from 1 to {HIGHEST_PORT}; 0 takes a free one."
        )
    try:
        return _Server((host, port), desk)
    except OSError as error:
        advice = "Give another port, or 0 to take a free one."
        if error.errno == errno.EADDRINUSE:
            what = f"Port {port} of {host} is in use by another program, perhaps by another sandbox."
        elif error.errno in (errno.EACCES, errno.EPERM):
            what = f"Port {port} of {host} may not be used by this account."
        else:
            what = f"The sandbox cannot listen at {host}, port {port}: {error.strerror or error}."
            advice = "Give an address of this machine, such as 127.0.0.1."
        raise SandboxError(what, advice=advice) from None


def _shut(connection: socket.socket, how: int) -> None:
    """Shut a connection, which may be gone already."""
    try:
        connection.shutdown(how)
    except OSError:
        return


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into KeyboardInterrupt, which only the main thread may do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, signal.default_int_handler) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
