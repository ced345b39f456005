"""`omoto push`: put a file's ready rows into the outbox and send them one at a time; without a file, resume."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from omoto_kit.cli import options
from omoto_kit.cli.output import Face

__all__ = ["push"]


Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE", help="Several, or a pattern, too; none to send what still waits."),
]
Limit = Annotated[int | None, typer.Option(help="Send at most so many now.")]
Canary = Annotated[str, typer.Option(metavar="1,10", help="Sizes of the first releases; 0 for none.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="All but the sending; nothing on disk changes.")]
Unknown = Annotated[
    Literal["ask", "always", "never"],
    typer.Option(help="Responses whose reply was lost: leave them to a person, send them once more, or let them be."),
]
AllowHttp = Annotated[bool, typer.Option("--allow-http", help="Send without TLS to another machine.")]
Unverified = Annotated[bool, typer.Option("--unverified", help="Send live without a sign-off.")]
Go = Annotated[
    list[str] | None, typer.Option(metavar="CODE|all", help="Let a batch go that this guard holds as a whole.")
]
Fixes = Annotated[str | None, typer.Option(metavar="safe|CODE", help="Apply fixes first, as check does.")]


def push(
    files: Files = None,
    campaign: options.CampaignFile = None,
    to: options.To = "sandbox",
    outbox: options.OutboxFile = None,
    *,
    as_json: options.Json = False,
    dry_run: DryRun = False,
    limit: Limit = None,
    canary: Canary = "1,10",
    unknown: Unknown = "ask",
    allow_http: AllowHttp = False,
    unverified: Unverified = False,
    accept_drift: options.AcceptDrift = False,
    go: Go = None,
    by: options.By = None,
    fix: Fixes = None,
    maps: options.Maps = None,
    use_map: options.UseMap = None,
    sheet: options.SheetName = None,
    reading: options.Readings = None,
    plugin: options.PluginFiles = None,
) -> None:
    """Send the ready rows of FILEs, each at most once; held rows wait. Started again, it goes on where it stopped."""
    from omoto_kit.cli.gate import Passing
    from omoto_kit.cli.pushable import Wanted
    from omoto_kit.cli.pushing import Target, push_wanted

    given = options.Given(campaign, maps, sheet, plugin, reading, use_map=use_map)
    passing = Passing(unverified, accept_drift, dry_run, by)
    wanted = Wanted(tuple(files or ()), given, passing, fix, tuple(go or ()))
    target = Target(to, outbox, limit, canary, unknown, allow_http=allow_http)
    raise typer.Exit(push_wanted(Face(as_json), wanted, target))
