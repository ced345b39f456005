"""A source's columns as the map shows them: what each feeds, how surely, on whose word, and what else it could feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omoto_kit.campaign import ColumnRule
from omoto_kit.intake import ColumnMap, Mapped
from omoto_kit.intake.guesses import SURE
from omoto_kit.intake.saved import special_parts
from omoto_kit.studio.reading import Taken

__all__ = ["shown_columns"]

#: Below this, a person should look once more at a mapping that was found.
CERTAIN = 0.9
ORDER = {"unsure": 0, "fed": 1, "none": 2}
SAMPLES = 3


@dataclass(frozen=True)
class _Column:
    """One column: the entries of the map by which it feeds fields, and those by which it could, the surest first."""

    header: str
    fed: Sequence[Mapped]
    could: Sequence[Mapped]
    said: str | None

    @property
    def best(self) -> Mapped | None:
        """The entry to show: that of the field which it feeds, else the surest of those that it could feed."""
        return next(iter([*self.fed, *self.could]), None)

    @property
    def state(self) -> str:
        """Say whether it feeds a field: "fed", "unsure" where a person should look, "none"."""
        if self.fed:
            return "fed" if self.fed[0].confidence >= CERTAIN else "unsure"
        return "unsure" if self.could and self.said != "" else "none"


def shown_columns(taken: Taken) -> list[dict[str, Any]]:
    """Lay out each column once, those of which nobody is sure first, then those that feed, then the rest."""
    if taken.columns is None:
        return []
    shown = [_shown(_column(header, taken), taken.columns) for header in taken.columns.headers]
    return sorted(shown, key=lambda column: ORDER[column["state"]])


def _column(header: str, taken: Taken) -> _Column:
    entries = [entry for entry in taken.columns.entries if header in entry.rule.columns] if taken.columns else []
    could = sorted((entry for entry in entries if not entry.applied), key=lambda entry: -entry.confidence)
    return _Column(header, [entry for entry in entries if entry.applied], could, taken.choices.columns.get(header))


def _shown(column: _Column, columns: ColumnMap) -> dict[str, Any]:
    best = column.best
    samples = best.preview if best is not None and best.preview else columns.samples.get(column.header, ())
    return {
        "header": column.header,
        "state": column.state,
        "said": column.said is not None,
        "silenced": column.said == "",
        "more": [entry.field for entry in column.fed[1:]],
        "confidence": best.confidence if best is not None else None,
        "reason": best.reason if best is not None else "",
        "samples": list(samples[:SAMPLES]),
        "candidates": [_candidate(entry) for entry in column.could],
        **_feeding(column),
    }


def _feeding(column: _Column) -> dict[str, Any]:
    """Say which field the column feeds, with which others, and how its cells are taken."""
    if not column.fed:
        return {"field": "", "how": "", "rule": {}, "with": []}
    entry = column.fed[0]
    others = [name for name in entry.rule.columns if name != column.header]
    rule = special_parts(entry.rule) | {"join": entry.rule.join}
    return {"field": entry.field, "how": _how(entry.rule, column.header), "rule": rule, "with": others}


def _candidate(entry: Mapped) -> dict[str, Any]:
    sure = entry.confidence >= SURE
    return {"field": entry.field, "confidence": entry.confidence, "reason": entry.reason, "sure": sure}


def _how(rule: ColumnRule, header: str) -> str:
    """Say in words how cells become the field; empty where they are taken as they are.

    >>> _how(ColumnRule(column="Price", split=";"), "Price")
    "parted at ';'"
    """
    others = [column for column in rule.columns if column != header]
    part = f", part {rule.part}" if rule.part else ""
    told = {
        f"with {', '.join(others)}": others,
        f"parted at {rule.split!r}{part}": rule.split,
        f"pairs parted at {rule.pairs!r} and {rule.equals!r}": rule.pairs,
        f"{len(rule.values)} values stand for others": rule.values,
    }
    return "; ".join(words for words, there in told.items() if there)
