"""What was decided about rows, in the order in which it was decided, until it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omoto_kit.delivery.recognising import Known

__all__ = ["Place", "Plan", "Task"]


@dataclass(slots=True)
class Place:
    """Where a row goes: which of its lot it is, its state, its answer, and the earlier one that it corrects."""

    at: int
    state: int
    reason: str = ""
    content: bytes | None = None
    occurrence: int = 0
    corrects: int | None = None
    note: str = ""


#: A kind of writing, and what is written.
Task = tuple[str, Any]


class Plan:
    """Collects what becomes of the rows of one source; `last` is the last number that a response has so far."""

    def __init__(self, last: int, source: int, now: float) -> None:
        self._last = last
        self._source = source
        self._now = now
        self._tasks: list[Task] = []

    def taken(self) -> list[Task]:
        """Give what was collected, and begin anew."""
        tasks, self._tasks = self._tasks, []
        return tasks

    def numbers(self, rows: int) -> range:
        """Give new responses their numbers."""
        first = self._last + 1
        self._last += rows
        return range(first, first + rows)

    def insert(self, place: Place) -> int:
        """Collect a new response, and give its number."""
        (number,) = self.numbers(1)
        self._tasks.append(("insert", (number, place)))
        return number

    def renew(self, place: Place, known: Known) -> None:
        """Collect a response that takes another form."""
        self._tasks.append(("renew", (known, place)))

    def double_all(self, rows: Sequence[int], others: Sequence[int]) -> None:
        """Collect rows that repeat responses, each one of them."""
        source, now = self._source, self._now
        pairs = zip(rows, others, strict=True)
        self._tasks += [("double", (source, row, other, now)) for row, other in pairs]

    def part(self, row: int) -> None:
        """Collect a row of this source that repeats nothing any more; what it is now is collected next."""
        self._tasks.append(("part", (self._source, row)))

    def orphan(self, place: Sequence[int], reason: str) -> int:
        """Collect a row, after its source, whose answer nothing brings any more: held until its file is put again.

        Gives the number of its response, which says nothing, since only that file can say it.
        """
        (number,) = self.numbers(1)
        self._tasks.append(("orphan", (number, *place, reason)))
        return number

    def replace(self, number: int, reason: str) -> None:
        """Collect a response that another one takes the place of."""
        self._tasks.append(("replace", {"id": number, "now": self._now, "reason": reason}))

    def forget(self, number: int) -> None:
        """Collect a response that was never sent, and turned out to be another one's double."""
        self._tasks.append(("forget", {"id": number}))
