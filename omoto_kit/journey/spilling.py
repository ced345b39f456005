"""Spill: batches that were checked, laid aside on disk, so that they need not be made a second time."""

from __future__ import annotations

import io
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import polars as pl

from omoto_kit.batch import Batch

__all__ = ["Spill"]


class Spill:
    """Keeps batches as long as the disk takes them, and gives them as often as wanted.

    Their file has no name, or one that nobody else can open, and is gone with its last user. Where the disk takes no
    more, nothing is kept at all: `whole` is False, and whoever wants the batches must make them again.
    """

    def __init__(self) -> None:
        self.whole = False
        self._bare: list[Batch] = []
        self._ends = [0]  # of the tables, in the file, three for each batch
        with suppress(OSError):
            self._file = tempfile.TemporaryFile(prefix="omoto-", buffering=0)  # noqa: SIM115  its last user ends it
            weakref.finalize(self, self._file.close)
            self.whole = True

    def keep(self, batch: Batch) -> None:
        """Keep one more batch; one of many rows is packed in memory, so let it be small."""
        if not self.whole:
            return
        tables = ("values", "problems", "changes")
        self._bare.append(replace(batch, **{name: getattr(batch, name).clear() for name in tables}))
        self.whole = all(self._write(getattr(batch, name)) for name in tables)
        if not self.whole:
            self._file.truncate(0)

    def batches(self) -> Iterator[Batch]:
        """Give the batches in the order in which they were kept."""
        tables = pairwise(self._ends)
        for bare in self._bare:
            yield replace(
                bare,
                values=self._read(*next(tables)),
                problems=self._read(*next(tables)),
                changes=self._read(*next(tables)),
            )

    def _write(self, table: pl.DataFrame) -> bool:
        """Write a table behind the others; False where the disk has no room for it."""
        with suppress(OSError):
            self._file.seek(0, io.SEEK_END)
            table.write_ipc_stream(self._file, compression="lz4")
            self._ends.append(self._file.tell())
            return True
        return False

    def _read(self, start: int, end: int) -> pl.DataFrame:
        self._file.seek(start)
        return pl.read_ipc_stream(io.BytesIO(self._file.read(end - start)))
