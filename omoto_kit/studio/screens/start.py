"""The screen start."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["Start"]


class Start(Screen):
    """Where work begins."""

    name: ClassVar[str] = "start"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
