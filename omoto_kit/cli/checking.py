"""The way of a check from what a person said to what was found: a large clean file in batches, any other as a whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from omoto_kit.batch import Batch
from omoto_kit.cli import preparing, showing
from omoto_kit.cli.mending import Page, mended, write_held, write_page
from omoto_kit.cli.output import Face, written_lines
from omoto_kit.cli.streaming import Teller
from omoto_kit.cli.wanted import CheckWanted, Output
from omoto_kit.intake import ColumnMap
from omoto_kit.journey.history import guarded
from omoto_kit.journey.keeping import Keeper
from omoto_kit.journey.streaming import Stream
from omoto_kit.problem import Guard
from omoto_kit.wire import encode_rows

__all__ = ["Checked", "check_wanted"]


@dataclass(frozen=True)
class Checked:
    """What came out: rows by state, guards over the whole batch, and the column map that was used."""

    counts: Mapping[str, int]
    guards: tuple[Guard, ...]
    columns: ColumnMap | None

    @property
    def holds(self) -> bool:
        """Whether a row is held, or the batch as a whole."""
        return bool(self.counts["held"]) or any(guard.holds for guard in self.guards)


def check_wanted(face: Face, wanted: CheckWanted, output: Output) -> Checked:
    """Read, compose, enrich and validate what is wanted; show and write what was found."""
    stream = None if wanted.fix is not None else preparing.stream_files(wanted.files, wanted.given)
    return _check_whole(face, wanted, output) if stream is None else _check_stream(face, stream, wanted, output)


def _check_stream(face: Face, stream: Stream, wanted: CheckWanted, output: Output) -> Checked:
    batches = Teller(face, stream, changes=output.changes, every=output.every)
    keeper = Keeper(findings=output.report is not None, held=output.held is not None)
    written = _write_bodies(output.bodies, keeper.through(batches))
    batches.show()
    outline = stream.outline(stream.guarded(wanted.history))
    write_held(face, keeper.held(outline), output.held)
    write_page(face, outline, wanted.history, Page(output.report, output.unmasked, keeper.findings))
    _tell_written(face, output.bodies, written)
    return Checked(stream.counts, outline.guards, stream.columns)


def _check_whole(face: Face, wanted: CheckWanted, output: Output) -> Checked:
    prepared = mended(face, preparing.prepare_files(wanted.files, wanted.given), wanted.fix, wanted.by)
    batch = guarded(prepared.batch, wanted.history)
    prepared = replace(prepared, batch=batch)
    showing.tell_problems(face, batch)
    showing.show_prepared(face, prepared, every=output.every)
    if output.changes:
        showing.tell_changes(face, batch)
    written = _write_bodies(output.bodies, [batch])
    write_held(face, batch, output.held)
    write_page(face, batch, wanted.history, Page(output.report, output.unmasked))
    _tell_written(face, output.bodies, written)
    return Checked(batch.counts(), batch.guards, prepared.columns)


def _write_bodies(path: Path | None, batches: Iterable[Batch]) -> int:
    """Go through all batches; write the jsonbody of each ready row where a file is named, and count them."""
    if path is None:
        deque(batches, maxlen=0)
        return 0
    return written_lines(path, _body_lines(batches))


def _body_lines(batches: Iterable[Batch]) -> Iterator[str]:
    """Write the jsonbody of each ready row."""
    for batch in batches:
        for row, body in encode_rows(batch):
            yield f'{{"row":{row},"jsonbody":{body}}}'
        del batch  # the next one is made without it in memory


def _tell_written(face: Face, path: Path | None, lines: int) -> None:
    if path is not None:
        face.say(f"Wrote {lines} jsonbody lines to {path}.")
