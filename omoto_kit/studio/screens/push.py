"""The screen push."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["PushScreen"]


class PushScreen(Screen):
    """The sending."""

    name: ClassVar[str] = "push"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
