"""Telling of a large file while its batches go by, and showing the whole of it at the end."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from omoto_kit.batch import PROBLEMS, Batch
from omoto_kit.cli import showing
from omoto_kit.cli.output import Face
from omoto_kit.journey import Prepared
from omoto_kit.journey.streaming import Stream

__all__ = ["Teller"]


class Teller:
    """The batches of a stream: each is told of as it goes by, and only what is shown at the end is kept."""

    def __init__(self, face: Face, stream: Stream, *, changes: bool, every: bool) -> None:
        self._face, self._stream = face, stream
        self._changes, self._every = changes, every
        self._rows: list[pl.DataFrame] = []
        self._problems: list[pl.DataFrame] = []
        self._changed: list[pl.DataFrame] = []

    def __iter__(self) -> Iterator[Batch]:
        """Go through the source once."""
        for batch in self._stream.batches():
            showing.tell_problems(self._face, batch)
            if self._changes:
                showing.tell_changes(self._face, batch)
            if not self._face.as_json:
                self._keep(batch)
            yield batch

    def _keep(self, batch: Batch) -> None:
        self._rows.append(batch.values.select("row"))
        fix = pl.col("fix").struct
        bare = pl.struct(fix.field("options"), pl.lit("").alias("why"), fix.field("applied")).cast(PROBLEMS["fix"])
        self._problems.append(batch.problems.with_columns(fix=pl.when(pl.col("fix").is_not_null()).then(bare)))
        self._changed.append(showing.count_changes(batch.changes))

    def show(self) -> None:
        """Show a person the whole source, as any other is shown."""
        if self._face.as_json:
            return
        stream = self._stream
        batch = Batch(
            stream.campaign,
            stream.source,
            pl.concat(self._rows),
            problems=pl.concat(self._problems),
            notes=stream.notes,
        )
        summed = pl.concat(self._changed).group_by("step", "field", maintain_order=True).agg(pl.col("cells").sum())
        prepared = Prepared(stream.blocks.first, stream.columns, batch, stream.plugins)
        showing.show_prepared(self._face, prepared, every=self._every, changed=summed)
