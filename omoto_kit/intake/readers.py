"""The built-in readers, made by the same decorator as a stranger's: a path and options in, rows out.

Each is handed the file's bytes as the option `data`, since they were read already to find out what the file is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import bodies, frames
from omoto_kit.intake.framed import from_frame
from omoto_kit.intake.kinds import KINDS
from omoto_kit.intake.leaving import check_keep
from omoto_kit.intake.records import as_table
from omoto_kit.intake.tables import table
from omoto_kit.intake.text import decode
from omoto_kit.intake.understood import counted
from omoto_kit.intake.workbooks import page, workbook
from omoto_kit.plugins import ReaderStep, reader, steps_of

__all__ = ["built_in"]


def built_in(kind: str) -> ReaderStep:
    """Give the reader of one of KINDS.

    >>> built_in("ODS").name
    'workbook'
    """
    steps = [step for function in (table, workbook, page, parquet, responses) for step in steps_of(function)]
    return next(step for step in steps if isinstance(step, ReaderStep) and KINDS[kind][0] in step.suffixes)


@reader(*KINDS["Parquet"])
def parquet(path: Path, **options: Any) -> Rows:
    """Read a Parquet file."""
    where = Place(path)
    return from_frame(frames.read_parquet(options["data"], where), "Parquet", where, check_keep(options["keep"]))


@reader(*KINDS["JSON"], *KINDS["JSON Lines"])
def responses(path: Path, **options: Any) -> Rows:
    """Read jsonbody objects, one a line or in a list; objects that are rows of a table are read as such."""
    where, kind = Place(path), options["kind"]
    text = decode(options["data"], where, options["encoding"])
    if found := as_table(text.data, kind, where):
        records, lines = found
        rows = from_frame(frames.from_dicts(records, where), kind, where, check_keep(options["keep"]))
        numbers = pl.Series("row", lines, dtype=pl.Int64).gather(rows.numbers - 1)
        return replace(rows, numbers=numbers)
    frame, numbers = bodies.read_bodies(text.data, kind, where)
    if not len(numbers):
        raise IntakeError("There are no responses in it.", where=where, advice="Write one jsonbody a line.")
    words = f"{kind} of jsonbody objects, {text.words}, {counted(len(numbers), 'response')}"
    return Rows(Source(path.name, understood=words, bodies=True), frame, numbers, bodies=True)
