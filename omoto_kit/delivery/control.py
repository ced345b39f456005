"""Control: how the outside tells a running sender to stop, and how the sender says what it waits for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from omoto_kit.receipt import State

__all__ = ["Control"]

SLICE = 0.05  #: seconds between two looks at the flag while waiting


class Control:
    """Plain attributes, since a signal handler may set them and must take no lock."""

    def __init__(self) -> None:
        self.stopping = False
        self.interrupted = False
        self.on_wire = False
        self.sent: Counter[State] = Counter()
        self.note = ""
        self.on_note: Callable[[str], None] | None = None

    def stop(self) -> None:
        """Ask the sender to finish its response and stop."""
        self.stopping = True

    def interrupt(self) -> None:
        """Take a Ctrl-C: the first asks to stop, a second one gives up waiting, by KeyboardInterrupt."""
        if self.interrupted and self.on_wire:
            raise KeyboardInterrupt
        self.interrupted = self.stopping = True

    def wait(self, seconds: float, note: str = "") -> None:
        """Wait, but no longer than until asked to stop."""
        self.note = note
        if note and self.on_note is not None:
            self.on_note(note)
        until = time.monotonic() + seconds
        while not self.stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(SLICE, left))
        self.note = ""
