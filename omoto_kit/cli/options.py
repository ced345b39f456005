"""Options that several commands share, and the contract, the file and the plugins that they are about."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.errors import SettingsError

__all__ = [
    "AcceptDrift",
    "By",
    "CampaignFile",
    "Fixes",
    "Given",
    "Json",
    "OutboxFile",
    "PluginFiles",
    "Why",
    "person",
]

CampaignFile = Annotated[
    Path | None,
    typer.Option("--campaign", "-c", metavar="CAMPAIGN.toml", help="The contract; a workspace's only one is found."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else there.")]
AcceptDrift = Annotated[
    bool, typer.Option("--accept-drift", help="Let through what was not verified, and record that.")
]
By = Annotated[
    str | None,
    typer.Option("--by", "--who", metavar="NAME", help="Who decides this; your login name where it is left out."),
]
Fixes = Annotated[
    str | None,
    typer.Option("--fix", metavar="safe|CODE", help="Apply fixes that lose nothing, or the single ones of a kind."),
]
PluginFiles = Annotated[
    list[Path] | None, typer.Option("--plugin", metavar="FILE", help="Use this one-file plugin, too.")
]
OutboxFile = Annotated[
    Path | None, typer.Option("--outbox", metavar="FILE", help="Where responses and receipts are kept.")
]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the decision.")]
Maps = Annotated[
    list[str] | None,
    typer.Option("--map", metavar='"Header=field"', help="Feed a field from this column. May be said several times."),
]
UseMap = Annotated[
    Path | None, typer.Option("--use-map", metavar="MAP.toml", help="Map columns as this saved map says.")
]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook, by name or number; * for all.")]
Readings = Annotated[
    list[str] | None,
    typer.Option(
        "--read",
        metavar="KEY=VALUE",
        help="How to read FILE: header_row=3, encoding=cp1252, delimiter=;, as_table=yes, "
        "keep=previews (or partial, headers, totals, titles, hidden). May be said several times.",
    ),
]


@dataclass(frozen=True)
class Given:
    """What a person said on the command line of the contract, the file and the plugins."""

    campaign: CampaignFile = None
    maps: Maps = None
    use_map: UseMap = None
    sheet: SheetName = None
    reading: Readings = None
    plugin: PluginFiles = None
    folder: Path | None = None


def person(by: str | None) -> str:
    """Name who decides: as was said, else by the login name. Raises SettingsError where there is neither."""
    try:
        name = (by or getpass.getuser()).strip()
    except (OSError, KeyError, ImportError):
        name = ""
    if not name:
        raise SettingsError("Nobody is named as the one who decides.", advice="Say who, with --by NAME.")
    return name
