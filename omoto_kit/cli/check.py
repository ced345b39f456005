"""`omoto check`: read, compose, enrich and validate a file; send nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omoto_kit.cli.options import (
    By,
    CampaignFile,
    Given,
    Json,
    Maps,
    OutboxFile,
    PluginFiles,
    Readings,
    SaveMap,
    SheetName,
    SourceFiles,
    UseMap,
)
from omoto_kit.cli.output import Face, written_lines

if TYPE_CHECKING:
    from omoto_kit.batch import Batch
    from omoto_kit.intake import ColumnMap

__all__ = ["check"]


def check(
    files: SourceFiles,
    campaign: CampaignFile = None,
    *,
    as_json: Json = False,
    changes: Annotated[bool, typer.Option("--changes", help="Show each changed cell, too.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every problem, not only each kind.")] = False,
    bodies: Annotated[Path | None, typer.Option(help="Write the jsonbody of each ready row to this file.")] = None,
    fix: Annotated[
        str | None,
        typer.Option(metavar="safe|CODE", help="Apply fixes that lose nothing, or the single ones of a kind."),
    ] = None,
    held: Annotated[
        Path | None, typer.Option("--export-held", metavar="FILE.xlsx", help="Write held rows, to be mended in Excel.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write one page that tells all, to be read and printed.")
    ] = None,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show personal data in the report.")] = False,
    by: By = None,
    outbox: OutboxFile = None,
    maps: Maps = None,
    use_map: UseMap = None,
    save_map: SaveMap = None,
    sheet: SheetName = None,
    reading: Readings = None,
    plugin: PluginFiles = None,
) -> None:
    """Read, compose, enrich and validate FILEs; send nothing. Exit code 1: rows are held, or the batch as a whole."""
    from omoto_kit.cli import showing, streaming
    from omoto_kit.cli.guarding import tell_guards
    from omoto_kit.cli.mending import mended, save_columns, write_held, write_page
    from omoto_kit.journey import Workspace
    from omoto_kit.journey.history import guarded

    face = Face(as_json)
    given = Given(campaign, maps, sheet, plugin, reading, use_map=use_map)
    whole = any(option is not None for option in (fix, held, report))
    stream = None if whole else showing.stream_files(files, given)
    if stream is not None:
        batches = streaming.Teller(face, stream, changes=changes, every=every)
        written = write_bodies(bodies, batches)
        batches.show()
        counts, guards = stream.counts, stream.guarded(outbox or Workspace.find().outbox)
        columns: ColumnMap | None = stream.columns
    else:
        prepared = mended(face, showing.prepare_files(files, given), fix, by)
        batch = guarded(prepared.batch, outbox or Workspace.find().outbox)
        prepared = replace(prepared, batch=batch)
        showing.tell_problems(face, batch)
        showing.show_prepared(face, prepared, every=every)
        if changes:
            showing.tell_changes(face, batch)
        written = write_bodies(bodies, [batch])
        write_held(face, prepared, held)
        write_page(face, batch, outbox or Workspace.find().outbox, report, unmasked=unmasked)
        counts, guards, columns = batch.counts(), batch.guards, prepared.columns
    if bodies is not None:
        face.say(f"Wrote {written} jsonbody lines to {bodies}.")
    save_columns(face, columns, save_map)
    tell_guards(face, guards)
    face.event("summary", **counts)
    raise typer.Exit(1 if counts["held"] or any(guard.holds for guard in guards) else 0)


def write_bodies(path: Path | None, batches: Iterable[Batch]) -> int:
    """Go through all batches; write the jsonbody of each ready row where a file is named, and count them."""
    from omoto_kit.wire import encode_rows

    if path is None:
        for _ in batches:
            pass
        return 0
    pairs = (pair for batch in batches for pair in encode_rows(batch))
    return written_lines(path, (f'{{"row":{row},"jsonbody":{body}}}' for row, body in pairs))
