"""Where an author's line stands: in a file, or in a cell of a notebook."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["place_at"]


def place_at(filename: str, line: int | None) -> str:
    """Name a line as its author knows it: "stores.py:12", or "In[3]:2" for one of a notebook's cell.

    >>> place_at("plugins/stores.py", 12)
    'stores.py:12'
    """
    return f"{_cell(filename) or Path(filename).name}:{line}"


def _cell(filename: str) -> str:
    """Name the notebook's cell that a code's file stands for; empty where it stands for none.

    IPython keeps the names of its cells; it is asked only where it runs already.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    named = shell.compile.format_code_name(filename) if shell is not None else None
    return str(named[1]) if named else ""
