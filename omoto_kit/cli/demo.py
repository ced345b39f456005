"""`omoto demo`: the whole road on the example, against the built-in sandbox, with things going wrong on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omoto_kit.cli.options import Given
from omoto_kit.cli.output import Face

__all__ = ["demo"]

#: What the sandbox does to the demo: the 57th reply is lost, the 103rd response is refused.
FAULTS = "drop@57,400@103"


def demo(
    folder: Annotated[Path, typer.Option("--in", metavar="FOLDER", help="Where to write the example.")] = Path(
        "omoto-demo"
    ),
) -> None:
    """Take a messy file to a receipt for every row, against the built-in sandbox. Again: nothing is sent twice."""
    from omoto_kit.cli import preparing, showing
    from omoto_kit.cli.sending import Errand, run_errand
    from omoto_kit.delivery import Outbox
    from omoto_kit.journey import built_in, init_workspace
    from omoto_kit.plugins import Trust
    from omoto_kit.sandbox import Sandbox

    face = Face()
    init_workspace(folder, Trust.default())
    file = folder / "data" / "kiosk-april.csv"
    contract = folder / "campaigns" / "store-visit.toml"
    outbox, log, table = folder / "outbox.db", folder / "sandbox.jsonl", folder / "receipts.csv"
    face.say("[bold]1. Read, compose, enrich, validate[/]", "")
    prepared = preparing.prepare_file(str(file), Given(contract, folder=folder))
    showing.show_prepared(face, prepared)
    face.say("", "[bold]2. Put and push[/]  (on the way the sandbox loses one reply and refuses one response)", "")
    endpoint = built_in(Sandbox(campaigns=(prepared.batch.campaign.id,), faults=FAULTS, log=log))
    run_errand(face, Errand(outbox, endpoint, prepared.batch, plugins=prepared.plugins))
    face.say("", "[bold]3. What a person should do next[/]", "")
    with Outbox(outbox) as box:
        showing.advise(face, box, folder, file)
        box.export(table)
    face.say("", "[bold]4. What lies there now[/]", "")
    left = {
        outbox: "the outbox: every response, try and receipt",
        log: "what the sandbox took, a jsonbody a line",
        table: "a receipt for every response, for a spreadsheet",
        file: "the messy file",
        contract: "the contract, with a comment on each line",
    }
    for path, what in left.items():
        face.paragraph(f"{path!s:40}  {what}")
    face.say("", "Run it again: nothing is sent twice.")
