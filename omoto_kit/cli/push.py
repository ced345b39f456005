"""`omoto push`: put a file's ready rows into the outbox and send them one at a time; without a file, resume."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Literal

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
    SheetName,
    To,
    UseMap,
)
from omoto_kit.cli.output import Face

if TYPE_CHECKING:
    from omoto_kit.batch import Batch, Parts

__all__ = ["push"]


Limit = Annotated[int | None, typer.Option(help="Send at most so many now.")]
Canary = Annotated[str, typer.Option(metavar="1,10", help="Sizes of the first releases; 0 for none.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="All but the sending; nothing on disk changes.")]
Unknown = Annotated[
    Literal["ask", "always", "never"],
    typer.Option(help="Responses whose reply was lost: leave them to a person, send them once more, or let them be."),
]
AllowHttp = Annotated[bool, typer.Option("--allow-http", help="Send without TLS to another machine.")]
Unverified = Annotated[bool, typer.Option("--unverified", help="Send live without a sign-off.")]
AcceptDrift = Annotated[
    bool, typer.Option("--accept-drift", help="Let through what was not verified, and record that.")
]
Go = Annotated[
    list[str] | None, typer.Option(metavar="CODE|all", help="Let a batch go that this guard holds as a whole.")
]
Fixes = Annotated[str | None, typer.Option(metavar="safe|CODE", help="Apply fixes first, as check does.")]


def push(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="Several, or a pattern, too; none to send what still waits."),
    ] = None,
    campaign: CampaignFile = None,
    to: To = "sandbox",
    outbox: OutboxFile = None,
    *,
    as_json: Json = False,
    dry_run: DryRun = False,
    limit: Limit = None,
    canary: Canary = "1,10",
    unknown: Unknown = "ask",
    allow_http: AllowHttp = False,
    unverified: Unverified = False,
    accept_drift: AcceptDrift = False,
    go: Go = None,
    by: By = None,
    fix: Fixes = None,
    maps: Maps = None,
    use_map: UseMap = None,
    sheet: SheetName = None,
    reading: Readings = None,
    plugin: PluginFiles = None,
) -> None:
    """Send the ready rows of FILEs, each at most once; held rows wait. Started again, it goes on where it stopped."""
    from omoto_kit.campaign import Campaign
    from omoto_kit.cli import showing
    from omoto_kit.cli.gate import Passing, campaigns_of, may_pass
    from omoto_kit.cli.guarding import may_go
    from omoto_kit.cli.mending import mended
    from omoto_kit.cli.sending import Errand, run_errand, tell_held
    from omoto_kit.cli.streaming import told_parts
    from omoto_kit.journey import Workspace, load_endpoint, load_plugins
    from omoto_kit.journey.gate import is_signed
    from omoto_kit.journey.history import guarded
    from omoto_kit.sandbox import Sandbox

    face, workspace = Face(as_json), Workspace.find()
    path = outbox or workspace.outbox
    stand_in = Sandbox(log=None if dry_run else path.with_suffix(".sandbox.jsonl"))
    prompt = getpass.getpass if sys.stdin.isatty() and not as_json else None
    endpoint = load_endpoint(to, workspace, allow_http=allow_http, prompt=prompt, sandbox=stand_in)
    batch: Batch | Parts | None = None
    if files:
        given = Given(campaign, maps, sheet, plugin, reading, use_map=use_map)
        stream = showing.stream_files(files, given) if fix is None else None
        if stream is not None and not is_signed(stream.campaign):  # drift from a sign-off only the whole file shows
            batch, plugins = told_parts(face, stream, path, endpoint), stream.plugins
        else:
            prepared = mended(face, showing.prepare_files(files, given), fix, by)
            showing.show_prepared(face, prepared)
            batch, plugins = guarded(prepared.batch, path, endpoint), prepared.plugins
    else:
        plugins = load_plugins(workspace, tuple(plugin or ()))
    named = Campaign.load(campaign) if campaign is not None and batch is None else None
    passing = Passing(unverified, accept_drift, dry_run, by)
    errand = Errand(path, endpoint, batch, limit, parse_canary(canary), plugins, unknown, tuple(go or ()), by)
    if not may_pass(face, endpoint, campaigns_of(workspace, batch, named), batch, passing):
        raise typer.Exit(tell_held(face, errand, "drift"))
    if batch is not None and not may_go(face, batch, path, endpoint, go or ()) and not dry_run:
        face.say("Nothing was put and nothing was sent.")
        raise typer.Exit(tell_held(face, errand, "guard"))
    raise typer.Exit(run_errand(face, errand, dry_run=dry_run))


def parse_canary(text: str) -> tuple[int, ...]:
    """Read the sizes of the first releases.

    >>> parse_canary("1, 10"), parse_canary("0")
    ((1, 10), ())
    """
    from omoto_kit.errors import SettingsError

    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise SettingsError(f"--canary {text!r} is no list of numbers.", advice='Write it as --canary "1,10".')
    return tuple(size for size in sizes if size)
