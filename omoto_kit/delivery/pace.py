"""Pace: how many claims share one forced commit."""

from __future__ import annotations

from math import ceil

__all__ = ["Pace"]

WIDEST = 64
WORTH = 0.03  #: share of a round trip that forced commits may cost
STEP = 4  #: how many times as wide the next window may be, so that a first measurement cannot mislead much
SMOOTH = 0.3  #: weight of the newest measurement


class Pace:
    """Measures forced commits and round trips, and gives the window: 1 where forcing each claim costs next to nothing.

    >>> pace = Pace(None)
    >>> pace.saw_commit(0.001), pace.saw_reply(0.2)
    (None, None)
    >>> pace.window()
    1
    >>> pace = Pace(None)
    >>> pace.saw_commit(0.001), pace.saw_reply(0.001), pace.window(), pace.window()
    (None, None, 4, 16)
    """

    def __init__(self, pinned: int | None) -> None:
        self._pinned = pinned
        self._commit = self._reply = 0.0
        self._size = 1

    def saw_commit(self, seconds: float) -> None:
        """Take note of how long a forced commit took."""
        self._commit += (seconds - self._commit) * (SMOOTH if self._commit else 1)

    def saw_reply(self, seconds: float) -> None:
        """Take note of how long a round trip took."""
        self._reply += (seconds - self._reply) * (SMOOTH if self._reply else 1)

    def window(self) -> int:
        """The size of the next window: as wide as makes the forced commits cost next to nothing, and no wider."""
        if self._pinned is not None:
            return self._pinned
        if not self._reply:
            return self._size
        wanted = ceil(self._commit / (WORTH * self._reply))
        self._size = max(1, min(wanted, self._size * STEP, WIDEST))
        return self._size
