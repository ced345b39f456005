"""Sending: one push in a thread of its own, looked at from outside. No widget."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omoto_kit.delivery import Filter, HttpEndpoint, Outbox, Push
from omoto_kit.errors import OmotoError, UsageError
from omoto_kit.receipt import Receipt, State

if TYPE_CHECKING:
    from omoto_kit.studio.desk import Desk

__all__ = ["Sending"]

#: The rate is that of the last so many seconds.
WINDOW = 5.0


class Sending:
    """The push of one desk. The outbox knows the truth; what is held here is only what the eye wants."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._box: Outbox | None = None
        self._push: Push | None = None
        self._marks: deque[tuple[float, int]] = deque()
        self._done = 0
        self.total = 0
        self.last: Receipt | None = None
        self.word = ""

    @property
    def running(self) -> bool:
        """Whether it sends right now."""
        return self._push is not None and self._push.running

    def start(self, endpoint: HttpEndpoint, canary: Sequence[int]) -> None:
        """Send what is queued. Raises UsageError where it sends already."""
        if self.running:
            raise UsageError("It is sending already.")
        self.end()
        desk = self._desk
        box = Outbox(desk.outbox_path)
        self.total = box.counts(endpoint=endpoint)["queued"]
        self._box, self._done, self.word = box, 0, ""
        self._marks.clear()
        push = box.push(endpoint, campaign=desk.campaign, plugins=desk.plugins, canary=tuple(canary))
        self._push = push.start(self._seen)

    def pause(self) -> None:
        """Finish the response on the wire, and stop."""
        if self._push is not None:
            self._push.pause()
            self.word = "paused"

    def cancel(self, why: str) -> int:
        """Pause, and never send what still waits; tell how many that is."""
        who = self._desk.who
        self.word = "cancelled"
        if self._push is not None and self.running:
            return self._push.cancel(who=who, why=why)
        waiting = Filter(states=[State.QUEUED], endpoint=self._desk.endpoint().identity)
        with self._desk.outbox() as box:
            return box.cancel(waiting, who=who, why=why)

    def end(self) -> None:
        """Let go of a run that ended."""
        if self._box is not None and not self.running:
            self._box.close()
            self._box = None

    def look(self) -> dict[str, Any]:
        """Say how far it is: done, total, rate a second, seconds left, what it waits for, and what stopped it."""
        done, rate = self._done, self._rate()
        waits = self._push.note if self._push is not None else ""
        left = max(0, self.total - done)
        return {
            "running": self.running,
            "done": done,
            "total": self.total,
            "rate": rate,
            "seconds": left / rate if rate and self.running else None,
            "waits": waits,
            "word": self.word,
            "stopped": self._stopped(),
            "sent": self._sent(),
            "last": self.last.as_json() if self.last is not None else None,
        }

    def _seen(self, receipt: Receipt) -> None:
        """Take note of a receipt; called in the sender's thread, so it only sets what is read elsewhere."""
        self._done += 1
        self.last = receipt
        now = time.monotonic()
        if not self._marks or now - self._marks[-1][0] > 0.1:  # noqa: PLR2004  ten marks a second are enough for a rate
            self._marks.append((now, self._done))
            while now - self._marks[0][0] > WINDOW:
                self._marks.popleft()

    def _rate(self) -> float:
        marks = list(self._marks)
        if len(marks) < 2 or marks[-1][0] == marks[0][0]:  # noqa: PLR2004  two marks make a rate
            return 0.0
        return (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0])

    def _sent(self) -> Mapping[str, int]:
        sent = self._push.sent if self._push is not None else {}
        return {state.value: number for state, number in sent.items() if number}

    def _stopped(self) -> dict[str, str] | None:
        error = self._push.error if self._push is not None else None
        if error is None:
            return None
        if isinstance(error, OmotoError):
            return {"what": error.what, "advice": error.advice}
        return {"what": "The run was interrupted.", "advice": "Start again: it goes on where it stopped."}
