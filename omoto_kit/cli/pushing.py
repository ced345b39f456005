"""The way of a push from what a person said to its errand: prepare, pass the gate and the guards, then send."""

from __future__ import annotations

import getpass
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from omoto_kit.campaign import Campaign
from omoto_kit.cli.gate import campaigns_of, may_pass
from omoto_kit.cli.guarding import may_go
from omoto_kit.cli.output import Face
from omoto_kit.cli.pushable import Wanted, make_ready
from omoto_kit.cli.sending import Errand, run_errand, tell_held
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.errors import SettingsError
from omoto_kit.journey import Workspace, load_endpoint
from omoto_kit.sandbox import Sandbox

__all__ = ["Target", "push_wanted"]


@dataclass(frozen=True)
class Target:
    """Where it is to go, by which outbox, and how."""

    to: str
    outbox: Path | None = None
    limit: int | None = None
    canary: str = "1,10"
    unknown: Literal["ask", "always", "never"] = "ask"
    allow_http: bool = False


def push_wanted(face: Face, wanted: Wanted, target: Target) -> int:
    """Prepare, examine, put and send; give the exit code."""
    workspace, canary = Workspace.find(), parse_canary(target.canary)
    path, said = target.outbox or workspace.outbox, wanted.passing
    endpoint = _endpoint(face, workspace, target, log=None if said.dry_run else path.with_suffix(".sandbox.jsonl"))
    ready = make_ready(face, wanted, path, endpoint)
    batch = ready.batch
    errand = Errand(path, endpoint, batch, target.limit, canary, ready.plugins, target.unknown, wanted.go, said.by)
    contract = wanted.given.campaign
    named = Campaign.load(contract) if contract is not None and batch is None else None
    campaigns = campaigns_of(workspace, batch, named)
    if not may_pass(face, endpoint, campaigns, batch, replace(said, watch=ready.watch)):
        return tell_held(face, errand, "drift")
    if batch is not None and not may_go(face, batch, path, endpoint, wanted.go) and not said.dry_run:
        face.say("Nothing was put and nothing was sent.")
        return tell_held(face, errand, "guard")
    return run_errand(face, errand, dry_run=said.dry_run)


def _endpoint(face: Face, workspace: Workspace, target: Target, log: Path | None) -> HttpEndpoint:
    """Load the endpoint; a person at a terminal may be asked for its key."""
    prompt = getpass.getpass if sys.stdin.isatty() and not face.as_json else None
    stand_in = Sandbox(log=log)
    return load_endpoint(target.to, workspace, allow_http=target.allow_http, prompt=prompt, sandbox=stand_in)


def parse_canary(text: str) -> tuple[int, ...]:
    """Read the sizes of the first releases.

    >>> parse_canary("1, 10"), parse_canary("0")
    ((1, 10), ())
    """
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (-1,)
    if any(size < 0 for size in sizes):
        raise SettingsError(f"--canary {text!r} is no list of numbers.", advice='Write it as --canary "1,10".')
    return tuple(size for size in sizes if size)
