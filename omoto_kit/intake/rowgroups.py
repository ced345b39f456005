"""Large Parquet files a piece at a time, so that memory does not grow with the file.

What holds for `blocks` holds here: a file that needs a look at the whole of it, such as one with a survey tool's label
rows, is read as a whole, and both ways give the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.blocks import blank_left_out
from omoto_kit.intake.framed import from_frame
from omoto_kit.intake.frames import texts
from omoto_kit.intake.leaving import KEEP, Table, is_doubtful, leave_out

__all__ = ["PARQUET", "RowGroups", "open_parquet"]

PARQUET = (".parquet", ".pq")
#: Rows of a piece, and of the first look.
STEP, HEAD = 32_768, 10_000
#: A last piece smaller than this joins the one before it, so that a footer is seen in one piece.
LEAST = 64
#: So large are the pieces in which the file is hashed.
CHUNK = 1 << 22


@dataclass(frozen=True)
class RowGroups:
    """A Parquet file that can be read in pieces: its first rows, and how many there are."""

    path: Path
    first: Rows
    height: int
    stamps: tuple[tuple[str, str], ...] = ()
    step: int = field(default=STEP, repr=False)

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[Rows]:
        """Give the rows piece by piece; of `columns` only where they are named, a footer's rows included then."""
        headers = self.first.frame.columns
        wanted = list(headers if columns is None else dict.fromkeys(columns))
        places = [headers.index(name) for name in wanted]
        at = 0
        while at < self.height:
            end = self.height if self.height - at < self.step + LEAST else at + self.step
            cells = self._cells(at, end, places)
            table = blank_left_out(cells.rename(dict(zip(cells.columns, wanted, strict=True))), _numbers(at, end))
            if end == self.height and columns is None:
                table, _ = leave_out(table, (), (), frozenset(KEEP) - {"totals"})
            if table.frame.height:
                yield Rows(self.first.source, table.frame, table.numbers)
            at = end

    def source(self, rows: int) -> Source:
        """Describe the source as reading the whole of it does; `rows` is how many there were."""
        return replace(self.first.source, understood=f"Parquet, {rows:,} row{'' if rows == 1 else 's'}")

    def without_first(self) -> RowGroups:
        """Give the same with no first rows in memory, only their headers."""
        bare = replace(self.first, frame=self.first.frame.clear(), numbers=self.first.numbers.clear())
        return replace(self, first=bare)

    def _cells(self, at: int, end: int, places: Sequence[int]) -> pl.DataFrame:
        names = pl.read_parquet_schema(self.path)
        chosen = [list(names)[place] for place in places]
        frame = pl.scan_parquet(self.path, glob=False).select(chosen).slice(at, end - at).collect()
        if frame.height != end - at:
            what = "The file is not what it was a moment ago."
            raise IntakeError(what, where=self.path, advice="Start again when nothing writes to it.")
        stamped = [pl.col(name).dt.strftime(form).alias(name) for name, form in self.stamps if name in chosen]
        return texts(frame.with_columns(stamped), Place(self.path))


def open_parquet(path: Path, *, step: int = STEP, **options: Any) -> RowGroups | None:
    """Look at a Parquet file; None where it must be read as a whole. Nothing is raised for what the file holds."""
    if any(options.get(name) for name in ("sheet", "encoding", "header_row", "keep", "as_table")):
        return None
    try:
        schema = pl.read_parquet_schema(path)
        rows = pl.scan_parquet(path, glob=False)
        height = int(rows.select(pl.len()).collect().item())
        stamps = _stamps(rows, schema)
        head = rows.head(HEAD).collect()
        first = from_frame(texts(head, Place(path)), "Parquet", Place(path))
    except (IntakeError, pl.exceptions.PolarsError):
        return None
    odd = first.labels or is_doubtful(Table(first.frame, first.numbers, first.labels))
    renamed = first.frame.columns != texts(head.head(1), Place(path)).columns
    if stamps is None or odd or renamed or not first.source.understood.startswith("Parquet, ") or not _all(first):
        return None
    source = replace(first.source, name=path.name, path=str(path), fingerprint=_hash(path))
    return RowGroups(path, replace(first, source=source), height, stamps, step)


def _all(first: Rows) -> bool:
    """Tell whether nothing but blank rows was left out of the first rows."""
    return first.source.understood.count(",") == 1 + (len(first) >= 1000)  # noqa: PLR2004  where a comma parts thousands


def _stamps(rows: pl.LazyFrame, schema: dict[str, pl.DataType]) -> tuple[tuple[str, str], ...] | None:
    """Say how each column of stamps is written; None where a column's text cannot be told a piece at a time."""
    if any(kind.is_nested() or kind in (pl.Object, pl.Binary, pl.Duration) for kind in schema.values()):
        return None
    forms = []
    for name, kind in schema.items():
        if not isinstance(kind, pl.Datetime):
            continue
        zone = "%:z" if kind.time_zone else ""
        days = not zone and not rows.select((pl.col(name).dt.time() != time()).any()).collect().item()
        forms.append((name, "%Y-%m-%d" if days else f"%Y-%m-%dT%H:%M:%S%.f{zone}"))
    return tuple(forms)


def _numbers(at: int, end: int) -> pl.Series:
    return pl.int_range(at + 1, end + 1, eager=True)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
    return digest.hexdigest()
