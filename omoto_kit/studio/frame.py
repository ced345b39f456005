"""The frame: what is in sight on every screen, and the way between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from omoto_kit.studio.desk import Desk
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.state import rail, target_word

__all__ = ["Frame"]


class Frame(Screen):
    """Campaign, target in words, what waits, and the rail."""

    name: ClassVar[str] = "frame"

    def __init__(self, desk: Desk, shown: Sequence[str]) -> None:
        super().__init__(desk)
        self._shown = tuple(shown)

    def view(self) -> dict[str, Any]:
        """Give the strip and the rail."""
        state = self.desk.state
        campaign, trouble = state.campaign, self.desk.following.trouble
        return {
            "screen": state.screen,
            "campaign": campaign and {"id": campaign.id, "name": campaign.name},
            "target": {"name": state.target, "word": target_word(state), "sandbox": state.sandbox},
            "waiting": state.counts.get("queued", 0),
            "running": state.running,
            "trouble": trouble and {"what": str(trouble), "advice": "", "report": ""},
            "steps": [asdict(step) for step in rail(state) if step.name in self._shown],
        }

    def act_go(self, to: str) -> None:
        """Turn to another screen."""
        self.desk.go(to)
