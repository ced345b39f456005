"""`omoto why`: where the value of one field of one row comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from omoto_kit.cli.options import CampaignFile, Given, Json, Maps, PluginFiles, Readings, SheetName, SourceFile
from omoto_kit.cli.output import Face

__all__ = ["why"]


def why(
    row: Annotated[int, typer.Argument(help="Row number, as a spreadsheet shows it.")],
    field: Annotated[str, typer.Argument(help="Field, such as npsrating, namevaluemap.city or city.")],
    file: SourceFile,
    campaign: CampaignFile = None,
    *,
    as_json: Json = False,
    maps: Maps = None,
    sheet: SheetName = None,
    reading: Readings = None,
    plugin: PluginFiles = None,
) -> None:
    """Tell who set FIELD of ROW in FILE, from what, to what, and why."""
    from omoto_kit.cli.explaining import explain_cell
    from omoto_kit.cli.preparing import prepare_file

    face = Face(as_json)
    batch = prepare_file(file, Given(campaign, maps, sheet, plugin, reading)).batch
    explain_cell(face, batch, row, field)
