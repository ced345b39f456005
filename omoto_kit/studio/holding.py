"""Holding: what keeps a push from starting, and what a person says to it. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.errors import OmotoError, UsageError
from omoto_kit.journey.gate import Gate, accept_drift, examine
from omoto_kit.journey.history import guarded, put_before
from omoto_kit.studio.receipts import source_of
from omoto_kit.studio.wording import on_screen

if TYPE_CHECKING:
    from omoto_kit.studio.desk import Desk

__all__ = ["Holding"]


class Holding:
    """What holds the push of one desk: guards, the sign-off, other campaigns' rows, and the arming of a live endpoint.

    `go` names the guards to which a person said go, for the batch that lies on the desk.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.go: tuple[str, ...] = ()
        self._armed: tuple[str, str, int] | None = None
        self._accepted: tuple[Batch | None, Campaign, str] | None = None
        self._looked: tuple[Batch, str, Batch] | None = None
        self._put: tuple[pl.DataFrame, str] | None = None

    @property
    def armed(self) -> bool:
        """Whether this campaign was armed for this endpoint; who chose another of either meanwhile must arm anew."""
        return self._armed == self._aimed()

    @property
    def accepts(self) -> bool:
        """Whether a person accepted what differs from the sign-off, for what lies on the desk now."""
        return self._accepted is not None and all(
            one is other for one, other in zip(self._accepted, self._at_hand(), strict=True)
        )

    def guarded(self) -> Batch | None:
        """Look at the batch against earlier ones; once for each batch and endpoint."""
        batch = self.desk.state.batch
        if batch is None:
            return None
        target = self.desk.state.target
        if self._looked is None or self._looked[0] is not batch or self._looked[1] != target:
            self._looked = (batch, target, guarded(batch, self.desk.outbox_path, self.desk.endpoint()))
            self.go = ()
        return self._looked[2]

    def is_put(self, batch: Batch) -> bool:
        """Tell whether this very batch lies in the outbox already, as it is now."""
        return self._put is not None and self._put[0] is batch.values and self._put[1] == self.desk.state.target

    def gate(self, batch: Batch | None) -> tuple[Gate | None, str]:
        """Hold the batch against the sign-off; where a live endpoint may not start at all, say why."""
        try:
            return examine(self.desk.campaign, self.desk.endpoint(), batch), ""
        except OmotoError as error:
            return None, on_screen(f"{error.what} {error.advice}".strip())

    def blocked(self, batch: Batch | None, gate: Gate | None, refusal: str) -> str:
        """Say what holds the push; empty where it may start."""
        if refusal:
            return refusal
        if self.desk.sending.running:
            return "It is sending."
        if nothing := self._nothing_to_send(batch):
            return nothing
        return "" if self.desk.state.sandbox else self._held_live(batch, gate)

    # What a person says to it

    def arm(self, text: str) -> None:
        """Arm a live endpoint, by the campaign's id. Raises UsageError where it is not that."""
        mine = self.desk.campaign.id
        if text.strip() != mine:
            raise UsageError("That is not this campaign's id.", advice=f"Type {mine} to arm the live endpoint.")
        self._armed = self._aimed()

    def disarm(self) -> None:
        """Let nothing be armed any more: what was armed was one start."""
        self._armed = None

    def let_go(self, code: str) -> None:
        """Say go to one guard over the batch, or take that back."""
        self.go = tuple(one for one in self.go if one != code) if code in self.go else (*self.go, code)

    def accept(self) -> None:
        """Accept what differs from the sign-off, or take that back; it is recorded when the push starts."""
        self._accepted = None if self.accepts else self._at_hand()

    def record(self, gate: Gate | None, batch: Batch | None) -> None:
        """Write down that what differs from the sign-off was accepted, where a live push starts with it."""
        if gate is not None and gate.drifted and gate.live:
            accept_drift(gate, self.desk.who, batch.source.name if batch is not None else "what waits in the outbox")
            self._accepted = None

    def was_put(self, batch: Batch) -> None:
        """Take note that this batch lies in the outbox."""
        self._put = (batch.values, self.desk.state.target)

    # How it is known

    def _aimed(self) -> tuple[str, str, int]:
        return self.desk.campaign.id, self.desk.state.target, self.desk.choices_made

    def _at_hand(self) -> tuple[Batch | None, Campaign, str]:
        """Give what a person looks at when they accept it."""
        return self.desk.state.batch, self.desk.campaign, self.desk.state.target

    def _nothing_to_send(self, batch: Batch | None) -> str:
        if self.desk.state.counts.get("queued"):
            return ""
        if batch is None or not batch.counts()["ready"]:
            return "Nothing is ready, and nothing waits."
        return "Every row of this batch was put already, and nothing waits." if self.is_put(batch) else ""

    def _held_live(self, batch: Batch | None, gate: Gate | None) -> str:
        if holding := self._guards_on(batch):
            return f"The batch looks wrong as a whole: {', '.join(holding)}. Say go to each, or mend it."
        if others := self._of_other_campaigns():
            return f"Responses of {others} wait at this endpoint and would go, too. Push or cancel them on their own."
        if gate is not None and gate.drifted and not self.accepts:
            return "The batch or the contract differs from what Omoto verified. Accept it, or have a new pack verified."
        return "" if self.armed else f"Type the campaign id {self.desk.campaign.id} to arm the live endpoint."

    def _guards_on(self, batch: Batch | None) -> list[str]:
        """Name the guards to which nobody said go; what was put at the endpoint before was let go then."""
        if batch is None or put_before(batch, self.desk.outbox_path, self.desk.endpoint()):
            return []
        return [guard.code for guard in batch.guards if guard.holds and guard.code not in self.go]

    def _of_other_campaigns(self) -> str:
        """Name the other campaigns of which something is queued at the endpoint; empty where there are none."""
        if not self.desk.state.counts.get("queued"):
            return ""
        endpoint, mine = self.desk.endpoint(), self.desk.campaign.id
        with self.desk.outbox() as box:
            named = {
                f"campaign {one['campaign']}"
                for one in box.sources()
                if one["campaign"] != mine and box.counts(endpoint, source_of(one))["queued"]
            }
        return ", ".join(sorted(named))
