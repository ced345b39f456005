"""Row keys: which responses have one, and which of them a row with the same key corrects or must wait for."""

from __future__ import annotations

from dataclasses import dataclass

from omoto_kit.delivery.model import CODES, STATES
from omoto_kit.receipt import State

__all__ = ["Earlier", "RowKeys"]


@dataclass(slots=True)
class Earlier:
    """A response with the same row key, which a row may correct."""

    id: int
    state: int
    row: int
    source: str
    sending: bool = False
    maybe_there: bool = False  # it waits, but may have been sent: before a restore, or before it is sent again
    source_id: int = 0  # where it was put before

    @property
    def replaceable(self) -> bool:
        """Whether it waits, and Omoto cannot have it yet: what corrects it may take its place."""
        return self.state in (CODES[State.QUEUED], CODES[State.HELD]) and not (self.sending or self.maybe_there)

    @property
    def reason(self) -> str:
        """Why a correction of it waits, once Omoto may have it."""
        state = "being sent" if self.sending else STATES[self.state].value
        state = f"{state}, but may have been sent" if self.maybe_there else state
        return (
            f"corrects row {self.row} of {self.source}, which is {state}; Omoto has no update, so this would be "
            "a second response there: release it to send it all the same"
        )


class RowKeys:
    """Responses by their row keys, of those that were looked up."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Earlier]] = {}
        self._by_id: dict[int, Earlier] = {}

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def clear(self) -> None:
        """Forget all."""
        self._by_key.clear()
        self._by_id.clear()

    def add(self, key: str, one: Earlier) -> None:
        """Remember that a response has this row key."""
        self._by_key.setdefault(key, []).append(one)
        self._by_id[one.id] = one

    def cancel(self, number: int) -> None:
        """Remember that a response is what it was no more."""
        if number in self._by_id:
            self._by_id[number].state = CODES[State.CANCELLED]

    def earlier(self, key: str) -> list[Earlier]:
        """Give the responses with a row key that were not cancelled, oldest first."""
        found = self._by_key.get(key)
        return [one for one in found if one.state != CODES[State.CANCELLED]] if found else []

    def hindrance(self, key: str, exclude: int) -> Earlier | None:
        """Give the last response with a row key that Omoto may have, if any: a correction of it waits for a person."""
        rejected = CODES[State.REJECTED]
        earlier = [one for one in self.earlier(key) if one.id != exclude]
        found = [one for one in earlier if one.maybe_there or not (one.replaceable or one.state == rejected)]
        return found[-1] if found else None
