"""The screen plugins."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["PluginsScreen"]


class PluginsScreen(Screen):
    """What plugins did."""

    name: ClassVar[str] = "plugins"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
