"""`omoto init`: write an example workspace that works at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.output import Face

__all__ = ["init"]


def init(folder: Annotated[Path, typer.Argument(help="Where to write it; made if it is not there.")] = Path()) -> None:
    """Write an example workspace: settings, a campaign contract, a unit list, a plugin and a file of messy answers."""
    from omoto_kit.journey import init_workspace
    from omoto_kit.plugins import Trust

    face = Face()
    written = init_workspace(folder, Trust.default())
    for path in written:
        face.say(f"wrote {path}")
    if not written:
        face.say("Every file of the example is there already; nothing was written.")
    place = "" if folder == Path() else f"cd {folder} && "
    face.say(f"Try it: {place}omoto check data/kiosk-april.csv")
