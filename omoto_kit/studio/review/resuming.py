"""What a person changed in a source, kept for a later kernel, and done again in the same source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from omoto_kit.campaign import is_field
from omoto_kit.studio.review.found import position_of
from omoto_kit.studio.review.table import SELECTED, Cell, ReviewTable

__all__ = ["count_of", "kept_of", "resume"]

Kept = Mapping[str, Any]
#: So many cells are kept; who changed more has mended a kind of value, which is done again in a moment.
_MOST = 20_000


def kept_of(table: ReviewTable) -> Kept | None:
    """Give what stands of a person's changes, as JSON holds it; None where nothing does, or too much."""
    person = table.record.step
    cells = {
        (one.row, one.field): one.after
        for step in table.done
        for one in step.changes
        if one.step == person and one.field
    }
    left = table.numbers[table.found.left].tolist()
    if not (cells or left) or len(cells) + len(left) > _MOST:
        return None
    listed = [[row, field, after] for (row, field), after in cells.items()]
    return {"fingerprint": table.source.fingerprint, "cells": listed, "left": left}


def count_of(kept: Any, table: ReviewTable) -> int:
    """Count the changes that were kept for this very source, where none was made in it since."""
    if not isinstance(kept, Mapping) or table.done or not table.source.fingerprint:
        return 0
    if kept.get("fingerprint") != table.source.fingerprint:
        return 0
    return len(kept.get("cells", ())) + len(kept.get("left", ()))


def resume(kept: Kept, table: ReviewTable) -> int:
    """Do kept changes again, as steps that can be taken back; answer the number of cells that they changed."""
    edits: dict[str, dict[int, Cell]] = {}
    for row, field, after in kept["cells"]:
        if is_field(field) and _there(table, row):
            text = SELECTED if after == "" else after
            edits.setdefault(field, {})[table.position(row)] = table.cell_of(field, text)
    step = table.plan(edits, name="earlier changes", why="Set by a person earlier, and done again.")
    table.do(step)
    left = [table.position(row) for row in kept["left"] if _there(table, row)]
    table.do(table.leave(left, out=True))
    return step.size + len(left)


def _there(table: ReviewTable, row: int) -> bool:
    place = int(position_of(np.array([row]), table.numbers)[0]) if len(table.numbers) else 0
    return place < len(table.numbers) and int(table.numbers[place]) == row
