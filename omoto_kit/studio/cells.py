"""The notebook around a studio: what its cells define, and when one of them has run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

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
    """Call this whenever a cell has run; nothing outside of a notebook."""
    shell = _shell()
    if shell is not None:
        shell.events.register("post_run_cell", lambda _: call())
