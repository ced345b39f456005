"""Telling: the receipt of an outcome, and in words why a run stopped and how to go on."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.model import Parcel, Settlement
from omoto_kit.errors import RunStopped
from omoto_kit.receipt import Receipt
from omoto_kit.wire import Verdict

__all__ = ["receipt_of", "stopped"]

#: What to look at after a run that stopped, by the verdict that stopped it.
LOOK = {
    Verdict.REJECTED: "See what was sent with `omoto outbox show`, and mend the mapping.",
    Verdict.UNKNOWN: "See in Omoto whether they arrived, and decide with `omoto outbox decide`.",
    Verdict.REFUSED: "Check the endpoint's address and key.",
    Verdict.DEFERRED: "Check the network and the endpoint, or wait.",
}


def receipt_of(parcel: Parcel, settlement: Settlement, endpoint: HttpEndpoint, plugins: Any = None) -> Receipt:
    """Make the receipt of a written outcome, and show it to the plugins that watch."""
    receipt = Receipt(
        id=parcel.id,
        source=parcel.source,
        row=parcel.row,
        key=parcel.key,
        state=settlement.state,
        sheet=parcel.sheet,
        identity=parcel.identity,
        endpoint=endpoint.name,
        attempts=parcel.attempts + 1,
        at=datetime.fromtimestamp(settlement.ended, UTC),
        status=settlement.status,
        reply=settlement.reply,
        reason="; ".join(filter(None, (settlement.reason, parcel.note))),
        corrects=parcel.corrects,
    )
    if plugins is not None:
        plugins.call("after_send", receipt=receipt)
    return receipt


def stopped(why: str, verdict: Verdict, left: int, place: tuple[Path, HttpEndpoint]) -> RunStopped:
    """Say why a run stopped, what is left, what to look at, and the command that goes on."""
    outbox, endpoint = place
    rest = "Nothing is left in the queue." if not left else f"{left} are left in the queue."
    look = LOOK.get(verdict, "Look at the receipts.")
    advice = f"{look} Then go on with: omoto push --outbox {shlex.quote(str(outbox))} {endpoint.arguments}"
    return RunStopped(f"The push stopped: {why}. {rest}", left=left, where=str(endpoint), advice=advice)
