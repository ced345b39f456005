"""Pace: how many claims share one forced commit."""

from __future__ import annotations

__all__ = ["Pace"]

WIDEST = 16
WORTH = 0.03  #: share of a round trip that a forced commit may cost before commits are shared
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
    (None, None, 2, 4)
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
        """The size of the next window; it grows by doubling, so that a first measurement cannot mislead much."""
        if self._pinned is not None:
            return self._pinned
        worth_sharing = self._commit > WORTH * self._reply
        self._size = min(self._size * 2, WIDEST) if worth_sharing and self._reply else 1
        return self._size
