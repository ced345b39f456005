"""`omoto check`: read, compose, enrich and validate a file; send nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
from omoto_kit.cli.output import Face

__all__ = ["check"]

Changes = Annotated[bool, typer.Option("--changes", help="Show each changed cell, too.")]
Every = Annotated[bool, typer.Option("--all", help="List every problem, not only each kind.")]
Bodies = Annotated[Path | None, typer.Option(help="Write the jsonbody of each ready row to this file.")]
Fixes = Annotated[
    str | None, typer.Option(metavar="safe|CODE", help="Apply fixes that lose nothing, or the single ones of a kind.")
]
HeldFile = Annotated[
    Path | None, typer.Option("--export-held", metavar="FILE.xlsx", help="Write held rows, to be mended in Excel.")
]
ReportFile = Annotated[
    Path | None, typer.Option(metavar="FILE.html", help="Write one page that tells all, to be read and printed.")
]
Unmasked = Annotated[bool, typer.Option("--unmasked", help="Show personal data in the report.")]


def check(
    files: SourceFiles,
    campaign: CampaignFile = None,
    *,
    as_json: Json = False,
    changes: Changes = False,
    every: Every = False,
    bodies: Bodies = None,
    fix: Fixes = None,
    held: HeldFile = None,
    report: ReportFile = None,
    unmasked: Unmasked = False,
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
    from omoto_kit.cli.checking import Output, Wanted, check_wanted
    from omoto_kit.cli.guarding import tell_guards
    from omoto_kit.cli.mending import save_columns

    face = Face(as_json)
    given = Given(campaign, maps, sheet, plugin, reading, use_map=use_map)
    output = Output(bodies, held, report, unmasked=unmasked, changes=changes, every=every)
    checked = check_wanted(face, Wanted(tuple(files), given, fix, by, outbox), output)
    save_columns(face, checked.columns, save_map)
    tell_guards(face, checked.guards)
    face.event("summary", **checked.counts)
    raise typer.Exit(1 if checked.holds else 0)
