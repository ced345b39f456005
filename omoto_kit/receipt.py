"""States of a response, the tries that were made, and the proof of the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

__all__ = ["Attempt", "Receipt", "State"]


class State(StrEnum):
    """Where a response stands. Every response in an outbox is in exactly one of these."""

    QUEUED = "queued"  #: may be sent
    HELD = "held"  #: waits for a person
    SENDING = "sending"  #: claimed, and its outcome not yet written down
    DELIVERED = "delivered"  #: Omoto said success, or a person says that it arrived
    REJECTED = "rejected"  #: Omoto said no
    UNKNOWN = "unknown"  #: it may or may not have arrived
    CANCELLED = "cancelled"  #: will never be sent

    @property
    def next_step(self) -> str:
        """What a person can do about a response in this state; empty where nothing is to be done."""
        return _NEXT_STEP.get(self, "")


_NEXT_STEP = {
    State.QUEUED: "push again to send it",
    State.HELD: "see its reason; mend the row and push the file again, release it or cancel it",
    State.REJECTED: "mend what Omoto refused and push it again",
    State.UNKNOWN: "look for it in Omoto, then decide: delivered, send again or cancel",
}


@dataclass(frozen=True)
class Attempt:
    """One try to deliver one response.

    `ended` is None while its outcome is not written down. `bytes_left` tells whether a byte of the request
    reached the network: only when it is False may the try be repeated without asking. `reply` is the start of
    what came back, with every secret taken out.
    """

    started: datetime
    ended: datetime | None = None
    outcome: State | None = None
    status: int | None = None
    reply: str = field(default="", repr=False)
    error: str = ""
    bytes_left: bool | None = None


@dataclass(frozen=True)
class Receipt:
    """The outcome of one response: where it came from, where it stands, and why.

    `id` numbers it in its outbox; `source`, `sheet` and `row` say where it came from; `key` is the content key by
    which a second sending is recognised; `identity` is the row's own key where the campaign maps one; `corrects` is the
    id of the earlier response that this one is a correction of.
    """

    id: int
    source: str
    row: int
    key: str
    state: State
    sheet: str = ""
    identity: str | None = field(default=None, repr=False)
    endpoint: str = ""
    attempts: int = 0
    at: datetime | None = None
    status: int | None = None
    reply: str | None = field(default=None, repr=False)
    reason: str = ""
    corrects: int | None = None

    @property
    def next_step(self) -> str:
        """What a person can do about it; empty where nothing is to be done."""
        if self.state is State.HELD and self.corrects is not None:
            return "release it to send it as a second response, or cancel it"
        return self.state.next_step

    def as_json(self) -> dict[str, Any]:
        """Give the `receipt` event of the command line's JSON, without its `event` key."""
        return {
            "id": self.id,
            "source": self.source,
            "sheet": self.sheet,
            "row": self.row,
            "key": self.key,
            "state": self.state.value,
            "endpoint": self.endpoint,
            "attempts": self.attempts,
            "at": self.at.isoformat() if self.at else None,
            "status": self.status,
            "reply": self.reply,
            "reason": self.reason,
            "corrects": self.corrects,
            "next": self.next_step,
        }

    def __str__(self) -> str:
        """One line for a person: row, state, and the reason where there is one."""
        reason = f" ({self.reason})" if self.reason else ""
        return f"row {self.row} of {self.source}: {self.state.value}{reason}"
