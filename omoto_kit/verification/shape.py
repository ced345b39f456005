"""The shape of responses: names, kinds of text, value sets of choices, and what may be absent. No values of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from omoto_kit.verification.scope import Fields, Scope

__all__ = ["FieldShape", "Shape", "kind_of", "shape_of_samples", "texts_of"]

#: Kinds of text by the rule that tells them, the narrowest first; what none tells is a text.
KINDS = {
    "empty": "^$",
    "digits": "^[0-9]+$",
    "number": r"^-?[0-9]+(\.[0-9]+)?$",
    "+digits": r"^\+[0-9]+$",
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "datetime": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)?$",
    "email": r"^\S+@\S+$",
}
TEXT = "text"
#: Free texts: any kind of text is as good as another there.
FREE = ("comment", "customerinfo.name", "customerinfo.regid", "customerinfo.registrationno")


@dataclass(frozen=True)
class FieldShape:
    """One field: whether it may be absent, the kinds of its texts, and its values where they are a choice."""

    optional: bool
    kinds: frozenset[str] = frozenset()
    values: frozenset[str] | None = None

    def widened(self, other: FieldShape) -> FieldShape:
        """Let through what this or another shape of the field lets through."""
        values = None if self.values is None else self.values | (other.values or frozenset())
        return FieldShape(self.optional or other.optional, self.kinds | other.kinds, values)


@dataclass(frozen=True)
class Shape:
    """The shape of a set of responses, by dotted path."""

    fields: Mapping[str, FieldShape]

    def as_document(self) -> dict[str, dict[str, Any]]:
        """Give it as the sign-off file holds it."""
        return {
            path: {"optional": one.optional, "kinds": sorted(one.kinds)}
            | ({} if one.values is None else {"values": sorted(one.values)})
            for path, one in sorted(self.fields.items())
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Mapping[str, Any]]) -> Shape:
        """Read what `as_document` gave."""
        return cls(
            {
                path: FieldShape(
                    bool(one.get("optional")),
                    frozenset(one.get("kinds", ())),
                    None if one.get("values") is None else frozenset(one["values"]),
                )
                for path, one in document.items()
            }
        )

    def widened(self, other: Shape) -> Shape:
        """Let through what this or another shape lets through."""
        fields = {path: replace(one, optional=True) for path, one in {**self.fields, **other.fields}.items()}
        for path in self.fields.keys() & other.fields.keys():
            fields[path] = self.fields[path].widened(other.fields[path])
        return Shape(fields)


def shape_of_samples(bodies: Iterable[Fields], scope: Scope) -> Shape:
    """Give the shape that a pack's samples show, with the contract's lists as the value sets."""
    frame = _frame(list(bodies))
    listed = _listed(scope)
    fields = {path: _field(frame[path], listed.get(path)) for path in frame.columns}
    return Shape(fields)


def _frame(bodies: list[Fields]) -> pl.DataFrame:
    """Lay responses out in columns."""
    paths = sorted({path for body in bodies for path in body})
    columns = []
    for path in paths:
        cells = [body.get(path) for body in bodies]
        if path.startswith("catnpsmap."):
            columns.append(pl.Series(path, [None if c is None else list(c) for c in cells], dtype=pl.List(pl.String)))
        else:
            columns.append(pl.Series(path, cells, dtype=pl.String))
    return pl.DataFrame(columns)


def _listed(scope: Scope) -> dict[str, frozenset[str]]:
    """List the value sets of choices, as the contract or the file gave them."""
    low, high = scope.campaign.rating.scale
    sets: dict[str, Iterable[str]] = {"npsrating": map(str, range(low, high + 1)), "campaignid": [scope.campaign.id]}
    if scope.channels:
        sets["channel"] = scope.channels
    if scope.campaign.type:
        sets["campaigntype"] = [scope.campaign.type]
    sets |= {f"catnpsmap.{name}": reasons for name, reasons in scope.categories.items()}
    sets |= {f"namevaluemap.{name}": rule.values for name, rule in scope.attributes.items() if rule.values}
    if scope.units:
        sets["namevaluemap.unitname"] = [unit.name for unit in scope.units]
    return {path: frozenset(values) for path, values in sets.items()}


def _field(column: pl.Series, values: frozenset[str] | None) -> FieldShape:
    """Describe one column."""
    texts = texts_of(column)
    kinds = frozenset() if values is not None else frozenset(texts.select(kind_of(column.name)).to_series().unique())
    return FieldShape(column.null_count() > 0, kinds, values)


def texts_of(column: pl.Series) -> pl.DataFrame:
    """List a column's texts, or its reasons, one a line, with the place that they stand at."""
    frame = pl.DataFrame({"at": pl.int_range(len(column), eager=True), "text": column})
    if isinstance(column.dtype, pl.List):
        frame = frame.filter(pl.col("text").list.len() > 0).explode("text")
    return frame.drop_nulls("text")


def kind_of(path: str) -> pl.Expr:
    """Tell the kind of each text."""
    text = pl.col("text")
    if path in FREE:
        return pl.when(text == "").then(pl.lit("empty")).otherwise(pl.lit(TEXT)).alias("kind")
    kind: pl.Expr = pl.lit(TEXT)
    for name, rule in reversed(KINDS.items()):
        kind = pl.when(text.str.contains(rule)).then(pl.lit(name)).otherwise(kind)
    return kind.alias("kind")
