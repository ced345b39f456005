"""`omoto why`: where the value of one field of one row comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from omoto_kit.cli.options import Given, Json
from omoto_kit.cli.output import Face
from omoto_kit.cli.records import takes_records

__all__ = ["why"]


@takes_records
def why(
    row: Annotated[int, typer.Argument(help="Row number, as a spreadsheet shows it.")],
    field: Annotated[str, typer.Argument(help="Field, such as npsrating, namevaluemap.city or city.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, Excel, ODS, Parquet or JSON Lines.")],
    given: Given,
    *,
    as_json: Json = False,
) -> None:
    """Tell who set FIELD of ROW in FILE, from what, to what, and why."""
    from omoto_kit.cli.explaining import explain_cell
    from omoto_kit.cli.preparing import prepare_file

    explain_cell(Face(as_json), prepare_file(file, given).batch, row, field)
