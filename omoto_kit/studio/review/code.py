"""What was done in the review as lines of Python, for one's own notebook."""

from __future__ import annotations

from omoto_kit.batch import Change
from omoto_kit.studio.review.steps import JOINT
from omoto_kit.studio.review.table import ReviewTable

__all__ = ["repeated"]

#: So many cells are written out; what was done to more is a matter of a fix, not of a list.
_MOST = 2_000


def repeated(table: ReviewTable) -> str:
    """Give the lines that make a person's changes, those that still stand, in a batch; empty where there are none."""
    person = table.record.step
    changes = [one for step in table.done for one in step.changes if one.step == person and one.field]
    left = table.numbers[table.found.left].tolist()
    lines = [*_cells(changes, person.partition(":")[2]), *_rows(left)]
    return "\n".join(lines)


def _cells(changes: list[Change], by: str) -> list[str]:
    if not changes:
        return []
    more = [f"    # and {len(changes) - _MOST:,} more"] if len(changes) > _MOST else []
    return [
        "from omoto_kit.validation import apply_fix",
        "",
        "fixes = [",
        *(f"    {(one.row, one.field, _value(one))!r}," for one in changes[:_MOST]),
        *more,
        "]",
        "for row, field, value in fixes:",
        f"    batch = apply_fix(batch, row, field, value, by={by!r})",
    ]


def _value(change: Change) -> str | list[str] | None:
    if change.after is None or not change.field.startswith("catnpsmap."):
        return change.after
    return change.after.split(JOINT) if change.after else []


def _rows(left: list[int]) -> list[str]:
    if not left:
        return []
    return [
        "from dataclasses import replace",
        "",
        f"left_out = {left!r}",
        "kept = [row not in left_out for row in batch.values['row']]",
        "batch = replace(batch, values=batch.values.filter(kept))",
    ]
