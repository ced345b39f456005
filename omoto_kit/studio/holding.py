"""Holding: what keeps a push from starting, and what a person says to it. No widget here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.errors import OmotoError, UsageError
from omoto_kit.journey.gate import Gate, accept_drift, examine
from omoto_kit.journey.history import guarded
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
