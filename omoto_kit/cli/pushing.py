"""The way of a push from what a person said to its errand: prepare, pass the gate and the guards, then send."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from omoto_kit.campaign import Campaign
from omoto_kit.cli.gate import campaigns_of, may_pass
from omoto_kit.cli.guarding import may_go
from omoto_kit.cli.output import Face
from omoto_kit.cli.parsing import parse_canary
from omoto_kit.cli.pushable import make_ready
from omoto_kit.cli.sending import Errand, run_errand, tell_held
from omoto_kit.cli.wanted import PushWanted, Target
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.journey import Workspace, load_endpoint
from omoto_kit.sandbox import Sandbox

__all__ = ["push_wanted"]


def push_wanted(face: Face, wanted: PushWanted, target: Target) -> int:
    """Prepare, examine, put and send; give the exit code."""
    workspace, canary = Workspace.find(), parse_canary(target.canary)
    path, said = target.outbox or workspace.outbox, wanted.passing
    endpoint = _endpoint(face, workspace, target, log=None if said.dry_run else path.with_suffix(".sandbox.jsonl"))
    ready = make_ready(face, wanted, path, endpoint)
    batch, go = ready.batch, tuple(wanted.go or ())
    errand = Errand(path, endpoint, batch, target.limit, canary, ready.plugins, target.unknown, go, said.by)
    contract = wanted.given.campaign
    named = Campaign.load(contract) if contract is not None and batch is None else None
    campaigns = campaigns_of(workspace, batch, named)
    if not may_pass(face, endpoint, campaigns, ready, said):
        return tell_held(face, errand, "drift")
    if batch is not None and not may_go(face, batch, path, endpoint, go) and not said.dry_run:
        face.say("Nothing was put and nothing was sent.")
        return tell_held(face, errand, "guard")
    return run_errand(face, errand, dry_run=said.dry_run)


def _endpoint(face: Face, workspace: Workspace, target: Target, log: Path | None) -> HttpEndpoint:
    """Load the endpoint; a person at a terminal may be asked for its key."""
    prompt = getpass.getpass if sys.stdin.isatty() and not face.as_json else None
    stand_in = Sandbox(log=log)
    return load_endpoint(target.to, workspace, allow_http=target.allow_http, prompt=prompt, sandbox=stand_in)
