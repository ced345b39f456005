"""Telling of a large file while its batches go by, and showing the whole of it at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from omoto_kit.batch import PROBLEMS, Batch, Parts
from omoto_kit.cli import showing
from omoto_kit.cli.output import Face
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.journey import Prepared
from omoto_kit.journey.gate import Watch
from omoto_kit.journey.streaming import Stream

__all__ = ["Teller", "told_parts"]


class Teller:
    """The batches of a stream: each is told of as it goes by, and only what is shown at the end is kept."""

    def __init__(
        self, face: Face, stream: Stream, *, changes: bool = False, every: bool = False, problems: bool = True
    ) -> None:
        self._face, self._stream, self._told = face, stream, problems
        self._changes, self._every = changes, every
        self._rows: list[pl.DataFrame] = []
        self._problems: list[pl.DataFrame] = []
        self._changed: list[pl.DataFrame] = []

    def __iter__(self) -> Iterator[Batch]:
        """Go through the source once."""
        for batch in self._stream.batches():
            if self._told:
                showing.tell_problems(self._face, batch)
            if self._changes:
                showing.tell_changes(self._face, batch)
            if not self._face.as_json:
                self._keep(batch)
            yield batch
            del batch  # the next one is made without it in memory

    def _keep(self, batch: Batch) -> None:
        self._rows.append(batch.values.select("row"))
        self._problems.append(batch.problems if self._every else _in_short(batch.problems))
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


def _in_short(problems: pl.DataFrame) -> pl.DataFrame:
    """Keep of problems what their kinds are told by: the first message of each, and what single fixes would do."""
    fix = pl.col("fix").struct
    open_ = (fix.field("options").list.len() == 1) & ~fix.field("applied").fill_null(value=False)
    bare = pl.struct(fix.field("options"), pl.lit("").alias("why"), fix.field("applied")).cast(PROBLEMS["fix"])
    first = pl.struct("code", "severity", "field", "column").is_first_distinct()
    return problems.with_columns(
        fix=pl.when(open_).then(bare),
        value=pl.when(open_).then(pl.col("value")),
        message=pl.when(first).then(pl.col("message")).otherwise(pl.lit("")),
    )


def told_parts(face: Face, stream: Stream, watch: Watch, outbox: Path, endpoint: HttpEndpoint) -> Parts:
    """Go through a stream under a watch, show a person what was found, and give what is to be put."""
    batches = Teller(face, stream, problems=False)
    parts = stream.parts(watch.through(batches), outbox, endpoint)
    batches.show()
    return parts
