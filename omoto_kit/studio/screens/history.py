"""The screen History: what became of every response, and what a person does about it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from omoto_kit.delivery import Filter, HttpEndpoint, Outbox
from omoto_kit.errors import UsageError
from omoto_kit.receipt import Receipt, State
from omoto_kit.studio.charts import by_day, by_kind, by_unit, units_in
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.receipts import campaigns_in, campaigns_of, dossier, scale_of
from omoto_kit.studio.screens.screen import Screen

__all__ = ["HistoryScreen"]

SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; what is empty does not narrow. `campaign` None means the one that is chosen."""

    state: str = ""
    run: int | None = None
    unit: str = ""
    text: str = ""
    page: int = 0
    campaign: str | None = None


class HistoryScreen(Screen):
    """Receipts by run, outcome, unit and customer; one response in full; charts; the recall list."""

    name: ClassVar[str] = "history"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.wanted = Wanted()
        self.opened: int | None = None

    @property
    def campaign(self) -> str | None:
        """Id of the campaign whose responses are shown; None for those of all campaigns."""
        if self.wanted.campaign is not None:
            return self.wanted.campaign or None
        chosen = self.desk.state.campaign
        return chosen.id if chosen is not None else None

    def view(self) -> dict[str, Any]:
        """Give one page of receipts, the response that is open, and the charts."""
        desk = self.desk
        desk.refresh()
        state = desk.state
        wanted = {name: getattr(self.wanted, name) for name in ("state", "run", "unit", "text")}
        shown: dict[str, Any] = {
            "wanted": {**wanted, "campaign": self.campaign or ""},
            "target": state.target,
            "empty": not desk.outbox_path.exists() or not state.counts.get("rows"),
        }
        if shown["empty"]:
            return shown
        with desk.outbox() as box:
            return shown | self._page(box) | self._charts(box) | {"open": self._open(box)}

    def code(self) -> str:
        """Give the lines that list the same receipts."""
        states = f"states=[omoto.State({self.wanted.state!r})]" if self.wanted.state else ""
        return "\n".join(
            [
                f"with omoto.Outbox({str(self.desk.outbox_path)!r}) as outbox:",
                f"    for receipt in outbox.receipts({states}):",
                "        print(receipt)",
            ]
        )

    # What a person can do

    def act_narrow(self, **wanted: Any) -> None:
        """Narrow the list: `state`, `run`, `unit`, `text`, `campaign` (empty for all)."""
        self.wanted = replace(self.wanted, **wanted, page=0)

    def act_page(self, number: int) -> None:
        """Turn to a page, 0 the first."""
        self.wanted = replace(self.wanted, page=max(0, number))

    def act_open(self, number: int | None) -> None:
        """Open one response, or close it."""
        self.opened = number

    def act_mend(self, number: int) -> None:
        """Take a response into the form, to take its place when it is put again."""
        self.desk.composer.start_from(number, mends=True)
        self.desk.go("compose")

    def act_decide(self, number: int, word: Literal["delivered", "resend", "cancel"], why: str) -> None:
        """Decide what became of an unknown response. Raises UsageError without a reason."""
        with self.desk.outbox() as box:
            box.decide(number, word, who=self.desk.who, why=_reason(why))

    def act_release(self, number: int, why: str) -> None:
        """Queue a held response. Raises UsageError without a reason."""
        with self.desk.outbox() as box:
            box.release(number, who=self.desk.who, why=_reason(why))

    def act_cancel(self, number: int, why: str) -> None:
        """Never send a queued or held response. Raises UsageError without a reason."""
        with self.desk.outbox() as box:
            box.cancel(number, who=self.desk.who, why=_reason(why))

    def act_recall(self) -> dict[str, Any]:
        """Give the recall list as CSV: responses that Omoto is to remove, since a later one corrects them."""
        with self.desk.outbox() as box:
            pairs = self._recall(box)
            table = io.StringIO()
            writer = csv.writer(table)
            writer.writerow(["delivered at", "row key", "corrected by", "jsonbody to remove"])
            for first, later in pairs:
                writer.writerow([first.at, first.identity or first.key, later.id, box.body(first.id) or ""])
        return {"csv": table.getvalue(), "count": len(pairs)}

    # How it is shown

    def _filter(self, **more: Any) -> Filter:
        """Mean the responses of the endpoint, and of the campaign that is shown."""
        return Filter(endpoint=self.desk.endpoint().identity, campaign=self.campaign, **more)

    def _page(self, box: Outbox) -> dict[str, Any]:
        wanted, endpoint, campaign = self.wanted, self.desk.endpoint(), self.campaign
        states = [State(wanted.state)] if wanted.state else None
        narrowed = self._filter(states=states, run=wanted.run, unit=wanted.unit or None, text=wanted.text or None)
        page = box.page(narrowed, number=wanted.page, size=SIZE)
        named = campaigns_of(box, [one.id for one in page.receipts]) if campaign is None else {}
        rows = [one.as_json() | {"campaign": campaign or named[one.id]} for one in page.receipts]
        return {
            "counts": box.counts(endpoint, campaign=campaign),
            "campaigns": campaigns_in(box, endpoint),
            "rows": rows,
            "total": page.total,
            "page": page.number,
            "pages": page.pages,
            "runs": _runs_at(endpoint, box),
        }

    def _charts(self, box: Outbox) -> dict[str, Any]:
        """Draw the campaign that is shown; scores are told of one campaign whose scale is known."""
        endpoint, state, campaign = self.desk.endpoint(), self.desk.state, self.campaign
        scale = scale_of(campaign, state.campaign, self.desk.workspace.campaigns()) if campaign else None
        answers = box.frame(self._filter(states=[State.DELIVERED]), fields=True)
        batch = state.batch if state.batch is not None and campaign in (None, state.batch.campaign.id) else None
        return {
            "days": by_day(box.daily(endpoint, campaign=campaign)),
            "units": by_unit(answers, scale) if scale else [],
            "unit_names": units_in(answers),
            "scored": _scored(scale),
            "kinds": by_kind(batch.problems) if batch is not None else [],
            "recalls": len(self._recall(box)),
        }

    def _recall(self, box: Outbox) -> list[tuple[Receipt, Receipt]]:
        pairs = box.recall(self.desk.endpoint())
        mine = {one.id for one in box.find(self._filter(ids=[later.id for _, later in pairs]))}
        return [pair for pair in pairs if pair[1].id in mine]

    def _open(self, box: Outbox) -> dict[str, Any] | None:
        if self.opened is None:
            return None
        found = dossier(box, self.opened, self.desk.plugins)
        chosen = self.desk.state.campaign
        return found | {"mine": chosen is not None and found["campaign"] == chosen.id}


def _reason(why: str) -> str:
    if not why.strip():
        raise UsageError("A decision needs a reason.", advice="Say how you know, such as: seen in Omoto's list.")
    return why.strip()


def _runs_at(endpoint: HttpEndpoint, box: Outbox) -> list[dict[str, Any]]:
    """List the pushes to one endpoint."""
    return [
        {
            "id": run.id,
            "started": run.started.isoformat(timespec="seconds"),
            "counts": dict(run.counts),
            "stopped": run.stopped,
        }
        for run in box.runs()
        if run.endpoint in ("", endpoint.name, endpoint.identity)
    ]


def _scored(scale: tuple[int, int] | None) -> str:
    """Name the score of a scale; empty where the scale is not known."""
    if scale is None:
        return ""
    return "NPS" if scale == (0, 10) else "mean rating"
