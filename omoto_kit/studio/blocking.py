"""What keeps a push from starting, in one sentence: nothing to send, a guard, other campaigns' rows, the sign-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omoto_kit.batch import Batch
from omoto_kit.journey.gate import Gate
from omoto_kit.journey.history import put_before
from omoto_kit.studio.holding import Holding
from omoto_kit.studio.receipts import source_of

if TYPE_CHECKING:
    from omoto_kit.studio.desk import Desk

__all__ = ["blocked"]


def blocked(holding: Holding, batch: Batch | None, gate: Gate | None, refusal: str) -> str:
    """Say what holds the push; empty where it may start."""
    if refusal:
        return refusal
    if holding.desk.sending.running:
        return "It is sending."
    if nothing := _nothing_to_send(holding, batch):
        return nothing
    return "" if holding.desk.state.sandbox else _held_live(holding, batch, gate)


def _nothing_to_send(holding: Holding, batch: Batch | None) -> str:
    if holding.desk.state.counts.get("queued"):
        return ""
    if batch is None or not batch.counts()["ready"]:
        return "Nothing is ready, and nothing waits."
    return "Every row of this batch was put already, and nothing waits." if holding.is_put(batch) else ""


def _held_live(holding: Holding, batch: Batch | None, gate: Gate | None) -> str:
    if codes := _guards_on(holding, batch):
        return f"The batch looks wrong as a whole: {', '.join(codes)}. Say go to each, or mend it."
    if others := _of_other_campaigns(holding.desk):
        return f"Responses of {others} wait at this endpoint and would go, too. Push or cancel them on their own."
    if not holding.accepts and gate is not None and gate.drifted:
        return "The batch or the contract differs from what Omoto verified. Accept it, or have a new pack verified."
    return "" if holding.armed else f"Type the campaign id {holding.desk.campaign.id} to arm the live endpoint."


def _guards_on(holding: Holding, batch: Batch | None) -> list[str]:
    """Name the guards to which nobody said go; what was put at the endpoint before was let go then."""
    if batch is None or put_before(batch, holding.desk.outbox_path, holding.desk.endpoint()):
        return []
    return [guard.code for guard in batch.guards if guard.holds and guard.code not in holding.go]


def _of_other_campaigns(desk: Desk) -> str:
    """Name the other campaigns of which something is queued at the endpoint; empty where there are none."""
    if not desk.state.counts.get("queued"):
        return ""
    endpoint, mine = desk.endpoint(), desk.campaign.id
    with desk.outbox() as box:
        named = {
            f"campaign {one['campaign']}"
            for one in box.sources()
            if one["campaign"] != mine and box.counts(endpoint, source_of(one))["queued"]
        }
    return ", ".join(sorted(named))
