"""SenderLock: the operating system's lock that lets one sender at a time use an outbox.

The system frees it when its process ends, however that happens; so a free lock proves that no sender lives.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from omoto_kit.errors import OutboxBusy

__all__ = ["SenderLock"]


class SenderLock:
    """A lock on a small file beside the outbox, since SQLite keeps its own locks on the outbox itself."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises OutboxBusy where another sender has it."""
        if not self.try_acquire():
            advice = "Wait for it to end, or pause it there. Two senders would mix up what was sent."
            raise OutboxBusy("Another push is using this outbox.", where=self._outbox, advice=advice)

    def try_acquire(self) -> bool:
        """Take the lock where it is free, and tell whether it was."""
        if self._file is not None:
            return False
        file = os.open(f"{self._outbox}-sender", os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _lock(file)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; closing the file frees it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
