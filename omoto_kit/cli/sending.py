"""The sending of one batch, or of what still waits, with progress, receipts and the account of every row."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from omoto_kit.batch import Batch, Parts
from omoto_kit.cli import showing
from omoto_kit.cli.options import person
from omoto_kit.cli.output import Face
from omoto_kit.delivery import HttpEndpoint, Outbox, Put
from omoto_kit.errors import OmotoError, OutboxError
from omoto_kit.plugins import Plugins
from omoto_kit.receipt import Receipt, State
from omoto_kit.response import Response

__all__ = ["Errand", "run_errand", "tell_held"]

NEEDS_A_PERSON = ("held", "rejected", "unknown")


@dataclass(frozen=True)
class Errand:
    """What to send where: an outbox, an endpoint, and a batch to put first, if any.

    `go` names the guards that a person lets the batch pass in spite of, `by` that person.
    """

    outbox: Path
    endpoint: HttpEndpoint
    batch: Batch | Parts | None = None
    limit: int | None = None
    canary: tuple[int, ...] = (1, 10)
    plugins: Plugins | None = None
    unknown: Literal["ask", "always", "never"] = "ask"
    go: tuple[str, ...] = ()
    by: str | None = None


def run_errand(face: Face, errand: Errand, *, dry_run: bool = False) -> int:
    """Put and push, tell a receipt for every row, and return the exit code."""
    if errand.batch is None and not errand.outbox.exists():
        advice = "Name a FILE to push, or the outbox that still holds responses: --outbox FILE."
        raise OutboxError("There is no such outbox to resume.", where=errand.outbox, advice=advice)
    if dry_run:
        with tempfile.TemporaryDirectory() as folder:
            copy = _copied(errand.outbox, Path(folder))
            return _rehearse(face, replace(errand, outbox=copy, go=("all",)))  # what holds it was told already
    with Outbox(errand.outbox) as box:
        put = _put(box, errand)
        _tell_endpoint(face, errand.endpoint)
        if put is not None:
            _tell_parted(face, put)
            _tell_settled(face, box, put)
        try:
            sent = _push(face, box, errand)
        except OmotoError as error:
            _summary(face, box, errand, put)
            face.fail(error)
            return error.exit_code
        except KeyboardInterrupt:
            _summary(face, box, errand, put)
            raise
        counts = _summary(face, box, errand, put, sent)
    return 1 if any(counts[state] for state in NEEDS_A_PERSON) else 0


def tell_held(face: Face, errand: Errand, reason: str) -> int:
    """Account for every row of a batch that was held as a whole: nothing was put, nothing was sent.

    `reason` is "drift" where it differs from what was verified, "guard" where a guard over the whole batch holds it.
    """
    counts = errand.batch.counts() if errand.batch is not None else {}
    endpoint = errand.endpoint
    face.event("summary", endpoint=endpoint.name, label=endpoint.label, **counts, put=0, sent=0, reason=reason)
    return 1


def _put(box: Outbox, errand: Errand) -> Put | None:
    """Put the batch, if there is one; who let it pass a guard is kept."""
    if errand.batch is None:
        return None
    who = person(errand.by) if errand.go else ""
    return box.put(errand.batch, to=errand.endpoint, go=errand.go, who=who, why="omoto push --go")


def _tell_parted(face: Face, put: Put) -> None:
    """Say which rows of other files wait now, since this one no longer brings their answers."""
    if put.parted:
        rows = "1 row" if put.parted == 1 else f"{put.parted} rows"
        face.say(
            f"[yellow]note[/] {rows} of other files repeated what this file said before. They are held: push those "
            "files again. `omoto outbox list --state held` shows which."
        )


def _tell_endpoint(face: Face, endpoint: HttpEndpoint) -> None:
    """Say in words where responses go."""
    built_in = endpoint.opener is not None
    where = "the built-in stand-in on this machine; nothing goes to Omoto" if built_in else str(endpoint)
    face.say(f"[bold]{endpoint.label}[/]: {where}")


def _push(face: Face, box: Outbox, errand: Errand) -> Counter[State]:
    """Send what is queued, a receipt at a time; Ctrl-C finishes the row on the wire and settles it."""
    waiting = box.counts(endpoint=errand.endpoint)["queued"]
    total = min(waiting, errand.limit) if errand.limit is not None else waiting
    campaign = errand.batch.campaign if errand.batch is not None else None
    sent: Counter[State] = Counter()
    run = box.push(
        errand.endpoint,
        campaign=campaign,
        limit=errand.limit,
        canary=errand.canary,
        unknown=errand.unknown,
        plugins=errand.plugins,
    )
    with face.progress("sending", total) as ticker, closing(run):
        run.on_note = ticker.note
        for receipt in run:
            ticker.step()
            sent[receipt.state] += 1
            tell_receipt(face, receipt, sent=True)
            if receipt.state is State.REJECTED:
                explain_rejected(face, box, receipt, errand.plugins)
    return sent


def explain_rejected(face: Face, box: Outbox, receipt: Receipt, plugins: Plugins | None) -> None:
    """Let plugins say what Omoto may have disliked; a plugin that fails at it is only told."""
    body = box.body(receipt.id)
    if plugins is None or not body:
        return
    for answer in plugins.call("explain_reject", response=Response.parse(body), reply=receipt.reply):
        said = answer.failure or str(getattr(answer.value, "why", "") or answer.value)
        face.event("explanation", id=receipt.id, row=receipt.row, plugin=answer.plugin, text=said)
        face.paragraph(f"row {receipt.row} was rejected. {answer.plugin} says: {said}")


def tell_receipt(face: Face, receipt: Receipt, *, sent: bool) -> None:
    """Print a receipt as a JSON line; `sent` tells whether this run sent it."""
    face.event("receipt", **receipt.as_json(), sent=sent)


def _tell_settled(face: Face, box: Outbox, put: Put) -> None:
    """Tell the receipts of rows that this run will not send: held, repeated, or settled before."""
    if not face.as_json:
        return
    for receipt in box.receipts(source=put.source):
        if receipt.state is not State.QUEUED:
            tell_receipt(face, receipt, sent=False)
    for row, receipt in box.duplicates(put.source):
        face.event("receipt", **receipt.as_json() | {"row": row, "state": "duplicate", "of": receipt.id}, sent=False)


def _summary(
    face: Face, box: Outbox, errand: Errand, put: Put | None, sent: Counter[State] | None = None
) -> dict[str, int]:
    """Account for every row of the source, or of the whole endpoint where an old run was resumed."""
    source = put.source if put is not None else None
    counts = box.counts(endpoint=errand.endpoint, source=source)
    posted = sum((sent or Counter()).values())
    name = errand.batch.source.name if errand.batch is not None else str(errand.outbox)
    face.event("summary", endpoint=errand.endpoint.name, label=errand.endpoint.label, **counts, sent=posted)
    showing.account(face, counts, f"Every row of {name}, at {errand.endpoint.name} ({errand.endpoint.label})")
    if sent is not None:
        face.say(f"Sent now: {posted}." if posted else "Nothing was sent now: nothing was waiting.")
    return counts


def _rehearse(face: Face, errand: Errand) -> int:
    """Do all but the sending, on a copy of the outbox."""
    with Outbox(errand.outbox) as box:
        put = _put(box, errand)
        counts = box.counts(endpoint=errand.endpoint, source=put.source if put is not None else None)
    face.event("summary", endpoint=errand.endpoint.name, label=errand.endpoint.label, **counts, sent=0, dry_run=True)
    showing.account(face, counts, f"Dry run for {errand.endpoint.name} ({errand.endpoint.label})")
    face.say(f"{counts['queued']} responses would be sent. Nothing was sent, and nothing on disk was changed.")
    return 1 if any(counts[state] for state in NEEDS_A_PERSON) else 0


def _copied(outbox: Path, folder: Path) -> Path:
    """Copy an outbox, with what its journal holds, so that a rehearsal leaves it alone."""
    for suffix in ("", "-wal"):
        part = outbox.with_name(outbox.name + suffix)
        if part.exists():
            shutil.copy(part, folder / part.name)
    return folder / outbox.name
