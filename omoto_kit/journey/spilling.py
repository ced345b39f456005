"""Spill: batches that were checked, laid aside on disk, so that they need not be made a second time."""

from __future__ import annotations

import io
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

import polars as pl

from omoto_kit.batch import CHANGES, Batch

__all__ = ["Spill"]

_NOTHING = pl.DataFrame()


class Spill:
    """Keeps batches without their changes, which are told when they are made, and gives them as often as wanted.

    Their file has no name, or one that nobody else can open, and is gone with its last user. Where the disk takes no
    more, nothing is kept at all: `whole` is False, and whoever wants the batches must make them again.
    """

    def __init__(self) -> None:
        self.whole = False
        self._bare: list[Batch] = []
        self._ends = [0]
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
        for at, bare in enumerate(self._bare):
            yield replace(bare, values=self._table(2 * at), problems=self._table(2 * at + 1))

    def _add(self, batch: Batch) -> None:
        self._bare.append(replace(batch, values=_NOTHING, problems=_NOTHING, changes=pl.DataFrame(schema=CHANGES)))
        self.whole = self._write(batch.values) and self._write(batch.problems)
        if not self.whole:
            self._file.truncate(0)

    def _write(self, table: pl.DataFrame) -> bool:
        """Write a table behind the others; False where the disk has no room for it."""
        self._file.seek(self._ends[-1])
        with suppress(OSError):
            table.write_ipc_stream(self._file, compression="lz4")
            self._ends.append(self._file.tell())
            return True
        return False

    def _table(self, at: int) -> pl.DataFrame:
        self._file.seek(self._ends[at])
        return pl.read_ipc_stream(io.BytesIO(self._file.read(self._ends[at + 1] - self._ends[at])))
