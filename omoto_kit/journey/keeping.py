"""What is kept of the batches of a large source as they go by, for what is written once all are seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.journey.findings import Findings

__all__ = ["Keeper", "copied"]


class Keeper:
    """Keeps findings, for the report, and held rows, for the workbook; each if wanted."""

    def __init__(self, *, findings: bool = False, held: bool = False) -> None:
        self.findings = Findings() if findings else None
        self._held: list[Batch] | None = [] if held else None

    def through(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Give batches on, each once what is wanted of it is kept."""
        for batch in batches:
            if self.findings is not None:
                self.findings += Findings.of(batch)
            if self._held is not None:
                self._held.append(_held(batch))
            yield batch
            del batch  # the next one is made without it in memory

    def held(self, outline: Batch) -> Batch:
        """Give the held rows as one batch, told of as the outline is."""
        kept = self._held or [outline]
        return replace(
            outline,
            values=pl.concat([batch.values for batch in kept], how="diagonal"),
            problems=pl.concat(batch.problems for batch in kept),
        )


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the same rows in memory of their own; a part of a frame else keeps all of it."""
    packed = frame.write_ipc(None, compat_level=pl.CompatLevel.oldest())
    packed.seek(0)
    return pl.read_ipc(packed)


def _held(batch: Batch) -> Batch:
    """Give the held rows of a batch, with their problems."""
    mine = pl.col("row").is_in(batch.held_rows.implode())
    values, problems = batch.values.filter(mine), batch.problems.filter(mine)
    return replace(batch, values=copied(values), problems=copied(problems), changes=batch.changes.clear())
