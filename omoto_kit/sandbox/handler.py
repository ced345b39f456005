"""One connection of the sandbox: reads requests, has them judged and kept, and answers, well or badly."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from omoto_kit.sandbox.checks import ENDPOINT, Judgement, Request, Rules
from omoto_kit.sandbox.faults import Fault, Faults
from omoto_kit.sandbox.head import Head, read_head
from omoto_kit.sandbox.ledger import Ledger
from omoto_kit.sandbox.replies import Reply, Sending, plan, status_reply

__all__ = ["Desk", "Handler"]

LARGEST_BODY = 4 * 1024 * 1024
PAGES = ("/", "/received.json")
#: SO_LINGER on, for 0 seconds.
RESET_ON_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


@dataclass(frozen=True)
class Desk:
    """What all connections of one sandbox share."""

    rules: Rules
    faults: Faults
    ledger: Ledger
    page: Callable[[str], Reply]
    stopping: threading.Event


class Handler(socketserver.StreamRequestHandler):
    """Serves one connection until either side closes it."""

    disable_nagle_algorithm = True

    def __init__(self, desk: Desk, *args: Any) -> None:
        """Take the shared desk, and what socketserver passes."""
        self.desk = desk
        self.open = True
        super().__init__(*args)

    def handle(self) -> None:
        """Serve requests until the connection ends; a client that goes away is no error."""
        with contextlib.suppress(ConnectionError):
            while self.open and not self.desk.stopping.is_set():
                self._serve()

    def _serve(self) -> None:
        """Read one request and answer it."""
        head = read_head(self.rfile)
        if head is None:
            self.open = False
        elif isinstance(head, int):
            self._send(Sending(status_reply(head).encode(close=True), close=True))
        else:
            self.open = head.keeps_alive
            if head.method == "POST":
                self._post(head)
            else:
                self._page(head)

    def _post(self, head: Head) -> None:
        """Count, judge, keep and answer one POST, under the faults that fall on it."""
        ledger = self.desk.ledger
        faults = self.desk.faults.at(ledger.begin())
        main = next((fault for fault in faults if fault.kind != "delay"), None)
        if main is not None and main.kind == "early":
            ledger.refuse("fault: early")
            self.open = False
            return
        body = self._body(head)
        judgement = self._judge(head, body, main) if isinstance(body, bytes) else body
        if judgement.reason:
            ledger.refuse(judgement.reason)
        self._send(plan(status_reply(judgement.status), faults, close=not self.open))

    def _judge(self, head: Head, body: bytes, fault: Fault | None) -> Judgement:
        """Judge one POST, and keep it where it is good."""
        if fault is not None and fault.refuses:
            return Judgement(500, f"fault: {fault.kind}")
        judgement = self.desk.rules.judge(Request(head.path, head.query, head.headers, body))
        if judgement.reason:
            return judgement
        try:
            self.desk.ledger.accept(judgement.jsonbody)
        except OSError as error:
            return Judgement(500, f"the log cannot be written: {error.strerror}")
        return judgement

    def _body(self, head: Head) -> bytes | Judgement:
        """Read the request's body; where that cannot be done, say so, and close the connection afterwards."""
        length = head.headers.get("content-length", "0")
        if "transfer-encoding" in head.headers:
            judgement = Judgement(411, "the request has no Content-Length")
        elif not (length.isascii() and length.isdigit()):
            judgement = Judgement(400, "the Content-Length is no number")
        elif len(length) > 10 or int(length) > LARGEST_BODY:  # noqa: PLR2004  digits beyond which none is small enough
            judgement = Judgement(413, f"the request has more than {LARGEST_BODY:,} bytes")
        else:
            if head.waits:
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            judgement = Judgement(400, "the request broke off")
        self.open = False
        return judgement

    def _page(self, head: Head) -> None:
        """Answer whatever is no POST: the pages by GET and HEAD, 405 or 404 for the rest."""
        if isinstance(self._body(head), Judgement):
            self.open = False
        reply = self._reply(head)
        close, bodyless = not self.open, head.method == "HEAD"
        self._send(Sending(reply.encode(close=close, bodyless=bodyless), close=close))

    def _reply(self, head: Head) -> Reply:
        known = head.path in PAGES
        if known and head.method in ("GET", "HEAD"):
            return self.desk.page(head.path)
        if known or ENDPOINT.fullmatch(head.path):
            return status_reply(405, ("Allow", "GET, HEAD" if known else "POST"))
        return status_reply(404)

    def _send(self, sending: Sending) -> None:
        """Put a reply on the wire as it was planned. A stop of the sandbox ends every pause."""
        if sending.before:
            self.desk.stopping.wait(sending.before)
        if sending.data:
            self.wfile.write(sending.data)
        if sending.after:
            self.desk.stopping.wait(sending.after)
        if sending.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        if sending.close:
            self.open = False
