"""Telling of a large file while its batches go by, and showing the whole of it at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from omoto_kit.batch import PROBLEMS, Batch, Parts
from omoto_kit.cli import showing
from omoto_kit.cli.found import Found
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
        self._found = Found()
        self._problems: list[pl.DataFrame] = []

    def __iter__(self) -> Iterator[Batch]:
        """Go through the source once."""
        for batch in self._stream.batches():
            if self._told:
                showing.tell_problems(self._face, batch)
            if self._changes:
                showing.tell_changes(self._face, batch)
            if not self._face.as_json:
                self._found += Found.of(batch)
                self._problems += [batch.problems] if self._every else []
            yield batch
            del batch  # the next one is made without it in memory

    def show(self) -> None:
        """Show a person the whole source, as any other is shown."""
        if self._face.as_json:
            return
        stream, rows = self._stream, pl.DataFrame(schema={"row": pl.Int64})
        problems = pl.concat([pl.DataFrame(schema=PROBLEMS), *self._problems])
        batch = Batch(stream.campaign, stream.source, rows, problems=problems, notes=stream.notes)
        prepared = Prepared(stream.blocks.first, stream.columns, batch, stream.plugins)
        showing.show_prepared(self._face, prepared, every=self._every, found=self._found)


def told_parts(face: Face, stream: Stream, watch: Watch, outbox: Path, endpoint: HttpEndpoint) -> Parts:
    """Go through a stream under a watch, show a person what was found, and give what is to be put."""
    batches = Teller(face, stream, problems=False)
    parts = stream.parts(watch.through(batches), outbox, endpoint)
    batches.show()
    return parts
