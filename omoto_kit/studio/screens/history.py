"""The screen History: what became of every response, and what a person does about it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from omoto_kit.delivery import Filter, Outbox
from omoto_kit.errors import UsageError
from omoto_kit.receipt import Attempt, Receipt, State
from omoto_kit.response import Response
from omoto_kit.studio.charts import by_day, by_kind, by_unit
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.wire import seal

__all__ = ["HistoryScreen"]

SIZE = 50
CORRECTION = (
    "Omoto has this response, or may have it, and knows no update: a mended one would be a second answer of the same "
    "customer. It is put as held; release it when you are sure, and send Omoto the recall list, so that the first is "
    "removed."
)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; what is empty does not narrow."""

    state: str = ""
    run: int | None = None
    unit: str = ""
    text: str = ""
    page: int = 0


class HistoryScreen(Screen):
    """Receipts by run, outcome, unit and customer; one response in full; charts; the recall list."""

    name: ClassVar[str] = "history"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.wanted = Wanted()
        self.opened: int | None = None

    def view(self) -> dict[str, Any]:
        """Give one page of receipts, the response that is open, and the charts."""
        desk = self.desk
        desk.refresh()
        state = desk.state
        shown: dict[str, Any] = {
            "wanted": {
                "state": self.wanted.state,
                "run": self.wanted.run,
                "unit": self.wanted.unit,
                "text": self.wanted.text,
            },
            "counts": dict(state.counts),
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
        """Narrow the list: `state`, `run`, `unit`, `text`."""
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
            pairs = box.recall(self.desk.endpoint())
            table = io.StringIO()
            writer = csv.writer(table)
            writer.writerow(["delivered at", "row key", "corrected by", "jsonbody to remove"])
            for first, later in pairs:
                writer.writerow([first.at, first.identity or first.key, later.id, box.body(first.id) or ""])
        return {"csv": table.getvalue(), "count": len(pairs)}

    # How it is shown

    def _page(self, box: Outbox) -> dict[str, Any]:
        wanted, endpoint = self.wanted, self.desk.endpoint()
        page = box.page(
            Filter(
                states=[State(wanted.state)] if wanted.state else None,
                endpoint=endpoint.identity,
                run=wanted.run,
                unit=wanted.unit or None,
                text=wanted.text or None,
            ),
            number=wanted.page,
            size=SIZE,
        )
        return {
            "rows": [receipt.as_json() for receipt in page.receipts],
            "total": page.total,
            "page": page.number,
            "pages": page.pages,
            "runs": [
                {
                    "id": run.id,
                    "started": run.started.isoformat(timespec="seconds"),
                    "counts": dict(run.counts),
                    "stopped": run.stopped,
                }
                for run in box.runs()
                if run.endpoint in ("", endpoint.name, endpoint.identity)
            ],
        }

    def _charts(self, box: Outbox) -> dict[str, Any]:
        endpoint, campaign, batch = self.desk.endpoint(), self.desk.state.campaign, self.desk.state.batch
        scale = campaign.rating.scale if campaign else (0, 10)
        answers = box.frame(Filter(states=[State.DELIVERED], endpoint=endpoint.identity), fields=True)
        units = by_unit(answers, scale)
        return {
            "days": by_day(box.daily(endpoint)),
            "units": units,
            "unit_names": sorted(unit["name"] for unit in units),
            "scored": "NPS" if scale == (0, 10) else "mean rating",
            "kinds": by_kind(batch.problems) if batch is not None else [],
            "recalls": len(box.recall(endpoint)),
        }

    def _open(self, box: Outbox) -> dict[str, Any] | None:
        if self.opened is None:
            return None
        receipt = box.receipt(self.opened)
        body = box.body(receipt.id)
        sent = self._request(body)
        return {
            "receipt": receipt.as_json(),
            "corrects": receipt.corrects,
            "request": sent,
            "original": box.original(receipt.id),
            "attempts": [_attempt(one) for one in box.attempts(receipt.id)],
            "problems": [
                {"severity": one["severity"], "message": one["message"], "field": one["field"], "code": one["code"]}
                for one in box.problems(receipt.id)
            ],
            "decisions": [
                {"word": one.word, "who": one.who, "why": one.why, "at": one.at.isoformat(timespec="seconds")}
                for one in box.decisions(receipt.id)
            ],
            "versions": [
                {"body": one.body, "until": one.until.isoformat(timespec="seconds"), "who": one.who, "why": one.why}
                for one in box.versions(receipt.id)
            ],
            "explained": self._explained(receipt, body),
            "warning": CORRECTION if receipt.state in (State.DELIVERED, State.UNKNOWN) else "",
        }

    def _request(self, body: str | None) -> dict[str, str] | None:
        """Show what was or will be posted, as the two parameters; the key is no part of it."""
        campaign = self.desk.state.campaign
        if body is None or campaign is None:
            return None
        return {
            "jsonheader": seal(body, campaign).jsonheader,
            "jsonbody": body,
            "pretty": json.dumps(json.loads(body), ensure_ascii=False, indent=2),
        }

    def _explained(self, receipt: Receipt, body: str | None) -> list[str]:
        """Let plugins say what Omoto may have disliked."""
        if receipt.state is not State.REJECTED or not body:
            return []
        answers = self.desk.plugins.call("explain_reject", response=Response.parse(body), reply=receipt.reply)
        return [f"{one.plugin}: {one.failure or getattr(one.value, 'why', one.value)}" for one in answers]


def _reason(why: str) -> str:
    if not why.strip():
        raise UsageError("A decision needs a reason.", advice="Say how you know, such as: seen in Omoto's list.")
    return why.strip()


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "started": one.started.isoformat(timespec="seconds"),
        "seconds": (one.ended - one.started).total_seconds() if one.ended else None,
        "outcome": one.outcome.value if one.outcome else "",
        "status": one.status,
        "reply": one.reply,
        "error": one.error,
        "left": one.bytes_left,
    }
