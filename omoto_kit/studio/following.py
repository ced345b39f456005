"""Following: keeps a desk's plugins as their files and the notebook's cells are now. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omoto_kit.errors import OmotoError
from omoto_kit.journey import prepare
from omoto_kit.studio.cells import defined_names
from omoto_kit.studio.editing import with_edits_of

if TYPE_CHECKING:
    from omoto_kit.studio.desk import Desk

__all__ = ["Following"]


class Following:
    """What one desk takes up of its plugins' edits. `trouble` is why the last cell could not be followed, if so."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._cell_ran = False
        self.trouble: OmotoError | None = None

    def notice_cell(self) -> None:
        """Take note that a cell has run; what it defined is taken up when somebody looks."""
        # A panel that nobody sees any more never looks, and so costs nothing.
        self._cell_ran = True
        self._desk.tell()

    def catch_up(self) -> None:
        """Take up what the cells have defined that ran since the last look."""
        with self._desk.lock:
            if self._cell_ran:
                self._cell_ran = False
                self.follow()

    def follow(self) -> None:
        """Take up what a cell has just defined; where it is wrong, the panels say so and the old plugins stay."""
        try:
            with self._desk.lock:
                self.reload()
            self.trouble = None
        except OmotoError as error:
            self.trouble = error
            self._desk.tell()

    def reload(self) -> None:
        """Take what changed in the plugins' files and in the notebook, and enrich the batch anew.

        Raises PluginError where a function of a cell cannot be one; the plugins then stay as they were.
        """
        desk = self._desk
        plugins = desk.plugins.refreshed()
        space = defined_names()
        if space is not None:
            plugins = plugins.with_notebook(space)
        if plugins is desk.plugins:
            return
        before = desk.state.batch
        if desk.prepared is not None and before is not None:
            prepared = prepare(desk.prepared.rows, desk.campaign, plugins, desk.choices)
            desk.plugins, desk.prepared = plugins, prepared
            desk.set_batch(with_edits_of(before, prepared.batch, plugins, desk.who))
        desk.plugins = plugins
        desk.tell()
