"""What a person wants of `check`, `push` and `outbox fix`: records of which each annotated field is an option."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer

from omoto_kit.cli.options import AcceptDrift, By, CampaignFile, Fixes, Given, OutboxFile, PluginFiles, Why

__all__ = ["CheckWanted", "FixWanted", "Output", "Passing", "PushWanted", "Target"]


@dataclass(frozen=True)
class CheckWanted:
    """What is to be checked, the fixes to apply first, and the outbox whose history it is held against."""

    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="CSV, TSV, Excel, ODS, Parquet or JSON Lines; several, or a pattern, too."),
    ]
    given: Given
    fix: Fixes = None
    by: By = None
    outbox: OutboxFile = None

    @property
    def history(self) -> Path:
        """The outbox that was named, or the workspace's."""
        from omoto_kit.journey import Workspace

        return self.outbox or Workspace.find().outbox


@dataclass(frozen=True)
class Output:
    """What is written beside the findings, and how much of them is shown."""

    bodies: Annotated[Path | None, typer.Option(help="Write the jsonbody of each ready row to this file.")] = None
    held: Annotated[
        Path | None,
        typer.Option("--export-held", metavar="FILE.xlsx", help="Write held rows, to be mended in Excel."),
    ] = None
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write one page that tells all, to be read and printed.")
    ] = None
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show personal data in the report.")] = False
    changes: Annotated[bool, typer.Option("--changes", help="Show each changed cell, too.")] = False
    every: Annotated[bool, typer.Option("--all", help="List every problem, not only each kind.")] = False


@dataclass(frozen=True)
class Passing:
    """What is said at the gate before a live endpoint, and who says it."""

    unverified: Annotated[bool, typer.Option("--unverified", help="Send live without a sign-off.")] = False
    accept: AcceptDrift = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="All but the sending; nothing on disk changes.")] = False
    by: By = None

    @property
    def needs_signoff(self) -> bool:
        """Whether what goes to a live endpoint must have been verified."""
        return not (self.unverified or self.dry_run)


@dataclass(frozen=True, kw_only=True)
class PushWanted:
    """What is to be pushed, and let pass; no `files` where what waits is to be sent."""

    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="Several, or a pattern, too; none to send what still waits."),
    ] = None
    given: Given
    passing: Passing
    fix: Fixes = None
    go: Annotated[
        list[str] | None, typer.Option(metavar="CODE|all", help="Let a batch go that this guard holds as a whole.")
    ] = None


@dataclass(frozen=True)
class Target:
    """Where it is to go, by which outbox, and how."""

    to: Annotated[
        str, typer.Option("--to", metavar="NAME|URL", help="Endpoint: sandbox, one of omoto.toml, or an URL.")
    ] = "sandbox"
    outbox: OutboxFile = None
    limit: Annotated[int | None, typer.Option(help="Send at most so many now.")] = None
    canary: Annotated[str, typer.Option(metavar="1,10", help="Sizes of the first releases; 0 for none.")] = "1,10"
    unknown: Annotated[
        Literal["ask", "always", "never"],
        typer.Option(
            help="Responses whose reply was lost: leave them to a person, send them once more, or let them be."
        ),
    ] = "ask"
    allow_http: Annotated[bool, typer.Option("--allow-http", help="Send without TLS to another machine.")] = False


@dataclass(frozen=True)
class FixWanted:
    """Which fields of a response are to be what ("npsrating=9"), by whom and why, and whether what is new may pass."""

    settings: Annotated[
        list[str], typer.Option("--set", metavar="FIELD=VALUE", help="What the field is to be; empty: absent.")
    ] = field(repr=False)
    campaign: CampaignFile = None
    plugin: PluginFiles = None
    accept: AcceptDrift = False
    why: Why = ""
    who: By = None
