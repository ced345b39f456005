"""What a person changed in a source, kept for a later kernel, and done again in the same source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from omoto_kit.campaign import is_field
from omoto_kit.errors import UsageError
from omoto_kit.studio.keeping import Shelf
from omoto_kit.studio.review.standing import Standing, carry, standing_in
from omoto_kit.studio.review.table import ReviewTable

__all__ = ["Keeper"]

#: So many changes are kept: writing more would stop the page whenever the person rests.
MOST = 200_000


class Keeper:
    """Keeps what a person changed, in a slot for each source, sheet and campaign.

    What the slot held when a table was opened, and what another desk has put into it since, is offered to be done
    again. Until the person takes it up or forgets it, it stays in the slot beside what is changed since.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._slot = ""
        self._earlier = Standing()
        self._held: Mapping[str, Any] = {}

    def open(self, table: ReviewTable) -> None:
        """Look what was kept for the source of a table that was just made."""
        self._slot = _slot_of(table)
        self._held = self._shelf.slot(self._slot) if self._slot else {}
        self._earlier = _read(self._held)

    def waiting(self, table: ReviewTable) -> Standing:
        """Give what was kept before, and neither done again nor decided anew since."""
        return self._earlier.under(standing_in(table)) if self._earlier else self._earlier

    def keep(self, table: ReviewTable) -> dict[str, int]:
        """Keep what stands, and what waits. Answers how many changes are `kept`, and how many are `lost` as too many.

        Raises SettingsError where the slot cannot be written.
        """
        if not self._slot:
            return {"kept": 0, "lost": len(standing_in(table).over(self._earlier))}
        self._take_in_others()
        changes = standing_in(table).over(self._earlier)
        kept = changes.first(MOST)
        self._held = _written(kept, table.source.source.name) if kept else {}
        self._shelf.fill(self._slot, self._held or None)
        return {"kept": len(kept), "lost": len(changes) - len(kept)}

    def _take_in_others(self) -> None:
        """Let what another desk kept meanwhile wait beside what waits already."""
        now = self._shelf.slot(self._slot)
        if now != self._held:
            self._earlier = _read(now).over(self._earlier)

    def resume(self, table: ReviewTable) -> int:
        """Do again what waits, as steps that can be taken back; answer how many cells and rows it changed.

        Raises UsageError where nothing waits.
        """
        waiting = self.waiting(table)
        if not waiting:
            raise UsageError("There are no earlier changes of this source.")
        done = carry(waiting, table, name="earlier changes", why="Set by a person earlier, and done again.")
        self._earlier = Standing()
        return done

    def forget(self, table: ReviewTable) -> None:
        """Forget what waits; what stands in the table stays kept."""
        self._earlier = Standing()
        self.keep(table)


def _slot_of(table: ReviewTable) -> str:
    """Name the slot by what the rows are: the same numbers mean other rows in another sheet."""
    source = table.source.source
    if not source.fingerprint:
        return ""
    text = f"{source.fingerprint}\n{source.sheet}\n{table.source.campaign.id}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _written(changes: Standing, source: str) -> dict[str, Any]:
    """Lay changes out as JSON holds them: cells that were set alike stand together."""
    alike: dict[tuple[str, str | None], list[int]] = {}
    for (row, name), after in changes.cells.items():
        alike.setdefault((name, after), []).append(row)
    cells = [[name, after, rows] for (name, after), rows in alike.items()]
    return {"source": source, "cells": cells, "left": sorted(changes.left)}


def _read(kept: Mapping[str, Any]) -> Standing:
    """Take up what was kept; a slot that is damaged holds nothing."""
    try:
        cells = {
            (int(row), str(name)): None if after is None else str(after)
            for name, after, rows in kept.get("cells", ())
            if is_field(name)
            for row in rows
        }
        return Standing(cells, frozenset(map(int, kept.get("left", ()))))
    except (TypeError, ValueError):
        return Standing()
