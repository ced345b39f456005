"""The screen Push: what is ready, what holds it, the run, and what a person decides afterwards."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from omoto_kit.delivery import Filter
from omoto_kit.errors import UsageError
from omoto_kit.journey.gate import Gate
from omoto_kit.receipt import State
from omoto_kit.studio.blocking import blocked
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.holding import Holding
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.state import target_word

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
        self.holding = Holding(desk)

    def view(self) -> dict[str, Any]:
        """Give counts, what holds the batch, the run, and what waits for a decision."""
        desk = self.desk
        if not desk.sending.running:
            desk.refresh()
        state, endpoint = desk.state, desk.endpoint()
        batch = self.holding.guarded()
        gate, refusal = self.holding.gate(batch)
        return {
            "target": {
                "name": state.target,
                "word": target_word(state),
                "place": str(endpoint),
                "sandbox": state.sandbox,
            },
            "campaign": desk.campaign.id,
            "batch": batch and {"name": batch.source.name, **batch.counts(), "put": self.holding.is_put(batch)},
            "counts": dict(state.counts),
            "guards": [guard.as_json() | {"let_go": guard.code in self.holding.go} for guard in batch.guards]
            if batch
            else [],
            "gate": _told(gate) if gate else None,
            "refusal": refusal,
            "armed": self.holding.armed or state.sandbox,
            "canary": ", ".join(map(str, self.canary)),
            "accepts": self.holding.accepts,
            "run": desk.sending.look(),
            "unknown": self._listed(State.UNKNOWN),
            "rejected": self._listed(State.REJECTED),
            "blocked": blocked(self.holding, batch, gate, refusal),
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
        self.holding.arm(text)

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
        self.holding.let_go(code)

    def act_accept(self) -> None:
        """Accept what differs from the sign-off; it is recorded when the push starts."""
        self.holding.accept()

    def act_start(self) -> None:
        """Put the batch, where there is one, and send what is queued in a thread of its own.

        Raises UsageError while something holds it.
        """
        desk = self.desk
        batch = self.holding.guarded()
        gate, refusal = self.holding.gate(batch)
        if held := blocked(self.holding, batch, gate, refusal):
            raise UsageError(held)
        self.holding.record(gate, batch)
        if batch is not None:
            with desk.outbox() as box:
                box.put(batch, to=desk.endpoint(), go=self.holding.go, who=desk.who, why="let go in the studio")
            self.holding.was_put(batch)
        desk.sending.start(desk.endpoint(), self.canary)
        self.holding.disarm()
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
