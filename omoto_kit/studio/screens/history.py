"""The screen history."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["HistoryScreen"]


class HistoryScreen(Screen):
    """What came of it."""

    name: ClassVar[str] = "history"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
