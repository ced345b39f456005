"""The screen intake."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["Intake"]


class Intake(Screen):
    """A file, taken in."""

    name: ClassVar[str] = "intake"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
