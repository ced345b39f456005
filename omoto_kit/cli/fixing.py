"""`omoto outbox fix`: one response mended by hand, checked by the contract, and put again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.cli import showing
from omoto_kit.cli.gate import passes
from omoto_kit.cli.options import person
from omoto_kit.cli.output import Face
from omoto_kit.cli.wanted import FixWanted, Passing
from omoto_kit.errors import UsageError
from omoto_kit.journey import Workspace, load_plugins, reopen
from omoto_kit.journey.gate import examine_mended
from omoto_kit.plugins import Plugins
from omoto_kit.receipt import Receipt, State
from omoto_kit.validation import apply_fix

__all__ = ["fix_response"]


def fix_response(face: Face, number: int, wanted: FixWanted, outbox: Path | None) -> int:
    """Mend one response and put it again; 1 where it is held all the same, or holds what was not verified."""
    workspace, who = Workspace.find(), person(wanted.who)
    campaign = Campaign.load(workspace.campaign_file(wanted.campaign))
    plugins = load_plugins(workspace, tuple(wanted.plugin or ()))
    with showing.open_outbox(outbox) as box:
        batch = _mended(reopen(box, number, campaign, plugins), wanted.settings, who, plugins)
        showing.tell_problems(face, batch)
        gate = examine_mended(box, number, batch)
        if gate.drifted and not passes(face, gate, f"response {number}", Passing(accept=wanted.accept, by=who)):
            return 1
        receipt = box.mend(number, batch, who=who, why=wanted.why)
    _tell(face, number, receipt, batch)
    return 1 if receipt.state is State.HELD else 0


def _mended(batch: Batch, settings: Iterable[str], who: str, plugins: Plugins) -> Batch:
    """Set each field that was named, and check the row."""
    row = int(batch.values["row"][0])
    for setting in settings:
        field, sign, value = setting.partition("=")
        if not sign:
            raise UsageError(f"--set {setting!r} sets nothing.", advice='Write it as --set "npsrating=9".')
        batch = apply_fix(batch, row, field.strip(), value, by=who, plugins=plugins)
    return batch


def _tell(face: Face, number: int, receipt: Receipt, batch: Batch) -> None:
    """Say what became of it, and what to do next."""
    face.event("receipt", **receipt.as_json())
    if receipt.id == number:
        face.say(f"Response {number} is {receipt.state.value} now.")
    else:
        face.say(f"Omoto may have response {number} already, so {receipt.id} was made beside it, and is held.")
    for problem in batch.problems.iter_rows(named=True):
        face.paragraph(f"{problem['field']}: {problem['message']}")
    if receipt.state is State.QUEUED:
        face.say("Push to send it.")
    elif receipt.id != number and receipt.reason:
        face.paragraph(receipt.reason)
