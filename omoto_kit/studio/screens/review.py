"""The screen review."""

from __future__ import annotations

from typing import Any, ClassVar

from omoto_kit.studio.screens.screen import Screen

__all__ = ["Review"]


class Review(Screen):
    """The rows, to be mended."""

    name: ClassVar[str] = "review"

    def view(self) -> dict[str, Any]:
        """Give what the screen shows."""
        return {}
