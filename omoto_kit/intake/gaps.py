"""Blank records between the blocks of a large file: below one, another table may begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from omoto_kit.intake.delimited import Places, first_records
from omoto_kit.intake.headers import KIND
from omoto_kit.intake.lines import Lines
from omoto_kit.intake.wrong import MOST_GAPS, WINDOW, another_table

__all__ = ["Gaps"]

#: So many lines below a blank one are sure to show another table's head.
LINES_BELOW = WINDOW * 4


@dataclass
class Gaps:
    """The blank records so far, and what stands below those whose block ended too soon to tell."""

    header: Sequence[str]
    delimiter: str
    seen: int = 0
    open_: list[bytes] = field(default_factory=list)

    def go_on(self, lines: Lines) -> bool:
        """Look at the head of a block for what the one before it left open; False where another table begins."""
        begun = lines.data[: int(lines.ends[min(LINES_BELOW, len(lines.ends)) - 1]) + 1]
        left, self.open_ = self.open_, []
        return not any(self._heads_table(window + begun) for window in left)

    def look(self, lines: Lines, blank: Places) -> bool:
        """Look below the blank records of a block; False where another table begins there."""
        if self.seen > MOST_GAPS + KIND or not len(blank):
            return True
        begins = np.setdiff1d(blank + 1, blank)[: MOST_GAPS + KIND]
        self.seen += len(begins)
        for line in begins.tolist():
            is_whole = line + LINES_BELOW < len(lines.ends)
            end = int(lines.ends[line + LINES_BELOW]) if is_whole else len(lines.data)
            window = lines.data[int(lines.begins[line]) : end] if line < len(lines.ends) else b""
            if not is_whole:
                self.open_.append(window)
            elif self._heads_table(window):
                return False
        return True

    def ends(self) -> bool:
        """Look at what the last block left open; False where another table begins there."""
        return not any(map(self._heads_table, self.open_))

    def _heads_table(self, window: bytes) -> bool:
        """Tell whether the lines below a blank one begin with the head of another table."""
        rows = [[*row, *[""] * len(self.header)][: len(self.header)] for row in first_records(window, self.delimiter)]
        return another_table(self.header, rows[:WINDOW]) is not None
