"""The screen Push: what is ready, what holds it, the run, and what a person decides afterwards."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Filter
from omoto_kit.errors import OmotoError, UsageError
from omoto_kit.journey.gate import Gate, accept_drift, examine
from omoto_kit.journey.history import guarded, put_before
from omoto_kit.receipt import State
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.receipts import source_of
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.state import target_word
from omoto_kit.studio.wording import on_screen

__all__ = ["PushScreen"]

#: So many unknown and rejected responses are listed here; the screen History has them all.
LISTED = 50
CANARY = (1, 10)


class PushScreen(Screen):
    """Put, send, pause, cancel, resume, decide."""

    name: ClassVar[str] = "push"
    quiet: ClassVar[frozenset[str]] = frozenset({"progress"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.canary: tuple[int, ...] = CANARY
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

    def view(self) -> dict[str, Any]:
        """Give counts, what holds the batch, the run, and what waits for a decision."""
        desk = self.desk
        if not desk.sending.running:
            desk.refresh()
        state, endpoint = desk.state, desk.endpoint()
        batch = self._guarded()
        gate, refusal = self._gate(batch)
        return {
            "target": {
                "name": state.target,
                "word": target_word(state),
                "place": str(endpoint),
                "sandbox": state.sandbox,
            },
            "campaign": desk.campaign.id,
            "batch": batch and {"name": batch.source.name, **batch.counts(), "put": self._is_put(batch)},
            "counts": dict(state.counts),
            "guards": [guard.as_json() | {"let_go": guard.code in self.go} for guard in batch.guards] if batch else [],
            "gate": _told(gate) if gate else None,
            "refusal": refusal,
            "armed": self.armed or state.sandbox,
            "canary": ", ".join(map(str, self.canary)),
            "accepts": self.accepts,
            "run": desk.sending.look(),
            "unknown": self._listed(State.UNKNOWN),
            "rejected": self._listed(State.REJECTED),
            "blocked": self._blocked(batch, gate, refusal),
        }

    def code(self) -> str:
        """Give the lines that put the batch and send it."""
        desk = self.desk
        return "\n".join(
            [
                f"with omoto.Outbox({str(desk.outbox_path)!r}) as outbox:",
                f"    endpoint = omoto.Endpoint.load({desk.state.target!r})",
                *([] if desk.state.batch is None else ["    outbox.put(batch, to=endpoint)"]),
                f"    for receipt in outbox.push(endpoint, campaign=campaign, canary={self.canary}):",
                "        print(receipt)",
            ]
        )

    # What a person can do

    def act_progress(self) -> dict[str, Any]:
        """Look how far the run is; the counts are the outbox's own."""
        run = self.desk.sending.look()
        counts = self.desk.counts(self.desk.endpoint())
        if not run["running"]:
            self.desk.sending.end()
            self.desk.refresh()
        return {"run": run, "counts": counts}

    def act_arm(self, text: str) -> None:
        """Arm a live endpoint, by typing the campaign's id. Raises UsageError where it is not that."""
        if text.strip() != self.desk.campaign.id:
            raise UsageError(
                "That is not this campaign's id.", advice=f"Type {self.desk.campaign.id} to arm the live endpoint."
            )
        self._armed = self._aimed()

    def act_canary(self, text: str) -> None:
        """Choose the sizes of the first releases: "1, 10". Raises UsageError for anything but numbers."""
        try:
            sizes = tuple(int(part) for part in text.split(",") if part.strip())
        except ValueError:
            sizes = (-1,)
        if any(size < 0 for size in sizes):
            raise UsageError(
                f"{text!r} is no list of numbers.", advice='Write it like "1, 10"; "0" releases all at once.'
            )
        self.canary = tuple(size for size in sizes if size)

    def act_let_go(self, code: str) -> None:
        """Say go to one guard over the batch, or take that back."""
        self.go = tuple(one for one in self.go if one != code) if code in self.go else (*self.go, code)

    def act_accept(self) -> None:
        """Accept what differs from the sign-off; it is recorded when the push starts."""
        self._accepted = None if self.accepts else self._at_hand()

    def act_start(self) -> None:
        """Put the batch, where there is one, and send what is queued in a thread of its own.

        Raises UsageError while something holds it.
        """
        desk = self.desk
        batch = self._guarded()
        gate, refusal = self._gate(batch)
        blocked = self._blocked(batch, gate, refusal)
        if blocked:
            raise UsageError(blocked)
        if gate is not None and gate.drifted and gate.live:
            source = batch.source.name if batch is not None else "what waits in the outbox"
            accept_drift(gate, desk.who, source)
            self._accepted = None
        if batch is not None:
            with desk.outbox() as box:
                box.put(batch, to=desk.endpoint(), go=self.go, who=desk.who, why="let go in the studio")
            self._put = (batch.values, desk.state.target)
        desk.sending.start(desk.endpoint(), self.canary)
        self._armed = None
        desk.refresh()

    def act_pause(self) -> None:
        """Finish the response on the wire, and stop."""
        self.desk.sending.pause()

    def act_cancel(self) -> dict[str, int]:
        """Never send what still waits."""
        cancelled = self.desk.sending.cancel("cancelled in the studio")
        self.desk.refresh()
        return {"cancelled": cancelled}

    def act_decide(self, ids: list[int], word: Literal["delivered", "resend", "cancel"], why: str) -> int:
        """Decide what became of unknown responses. Raises UsageError where no reason is given."""
        if not why.strip():
            raise UsageError("A decision needs a reason.", advice="Say how you know, such as: seen in Omoto's list.")
        with self.desk.outbox() as box:
            done = box.decide(ids, word, who=self.desk.who, why=why.strip())
        self.desk.refresh()
        return done

    # How it is shown

    def _guarded(self) -> Batch | None:
        """Look at the batch against earlier ones; once for each batch and endpoint."""
        batch = self.desk.state.batch
        if batch is None:
            return None
        target = self.desk.state.target
        if self._looked is None or self._looked[0] is not batch or self._looked[1] != target:
            self._looked = (batch, target, guarded(batch, self.desk.outbox_path, self.desk.endpoint()))
            self.go = ()
        return self._looked[2]

    def _aimed(self) -> tuple[str, str, int]:
        return self.desk.campaign.id, self.desk.state.target, self.desk.choices_made

    def _at_hand(self) -> tuple[Batch | None, Campaign, str]:
        """Give what a person looks at when they accept it."""
        return self.desk.state.batch, self.desk.campaign, self.desk.state.target

    def _is_put(self, batch: Batch) -> bool:
        """Tell whether this very batch lies in the outbox already, as it is now."""
        return self._put is not None and self._put[0] is batch.values and self._put[1] == self.desk.state.target

    def _gate(self, batch: Batch | None) -> tuple[Gate | None, str]:
        """Hold the batch against the sign-off; where a live endpoint may not start at all, say why."""
        try:
            return examine(self.desk.campaign, self.desk.endpoint(), batch), ""
        except OmotoError as error:
            return None, on_screen(f"{error.what} {error.advice}".strip())

    def _blocked(self, batch: Batch | None, gate: Gate | None, refusal: str) -> str:
        """Say what holds the push; empty where it may start."""
        state = self.desk.state
        if refusal:
            return refusal
        if self.desk.sending.running:
            return "It is sending."
        if not state.counts.get("queued"):
            if batch is None or not batch.counts()["ready"]:
                return "Nothing is ready, and nothing waits."
            if self._is_put(batch):
                return "Every row of this batch was put already, and nothing waits."
        if state.sandbox:
            return ""
        return self._held_live(batch, gate)

    def _held_live(self, batch: Batch | None, gate: Gate | None) -> str:
        if batch is not None and not put_before(batch, self.desk.outbox_path, self.desk.endpoint()):
            holding = [guard.code for guard in batch.guards if guard.holds and guard.code not in self.go]
            if holding:
                return f"The batch looks wrong as a whole: {', '.join(holding)}. Say go to each, or mend it."
        if others := self._of_other_campaigns():
            return f"Responses of {others} wait at this endpoint and would go, too. Push or cancel them on their own."
        if gate is not None and gate.drifted and not self.accepts:
            return "The batch or the contract differs from what Omoto verified. Accept it, or have a new pack verified."
        return "" if self.armed else f"Type the campaign id {self.desk.campaign.id} to arm the live endpoint."

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

    def _listed(self, state: State) -> list[dict[str, Any]]:
        if not self.desk.state.counts.get(state.value):
            return []
        with self.desk.outbox() as box:
            wanted = Filter(states=[state], endpoint=self.desk.endpoint().identity)
            return [receipt.as_json() for receipt in box.page(wanted, size=LISTED).receipts]


def _told(gate: Gate) -> dict[str, Any]:
    return {
        "by": gate.signoff.by if gate.signoff else "",
        "on": str(gate.signoff.on) if gate.signoff else "",
        "changes": [str(change) for change in gate.changes],
        "drifts": [str(drift) for drift in gate.drifts],
        "local": [str(change) for change in gate.local],
        "live": gate.live,
    }
