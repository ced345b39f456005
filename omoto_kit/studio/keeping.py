"""Keeping: what a studio remembers between two kernels, in private files of the workspace."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omoto_kit.errors import SettingsError

__all__ = ["Shelf"]


class Shelf:
    """Small JSON files below `.omoto`, that only their owner can read: they may hold customers' data.

    What belongs to the workspace lies in `studio.json`, and what belongs to one source in a slot of its own. Nothing
    in them is needed: where one is absent or damaged, the studio starts afresh.
    """

    def __init__(self, root: Path) -> None:
        self.path = root / ".omoto" / "studio.json"
        self.slots = root / ".omoto" / "edits"

    def load(self) -> dict[str, Any]:
        """Read what was kept; nothing where there is no such file, or it is damaged."""
        return _read(self.path)

    def keep(self, name: str, value: Any) -> None:
        """Keep one thing under a name, beside the others; None forgets it. Raises SettingsError where it cannot."""
        kept: Mapping[str, Any] = {known: old for known, old in self.load().items() if known != name}
        if value is not None:
            kept = {**kept, name: value}
        _write(self.path, kept)

    def slot(self, name: str) -> dict[str, Any]:
        """Read what was kept for one source; nothing where there is none."""
        return _read(self.slots / f"{name}.json")

    def fill(self, name: str, value: Mapping[str, Any] | None) -> None:
        """Keep what belongs to one source; None forgets it. Raises SettingsError where it cannot be written."""
        path = self.slots / f"{name}.json"
        if value is not None:
            _write(path, value)
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(path: Path, value: Mapping[str, Any]) -> None:
    """Write a file at once or not at all; customers' data in it are not to be committed by a slip."""
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignored = path.parent / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False)
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> SettingsError:
    advice = "Choose a workspace that you may write to, or go on without drafts and changes being kept."
    return SettingsError(f"What you do cannot be kept: {error.strerror}.", where=path, advice=advice)
