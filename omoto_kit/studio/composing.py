"""Composer: the draft on the desk, checked as it is typed, and put when it is right. No widget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from omoto_kit.batch import Batch
from omoto_kit.delivery import Outbox
from omoto_kit.errors import UsageError
from omoto_kit.journey.gate import Gate, examine, examine_mended
from omoto_kit.receipt import Receipt, State
from omoto_kit.studio.drafting import Draft, check, sealed, started_from

if TYPE_CHECKING:
    from omoto_kit.studio.desk import Desk

__all__ = ["Composed", "Composer"]

KEPT = "draft"


@dataclass(frozen=True)
class Composed:
    """What came of a response that was composed."""

    receipt: Receipt = field(repr=False)
    warning: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give what the form shows of it."""
        told = self.receipt.as_json()
        return {name: told[name] for name in ("id", "state", "endpoint", "reply", "reason")} | {"warning": self.warning}


class Composer:
    """Holds the draft of one desk. It is kept on disk after each change, so that a new kernel goes on with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._checked: tuple[Any, Batch, tuple[str, str]] | None = None
        self.last: Composed | None = None
        self.draft = _kept(desk.shelf.load().get(KEPT))

    def set(self, draft: Draft) -> None:
        """Take another draft, and keep it."""
        self.draft = draft
        values = {name: value if isinstance(value, str) else list(value) for name, value in draft.values.items()}
        kept = {"id": draft.id, "values": values, "origin": draft.origin, "mends": draft.mends, "key": draft.key}
        self._desk.shelf.keep(KEPT, kept if values else None)
        self._desk.tell()

    def checked(self) -> Batch:
        """Give the draft as a checked batch of one row; made anew only where something changed."""
        plugins = self._desk.plugins
        now = (self.draft, self._desk.campaign, id(plugins))
        if self._checked is None or self._checked[0] != now:
            batch = check(self.draft, self._desk.campaign, plugins)
            self._checked = (now, batch, sealed(batch))
        return self._checked[1]

    def sealed(self) -> tuple[str, str]:
        """Give jsonheader and jsonbody of the draft, as they would be sent."""
        self.checked()
        return self._checked[2] if self._checked is not None else ("", "")

    def start_from(self, number: int, *, mends: bool) -> None:
        """Start from an earlier response. Raises UsageError where its body is gone."""
        with self._desk.outbox() as box:
            body, receipt = box.body(number), box.receipt(number)
        if body is None:
            raise UsageError(f"The body of response {number} is not there any more.", advice="Begin anew.")
        draft = started_from(body, self._desk.campaign, origin=f"response {number}")
        self.set(replace(draft, mends=number, key=receipt.identity or "") if mends else draft)

    def put(self, *, send: bool) -> Composed:
        """Put the draft into the outbox, and send it where that is asked and nothing waits before it.

        A draft that mends a response takes its place. Raises UsageError while something holds it.
        """
        batch, desk = self.checked(), self._desk
        if batch.counts()["held"]:
            raise UsageError("This response has errors, so it cannot be sent.", advice="Mend what is marked.")
        with desk.outbox() as box:
            endpoint = desk.endpoint()
            before = box.counts(endpoint=endpoint)["queued"] if send else 0
            receipt = self._into(box, batch)
            if send and not before and receipt.state is State.QUEUED:
                campaign = desk.campaign
                receipt = next(iter(box.push(endpoint, campaign=campaign, plugins=desk.plugins, limit=1)), receipt)
        self.last = Composed(receipt, _warning_of(receipt, before))
        self.set(Draft())
        desk.refresh()
        return self.last

    def _into(self, box: Outbox, batch: Batch) -> Receipt:
        """Put the draft, or mend the response that it mends. Raises UsageError where it was not verified."""
        desk, mends = self._desk, self.draft.mends
        if mends is not None:
            _refuse_drift(examine_mended(box, mends, batch), "omoto outbox fix ... --accept-drift")
            return box.mend(mends, batch, who=desk.who, why="mended in the form")
        endpoint = desk.endpoint()
        _refuse_drift(examine(desk.campaign, endpoint, batch, required=False), "omoto push ... --accept-drift")
        return next(box.receipts(source=box.put(batch, to=endpoint).source))


def _warning_of(receipt: Receipt, before: int) -> str:
    """Say why a response was not sent at once: it corrects one that Omoto may have, or others wait `before` it."""
    if receipt.corrects is not None:
        return (
            f"Response {receipt.corrects} may be at Omoto already. Omoto has no update: this would be a second "
            "one. It is held; release it on the screen History, and ask Omoto to remove the first."
        )
    return f"{before:,} others wait before it, so it is queued. The screen Push sends them all." if before else ""


def _refuse_drift(gate: Gate, accepting: str) -> None:
    """Raise UsageError where a live endpoint would get what was not verified; `accepting` is how to let it through."""
    if gate.live and gate.drifts:
        what = f"This holds what was not verified: {'; '.join(map(str, gate.drifts))}."
        raise UsageError(what, advice=f"Let a new pack be verified, or accept it on the command line: {accepting}.")


def _kept(value: Any) -> Draft:
    """Take up a draft that was kept; a damaged one is none."""
    if not isinstance(value, dict) or not isinstance(value.get("values"), dict):
        return Draft()
    values = {
        str(name): one if isinstance(one, str) else tuple(map(str, one))
        for name, one in value["values"].items()
        if isinstance(one, str | list)
    }
    mends = value.get("mends")
    number = mends if isinstance(mends, int) else None
    return Draft(str(value.get("id")), values, str(value.get("origin", "")), number, str(value.get("key", "")))
