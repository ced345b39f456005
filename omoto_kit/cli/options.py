"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.errors import SettingsError

__all__ = ["CampaignFile", "Json", "Maps", "OutboxFile", "PluginFiles", "SheetName", "SourceFile", "To", "parse_maps"]

SourceFile = Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, Excel, ODS, Parquet or JSON Lines.")]
CampaignFile = Annotated[
    Path | None,
    typer.Option("--campaign", "-c", metavar="CAMPAIGN.toml", help="The contract; a workspace's only one is found."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else there.")]
Maps = Annotated[
    list[str] | None,
    typer.Option("--map", metavar='"Header=field"', help="Feed a field from this column. May be said several times."),
]
PluginFiles = Annotated[
    list[Path] | None, typer.Option("--plugin", metavar="FILE", help="Use this one-file plugin, too.")
]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook, by name or number.")]
OutboxFile = Annotated[
    Path | None, typer.Option("--outbox", metavar="FILE", help="Where responses and receipts are kept.")
]
To = Annotated[str, typer.Option("--to", metavar="NAME|URL", help="Endpoint: sandbox, one of omoto.toml, or an URL.")]


def parse_maps(maps: list[str] | None) -> dict[str, str]:
    """Take `Header=field` apart at the last equals sign, since a header may hold one itself.

    >>> parse_maps(["Rating (1=bad)=npsrating"])
    {'Rating (1=bad)': 'npsrating'}
    """
    parsed = {}
    for text in maps or ():
        header, equals, field = text.rpartition("=")
        if not equals or not header.strip() or not field.strip():
            advice = 'Write it as --map "Overall Rating=npsrating".'
            raise SettingsError(f"--map {text!r} is not of the form Header=field.", advice=advice)
        parsed[header.strip()] = field.strip()
    return parsed
