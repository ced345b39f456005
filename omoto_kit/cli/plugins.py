"""`omoto plugins`: which plugins there are, and which files of the workspace may run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.options import Json
from omoto_kit.cli.output import Face

__all__ = ["plugins_app"]

plugins_app = typer.Typer(help="List plugins, and trust those of the workspace.", no_args_is_help=True)


@plugins_app.command("list")
def list_plugins(*, as_json: Json = False) -> None:
    """List each plugin with its state and steps, without running any of them."""
    from omoto_kit.journey import Workspace, load_listing

    face = Face(as_json)
    listing = load_listing(Workspace.find())
    for entry in listing:
        face.event("plugin", **{key: value for key, value in asdict(entry).items() if key != "source"})
    rows = ([e.name, e.kind, e.state, ", ".join(e.steps), e.version, e.where] for e in listing)
    face.table("Plugins", ["plugin", "from", "state", "steps", "version", "where"], rows)
    if any(entry.state in ("untrusted", "changed") for entry in listing):
        face.say("An untrusted or changed file is not run. Read it, then: omoto plugins trust FILE")


@plugins_app.command()
def trust(file: Annotated[Path, typer.Argument(help="A one-file plugin that you have read.")]) -> None:
    """Let this file run as a plugin, as it is now; a later change asks again."""
    from omoto_kit.plugins import Trust

    Trust.default().add(file)
    Face().say(f"{file} may run, as it is now.")
