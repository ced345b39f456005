"""Arguments and options that several commands share."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from omoto_kit.errors import SettingsError, did_you_mean

__all__ = [
    "AcceptDrift",
    "By",
    "CampaignFile",
    "Given",
    "Json",
    "Maps",
    "OutboxFile",
    "PluginFiles",
    "Readings",
    "SaveMap",
    "SheetName",
    "SourceFile",
    "SourceFiles",
    "To",
    "UseMap",
    "parse_maps",
    "parse_reading",
    "person",
]

#: What `--read` may say of a file.
READ_KEYS = ("header_row", "encoding", "delimiter", "as_table", "keep")

SourceFile = Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, Excel, ODS, Parquet or JSON Lines.")]
SourceFiles = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="CSV, TSV, Excel, ODS, Parquet or JSON Lines; several, or a pattern, too."),
]
CampaignFile = Annotated[
    Path | None,
    typer.Option("--campaign", "-c", metavar="CAMPAIGN.toml", help="The contract; a workspace's only one is found."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else there.")]
Maps = Annotated[
    list[str] | None,
    typer.Option("--map", metavar='"Header=field"', help="Feed a field from this column. May be said several times."),
]
UseMap = Annotated[
    Path | None, typer.Option("--use-map", metavar="MAP.toml", help="Map columns as this saved map says.")
]
SaveMap = Annotated[
    Path | None, typer.Option("--save-map", metavar="MAP.toml", help="Save the column map, for files of this shape.")
]
AcceptDrift = Annotated[
    bool, typer.Option("--accept-drift", help="Let through what was not verified, and record that.")
]
By = Annotated[
    str | None,
    typer.Option("--by", "--who", metavar="NAME", help="Who decides this; your login name where it is left out."),
]
PluginFiles = Annotated[
    list[Path] | None, typer.Option("--plugin", metavar="FILE", help="Use this one-file plugin, too.")
]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook, by name or number; * for all.")]
OutboxFile = Annotated[
    Path | None, typer.Option("--outbox", metavar="FILE", help="Where responses and receipts are kept.")
]
To = Annotated[str, typer.Option("--to", metavar="NAME|URL", help="Endpoint: sandbox, one of omoto.toml, or an URL.")]


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

    campaign: Path | None = None
    maps: list[str] | None = None
    sheet: str | None = None
    plugin: list[Path] | None = None
    reading: list[str] | None = None
    folder: Path | None = None
    use_map: Path | None = None


def person(by: str | None) -> str:
    """Name who decides: as was said, else by the login name. Raises SettingsError where there is neither."""
    try:
        name = (by or getpass.getuser()).strip()
    except (OSError, KeyError, ImportError):
        name = ""
    if not name:
        raise SettingsError("Nobody is named as the one who decides.", advice="Say who, with --by NAME.")
    return name


def parse_reading(texts: list[str] | None) -> dict[str, Any]:
    """Take `--read key=value` as the choices of a reading.

    >>> parse_reading(["header_row=3", "keep=previews", "keep=partial", "as_table=yes"])
    {'header_row': 3, 'keep': ('previews', 'partial'), 'as_table': True}
    """
    choices: dict[str, Any] = {}
    for text in texts or ():
        key, _, value = text.partition("=")
        if key not in READ_KEYS or not value:
            near = did_you_mean(key, READ_KEYS) or f"Known are {', '.join(READ_KEYS)}."
            raise SettingsError(
                f"--read {text!r} is not understood.", advice=f"{near} Write it as --read header_row=3."
            )
        if key == "header_row" and not value.isdecimal():
            raise SettingsError(f"--read {text!r} names no row.", advice="Give the row's number, or 0 for no headers.")
        if key == "keep":
            choices["keep"] = (*choices.get("keep", ()), value)
        elif key == "as_table":
            choices["as_table"] = value.lower() in {"yes", "true", "1"}
        else:
            choices[key] = int(value) if key == "header_row" else value
    return choices


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
