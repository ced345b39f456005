"""The screen mapping."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["Mapping"]


class Mapping(Screen):
    """Which column feeds which field."""

    name: ClassVar[str] = "map"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
