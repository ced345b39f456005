"""From a frame of text to rows: blank ones, a survey tool's label rows and what is no answer are left out."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import frames
from omoto_kit.intake.headers import clean_name, left_out, no_rows, unique_names
from omoto_kit.intake.labels import Labels, find_labels
from omoto_kit.intake.leaving import Table, leave_out
from omoto_kit.intake.understood import counted

__all__ = ["from_frame"]

#: How pandas names a column without a header.
UNNAMED = re.compile(r"Unnamed: \d+(?:_level_\d+)?")
#: Label rows stand in the first rows of a frame.
LABEL_ROWS = 4


def from_frame(frame: pl.DataFrame, kind: str, where: Place, keep: frozenset[str] = frozenset()) -> Rows:
    """Number the rows of a frame of text from 1; leave out blank ones, a survey tool's label rows, and no answers."""
    if not (frame.height and frame.width):
        raise IntakeError(f"The {kind} has no rows.", where=where, advice="Give one with headers and answers.")
    labels = _labels_of(frame)
    numbers = pl.Series("row", range(1, frame.height + 1), dtype=pl.Int64)
    shown = frame.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)).to_series()
    if not shown.any():
        raise IntakeError(f"The {kind} has no filled cells.", where=where, advice="Give one with answers.")
    real = shown & (numbers > labels.rows)
    names = unique_names(labels.names, range(1, frame.width + 1))
    others = {name: other for name, other in zip(names, labels.others, strict=False) if other}
    filled = frame.filter(real).rename(dict(zip(frame.columns, names, strict=True)))
    table, gone = leave_out(Table(filled, numbers.filter(real), others, labels.tool), (), (), keep)
    if not table.frame.height and not gone:
        raise no_rows(names, where)
    told = [kind, labels.words, *left_out(gone), counted(len(table.numbers), "row")]
    words = ", ".join(filter(None, told))
    source = Source(str(where.path), fingerprint=frames.fingerprint(frame), understood=words)
    return Rows(source, table.frame, table.numbers, labels=others)


def _labels_of(frame: pl.DataFrame) -> Labels:
    """Find the label rows of a survey tool; names that no tool joined stay as the frame has them."""
    header = ["" if UNNAMED.fullmatch(name) else clean_name(name) for name in frame.columns]
    found = find_labels(header, [[cell or "" for cell in row] for row in frame.head(LABEL_ROWS).rows()])
    if found.tool:
        return found
    is_joined = found.names != tuple(header)
    return Labels(names=tuple(frame.columns)) if is_joined else replace(found, names=tuple(frame.columns))
