"""`omoto push`: put a file's ready rows into the outbox and send them one at a time; without a file, resume."""

from __future__ import annotations

import typer

from omoto_kit.cli.options import Json
from omoto_kit.cli.output import Face
from omoto_kit.cli.records import takes_records
from omoto_kit.cli.wanted import PushWanted, Target

__all__ = ["push"]


@takes_records
def push(wanted: PushWanted, target: Target, *, as_json: Json = False) -> None:
    """Send the ready rows of FILEs, each at most once; held rows wait. Started again, it goes on where it stopped."""
    from omoto_kit.cli.pushing import push_wanted

    raise typer.Exit(push_wanted(Face(as_json), wanted, target))
