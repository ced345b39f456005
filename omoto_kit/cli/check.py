"""`omoto check`: read, compose, enrich and validate a file; send nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.options import Json
from omoto_kit.cli.output import Face
from omoto_kit.cli.records import takes_records
from omoto_kit.cli.wanted import CheckWanted, Output

__all__ = ["check"]

SaveMap = Annotated[
    Path | None, typer.Option("--save-map", metavar="MAP.toml", help="Save the column map, for files of this shape.")
]


@takes_records
def check(wanted: CheckWanted, output: Output, *, save_map: SaveMap = None, as_json: Json = False) -> None:
    """Read, compose, enrich and validate FILEs; send nothing. Exit code 1: rows are held, or the batch as a whole."""
    from omoto_kit.cli.checking import check_wanted
    from omoto_kit.cli.guarding import tell_guards
    from omoto_kit.cli.mending import save_columns

    face = Face(as_json)
    checked = check_wanted(face, wanted, output)
    save_columns(face, checked.columns, save_map)
    tell_guards(face, checked.guards)
    face.event("summary", **checked.counts)
    raise typer.Exit(1 if checked.holds else 0)
