"""`omoto sandbox`: run the stand-in for Omoto."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.output import Face

__all__ = ["sandbox"]


def sandbox(
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8154,
    faults: Annotated[str, typer.Option(metavar="SPEC", help='Faults to make, such as "drop@7,400@12,429=2@20".')] = "",
    log: Annotated[Path | None, typer.Option(help="Append each accepted jsonbody to this file, a line each.")] = None,
    campaign: Annotated[list[str] | None, typer.Option(help="Know only this campaign id. May be repeated.")] = None,
    key: Annotated[str | None, typer.Option(help="Demand this api key; else any will do.")] = None,
) -> None:
    """Run the stand-in for Omoto until Ctrl-C: it checks, answers and shows what it got, and sends nothing on."""
    from omoto_kit.sandbox import Sandbox

    face = Face()
    server = Sandbox(port=port, key=key, campaigns=tuple(campaign or ()), faults=faults, log=log)

    def ready() -> None:
        face.say(f"[bold]SANDBOX[/] at {server.address}", f"what it got: {server.page}", "Ctrl-C ends it.")

    server.serve_forever(ready)
