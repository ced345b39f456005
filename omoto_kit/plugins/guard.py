"""The one place where a stranger's code is called, and where whatever it throws is caught and named."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from omoto_kit.errors import PluginError
from omoto_kit.plugins.places import place_at

__all__ = ["Failure", "attempt"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Failure:
    """What a stranger's code threw: the kind, and the author's own line, "file.py:12".

    The exception's text is not kept, since it may hold a customer's data; `said` has it only for a PluginError, which
    is about the plugin and holds none, and `detail` only where no customer's data was there yet.
    """

    kind: str
    where: str
    said: str = ""
    detail: str = ""

    @classmethod
    def of(cls, error: BaseException, *, near: str = "", detailed: bool = False) -> Failure:
        """Name what was thrown; `near` is the path of the author's file, whose innermost line is the one named."""
        said = str(error) if isinstance(error, PluginError) else ""
        return cls(type(error).__name__, _place(error, near), said, str(error) if detailed else "")

    def __str__(self) -> str:
        """Name the kind and the place."""
        return self.said or f"{self.kind} at {self.where}{f', {self.detail}' if self.detail else ''}"


def attempt(call: Callable[[], Result], *, near: str = "", detailed: bool = False) -> Result | Failure:
    """Call a stranger's function; return its result, or what it threw.

    `near` is the path of the author's file: the innermost line there is the one named. `detailed` keeps the text of
    what was thrown, for calls that no customer's data can be in. KeyboardInterrupt passes.

    >>> attempt(lambda: {}["560001"]).kind
    'KeyError'
    """
    try:
        return call()
    except (Exception, SystemExit) as error:  # noqa: BLE001  strangers may throw anything; it is returned, not lost
        return Failure.of(error, near=near, detailed=detailed)


def _place(error: BaseException, near: str) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return place_at(error.filename, error.lineno)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if near and frame.filename == near] or frames[-1:]
    return place_at(own[-1].filename, own[-1].lineno) if own else ""
