"""The screen review: a batch's rows, to be looked through and mended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from omoto_kit.journey.held import export_held
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.review import ReviewTable
from omoto_kit.studio.review.code import repeated
from omoto_kit.studio.review.laid import Answer, Laid
from omoto_kit.studio.review.looking import Looking
from omoto_kit.studio.review.mending import Mending
from omoto_kit.studio.review.painting import summary_of
from omoto_kit.studio.review.writing import Writing
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.wording import on_screen

__all__ = ["Review"]

_LOOKS = ("rows", "sieve", "next", "cell", "body", "options", "values", "clusters", "copy", "fixes", "find")
_PREVIEWS = ("preview", "preview_cluster")
_CHANGES = ("edit", "paste", "fill", "clear", "undo", "redo", "leave", "move", "replace")
_FIXES = ("fix", "fix_alike", "fix_cluster")
_QUIET = frozenset((*_LOOKS, *_PREVIEWS, *_CHANGES, *_FIXES, "keep", "export"))


class Review(Screen):
    """The rows, to be mended: what is looked at, written and mended are parts of it. The desk's batch follows."""

    name: ClassVar[str] = "review"
    quiet: ClassVar[frozenset[str]] = _QUIET

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._laid = Laid(desk)
        self.parts = (Looking(self._laid), Writing(self._laid), Mending(self._laid))

    def view(self) -> dict[str, Any]:
        """Give the columns, and the account of the rows; the rows themselves are asked for by pages."""
        if self.desk.state.batch is None:
            return {"empty": True}
        table = self.table
        batch = table.batch()
        return {
            "empty": False,
            "source": {"name": batch.source.name, "understood": batch.source.understood},
            "columns": self._laid.columns(),
            "summary": summary_of(table),
            "guards": [guard.as_json() for guard in batch.guards],
            "notes": [on_screen(note) for note in batch.notes],
            "kept": len(self._laid.keeper.waiting(table)),
        }

    def code(self) -> str:
        """Give the lines that make the same changes in the batch; empty where nothing was changed."""
        return "" if self.desk.state.batch is None else repeated(self.table)

    @property
    def table(self) -> ReviewTable:
        """The table of the batch on the desk. Raises UsageError where nothing was read."""
        return self._laid.table

    def act_keep(self) -> Answer:
        """Keep what was changed for a later kernel, and say what cannot be. Raises SettingsError where nothing can."""
        return self._laid.keeper.keep(self.table)

    def act_resume(self) -> int:
        """Do again what was changed in this source before the kernel ended; answer how many cells and rows changed."""
        table = self.table
        done = self._laid.keeper.resume(table)
        self.desk.promise(table.batch)
        return done

    def act_forget(self) -> None:
        """Forget what was changed before the kernel ended; what was changed since stays."""
        self._laid.keeper.forget(self.table)

    def act_export(self) -> Answer:
        """Write the held rows to a workbook beside the workspace. Raises SettingsError where it cannot be written."""
        table = self.table
        batch = table.sketch()
        batch = replace(batch, values=batch.values.filter(~pl.Series(table.found.left)))
        stem = Path(batch.source.name).stem or "rows"
        path = _free((self.desk.workspace.root or Path.cwd()) / f"{stem}-held.xlsx")
        return {"rows": export_held(batch, path), "path": path.name}


def _free(path: Path) -> Path:
    """Name a file that is not there yet: what was exported before may have been mended since."""
    for number in range(2, 1000):
        if not path.exists():
            return path
        path = path.with_name(f"{path.stem.removesuffix(f'-{number - 1}')}-{number}{path.suffix}")
    return path
