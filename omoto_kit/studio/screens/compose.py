"""The screen compose."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["Compose"]


class Compose(Screen):
    """One response, in a form."""

    name: ClassVar[str] = "compose"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
