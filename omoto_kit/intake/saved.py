"""A column map as TOML: written, read back, and held against the headers of the next file."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from omoto_kit.campaign import Campaign, ColumnRule
from omoto_kit.campaign.toml import read_toml, refuse_unknown
from omoto_kit.errors import IntakeError, Place, did_you_mean
from omoto_kit.intake.guesses import fold

__all__ = ["SavedMap", "saved_maps", "special_parts", "write_file", "write_map"]

#: So many headers are listed in a note.
LISTED = 10
DEFAULTS = ColumnRule(column="x")


#: A file is of the shape of a saved map if it shares this part of all headers of both.
ALIKE = 0.8
SPECIAL = ("split", "part", "pairs", "equals", "join", "values")


@dataclass(frozen=True)
class SavedMap:
    """A column map that was saved: the headers that its file had, the rule of each field, its campaign, its place."""

    headers: tuple[str, ...]
    rules: Mapping[str, ColumnRule]
    campaign: str = ""
    path: Path | None = None

    @classmethod
    def load(cls, path: str | Path) -> SavedMap:
        """Read a map that `ColumnMap.to_toml` wrote. Raises IntakeError where it is none."""
        path = Path(path)
        document = read_toml(path, IntakeError, advice="Save one with ColumnMap.to_toml().")
        refuse_unknown(document, ("campaign", "headers", "columns"), Place(path), IntakeError)
        headers, columns, campaign = (document.get(name) for name in ("headers", "columns", "campaign"))
        if not isinstance(headers, list) or not isinstance(columns, dict) or not isinstance(campaign, str | None):
            raise IntakeError("This is no column map: it needs headers = [...] and [columns].", where=path)
        try:
            rules = Campaign(id="0", columns=columns).columns
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
            key = ".".join(str(part) for part in detail["loc"])
            what = f"{detail['msg']}."
            raise IntakeError(what, where=Place(path, key=key), advice="Correct the map, or save it anew.") from None
        return cls(tuple(map(str, headers)), rules, campaign or "", path)

    def fits(self, headers: Sequence[str]) -> bool:
        """Tell whether a file has the shape of the map: all columns that feed a field, and most of the others.

        >>> kiosk = SavedMap(("NPS", "Store", "Remarks"), {"npsrating": ColumnRule(column="NPS")})
        >>> kiosk.fits(["store", "nps", "remarks"]), kiosk.fits(["NPS", "Name", "Age"])
        (True, False)
        """
        before, now = {fold(name) for name in self.headers}, {fold(name) for name in headers}
        fed = {fold(column) for rule in self.rules.values() for column in rule.columns}
        return fed <= now and len(before & now) >= ALIKE * len(before | now)

    def drift(self, headers: Sequence[str]) -> list[str]:
        """Say how the headers of a file differ from those that the map was saved with."""
        notes = []
        before, now = {fold(name) for name in self.headers}, {fold(name) for name in headers}
        fresh = [name for name in headers if fold(name) not in before]
        gone = [name for name in self.headers if fold(name) not in now]
        fed = {fold(column): field for field, rule in self.rules.items() for column in rule.columns}
        if gone:
            feeding = [f"{name!r} ({fed[fold(name)]})" if fold(name) in fed else repr(name) for name in gone]
            notes.append(f"The saved map knows columns that are not in this file: {_cut(feeding)}.{_near(gone, fresh)}")
        if fresh:
            notes.append(f"Columns are new since the map was saved: {_cut([repr(name) for name in fresh])}.")
        if not gone and not fresh and list(map(fold, self.headers)) != list(map(fold, headers)):
            notes.append("The columns stand in another order than when the map was saved; they are found by name.")
        return notes


def _cut(names: Sequence[str]) -> str:
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")


def _near(gone: Sequence[str], fresh: Collection[str]) -> str:
    """Ask whether a column was only renamed."""
    pairs = [(name, did_you_mean(name, fresh)) for name in gone[:LISTED]]
    renamed = [f" {name!r}: {near.replace('Did you mean', 'is it now', 1)}" for name, near in pairs if near]
    return "".join(renamed)


def saved_maps(folder: Path) -> tuple[SavedMap, ...]:
    """Load the maps of a folder, by name. Raises IntakeError for a file that holds none."""
    return tuple(SavedMap.load(path) for path in sorted(folder.glob("*.toml")))


def write_file(path: Path, text: str) -> None:
    """Write a map's file whole or not at all. Raises IntakeError where it cannot be written."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        advice = "Choose another place; nothing was written."
        raise IntakeError(f"The map cannot be written: {error.strerror}.", where=path, advice=advice) from None


def write_map(headers: Sequence[str], rules: Mapping[str, ColumnRule], campaign: str = "") -> str:
    """Write a map as TOML; its [columns] may stand in a campaign file as they are.

    >>> print(write_map(["NPS"], {"npsrating": ColumnRule(column="NPS", values={"Best": "10"})}))
    headers = ["NPS"]
    <BLANKLINE>
    [columns]
    "npsrating" = { column = "NPS", values = { "Best" = "10" } }
    <BLANKLINE>
    """
    lines = [f"{_text(field)} = {_rule(rule)}" for field, rule in rules.items()]
    listed = ", ".join(_text(header) for header in headers)
    whose = [f"campaign = {_text(campaign)}"] if campaign else []
    return "\n".join([*whose, f"headers = [{listed}]", "", "[columns]", *lines, ""])


def special_parts(rule: ColumnRule) -> dict[str, Any]:
    """Give what a rule says beyond which columns it takes."""
    return {name: value for name in SPECIAL if (value := getattr(rule, name)) != getattr(DEFAULTS, name)}


def _rule(rule: ColumnRule) -> str:
    """Write what a rule says beyond the usual."""
    parts: dict[str, Any] = {"columns": list(rule.columns)} if len(rule.columns) > 1 else {"column": rule.column}
    parts |= special_parts(rule)
    return _value(parts if len(parts) > 1 or "columns" in parts else rule.column)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        plain = ("column", "columns", *SPECIAL)
        pairs = (f"{name if name in plain else _text(name)} = {_value(part)}" for name, part in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value) if isinstance(value, int) else _text(str(value))


def _text(text: str) -> str:
    """Write a basic string of TOML, which is JSON's but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
