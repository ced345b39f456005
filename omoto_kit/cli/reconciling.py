"""`omoto outbox reconcile`: what plugins find out about responses whose reply was lost. A person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from omoto_kit.cli import showing
from omoto_kit.cli.output import Face
from omoto_kit.journey import Workspace, load_plugins
from omoto_kit.plugins import Answer
from omoto_kit.receipt import Receipt, State

__all__ = ["ask_plugins"]

#: What a plugin may answer, and the decision that fits.
FITTING = {"delivered": "delivered", "queued": "resend"}


def ask_plugins(face: Face, outbox: Path | None, ids: list[int] | None) -> int:
    """Ask for each unknown response, show the answers, and the commands that would follow them; 1 where any is open."""
    plugins = load_plugins(Workspace.find())
    with showing.open_outbox(outbox) as box:
        receipts = [one for one in box.receipts(states=[State.UNKNOWN]) if not ids or one.id in ids]
    found: dict[str, list[int]] = defaultdict(list)
    rows: list[list[str]] = []
    for receipt in receipts:
        answers = plugins.call("reconcile", receipt=receipt)
        rows += [_told(face, receipt, answer) for answer in answers]
        if decision := _fitting(answers):
            found[decision].append(receipt.id)
    face.table("", ["#id", "file", "#row", "plugin", "answer"], rows)
    if receipts and not rows:
        face.paragraph("No plugin knows of any. Look in Omoto, and decide: omoto outbox decide")
    for decision, numbers in found.items():
        listed = " ".join(map(str, numbers))
        face.paragraph(f'If you agree: {showing.command_name()} outbox decide {decision} {listed} --why "reconciled"')
    face.event("summary", unknown=len(receipts), answered=sum(len(numbers) for numbers in found.values()))
    return 1 if receipts else 0


def _told(face: Face, receipt: Receipt, answer: Answer) -> list[str]:
    """Tell one answer as an event, and give its line of the table."""
    text = answer.failure or str(answer.value)
    face.event("reconcile", id=receipt.id, row=receipt.row, plugin=answer.plugin, answer=text)
    return [str(receipt.id), receipt.source, str(receipt.row), answer.plugin, text]


def _fitting(answers: Iterable[Answer]) -> str | None:
    """Give the decision that fits what the plugins answered; None where they differ or know nothing."""
    said = {str(answer.value) for answer in answers if not answer.failure}
    return FITTING.get(said.pop()) if len(said) == 1 else None
