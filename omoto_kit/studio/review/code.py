"""What was done in the review as lines of Python, for one's own notebook."""

from __future__ import annotations

from omoto_kit.campaign import Campaign
from omoto_kit.studio.review.standing import Standing, standing_in
from omoto_kit.studio.review.table import ReviewTable
from omoto_kit.studio.review.typed import shown_cell

__all__ = ["repeated"]

#: So many cells are written out; what was done to more is a matter of a fix, not of a list.
_MOST = 2_000


def repeated(table: ReviewTable) -> str:
    """Give the lines that make a person's changes, those that still stand, in a batch; empty where there are none."""
    changes = standing_in(table)
    by, campaign = table.record.step.partition(":")[2], table.source.campaign
    return "\n".join([*_cells(changes, by, campaign), *_rows(sorted(changes.left))])


def _cells(changes: Standing, by: str, campaign: Campaign) -> list[str]:
    if not changes.cells:
        return []
    more = [f"    # and {len(changes.cells) - _MOST:,} more"] if len(changes.cells) > _MOST else []
    written = Standing(changes.cells).first(_MOST).cells
    return [
        "from omoto_kit.validation import apply_fix",
        "",
        "fixes = [",
        *(f"    {(row, field, shown_cell(campaign, field, after))!r}," for (row, field), after in written.items()),
        *more,
        "]",
        "for row, field, value in fixes:",
        f"    batch = apply_fix(batch, row, field, value, by={by!r})",
    ]


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
