"""The screen Compose: one response in a form made from the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from omoto_kit.batch import MADE, Batch
from omoto_kit.campaign import Unit
from omoto_kit.errors import UsageError
from omoto_kit.problem import Severity
from omoto_kit.studio.drafting import Draft, FormField, form_fields, started_from
from omoto_kit.studio.screens.screen import Screen

__all__ = ["Compose"]

#: So many names are offered while a unit is typed.
OFFERED = 30
#: So many earlier responses are offered to start from.
RECENT = 12


class Compose(Screen):
    """A form, its problems as they are typed, what plugins fill in, and the exact request."""

    name: ClassVar[str] = "compose"
    quiet: ClassVar[frozenset[str]] = frozenset({"units", "recent"})

    def view(self) -> dict[str, Any]:
        """Give the form with its problems, and the request as it would be sent."""
        desk = self.desk
        composer = desk.composer
        draft, batch = composer.draft, composer.checked()
        header, body = composer.sealed()
        problems = batch.problems.to_dicts() if draft.values else []
        made = batch.values.row(0, named=True)
        shown = {one.field for one in form_fields(desk.campaign)}
        return {
            "fields": [self._field(one, draft, made, problems, batch) for one in form_fields(desk.campaign)],
            "categories": self._categories(draft),
            "category_problems": [_problem(one) for one in problems if one["field"].startswith("catnpsmap")],
            "others": [_problem(one) for one in problems if not _is_shown(one["field"], shown)],
            "jsonheader": header,
            "jsonbody": body,
            "errors": sum(one["severity"] == Severity.ERROR.value for one in problems),
            "ready": bool(draft.values) and not batch.counts()["held"],
            "empty": not draft.values,
            "origin": draft.origin,
            "mends": draft.mends,
            "sandbox": desk.state.sandbox,
            "waits": desk.state.counts.get("queued", 0),
            "last": composer.last and composer.last.as_json(),
        }

    def code(self) -> str:
        """Give the lines that queue and send this very response."""
        _, body = self.desk.composer.sealed()
        campaign = self.desk.campaign
        place = f"Campaign.load({str(campaign.path)!r})" if campaign.path else f"Campaign(id={campaign.id!r})"
        return "\n".join(
            [
                "import omoto_kit as omoto",
                "from omoto_kit.journey import Workspace, load_plugins",
                "from omoto_kit.studio.drafting import check, started_from",
                "",
                f"campaign = omoto.{place}",
                f"draft = started_from({body!r}, campaign, origin='a form')",
                "batch = check(draft, campaign, load_plugins(Workspace.find()))",
                f"with omoto.Outbox({str(self.desk.outbox_path)!r}) as outbox:",
                f"    endpoint = omoto.Endpoint.load({self.desk.state.target!r})",
                "    outbox.put(batch, to=endpoint)",
                "    for receipt in outbox.push(endpoint):",
                "        print(receipt)",
            ]
        )

    # What a person can do

    def act_set(self, field: str, value: Any) -> None:
        """Set one field; a list selects a category with these reasons, None takes the field away."""
        self.desk.composer.set(
            self.desk.composer.draft.having(field, tuple(value) if isinstance(value, list) else value)
        )

    def act_units(self, text: str) -> list[dict[str, str]]:
        """Offer units whose name, code or city holds all the words that were typed."""
        words = text.casefold().split()
        found = (unit for unit in self.desk.campaign.units or () if all(word in _searched(unit) for word in words))
        return [{"value": unit.name, "note": _note(unit)} for unit, _ in zip(found, range(OFFERED), strict=False)]

    def act_paste(self, text: str) -> None:
        """Start from a jsonbody. Raises ResponseError where the text is none."""
        self.desk.composer.set(started_from(text, self.desk.campaign, origin="a pasted jsonbody"))

    def act_copy(self, number: int) -> None:
        """Start from an earlier response of the outbox."""
        self.desk.composer.start_from(number, mends=False)

    def act_clear(self) -> None:
        """Begin anew."""
        self.desk.composer.set(Draft())

    def act_queue(self) -> None:
        """Put the response into the outbox, to be sent with the next push."""
        self.desk.composer.put(send=False)

    def act_queue_and_push(self) -> None:
        """Put the response behind those that wait, and turn to Push, which sends them all in their order."""
        self.desk.composer.put(send=False)
        self.desk.go("push")

    def act_send(self) -> None:
        """Send it to the sandbox at once, and see the reply. Raises UsageError for a live endpoint."""
        if not self.desk.state.sandbox:
            advice = "Queue it, and send it from the screen Push."
            raise UsageError("One click never sends to a live endpoint.", advice=advice)
        self.desk.composer.put(send=True)

    def act_recent(self) -> list[dict[str, Any]]:
        """List the newest responses of the outbox, to start from."""
        with self.desk.outbox() as box:
            return [receipt.as_json() for receipt in box.page(size=RECENT).receipts]

    # How it is shown

    def _field(
        self, one: FormField, draft: Draft, made: Mapping[str, Any], problems: Sequence[Mapping[str, Any]], batch: Batch
    ) -> dict[str, Any]:
        typed = draft.values.get(one.field, "")
        value = made.get(one.field)
        chain = [change for change in batch.why(1, one.field) if change.outcome in (*MADE, "suggested", "conflict")]
        said = [
            {"outcome": change.outcome, "value": change.after, "step": change.step, "why": change.why}
            for change in chain
        ]
        return asdict(one) | {
            "value": typed,
            "becomes": value if value != (typed or None) else None,
            "said": said,
            "problems": [_problem(problem) for problem in problems if problem["field"] == one.field],
        }

    def _categories(self, draft: Draft) -> list[dict[str, Any]]:
        known = self.desk.campaign.categories or {}
        typed = {name.partition(".")[2]: value for name, value in draft.values.items() if name.startswith("catnpsmap.")}
        names = dict.fromkeys([*known, *typed])
        return [
            {
                "name": name,
                "on": name in typed,
                "reasons": list(known.get(name, ())),
                "chosen": list(typed.get(name, ())),
            }
            for name in names
        ]


def _is_shown(field: str, shown: set[str]) -> bool:
    return field in shown or field.startswith("catnpsmap")


def _problem(problem: Mapping[str, Any]) -> dict[str, Any]:
    fix = problem["fix"] or {}
    options = list(fix.get("options") or [])[:4] if not fix.get("applied") else []
    keys = ("field", "code", "severity", "message")
    return {key: problem[key] for key in keys} | {"options": options}


def _searched(unit: Unit) -> str:
    return f"{unit.name} {unit.code or ''} {unit.city or ''}".casefold()


def _note(unit: Unit) -> str:
    return " · ".join(part for part in (unit.code, unit.city) if part)
