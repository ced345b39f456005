"""The screen Map: for each column of the source its field, how surely, on whose word, and what it makes of a row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
from pydantic import ValidationError

from omoto_kit.campaign import Campaign, ColumnRule
from omoto_kit.errors import OmotoError, UsageError
from omoto_kit.intake.guesses import targets
from omoto_kit.intake.saved import special_parts
from omoto_kit.journey import body_of
from omoto_kit.studio.columnwise import shown_columns
from omoto_kit.studio.reading import Taken
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.wording import labels, on_screen

__all__ = ["Mapping"]

#: So many distinct cells are offered for a value map.
VALUES = 12


class Mapping(Screen):
    """Which column feeds which field, and what a row becomes by it."""

    name: ClassVar[str] = "map"
    quiet: ClassVar[frozenset[str]] = frozenset({"row", "values"})

    def view(self) -> dict[str, Any]:
        """Give the columns, those that a person should look at first, and the first row as it would be sent."""
        taken = self._taken()
        rows, columns = taken.rows, taken.columns
        if rows is None or columns is None:
            return {"name": rows.source.name if rows else "", "bodies": True, "row": self._row(0), "columns": []}
        unfed, fields, fixed = self.desk.reading.unfed(), self._fields(taken), dict(self.desk.campaign.fixed)
        return {
            "name": rows.source.name,
            "rows": len(rows),
            "bodies": False,
            "columns": shown_columns(taken),
            "fields": fields,
            "labels": labels({*fields, *columns.applied, *(one.field for one in columns.entries), *unfed, *fixed}),
            "fixed": fixed,
            "notes": [on_screen(note) for note in columns.notes],
            "drift": [on_screen(line) for line in columns.drift],
            "unfed": unfed,
            "identity": list(self.desk.campaign.identity),
            "unkeyed": self.desk.reading.unkeyed(),
            "headers": list(rows.frame.columns),
            "row": self._row(0),
            "recipe": Path(rows.source.name).stem or "map",
            "saves": self.desk.workspace.root is not None,
        }

    def code(self) -> str:
        """Give the lines that compose, enrich and validate by this map."""
        taken = self.desk.reading.taken
        if taken is None or taken.rows is None:
            return ""
        columns = dict(taken.choices.columns)
        said = f", {columns!r}" if columns else ""
        lines = [f"batch = omoto.compose(rows, campaign{said})"]
        if taken.rules:
            rules = {
                field: {"columns": list(rule.columns)} | special_parts(rule) for field, rule in taken.rules.items()
            }
            lines = [
                "from omoto_kit.campaign import ColumnRule",
                "",
                f"rules = {rules!r}",
                "rules = {field: ColumnRule(**rule) for field, rule in rules.items()}",
                "agreed = campaign.model_copy(update={'columns': {**campaign.columns, **rules}})",
                f"batch = omoto.compose(rows, agreed{said})",
            ]
        own = tuple(self.desk.campaign.identity)
        keyed = [f"campaign = campaign.model_copy(update={{'identity': {own!r}}})"] if self._identified(own) else []
        return "\n".join([*keyed, *lines, "batch = omoto.validate(omoto.enrich(batch))"])

    # What can be done

    def act_feed(self, header: str, field: str) -> None:
        """Let a column feed a field; an empty field lets it feed nothing.

        A column that fed the field before by a person's word is set free. Raises ColumnError for an unknown field.
        """
        said = {one: fed for one, fed in self._taken().choices.columns.items() if not field or fed != field}
        self._again({**said, header: field})

    def act_free(self, header: str) -> None:
        """Forget what was said of a column: what the contract says and what is guessed counts again."""
        self._again({one: fed for one, fed in self._taken().choices.columns.items() if one != header})

    def act_identify(self, headers: Sequence[str]) -> None:
        """Let these columns make a row itself; none of them, and rows have no key of their own."""
        self.desk.reading.identify(headers)

    def act_rule(self, field: str, split: str = "", part: int | None = None, **more: Any) -> None:
        """Say how the cells of a field are taken: parted at `split`, of which `part` alone, and by `values`.

        `values` says what single cells stand for, an empty text that one stands for itself; what the map knows of
        other cells stays. `join` is what several columns' texts are joined by. Raises UsageError where cells cannot be
        taken so.
        """
        taken = self._taken()
        rule = taken.columns.applied.get(field) if taken.columns else None
        if rule is None:
            raise UsageError(f"No column feeds {field!r}.", advice="Choose its column first.")
        values = _values_of(rule, more.get("values") or {})
        known = rule.model_dump(exclude={"column", "split", "part", "values"})
        known["join"] = more.get("join", rule.join)
        try:
            made = ColumnRule(**known, split=split or None, part=part, values=values)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
            what = f"These cells cannot be taken so: {reason.removeprefix('Value error, ')}."
            raise UsageError(what, advice="Change it, or leave it empty.") from None
        self.desk.reading.map_again(taken.choices.columns, {**taken.rules, field: made})

    def act_values(self, field: str) -> list[dict[str, Any]]:
        """List the commonest cells of the column that feeds a field, each with what it stands for."""
        taken = self._taken()
        rule = taken.columns.applied.get(field) if taken.columns else None
        if taken.rows is None or rule is None:
            return []
        cells = taken.rows.frame.select(pl.col(rule.column).str.strip_chars().alias("cell")).drop_nulls()
        alike = cells.group_by(pl.col("cell").str.to_lowercase().alias("folded"), maintain_order=True)
        counted = alike.agg(pl.first("cell"), pl.len().alias("rows")).sort("rows", descending=True, maintain_order=True)
        known = {cell.strip().casefold(): value for cell, value in rule.values.items()}
        return [
            {"cell": cell, "rows": rows, "value": known.get(cell.casefold(), "")}
            for _, cell, rows in counted.head(VALUES).iter_rows()
        ]

    def act_row(self, at: int) -> dict[str, Any]:
        """Give another row as it would be sent."""
        return self._row(at)

    def act_save(self, name: str) -> dict[str, Any]:
        """Save the map as a recipe, which a file of the same shape is then read by.

        Tells where it is, and whether an earlier recipe of this name was `replaced`.
        """
        taken, root = self._taken(), self.desk.workspace.root
        if root is None or taken.columns is None:
            raise UsageError("There is no workspace to save it in.", advice="`omoto init` makes one.")
        plain = re.sub(r"[^\w.-]+", "-", name).strip(".-")
        if not plain:
            raise UsageError("The recipe needs a name.", advice="Such as kiosk.")
        path = root / "maps" / f"{plain}.toml"
        replaced = path.exists()
        taken.columns.save(path)
        return {"path": path.relative_to(root).as_posix(), "replaced": replaced}

    def act_check(self) -> None:
        """Check every row by this map, and turn to Review. Raises ColumnError where a needed column is absent."""
        self.desk.reading.check()
        self.desk.go("review")

    # How it is shown

    def _taken(self) -> Taken:
        taken = self.desk.reading.taken
        if taken is None or taken.rows is None:
            raise UsageError("No file was read.", advice="Read one on the screen Intake.")
        return taken

    def _identified(self, own: tuple[str, ...]) -> bool:
        """Tell whether a person chose other columns for the row's own key than the contract's file names."""
        path = self.desk.campaign.path
        return path is not None and tuple(Campaign.load(path).identity) != own

    def _again(self, columns: Pairs[str, str]) -> None:
        self.desk.reading.map_again(columns, self._taken().rules)

    def _fields(self, taken: Taken) -> list[str]:
        """Name the fields that a column can be said to feed."""
        known = list(targets(self.desk.campaign))
        applied = list(taken.columns.applied) if taken.columns else []
        groups = [group for group in ("namevaluemap", "catnpsmap") if group in applied]
        return [*known, *(name for name in [*applied, *groups] if name not in known)]

    def _row(self, at: int) -> dict[str, Any]:
        """Give one row as it would be sent, with what a check finds on it."""
        taken = self._taken()
        total = len(taken.rows) if taken.rows is not None else 0
        if not total:
            return {"at": 0, "of": 0, "number": 0, "body": "", "problems": []}
        at = min(max(at, 0), total - 1)
        shown: dict[str, Any] = {"at": at, "of": total, "number": int(taken.rows.numbers[at]) if taken.rows else 0}
        try:
            batch = self.desk.reading.one(at)
        except OmotoError as error:
            told = {
                "severity": "error",
                "code": "columns",
                "message": on_screen(f"{error.what} {error.advice}".strip()),
            }
            return shown | {"body": "", "problems": [told]}
        body = body_of(batch)
        problems = batch.problems.select("severity", "code", "message").rows(named=True)
        return shown | {"body": _indented(body), "problems": problems}


def _values_of(rule: ColumnRule, said: Pairs[str, str]) -> dict[str, str]:
    """Lay what a person said of single cells over what the rule knows of them; an empty text takes it away."""
    spoken = {cell.strip().casefold() for cell in said}
    kept = {cell: value for cell, value in rule.values.items() if cell.strip().casefold() not in spoken}
    return {**kept, **{cell: value for cell, value in said.items() if value.strip()}}


def _indented(body: str) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else ""
