"""`omoto check`: read, compose, enrich and validate a file; send nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.options import CampaignFile, Json, Maps, PluginFiles, SheetName, SourceFile
from omoto_kit.cli.output import Face, written_lines

__all__ = ["check"]


def check(
    file: SourceFile,
    campaign: CampaignFile = None,
    *,
    as_json: Json = False,
    changes: Annotated[bool, typer.Option("--changes", help="Show each changed cell, too.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every problem, not only each kind.")] = False,
    bodies: Annotated[Path | None, typer.Option(help="Write the jsonbody of each ready row to this file.")] = None,
    maps: Maps = None,
    sheet: SheetName = None,
    plugin: PluginFiles = None,
) -> None:
    """Read, compose, enrich and validate FILE; send nothing. Exit code 1 means that rows are held."""
    from omoto_kit.cli import showing
    from omoto_kit.wire import encode_rows

    face = Face(as_json)
    prepared = showing.prepare_file(file, campaign, maps, sheet, plugin)
    batch = prepared.batch
    showing.tell_problems(face, batch)
    if changes:
        showing.tell_changes(face, batch)
    showing.show_prepared(face, prepared, every=every)
    if bodies is not None:
        lines = (f'{{"row":{row},"jsonbody":{body}}}' for row, body in encode_rows(batch))
        count = written_lines(bodies, lines)
        face.say(f"Wrote {count} jsonbody lines to {bodies}.")
    counts = batch.counts()
    face.event("summary", **counts)
    raise typer.Exit(1 if counts["held"] else 0)
