"""The screen Plugins: what each is, what it did to the batch, and where two of them differ."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from omoto_kit.enrichment import Conflict, conflicts, coverage
from omoto_kit.errors import UsageError
from omoto_kit.plugins import PluginCard, Trust, cards_of
from omoto_kit.plugins.portrait import portrait_of
from omoto_kit.studio.cells import defined_names
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.review.columns import title_of
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.wording import label_of

__all__ = ["PluginsScreen"]


class PluginsScreen(Screen):
    """State, coverage, time and conflicts of the plugins; trust for files of the folder; functions of the notebook."""

    name: ClassVar[str] = "plugins"
    quiet: ClassVar[frozenset[str]] = frozenset({"portrait"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._looked_at: dict[str, bytes] = {}

    def view(self) -> dict[str, Any]:
        """Give a card for each plugin, and what differs."""
        desk = self.desk
        batch, prepared = desk.state.batch, desk.prepared
        covered = coverage(batch, desk.plugins, prepared.tallies) if batch is not None and prepared is not None else ()
        by_plugin: dict[str, list[dict[str, Any]]] = {}
        for one in covered:
            by_plugin.setdefault(one.plugin, []).append(asdict(one) | {"writes": list(one.writes)})
        return {
            "cards": [_card(card, by_plugin.get(card.name, [])) for card in cards_of(desk.plugins)],
            "conflicts": [_conflict(one) for one in conflicts(batch)] if batch is not None else [],
            "batch": batch.source.name if batch is not None else "",
            "notebook": defined_names() is not None,
        }

    def code(self) -> str:
        """Give the lines that load the same plugins."""
        return "plugins = omoto_kit.journey.load_plugins(omoto_kit.journey.Workspace.find())"

    def act_portrait(self, path: str) -> dict[str, Any]:
        """Show a file before it is trusted: what it says, imports and changed. Nothing of it runs."""
        file = self._file(path)
        text = file.read_bytes()
        self._looked_at[path] = hashlib.sha256(text).digest()
        shown = portrait_of(text.decode(errors="replace"), before=Trust.default().before(file))
        return {name: getattr(shown, name) for name in ("says", "imports", "steps", "lines", "diff", "wrong")}

    def act_trust(self, path: str) -> None:
        """Let a file of the folder run from now on, as it was looked at.

        Raises UsageError where nobody has looked at it, or where it was changed since.
        """
        file = self._file(path)
        if self._looked_at.get(path) != hashlib.sha256(file.read_bytes()).digest():
            what = f"{file.name} is not what was looked at last."
            raise UsageError(what, advice="Look at it once more: it may have been changed meanwhile.")
        Trust.default().add(file)
        self.desk.following.reload()

    def act_again(self) -> None:
        """Load what changed, and enrich the batch anew; what a person mended stays."""
        self.desk.following.reload()

    def _file(self, path: str) -> Path:
        """Find a file of the workspace's plugins. Raises UsageError for any other."""
        known = {
            card.where: Path(card.where) for card in cards_of(self.desk.plugins) if card.kind in ("folder", "file")
        }
        if path not in known:
            raise UsageError("That is no file of this workspace's plugins.")
        return known[path]


def _conflict(one: Conflict) -> dict[str, Any]:
    return asdict(one) | {"label": label_of(one.field)}


def _card(card: PluginCard, covered: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("name", "kind", "state", "version", "where", "says", "fault", "hooks")
    told = {name: getattr(card, name) for name in names}
    steps = [
        {
            "label": one.label,
            "kind": one.kind,
            "says": one.says,
            "reads": list(one.reads),
            "writes": list(one.writes),
            "rank": str(one.rank),
        }
        for one in card.steps
    ]
    named = {field: title_of(field) for one in card.steps for field in one.writes}
    return told | {
        "labels": named,
        "where": str(card.where),
        "hooks": list(card.hooks),
        "steps": steps,
        "coverage": covered,
    }
