"""What the readers share: what a person says of a table, and how what was understood of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omoto_kit.batch import Rows, Source
from omoto_kit.intake.headers import Choices, Settled
from omoto_kit.intake.leaving import check_keep

__all__ = ["choices_of", "counted", "rows_of"]


def choices_of(options: Mapping[str, Any]) -> Choices:
    """Take what a person says of a table out of a reader's options."""
    return Choices(options["header_row"], check_keep(options["keep"]), as_table=bool(options["as_table"]))


def rows_of(settled: Settled, words: str, sheet: str = "") -> Rows:
    """Give a settled table as rows of a source; `words` say what the file was understood as."""
    understood = f"{words}, {settled.words}, {counted(settled.frame.height, 'row')}"
    return Rows(Source("", sheet=sheet, understood=understood), settled.frame, settled.numbers, labels=settled.labels)


def counted(number: int, noun: str) -> str:
    """Say how many of something there are.

    >>> counted(1, "row"), counted(1200, "cell")
    ('1 row', '1,200 cells')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
