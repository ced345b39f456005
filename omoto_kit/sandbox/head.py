"""The head of a request: its first line and its headers, read quickly, so that a sender's pace shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BufferedIOBase

__all__ = ["Head", "read_head"]

LONGEST_LINE = 65_536
MOST_HEADERS = 100


@dataclass(frozen=True)
class Head:
    """One request's head, header names in lower case. The repr leaves out what may hold the key."""

    method: str
    target: str = field(repr=False)
    version: str
    headers: Mapping[str, str] = field(repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        return self.target.partition("?")[2]

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection stays open for another request."""
        return self.version == "HTTP/1.1" and "close" not in self.headers.get("connection", "").lower()

    @property
    def waits(self) -> bool:
        """Whether the client sends the body only once it is told to."""
        return self.headers.get("expect", "").lower() == "100-continue"


def read_head(stream: BufferedIOBase) -> Head | int | None:
    """Read the next head: None at the connection's end, and the status to answer where it is no head."""
    first = stream.readline(LONGEST_LINE + 1)
    if not first.endswith(b"\n"):
        return 414 if len(first) > LONGEST_LINE else None
    parts = first.decode("latin-1").split()
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0"):  # noqa: PLR2004  method, target, version
        return 400
    headers = _read_headers(stream)
    return Head(parts[0], parts[1], parts[2], headers) if isinstance(headers, dict) else headers


def _read_headers(stream: BufferedIOBase) -> dict[str, str] | int | None:
    """Read up to the blank line; None and a status mean what they mean of a head."""
    headers: dict[str, str] = {}
    for _ in range(MOST_HEADERS + 1):
        line = stream.readline(LONGEST_LINE + 1)
        if not line.endswith(b"\n"):
            return 431 if len(line) > LONGEST_LINE else None
        text = line.decode("latin-1").rstrip("\r\n")
        if not text:
            return headers
        name, colon, value = text.partition(":")
        if not colon:
            return 400
        headers[name.lower()] = value.strip()
    return 431
