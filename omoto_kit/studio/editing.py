"""What a person has set by hand, carried over to a batch that was made anew."""

from __future__ import annotations

from omoto_kit.batch import Batch
from omoto_kit.plugins import Plugins
from omoto_kit.studio.review.columns import KEY
from omoto_kit.studio.review.standing import carry, standing_in
from omoto_kit.studio.review.table import ReviewTable
from omoto_kit.validation import Mend, mend

__all__ = ["with_edits_of"]

NAME = "changes of before"
WHY = "Set by a person, and again when the plugins changed."
OUTCOMES = ("left out", "taken in")


def with_edits_of(before: Batch, batch: Batch, plugins: Plugins, who: str) -> Batch:
    """Set again in `batch` what a person had set in the batch before it, where that still stood.

    Both are of the same rows. Rows that were left out stay out. Values that steps had set are not carried over: the
    steps have had their say anew.
    """
    old = ReviewTable(before, plugins, who)
    changes = standing_in(old)
    keys = [
        Mend(KEY, "", None, after or "", (row,)) for (row, name), after in old.record.standing().items() if name == KEY
    ]
    made = mend(batch, keys, by=who, plugins=plugins) if keys else batch
    if not changes:
        return made
    table = ReviewTable(made, plugins, who)
    carry(changes, table, name=NAME, why=WHY)
    return table.batch()
