"""Keeping: what a studio remembers between two kernels, in one private file of the workspace."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omoto_kit.errors import SettingsError

__all__ = ["Shelf"]


class Shelf:
    """A small JSON file, `.omoto/studio.json`, that only its owner can read: it may hold a draft's customer.

    Nothing in it is needed: where it is absent or damaged, the studio starts afresh.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / ".omoto" / "studio.json"

    def load(self) -> dict[str, Any]:
        """Read what was kept; nothing where there is no such file, or it is damaged."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep(self, name: str, value: Any) -> None:
        """Keep one thing under a name, beside the others; None forgets it. Raises SettingsError where it cannot."""
        kept: Mapping[str, Any] = {known: old for known, old in self.load().items() if known != name}
        if value is not None:
            kept = {**kept, name: value}
        part = self.path.with_suffix(".part")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False)
            part.replace(self.path)
        except OSError as error:
            advice = "Choose a workspace that you may write to, or go on without drafts being kept."
            raise SettingsError(
                f"The draft cannot be kept: {error.strerror}.", where=self.path, advice=advice
            ) from None
