"""Replies, whole and broken: what the sandbox puts on the wire. Pure, no I/O."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from omoto_kit.sandbox.faults import Fault

__all__ = ["Reply", "Sending", "plan", "status_reply"]

JSON = "application/json;charset=UTF-8"
HTML = "text/html; charset=utf-8"
ODD = "<!DOCTYPE html><title>Welcome</title><p>Please sign in to the hotel's network.</p>"

#: What Omoto's pages show for a status; every other one gets its phrase as an error.
DOCUMENTED = {
    200: b'{"status":"success"}',
    400: b'{"response":"parseerror"}',
    401: b'{"response":"keymismatch"}',
}


@dataclass(frozen=True)
class Reply:
    """One HTTP reply. `headers` are further ones beside type and length."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self, *, close: bool = False, bodyless: bool = False) -> bytes:
        """Write the reply as bytes, in one piece; `bodyless` leaves the body out, as HEAD wants it."""
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers),
            f"Connection: {'close' if close else 'keep-alive'}",
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if bodyless else self.body)


@dataclass(frozen=True)
class Sending:
    """How a reply goes out: a pause, some bytes, a pause, and what becomes of the connection."""

    data: bytes
    before: float = 0.0
    after: float = 0.0
    close: bool = False
    reset: bool = False


def status_reply(status: int, *headers: tuple[str, str]) -> Reply:
    """Give the reply of a status as Omoto words it, or its plain phrase where Omoto's pages show none."""
    phrase = f'{{"error":"{HTTPStatus(status).phrase}"}}'.encode()
    return Reply(status, DOCUMENTED.get(status, phrase), headers=headers)


def refusal(fault: Fault) -> Reply:
    """Give the reply of a fault that turns the request away."""
    if fault.kind == "redirect":
        return status_reply(302, ("Location", "/login"))
    return status_reply(int(fault.kind), *([("Retry-After", fault.value)] if fault.value else []))


def plan(reply: Reply, faults: Sequence[Fault], *, close: bool = False) -> Sending:
    """Decide how a reply goes out under the faults that fall on its POST."""
    before = sum(fault.seconds for fault in faults if fault.kind == "delay")
    fault = next((fault for fault in faults if fault.kind != "delay"), None)
    kind = fault.kind if fault else ""
    whole = _odd(reply, fault).encode(close=close)
    if fault is None or kind in ("odd", "empty", "gzip") or fault.refuses:
        return Sending(whole, before, close=close)
    if kind == "stall":
        return Sending(whole[: len(whole) // 2], before, after=fault.seconds, close=True)
    return Sending(whole[:30] if kind == "header" else b"", before, close=True, reset=kind == "reset")


def _odd(reply: Reply, fault: Fault | None) -> Reply:
    """Change what the reply says, where the fault is of that sort."""
    if fault is None:
        return reply
    if fault.refuses:
        return refusal(fault)
    if fault.kind == "odd":
        return Reply(200, (fault.value or ODD).encode(), HTML)
    if fault.kind == "empty":
        return Reply(200)
    if fault.kind == "gzip":
        broken = gzip.compress(reply.body)[:-12] + b"\x00" * 12
        return Reply(200, broken, headers=(("Content-Encoding", "gzip"),))
    return reply
