"""Screen: what one part of the studio shows, as plain data, and what can be done on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from omoto_kit.errors import UsageError
from omoto_kit.studio.desk import Desk

__all__ = ["Screen"]

Buffers = Sequence[memoryview]


class Screen:
    """One screen over a desk. `view` gives what it shows; each method `act_NAME` is what a person can do on it.

    An act gets its arguments by name and returns plain data, or None. Those that take `buffers` get what came in
    bytes. An act marked `quiet` answers alone, without the view being drawn anew; so does `code`. Where a screen can do
    much, `parts` are objects that have some of its acts, by idea.
    """

    name: ClassVar[str]
    quiet: ClassVar[frozenset[str]] = frozenset()
    parts: tuple[object, ...] = ()

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def view(self) -> dict[str, Any]:
        """Give what the screen shows, as JSON holds it."""
        raise NotImplementedError

    def code(self) -> str:
        """Give the lines of Python that repeat what was done here; empty where there are none."""
        return ""

    def act_code(self) -> str:
        """Give the lines to the page, when somebody wants to see them."""
        return self.code()

    def do(self, act: str, args: Mapping[str, Any], buffers: Buffers = ()) -> Any:
        """Do what a person asked for. Raises UsageError where the screen knows no such act."""
        method = self.act(act)
        return method(**args, buffers=buffers) if buffers else method(**args)

    def act(self, name: str) -> Callable[..., Any]:
        """Find what is done by an act's name. Raises UsageError where the screen knows no such act."""
        for one in (self, *self.parts):
            method: Callable[..., Any] | None = getattr(one, f"act_{name}", None)
            if method is not None:
                return method
        raise UsageError(f"The screen {self.name!r} knows no act {name!r}.")
