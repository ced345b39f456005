"""Spill: batches that were checked, laid aside on disk, so that they need not be made a second time."""

from __future__ import annotations

import io
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import polars as pl

from omoto_kit.batch import Batch

__all__ = ["Spill"]

ROWS_AT_ONCE = 10_000  #: so many are packed at a time, since packing takes a copy of them


class Spill:
    """Keeps batches without their changes, which are told when they are made, and gives them as often as wanted.

    Their file has no name, or one that nobody else can open, and is gone with its last user. Where the disk takes no
    more, nothing is kept at all: `whole` is False, and whoever wants the batches must make them again.
    """

    def __init__(self) -> None:
        self.whole = False
        self._bare: list[Batch] = []
        self._tables: list[list[int]] = []  # where the pieces of each table begin, and where the last one ends
        with suppress(OSError):
            self._file = tempfile.TemporaryFile(prefix="omoto-", buffering=0)  # noqa: SIM115  its last user ends it
            weakref.finalize(self, self._file.close)
            self.whole = True

    def through(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Give batches on, each once it is kept."""
        for batch in batches:
            if self.whole:
                self._add(batch)
            yield batch
            del batch  # the next one is made without it in memory

    def batches(self) -> Iterator[Batch]:
        """Give the batches in the order in which they were kept."""
        tables = iter(self._tables)
        for bare in self._bare:
            yield replace(
                bare,
                values=pl.concat([bare.values, *self._pieces(next(tables))]),
                problems=pl.concat([bare.problems, *self._pieces(next(tables))]),
            )

    def _add(self, batch: Batch) -> None:
        empty = {name: getattr(batch, name).clear() for name in ("values", "problems", "changes")}
        self._bare.append(replace(batch, **empty))
        self.whole = self._write(batch.values) and self._write(batch.problems)
        if not self.whole:
            self._file.truncate(0)

    def _write(self, table: pl.DataFrame) -> bool:
        """Write a table behind the others; False where the disk has no room for it."""
        bounds = [self._file.seek(0, io.SEEK_END)]
        with suppress(OSError):
            for piece in table.iter_slices(ROWS_AT_ONCE):
                piece.write_ipc_stream(self._file, compression="lz4")
                bounds.append(self._file.tell())
            self._tables.append(bounds)
            return True
        return False

    def _pieces(self, bounds: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Read the pieces of a table."""
        for start, end in pairwise(bounds):
            self._file.seek(start)
            yield pl.read_ipc_stream(io.BytesIO(self._file.read(end - start)))
