"""The brakes of a run: a staged start, and stops where going on would only make more of the same damage."""

from __future__ import annotations

from collections.abc import Sequence

from omoto_kit.receipt import State

__all__ = ["Brakes"]


class Brakes:
    """Watches outcomes and says when the run must stop, and why; an empty text lets it go on.

    The first responses go in stages; a stage most of which is not delivered ends the run, since the mapping is wrong.

    >>> brakes = Brakes((1, 10), max_rejects=3, max_unknown=3)
    >>> brakes.see(State.REJECTED)
    'the first response was not delivered'
    """

    def __init__(self, stages: Sequence[int], max_rejects: int, max_unknown: int) -> None:
        self._stages = list(stages)
        self._limits = {State.REJECTED: max_rejects, State.UNKNOWN: max_unknown}
        self._last: State | None = None
        self._streak = 0
        self._seen = self._failed = 0

    def room(self, wish: int, in_flight: int = 0) -> int:
        """How many responses may be reserved at once: not more than the stage has left, without those on their way."""
        return min(wish, self._stages[0] - self._seen - in_flight) if self._stages else wish

    def trust(self) -> None:
        """Leave out the stages, since responses of the same source were delivered before."""
        self._stages = []

    def see(self, state: State) -> str:
        """Take note of one outcome; give the reason to stop, or an empty text."""
        self._streak = self._streak + 1 if state is self._last else 1
        self._last = state
        return self._stage(state) or self._row(state)

    def _stage(self, state: State) -> str:
        if not self._stages:
            return ""
        self._seen += 1
        self._failed += state is not State.DELIVERED
        if self._seen < self._stages[0]:
            return ""
        failed, size = self._failed, self._stages.pop(0)
        self._seen = self._failed = 0
        if failed * 2 <= size:
            return ""
        return (
            "the first response was not delivered" if size == 1 else f"{failed} of the first {size} were not delivered"
        )

    def _row(self, state: State) -> str:
        limit = self._limits.get(state, 0)
        if not limit or self._streak < limit:
            return ""
        kind = "rejected" if state is State.REJECTED else "unknown"
        return f"{limit} responses in a row were {kind}" if limit > 1 else f"a response was {kind}"
