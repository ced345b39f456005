"""What was done to a table, step by step, and what of it can be taken back or done again."""

from __future__ import annotations

from typing import Any

from omoto_kit.studio.review.steps import Step

__all__ = ["Past"]


class Past:
    """The steps that stand, and those that were taken back, the latest last."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def did(self, step: Step) -> None:
        """Remember a step; what was taken back before it is gone."""
        self._done.append(step)
        self._undone.clear()

    def back(self) -> Step | None:
        """Give the step to take back; None where there is none."""
        return _moved(self._done, self._undone)

    def forth(self) -> Step | None:
        """Give the step to do again; None where there is none."""
        return _moved(self._undone, self._done)

    def as_json(self) -> dict[str, Any]:
        """Say what can be taken back and done again, by name, and how many steps stand."""
        return {
            "undo": self._done[-1].name if self._done else "",
            "redo": self._undone[-1].name if self._undone else "",
            "steps": len(self._done),
        }


def _moved(taken: list[Step], given: list[Step]) -> Step | None:
    if not taken:
        return None
    given.append(taken.pop())
    return given[-1]
