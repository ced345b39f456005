"""The ledger: what the sandbox got, counted, kept and logged. Safe for many threads."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from omoto_kit.errors import SandboxError
from omoto_kit.response import dumps

__all__ = ["Entry", "Ledger"]

KEPT = 10_000
MOST_REASONS = 50
LONGEST_REASON = 200
OTHER = "other reasons"


@dataclass(frozen=True)
class Entry:
    """One accepted jsonbody, as it came, and when. The body stays out of the repr."""

    at: datetime
    jsonbody: str = field(repr=False)

    @property
    def body(self) -> dict[str, Any]:
        """The jsonbody as a dict."""
        parsed: dict[str, Any] = json.loads(self.jsonbody)
        return parsed


class Ledger:
    """Counts each POST, keeps the newest accepted ones, and logs every accepted one.

    The log gets one jsonbody a line, byte for byte; one that holds line breaks is written as compact JSON.
    """

    def __init__(self, log: Path | None = None) -> None:
        """Start with nothing; the log is opened by `open`."""
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._reasons: Counter[str] = Counter()
        self._posts = self._accepted = 0
        self._path = log
        self._log: BinaryIO | None = None

    def open(self) -> None:
        """Open the log, if any, to append to. Raises SandboxError where that is impossible."""
        with self._lock:
            if self._path is not None and self._log is None:
                self._log = _open(self._path)

    def begin(self) -> int:
        """Count a POST and give its number, from 1."""
        with self._lock:
            self._posts += 1
            return self._posts

    def accept(self, jsonbody: str) -> None:
        """Keep and log a good request. Raises OSError, and keeps nothing, where the log cannot be written."""
        line = dumps(json.loads(jsonbody)) if "\n" in jsonbody or "\r" in jsonbody else jsonbody
        data = f"{line}\n".encode()
        with self._lock:
            if self._log is not None:
                self._log.write(data)
            self._entries.append(Entry(datetime.now().astimezone(), jsonbody))
            self._accepted += 1

    def refuse(self, reason: str) -> None:
        """Count a request that was turned away."""
        short = reason[:LONGEST_REASON]
        with self._lock:
            known = short in self._reasons or len(self._reasons) < MOST_REASONS
            self._reasons[short if known else OTHER] += 1

    @property
    def counts(self) -> dict[str, int]:
        """How many POSTs came, and how many of them were accepted and refused."""
        with self._lock:
            return {"posts": self._posts, "accepted": self._accepted, "refused": self._reasons.total()}

    @property
    def reasons(self) -> dict[str, int]:
        """Why requests were refused, the most frequent reason first."""
        with self._lock:
            return dict(self._reasons.most_common())

    def entries(self) -> list[Entry]:
        """Give what is kept, oldest first: the newest 10,000."""
        with self._lock:
            return list(self._entries)

    def close(self) -> None:
        """Close the log; what is kept in memory stays readable."""
        with self._lock:
            if self._log is not None:
                self._log.close()
                self._log = None


def _open(path: Path) -> BinaryIO:
    """Open a log to append to, for its owner's eyes only, at the start of a line."""
    try:
        broken_off = path.is_file() and _last_byte(path) not in (b"", b"\n")
        log = open(path, "ab", buffering=0, opener=_private)  # noqa: SIM115  close() does
    except OSError as error:
        advice = "Give a file in a folder that exists and may be written to."
        raise SandboxError(f"The log cannot be opened: {error.strerror}.", where=path, advice=advice) from None
    if broken_off:
        log.write(b"\n")
    return log


def _last_byte(path: Path) -> bytes:
    """Read the last byte of a file; empty where there is none."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
        return file.read(1)


def _private(name: str, flags: int) -> int:
    """Create a file that only its owner can read: it holds customers' answers."""
    return os.open(name, flags, 0o600)
