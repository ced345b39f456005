"""The notebook around a studio: what its cells define, and when one of them has run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakMethod

__all__ = ["after_each_cell", "defined_names"]


def _shell() -> Any:
    """Give the running IPython; None outside of a notebook."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def defined_names() -> Mapping[str, Any] | None:
    """Give what the notebook's cells have defined; None outside of one."""
    shell = _shell()
    return None if shell is None else shell.user_ns


def after_each_cell(call: Callable[[], None]) -> None:
    """Call a method whenever a cell has run, for as long as its object lives; nothing outside of a notebook."""
    shell = _shell()
    if shell is None:
        return
    known = [one for one in shell.events.callbacks["post_run_cell"] if isinstance(one, _Followers)]
    followers = known[0] if known else _Followers()
    followers.add(call)
    if not known:
        shell.events.register("post_run_cell", followers)


class _Followers:
    """The one that a notebook calls after each cell: it holds weakly whom it tells, so that none outlives its use."""

    def __init__(self) -> None:
        self._calls: list[WeakMethod[Callable[[], None]]] = []

    def add(self, call: Callable[[], None]) -> None:
        """Tell this one, too."""
        if not any(one() == call for one in self._calls):
            self._calls.append(WeakMethod(call))

    def __call__(self, _: object) -> None:
        """Tell those that are still there."""
        self._calls = [one for one in self._calls if one() is not None]
        for one in self._calls:
            call = one()
            if call is not None:
                call()
