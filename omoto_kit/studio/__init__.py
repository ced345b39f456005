"""The studio: compose, validate and push in a notebook.

`studio()` shows it whole; `ComposeForm`, `IntakePanel`, `ReviewGrid`, `PushPanel` and `History` are its screens, each
for one's own notebook. State, desk, bridge and screens know no widget; `panel` is the only one, and is loaded on use.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omoto_kit.studio.app import ComposeForm, History, IntakePanel, PushPanel, ReviewGrid, studio
    from omoto_kit.studio.desk import Desk

__all__ = ["ComposeForm", "Desk", "History", "IntakePanel", "PushPanel", "ReviewGrid", "studio"]


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module, the first time that it is asked for."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{'desk' if name == 'Desk' else 'app'}"), name)


class _Studio(ModuleType):
    """The package as a function: `omoto.studio()` works, whichever part of it was imported before."""

    def __call__(self, *args: Any, **choices: Any) -> Any:
        return __getattr__("studio")(*args, **choices)


sys.modules[__name__].__class__ = _Studio
