"""Mending: what mends many cells at once, looked at before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omoto_kit.studio.review.bulk import Wanted, alike, cluster_edits, edits_for, groups
from omoto_kit.studio.review.explaining import foreseen
from omoto_kit.studio.review.laid import Answer, Laid
from omoto_kit.studio.review.steps import Step

__all__ = ["Mending"]


class Mending:
    """Fixes that are offered, all cells alike, and values that are written in several ways."""

    def __init__(self, laid: Laid) -> None:
        self._laid = laid

    def act_fixes(self, code: str = "") -> list[Answer]:
        """List what could mend many cells at once."""
        return groups(self._laid.table, code)

    def act_preview(self, wanted: Sequence[Mapping[str, Any]]) -> Answer:
        """Say what fixes would do, without doing them."""
        return foreseen(self._laid.table, self._plan_fixes(wanted))

    def act_fix(self, wanted: Sequence[Mapping[str, Any]]) -> Answer:
        """Mend all cells that are alike."""
        return self._laid.do(self._plan_fixes(wanted))

    def act_move(self, row: int, field: str, code: str, before: str | None, after: str) -> Answer:
        """Move one row's value to the name that was chosen for it."""
        wanted = Wanted(field, before, after, code)
        edits = edits_for(self._laid.table, [wanted], only=self._laid.table.position(row))
        return self._laid.write(edits, "move of a value", "Moved to another name by a person.")

    def act_fix_alike(self, field: str, before: str | None, after: str) -> Answer:
        """Give all cells of a column that hold one value another."""
        self._laid.column(field)
        edits = alike(self._laid.table, field, before, after)
        return self._laid.write(edits, "change of all alike", "Set by a person, with all cells like it.")

    def act_preview_cluster(self, field: str, keep: str) -> Answer:
        """Say what setting all values of a cluster to one of them would do, without doing it."""
        return foreseen(self._laid.table, self._plan_cluster(field, keep))

    def act_fix_cluster(self, field: str, keep: str) -> Answer:
        """Set all values of a cluster to one of them."""
        return self._laid.do(self._plan_cluster(field, keep))

    def _plan_fixes(self, wanted: Sequence[Mapping[str, Any]]) -> Step:
        edits = edits_for(self._laid.table, [Wanted(**one) for one in wanted])
        cells = sum(map(len, edits.values()))
        return self._laid.table.plan(edits, name=f"fix of {cells:,} cells", why="Mended with all cells like it.")

    def _plan_cluster(self, field: str, keep: str) -> Step:
        self._laid.column(field)
        edits = cluster_edits(self._laid.table, field, keep)
        return self._laid.table.plan(edits, name=f"one way to write {keep!r}", why="Written in one way by a person.")
